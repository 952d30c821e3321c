import { behaviourWith } from '../../scripts/server/behaviour';
import { VARIANTS } from '../../scripts/server/variants';
import type { Bundle } from '../../scripts/core/fhir';
import { createClient, linkOf, matchIds, resourceOf, BASE, type Client } from './client';

type Probe = (client: Client) => unknown;
const self: Probe = (client) => linkOf(client.bundle('ImagingStudy?modality=CT&status=available'), 'self');
const status = (method: string, url: string, body?: unknown, headers?: Record<string, string>): Probe => (client) => client.send(method, url, body, headers).status;
const imaging = (client: Client) => (resourceOf(client.send('GET', 'metadata')).rest as { resource: { type: string; updateCreate: boolean; conditionalRead: string; searchParam: { name: string }[]; searchInclude?: string[] }[] }[])[0]?.resource.find(({ type }) => type === 'ImagingStudy');
const relations: Probe = (client) => {
  const second = client.bundle(String(linkOf(client.bundle('ImagingStudy?_count=2'), 'next')));
  return second.link?.map(({ relation }) => relation).join(' ');
};

/** What a variant shows, beside the reference. */
const PROBES: Readonly<Record<string, readonly [probe: Probe, reference: unknown, variant: unknown]>> = {
  'no-total': [(client) => [client.bundle('ImagingStudy').total, client.bundle('ImagingStudy?_summary=count').total], [5, 5], [undefined, 5]],
  'self-link-reordered': [self, `${BASE}/ImagingStudy?modality=CT&status=available`, `${BASE}/ImagingStudy?status=available&modality=CT`],
  'self-link-encoded': [self, `${BASE}/ImagingStudy?modality=CT&status=available`, `${BASE}/ImagingStudy?modality=%43%54&status=%61%76%61%69%6c%61%62%6c%65`],
  'self-link-relative': [(client) => linkOf(client.bundle(`ImagingStudy?patient=${BASE}/Patient/p1`), 'self'), `${BASE}/ImagingStudy?patient=${BASE}/Patient/p1`, `ImagingStudy?patient=${BASE}/Patient/p1`],
  'self-link-with-types': [(client) => linkOf(client.bundle('ImagingStudy?patient=p1&patient.identifier=A1'), 'self'), `${BASE}/ImagingStudy?patient=p1&patient.identifier=A1`, `${BASE}/ImagingStudy?patient=Patient/p1&patient:Patient.identifier=A1`],
  'self-link-with-defaults': [self, `${BASE}/ImagingStudy?modality=CT&status=available`, `${BASE}/ImagingStudy?modality=CT&status=available&_count=50`],
  'small-pages': [(client) => client.bundle('ImagingStudy?_count=5').entry?.length, 5, 3],
  'history-in-short-pages': [(client) => client.bundle('Patient/_history?_count=5').entry?.length, 3, 2],
  'outcome-entry': [(client) => client.bundle('ImagingStudy?modality=SR').entry?.map((entry) => entry.search?.mode), ['match'], ['match', 'outcome']],
  'open-points-found': [(client) => [client.ids('ImagingStudy?modality=ct'), client.ids('ImagingStudy?reason:text=ough')], [[], []], [['s1', 's4', 's5'], ['s1']]],
  'open-points-left-out': [(client) => client.ids('ImagingStudy?subject=d1'), ['s4'], []],
  'tokens-ignore-case': [(client) => client.ids('ImagingStudy?modality=ct'), [], ['s1', 's4', 's5']],
  'unknown-parameter-refused': [status('GET', 'ImagingStudy?nonsense=1'), 200, 400],
  'absolute-references': [(client) => client.bundle('ImagingStudy?_id=s1').entry?.[0]?.resource?.subject, { reference: 'Patient/p1' }, { reference: `${BASE}/Patient/p1` }],
  'ids-sorted-as-read': [
    (client) => {
      for (const id of ['n10', 'n9']) client.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id });
      return client.ids('Patient?_sort=_id');
    },
    ['n10', 'n9', 'p1', 'p2', 'p3'],
    ['n9', 'n10', 'p1', 'p2', 'p3'],
  ],
  'missing-first': [(client) => client.ids('ImagingStudy?_sort=modality').at(-1), 's3', 's2'],
  'no-has': [status('GET', 'Patient?_has:ImagingStudy:patient:modality=CT'), 200, 400],
  'or-of-dates-refused': [status('GET', 'ImagingStudy?started=2024-01-01,2024-01-02'), 200, 400],
  'several-values-refused': [(client) => ['ImagingStudy?modality=CT,US', 'ImagingStudy?modality=CT'].map((url) => client.send('GET', url).status), [200, 200], [400, 200]],
  'repeats-refused': [status('GET', 'ImagingStudy?started=ge2024&started=lt2025'), 200, 400],
  'system-search-params': [(client) => imaging(client)?.searchParam.some(({ name }) => name === '_id'), true, false],
  'get-search-refused': [
    (client) => {
      const batch = client.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'ImagingStudy?modality=CT' } }] });
      return [client.send('GET', 'ImagingStudy?modality=CT').status, client.post('ImagingStudy/_search', 'modality=CT').status, (resourceOf(batch) as Bundle).entry?.[0]?.response?.status];
    },
    [200, 200, '200 OK'],
    [405, 200, '405'],
  ],
  'post-search-refused': [(client) => [client.post('ImagingStudy/_search', 'modality=CT').status, client.send('GET', 'ImagingStudy?modality=CT').status], [200, 200], [405, 200]],
  'post-criteria-kept-secret': [(client) => [client.send('GET', 'ImagingStudy?modality=CT').status, linkOf(resourceOf(client.post('ImagingStudy/_search', 'modality=CT')) as Bundle, 'self')], [200, `${BASE}/ImagingStudy?modality=CT`], [405, `${BASE}/ImagingStudy`]],
  'uncommon-parameter-ignored': [(client) => client.send('GET', '?_type=ImagingStudy,Patient&modality=CT&_id=s1').status, 400, 200],
  'errors-in-outcome': [(client) => [client.send('GET', 'ImagingStudy?started=never'), client.send('GET', 'ImagingStudy?modality:scout=CT')].map(({ status: code, body }) => [code, (JSON.parse(body) as Bundle).resourceType]), [[400, 'OperationOutcome'], [400, 'OperationOutcome']], [[200, 'Bundle'], [400, 'OperationOutcome']]],
  'exact-of-codes': [status('GET', 'ImagingStudy?modality:exact=CT'), 400, 200],
  'post-takes-its-body-only': [(client) => matchIds(resourceOf(client.post('ImagingStudy/_search?status=available', 'modality=CT')) as Bundle).join(' '), 's1 s4', 's1 s4 s5'],
  'deleted-is-404': [(client) => [client.send('DELETE', 'Patient/p3').status, client.send('GET', 'Patient/p3').status], [204, 410], [204, 404]],
  'conditional-read-unsupported': [(client) => [client.send('GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"1"' }).status, imaging(client)?.conditionalRead], [304, 'full-support'], [200, 'not-supported']],
  'stale-is-409': [status('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1' }, { 'if-match': 'W/"9"' }), 412, 409],
  'delete-with-outcome': [(client) => client.send('DELETE', 'Patient/p3').status, 204, 200],
  'only-next-links': [relations, 'self first previous next last', 'self next'],
  'previous-as-prev': [relations, 'self first previous next last', 'self first prev next last'],
  'page-links-at-base': [(client) => linkOf(client.bundle('ImagingStudy?_count=2'), 'next'), `${BASE}/ImagingStudy?_count=2&_cursor=1-2`, `${BASE}?_getpages=p2`],
  'summary-ignored': [(client) => client.bundle('ImagingStudy?_id=s2&_summary=text').entry?.[0]?.resource?.description, undefined, 'Brain'],
  'narrative-of-part': [(client) => ['_summary=true', '_count=5'].map((how) => client.bundle(`ImagingStudy?_id=s2&${how}`).entry?.[0]?.resource?.text !== undefined), [false, false], [true, false]],
  'elements-without-meta': [(client) => Object.keys(client.bundle('ImagingStudy?_id=s2&_elements=started').entry?.[0]?.resource?.meta ?? {}), ['versionId', 'lastUpdated', 'tag'], ['tag']],
  'wildcard-include-refused': [(client) => ['*', 'ImagingStudy:subject'].map((value) => client.send('GET', `ImagingStudy?_include=${value}`).status), [200, 200], [400, 200]],
  'no-compartments': [(client) => [client.send('GET', 'Patient/p1/ImagingStudy').status, client.send('GET', 'Patient/p1').status, (resourceOf(client.send('GET', 'metadata')).rest as { compartment?: string[] }[])[0]?.compartment?.length], [200, 200, 5], [404, 200, undefined]],
  'update-as-create-refused': [(client) => [client.send('PUT', 'Patient/p9', { resourceType: 'Patient', id: 'p9' }).status, client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1' }).status, imaging(client)?.updateCreate], [201, 200, true], [405, 200, false]],
  'late-index': [(client) => [client.send('POST', 'Patient', { resourceType: 'Patient' }), client.send('DELETE', 'Patient/p1'), 1, 2, 3].slice(2).map(() => client.ids('Patient').join(' ')), ['p2 p3 new-1', 'p2 p3 new-1', 'p2 p3 new-1'], ['p1 p2 p3', 'p1 p2 p3 new-1', 'p2 p3 new-1']],
  'content-type-without-charset': [(client) => client.send('GET', 'Patient/p1').headers['content-type'], 'application/fhir+json; charset=utf-8', 'application/fhir+json'],
  'location-relative': [
    (client) => {
      const resource = { resourceType: 'Patient' };
      const batch = client.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [{ resource, request: { method: 'POST', url: 'Patient' } }] });
      return [client.send('POST', 'Patient', resource).headers.location, (resourceOf(batch) as Bundle).entry?.[0]?.response?.location];
    },
    [`${BASE}/Patient/new-2/_history/1`, `${BASE}/Patient/new-1/_history/1`],
    [`${new URL(BASE).pathname}/Patient/new-2/_history/1`, `${new URL(BASE).pathname}/Patient/new-1/_history/1`],
  ],
  'few-types-written': [(client) => ['Patient', 'Organization'].map((type) => client.send('POST', type, { resourceType: type }).status), [201, 201], [201, 405]],
  'xml-times-otherwise': [(client) => /<started value="([^"]*)"/.exec(client.send('GET', 'ImagingStudy/s1', undefined, { accept: 'application/fhir+xml' }).body)?.[1], '2024-01-01T10:00:00Z', '2024-01-01T10:00:00.000000+00:00'],
  'json-only': [(client) => [client.send('GET', 'Patient/p1?_format=xml').status, resourceOf(client.send('GET', 'metadata')).format], [200, ['application/fhir+json', 'json', 'application/fhir+xml', 'xml']], [406, ['application/fhir+json', 'json']]],
  'declared-in-two-parts': [(client) => (resourceOf(client.send('GET', 'metadata')).rest as { resource: { type: string }[] }[]).map(({ resource }) => resource.some(({ type }) => type === 'ImagingStudy')), [true], [false, true]],
  'formats-by-short-name': [(client) => resourceOf(client.send('GET', 'metadata')).format, ['application/fhir+json', 'json', 'application/fhir+xml', 'xml'], ['json', 'xml']],
  'errors-in-json': [(client) => client.send('GET', 'Patient/none?_format=xml').body.trim().charAt(0), '<', '{'],
  'others-are-403': [status('GET', 'ImagingStudy/s2', undefined, { authorization: 'Bearer one-patient' }), 404, 403],
  'unknown-is-403': [(client) => ['Patient/never', 'ImagingStudy/s2'].map((url) => client.send('GET', url, undefined, { authorization: 'Bearer all-rights' }).status), [404, 200], [403, 200]],
  'searches-of-one-patient-refused': [(client) => ['ImagingStudy', 'ImagingStudy?patient=p1'].map((url) => client.send('GET', url, undefined, { authorization: 'Bearer one-patient' }).status), [200, 200], [403, 200]],
  'anonymous-is-403': [status('GET', 'Patient/p1', undefined, {}), 401, 403],
  'login-page': [status('GET', 'Patient/p1', undefined, {}), 401, 302],
  'security-declared-served-to-all': [(client) => [(resourceOf(client.send('GET', 'metadata')).rest as { security: { service?: unknown[] } }[])[0]?.security.service?.length, client.send('GET', 'Patient/p1').status], [undefined, 200], [1, 200]],
  'self-link-other-host': [self, `${BASE}/ImagingStudy?modality=CT&status=available`, expect.stringMatching(/^http:\/\/fhir\.internal:8080\/.*\?modality=CT&status=available$/)],
  'no-search-mode': [(client) => client.bundle('ImagingStudy?_id=s1&_include=ImagingStudy:patient').entry?.map((entry) => entry.search?.mode), ['match', 'include'], [undefined, 'include']],
  'includes-not-repeated': [
    (client) => {
      client.send('PUT', 'ImagingStudy/s9', { resourceType: 'ImagingStudy', id: 's9', status: 'available', subject: { reference: 'Patient/p2' } });
      const included: string[][] = [];
      for (let url: string | undefined = 'ImagingStudy?_include=ImagingStudy:patient&_count=1'; url !== undefined; ) {
        const bundle = client.bundle(url);
        included.push((bundle.entry ?? []).flatMap(({ search, fullUrl }) => (search?.mode === 'include' ? [fullUrl ?? ''] : [])));
        url = linkOf(bundle, 'next')?.slice(BASE.length + 1);
      }
      return included.flat().length > new Set(included.flat()).size;
    },
    true,
    false,
  ],
  'includes-more': [(client) => client.bundle('ImagingStudy?_id=s1').entry?.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`), ['ImagingStudy/s1'], ['ImagingStudy/s1', 'Patient/p1']],
  'modifiers-refused': [status('GET', 'ImagingStudy?modality:not=CT'), 200, 400],
  'modifiers-not-implemented': [status('GET', 'ImagingStudy?modality:not=CT'), 200, 501],
  'has-ignored': [(client) => [client.ids('Patient?_has:ImagingStudy:patient:modality=MR').length === client.ids('Patient').length, linkOf(client.bundle('Patient?_has:ImagingStudy:patient:modality=MR'), 'self')?.includes('_has')], [false, true], [true, false]],
  'chains-ignored': [(client) => ['patient.identifier=A1', 'patient:Patient.identifier=A1'].map((query) => client.ids(`ImagingStudy?${query}`).length === client.ids('ImagingStudy').length), [false, false], [true, false]],
  'chains-refused': [status('GET', 'ImagingStudy?patient.identifier=A1'), 200, 400],
  'includes-refused': [(client) => [client.send('GET', 'ImagingStudy?_include=ImagingStudy:patient').status, imaging(client)?.searchInclude === undefined], [200, false], [400, true]],
  'one-patient-at-a-time': [(client) => ['ImagingStudy', 'ImagingStudy?modality=CT', 'ImagingStudy?patient=p1&modality=CT', 'ImagingStudy?_id=s1', 'Patient/p1/ImagingStudy', 'Patient'].map((url) => client.send('GET', url).status), [200, 200, 200, 200, 200, 200], [400, 400, 200, 200, 200, 200]],
  'sort-refused': [status('GET', 'ImagingStudy?_sort=started'), 200, 400],
  'no-sorting': [(client) => linkOf(client.bundle('ImagingStudy?_sort=started'), 'self'), `${BASE}/ImagingStudy?_sort=started`, `${BASE}/ImagingStudy`],
  'no-accurate-total': [(client) => linkOf(client.bundle('ImagingStudy?_total=none'), 'self'), `${BASE}/ImagingStudy?_total=none`, `${BASE}/ImagingStudy`],
  'search-errors-are-422': [status('GET', 'ImagingStudy?started=never'), 400, 422],
  'values-out-of-scope-refused': [(client) => ['patient=Patient/p1', 'patient=Group/p1', 'status=urn:other%7Cavailable', 'status=http://hl7.org/fhir/imagingstudy-status%7Cavailable'].map((query) => client.send('GET', `ImagingStudy?${query}`).status), [200, 200, 200, 200], [200, 400, 400, 200]],
  'patches-by-path-only': [
    (client) => {
      const byPath = { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'delete' }, { name: 'path', valueString: 'Patient.birthDate' }] }] };
      return [client.send('PATCH', 'Patient/p1', [{ op: 'remove', path: '/birthDate' }], { 'content-type': 'application/json-patch+json' }).status, client.send('PATCH', 'Patient/p2', byPath).status, resourceOf(client.send('GET', 'metadata')).patchFormat !== undefined];
    },
    [200, 200, true],
    [415, 200, false],
  ],
  'rejections-are-500': [(client) => [client.send('GET', 'ImagingStudy?started=never').status, client.send('POST', 'Patient', '{"resourceType": "Patient"', { 'content-type': 'application/fhir+json' }).status, client.send('POST', 'Patient', { resourceType: 'Group' }).status], [400, 400, 400], [500, 500, 400]],
  'prefer-ignored': [status('GET', 'ImagingStudy?nonsense=1', undefined, { prefer: 'handling=strict' }), 400, 200],
  'opaque-version-ids': [(client) => [client.send('GET', 'Patient/p1').headers['etag'], resourceOf(client.send('GET', 'Patient/p1')).meta?.versionId, client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1' }, { 'if-match': 'W/"v1x"' }).status], ['W/"1"', '1', 412], ['W/"v1x"', 'v1x', 200]],
  'unversioned-with-entity-tags': [(client) => [/^"[A-Za-z0-9+/]{27}"$/.test(client.send('GET', 'Patient/p1').headers['etag'] ?? ''), resourceOf(client.send('GET', 'Patient/p1')).meta?.versionId], [false, '1'], [true, undefined]],
  'unversioned': [(client) => [client.send('GET', 'Patient/p1').headers['etag'], resourceOf(client.send('GET', 'Patient/p1')).meta?.versionId, client.send('GET', 'Patient/p1/_history').status], ['W/"1"', '1', 200], [undefined, undefined, 405]],
  'history-goes-with-deletion': [
    (client) => {
      client.send('DELETE', 'Patient/p3');
      return [client.send('GET', 'Patient/p3').status, client.send('GET', 'Patient/p3/_history').status, client.send('GET', 'Patient/p3/_history/1').status, client.bundle('Patient/_history').entry?.some(({ fullUrl }) => fullUrl?.endsWith('/p3'))];
    },
    [410, 200, 200, true],
    [410, 404, 404, false],
  ],
  'past-versions-not-kept': [
    (client) => {
      client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1', gender: 'other' });
      return [client.send('GET', 'Patient/p1/_history/1').status, client.send('GET', 'Patient/p1/_history/2').status, client.bundle('Patient/p1/_history').entry?.length];
    },
    [200, 200, 2],
    [404, 200, 1],
  ],
  'changes-name-their-version': [(client) => [client.send('DELETE', 'Patient/p3').status, client.send('DELETE', 'Patient/p2', undefined, { 'if-match': 'W/"1"' }).status], [204, 204], [428, 204]],
  'updates-name-their-version': [(client) => ([{}, { 'if-match': 'W/"1"' }] as Record<string, string>[]).map((headers) => client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1' }, headers).status), [200, 412], [400, 200]],
  'last-updated-in-local-time': [(client) => /Z$|\+02:00$/.exec(String(resourceOf(client.send('GET', 'Patient/p1')).meta?.lastUpdated))?.[0], 'Z', '+02:00'],
  'narrative-added': [(client) => (resourceOf(client.send('POST', 'Patient', { resourceType: 'Patient' })).text as { status: string } | undefined)?.status, undefined, 'generated'],
  'tag-added': [(client) => resourceOf(client.send('POST', 'Patient', { resourceType: 'Patient' })).meta?.tag, undefined, [{ system: 'https://server.example/tenant', code: 'main' }]],
  'identifier-added': [(client) => (resourceOf(client.send('POST', 'Patient', { resourceType: 'Patient', identifier: [{ value: '1' }] }))['identifier'] as { system?: string }[]).map(({ system }) => system), [undefined], [undefined, 'https://server.example/master-patient-index']],
  'delete-is-202': [status('DELETE', 'Patient/p3'), 204, 202],
  'deletes-later': [(client) => [client.send('DELETE', 'Patient/p3').status, client.send('GET', 'Patient/p3').status, client.ids('Patient').includes('p3'), 1, 2, 3].map((said) => (typeof said === 'number' && said < 9 ? client.send('GET', 'Patient/p3').status : said)), [204, 410, false, 410, 410, 410], [202, 200, true, 200, 200, 200]],
  'modified-since-by-fraction': [(client) => client.send('GET', 'Patient/p1', undefined, { 'if-modified-since': String(client.send('GET', 'Patient/p1').headers['last-modified']) }).status, 304, 200],
  'properties-reordered': [(client) => Object.keys(JSON.parse(client.send('GET', 'Patient/p1').body) as object)[0], 'resourceType', 'id'],
  'pretty': [(client) => client.send('GET', 'Patient/p1').body.split('\n').length > 1, false, true],
  'no-body-after-write': [(client) => client.send('POST', 'Patient', { resourceType: 'Patient' }).body === '', false, true],
};

test('there are at least 25 variants, each with a probe', () => {
  expect(VARIANTS.map(({ id }) => id).toSorted()).toEqual(Object.keys(PROBES).toSorted());
  expect(VARIANTS.length).toBeGreaterThanOrEqual(25);
});

/** For variants of who may see what. */
const RULES = { tokens: ['all-rights'], patientTokens: { 'one-patient': 'Patient/p1' } };

test.each(VARIANTS)('$id: $does', ({ id, override, guarded }) => {
  const access = guarded === true ? { access: RULES } : {};
  const [probe, reference, variant] = PROBES[id] as NonNullable<(typeof PROBES)[string]>;
  expect(probe(createClient(access))).toEqual(reference);
  expect(probe(createClient({ ...access, behaviour: behaviourWith([override]) }))).toEqual(variant);
});

/** Variants that refuse some of the searches below, or pass over a part of them, or whose matches are not marked as such. */
const OTHERWISE = ['get-search-refused', 'post-search-refused', 'post-criteria-kept-secret', 'modifiers-refused', 'modifiers-not-implemented', 'chains-refused', 'chains-ignored', 'sort-refused', 'no-search-mode', 'one-patient-at-a-time'];

/** Whatever a variant does, it stays legal: the same matches, on pages that end, each once. Where matches are left open, they may differ. */
test.each(VARIANTS.filter(({ id }) => !OTHERWISE.includes(id) && !id.startsWith('open-points-')))('$id finds what the reference finds', ({ override }) => {
  const reference = createClient();
  const client = createClient({ behaviour: behaviourWith([override]) });
  for (const url of ['ImagingStudy?_count=2', 'ImagingStudy?modality=CT&_count=1', 'ImagingStudy?modality:not=CT', 'Patient?_sort=-birthdate&_count=2', 'ImagingStudy?patient.identifier=A1']) {
    expect(client.ids(url).toSorted()).toEqual(reference.ids(url).toSorted());
  }
  expect(matchIds(resourceOf(client.post('ImagingStudy/_search', 'started=ge2024-01-02&_count=3')) as Bundle).toSorted()).toEqual(['s2', 's3', 's4']);
});
