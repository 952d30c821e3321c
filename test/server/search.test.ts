import type { Bundle } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, linkOf, matchIds, resourceOf, BASE, type Client } from './client';
import { DCM } from './fixture';

const entries = (client: Client, url: string) => (client.bundle(url).entry ?? []).map((entry) => `${entry.resource?.resourceType}/${entry.resource?.id} ${entry.search?.mode}`);
const self = (client: Client, url: string, headers?: Record<string, string>) => linkOf(client.bundle(url, headers), 'self');

test('a search set has type, total, self link, full URLs and modes', () => {
  const bundle = createClient().bundle('ImagingStudy?modality=SR&_include=ImagingStudy:patient');
  expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 1 });
  expect(bundle.link).toEqual([{ relation: 'self', url: `${BASE}/ImagingStudy?modality=SR&_include=ImagingStudy:patient` }]);
  expect(bundle.entry?.map(({ fullUrl, search }) => [fullUrl, search?.mode])).toEqual([
    [`${BASE}/ImagingStudy/s1`, 'match'],
    [`${BASE}/Patient/p1`, 'include'],
  ]);
});

test('nothing found is an empty set', () => {
  const response = createClient().send('GET', 'ImagingStudy?patient=nobody');
  expect(response.status).toBe(200);
  expect(resourceOf(response)).toEqual({ resourceType: 'Bundle', type: 'searchset', total: 0, link: [{ relation: 'self', url: `${BASE}/ImagingStudy?patient=nobody` }] });
});

test.each([
  ['an unknown parameter', 'nonsense=1', 200, 200, 400],
  ['an empty parameter', 'modality=', 200, 200, 200],
  ['an unknown modifier', 'status:wrong=x', 400, 400, 400],
  ['a malformed date', 'started=yesterday', 400, 400, 400],
  ['a malformed count', '_count=many', 400, 400, 400],
  ['a full-text search', '_text=cough', 400, 200, 400],
  ['_summary=text with _include', '_summary=text&_include=ImagingStudy:patient', 400, 200, 400],
])('%s: by default, lenient, strict', (_name, query, byDefault, lenient, strict) => {
  const client = createClient();
  expect(client.send('GET', `ImagingStudy?${query}`).status).toBe(byDefault);
  expect(client.send('GET', `ImagingStudy?${query}`, undefined, { prefer: 'handling=lenient' }).status).toBe(lenient);
  const refused = client.send('GET', `ImagingStudy?${query}`, undefined, { prefer: 'return=minimal, handling=strict' });
  expect(refused.status).toBe(strict);
  if (strict === 400) expect(diagnosticsOf(refused)).toMatch(/https:\/\/hl7\.org\/fhir\/R4\//);
});

test('the self link carries what was used and nothing else', () => {
  const client = createClient();
  expect(self(client, `ImagingStudy?nonsense=1&modality=${DCM}|CT,MR&status=&_sort=-started&_count=2`)).toBe(`${BASE}/ImagingStudy?modality=http://dicom.nema.org/resources/ontology/DCM%7CCT,MR&_sort=-started&_count=2`);
  expect(self(client, 'Patient?name=A%26B%3D%2B')).toBe(`${BASE}/Patient?name=A%26B%3D%2B`);
});

test('GET and POST answer alike; URL and body add up', () => {
  const client = createClient();
  const get = client.bundle('ImagingStudy?modality=CT&_sort=-_id');
  const post = resourceOf(client.post('ImagingStudy/_search', 'modality=CT&_sort=-_id')) as Bundle;
  expect(post).toEqual(get);
  expect(matchIds(resourceOf(client.post('ImagingStudy/_search?status=available', 'modality=MR')) as Bundle)).toEqual(['s2', 's4']);
});

describe('pages', () => {
  test.each(['GET', 'POST'])('hold the whole set once, in order, each with its own includes, after a %s', (method) => {
    const client = createClient();
    const query = '_sort=-started&_count=2&_include=ImagingStudy:subject';
    let page = method === 'GET' ? client.bundle(`ImagingStudy?${query}`) : (resourceOf(client.post('ImagingStudy/_search', query)) as Bundle);
    const seen: string[][] = [];
    for (;;) {
      seen.push((page.entry ?? []).map((entry) => `${entry.resource?.id}${entry.search?.mode === 'include' ? '+' : ''}`));
      expect(page.total).toBe(5);
      const next = linkOf(page, 'next');
      if (next === undefined) break;
      page = client.bundle(next);
    }
    expect(seen).toEqual([['s2', 's4', 'p2+', 'd1+'], ['s3', 's1', 'p1+', 'p1+'], ['s5']]);
  });

  test('stay one answer while resources come, change and go', () => {
    const client = createClient();
    const first = client.bundle('ImagingStudy?status=available&_count=1');
    client.send('DELETE', 'ImagingStudy/s2');
    client.send('PUT', 'ImagingStudy/s4', { resourceType: 'ImagingStudy', id: 's4', status: 'cancelled', subject: { reference: 'Device/d1' } });
    client.send('POST', 'ImagingStudy', { resourceType: 'ImagingStudy', status: 'available', subject: { reference: 'Device/d1' } });
    const second = client.bundle(String(linkOf(first, 'next')));
    const third = client.bundle(String(linkOf(second, 'next')));
    expect([first, second, third].map((page) => page.entry?.map(({ resource }) => [resource?.id, resource?.status]))).toEqual([[['s1', 'available']], [['s2', 'available']], [['s4', 'available']]]);
    expect(linkOf(third, 'next')).toBeUndefined();
    expect(client.ids('ImagingStudy?status=available')).toEqual(['s1', 'new-1']);
  });

  test('have links to the first, the last and the page before', () => {
    const client = createClient();
    const second = client.bundle(String(linkOf(client.bundle('ImagingStudy?_count=2'), 'next')));
    const at = (relation: string) => matchIds(client.bundle(String(linkOf(second, relation))));
    expect([at('self'), at('first'), at('previous'), at('next'), at('last')]).toEqual([['s3', 's4'], ['s1', 's2'], ['s1', 's2'], ['s5'], ['s5']]);
    expect(client.bundle('ImagingStudy?_count=5').link?.map(({ relation }) => relation)).toEqual(['self']);
  });

  test('a page link that is no longer kept is 410, one that was made up 400', () => {
    const client = createClient();
    const next = String(linkOf(client.bundle('ImagingStudy?_count=2'), 'next'));
    for (let count = 0; count < 501; count += 1) client.bundle('Patient?_count=1');
    expect(client.send('GET', next).status).toBe(410);
    expect(client.send('GET', 'ImagingStudy?_cursor=../../etc').status).toBe(400);
  });

  test('are as long as asked for, up to the cap', () => {
    const client = createClient({ limits: { pageSize: 2, maxPageSize: 3 } });
    expect(client.bundle('ImagingStudy').entry?.length).toBe(2);
    expect(client.bundle('ImagingStudy?_count=100').entry?.length).toBe(3);
  });
});

test.each([
  ['_count=0', 5],
  ['_summary=count', 5],
  ['_count=0&_total=none', 5],
  ['_summary=count&modality=CT', 3],
])('%s answers the total alone', (query, total) => {
  const bundle = createClient().bundle(`ImagingStudy?${query}`);
  expect([bundle.total, bundle.entry]).toEqual([total, undefined]);
});

test('_total=none leaves the total out', () => {
  expect(createClient().bundle('ImagingStudy?_total=none').total).toBeUndefined();
});

describe('system-wide', () => {
  test('searches the types named, or all', () => {
    const client = createClient();
    expect(entries(client, '?_type=Patient,Group&_id=p1')).toEqual(['Patient/p1 match', 'Group/p1 match']);
    expect(entries(client, '?_id=p1')).toEqual(['Group/p1 match', 'Patient/p1 match']);
    expect(self(client, '?_type=Patient,Group&_id=p1')).toBe(`${BASE}?_type=Patient,Group&_id=p1`);
    expect(client.ids('?_type=Patient,ImagingStudy&_sort=-_id&_count=3')).toEqual(['s5', 's4', 's3', 's2', 's1', 'p3', 'p2', 'p1']);
    expect(matchIds(resourceOf(client.post('_search', '_type=Patient&_id=p1,p2')) as Bundle)).toEqual(['p1', 'p2']);
  });

  test('refuses a parameter that one of the types lacks, and a type that is none', () => {
    const client = createClient();
    expect(client.ids('?_type=ImagingStudy,ServiceRequest&identifier=ORDER-1')).toEqual(['r1']);
    expect(client.send('GET', '?_type=ImagingStudy,Patient&modality=CT').status).toBe(400);
    expect(client.send('GET', '?modality=CT').status).toBe(400);
    expect(client.send('GET', '?_type=Nonsense').status).toBe(400);
  });
});

describe('within a compartment', () => {
  test.each([
    ['Patient/p1/ImagingStudy', ['ImagingStudy/s1 match']],
    ['Patient/p1/ImagingStudy?modality=MR', []],
    ['Patient/p2/ImagingStudy', ['ImagingStudy/s2 match']],
    ['Patient/nobody/ImagingStudy', []],
    ['Patient/p1/*', ['ImagingStudy/s1 match', 'Patient/p1 match', 'ServiceRequest/r1 match']],
  ])('%s', (url, expected) => {
    expect(entries(createClient(), url)).toEqual(expected);
  });

  test('by POST, with its own self link; elsewhere 404', () => {
    const client = createClient();
    const bundle = resourceOf(client.post('Patient/p1/ImagingStudy/_search', 'modality=CT')) as Bundle;
    expect([matchIds(bundle), linkOf(bundle, 'self')]).toEqual([['s1'], `${BASE}/Patient/p1/ImagingStudy?modality=CT`]);
    expect(matchIds(resourceOf(client.post('Patient/p1/_search', '_id=s1')) as Bundle)).toEqual(['s1']);
    expect(client.send('GET', 'Endpoint/e1/ImagingStudy').status).toBe(404);
    expect(client.send('GET', 'Patient/p1/Endpoint').status).toBe(404);
  });
});

describe('subsets', () => {
  const keys = (client: Client, url: string) => Object.keys(client.bundle(url).entry?.[0]?.resource ?? {}).sort().join(' ');

  test.each([
    ['_summary=true', 'basedOn endpoint id identifier meta modality numberOfSeries reasonCode resourceType series started status subject'],
    ['_summary=data', 'basedOn endpoint id identifier meta modality numberOfSeries reasonCode resourceType series started status subject'],
    ['_summary=text', 'id meta resourceType status subject'],
    ['_elements=started,series', 'id meta resourceType series started status subject'],
    ['_elements=ImagingStudy.started,Patient.name', 'id meta resourceType started status subject'],
  ])('%s', (query, expected) => {
    const client = createClient();
    expect(keys(client, `ImagingStudy?_id=s1&${query}`)).toBe(expected);
    expect(client.bundle(`ImagingStudy?_id=s1&${query}`).entry?.[0]?.resource?.meta?.tag).toEqual([expect.objectContaining({ code: 'SUBSETTED' })]);
    expect(resourceOf(client.send('GET', `ImagingStudy/s1?${query}`))).toEqual(client.bundle(`ImagingStudy?_id=s1&${query}`).entry?.[0]?.resource);
  });

  test('a summary looks into backbone elements, and leaves the stored resource whole', () => {
    const client = createClient();
    const series = client.bundle('ImagingStudy?_id=s1&_summary=true').entry?.[0]?.resource?.series as Record<string, unknown>[];
    expect(Object.keys(series[0] ?? {}).sort()).toEqual(['bodySite', 'modality', 'performer', 'uid']);
    expect(resourceOf(client.send('GET', 'ImagingStudy/s1')).meta?.tag).toBeUndefined();
    expect(resourceOf(client.send('GET', 'ImagingStudy/s1?_summary=false')).meta?.tag).toBeUndefined();
  });

  test('_elements is for matches; included resources are named by their type', () => {
    const client = createClient();
    const included = (query: string) => Object.keys(client.bundle(`ImagingStudy?_id=s1&_include=ImagingStudy:patient&${query}`).entry?.[1]?.resource ?? {}).sort();
    expect(included('_elements=started')).toEqual(['birthDate', 'id', 'identifier', 'meta', 'name', 'resourceType']);
    expect(included('_elements=started,Patient.name')).toEqual(['id', 'meta', 'name', 'resourceType']);
  });

  test('choice elements and extensions of primitives go with their names', () => {
    const client = createClient();
    client.send('PUT', 'Patient/x', { resourceType: 'Patient', id: 'x', deceasedBoolean: false, gender: 'male', _gender: { id: 'g' }, birthDate: '2000' });
    expect(keys(client, 'Patient?_id=x&_elements=gender')).toBe('_gender deceasedBoolean gender id meta resourceType');
    expect(createClient().send('GET', 'Patient/p1?_summary=much').status).toBe(400);
  });
});
