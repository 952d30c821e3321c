import type { Bundle, BundleEntry, Resource } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, resourceOf, BASE, type Client } from './client';
import { MRN } from './fixture';

const patient = (id?: string, more: object = {}): Resource => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }), ...more });
const study = (more: object): Resource => ({ resourceType: 'ImagingStudy', status: 'available', ...more });
const entry = (method: string, url: string, resource?: Resource, more: Partial<BundleEntry> & { ifs?: object } = {}): BundleEntry => {
  const { ifs, ...rest } = more;
  return { ...rest, ...(resource === undefined ? {} : { resource }), request: { method, url, ...ifs } };
};
const send = (client: Client, type: string, entries: BundleEntry[], headers?: Record<string, string>) => client.send('POST', '', { resourceType: 'Bundle', type, ...(entries.length === 0 ? {} : { entry: entries }) }, headers);
const statuses = (response: { body: string }) => ((JSON.parse(response.body) as Bundle).entry ?? []).map(({ response: answer }) => answer?.status);

describe('transaction', () => {
  test('answers each entry in order with status, location and ETag, and without resources unless asked', () => {
    const client = createClient();
    const response = send(client, 'transaction', [
      entry('GET', 'Patient/p1'),
      entry('PUT', 'Patient/p3', patient('p3')),
      entry('POST', 'Patient', patient()),
      entry('DELETE', 'Patient/p2'),
    ]);
    expect(response.status).toBe(200);
    const bundle = resourceOf(response) as Bundle;
    expect(bundle.type).toBe('transaction-response');
    expect(bundle.entry?.map(({ resource, response: answer }) => [answer?.status, answer?.etag, answer?.location, resource?.id])).toEqual([
      ['200 OK', 'W/"1"', undefined, 'p1'],
      ['200 OK', 'W/"2"', undefined, undefined],
      ['201 Created', 'W/"1"', `${BASE}/Patient/new-1/_history/1`, undefined],
      ['204 No Content', 'W/"2"', undefined, undefined],
    ]);
    const full = send(client, 'transaction', [entry('POST', 'Patient', patient())], { prefer: 'return=representation' });
    expect((resourceOf(full) as Bundle).entry?.[0]).toMatchObject({ fullUrl: `${BASE}/Patient/new-2`, resource: { id: 'new-2' } });
  });

  test('deletes, creates, updates and reads in that order, whatever the order of entries', () => {
    const client = createClient();
    const response = send(client, 'transaction', [
      entry('GET', 'Patient?_sort=_id'),
      entry('POST', 'Patient', patient(undefined, { identifier: [{ system: MRN, value: 'B2' }] })),
      entry('DELETE', `Patient?identifier=${MRN}|B2`),
    ]);
    expect(statuses(response)).toEqual(['200 OK', '201 Created', '204 No Content']);
    const seen = ((resourceOf(response) as Bundle).entry?.[0]?.resource as Bundle).entry?.map(({ resource }) => resource?.id);
    expect(seen).toEqual(['new-1', 'p1', 'p3']);
  });

  test('links between entries point at their new places, in references, uris and the narrative; circles too', () => {
    const client = createClient();
    const response = send(client, 'transaction', [
      entry('POST', 'ImagingStudy', study({
        subject: { reference: 'urn:uuid:p' },
        endpoint: [{ reference: 'http://other.example/fhir/Endpoint/7' }],
        text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:p">P</a> urn:uuid:p</div>' },
        extension: [{ url: 'urn:x', valueUri: 'urn:uuid:p' }, { url: 'urn:x', valueCanonical: 'urn:uuid:p' }, { url: 'urn:x', valueString: 'urn:uuid:p' }],
        basedOn: [{ reference: 'ServiceRequest/r1' }, { reference: 'Task/9' }, { reference: 'http://other.example/fhir/Task/9/_history/2' }],
      }), { fullUrl: 'http://other.example/fhir/ImagingStudy/1' }),
      entry('POST', 'Patient', patient(undefined, { link: [{ other: { reference: 'urn:uuid:p' }, type: 'seealso' }] }), { fullUrl: 'urn:uuid:p' }),
      entry('PUT', 'Endpoint/e7', { resourceType: 'Endpoint', id: 'e7', status: 'active' }, { fullUrl: 'http://other.example/fhir/Endpoint/7' }),
      entry('POST', 'Task', { resourceType: 'Task', status: 'draft', intent: 'order' }, { fullUrl: 'http://other.example/fhir/Task/9' }),
    ]);
    expect(response.status).toBe(200);
    const created = resourceOf(client.send('GET', 'ImagingStudy/new-1'));
    expect(created).toMatchObject({
      subject: { reference: 'Patient/new-2' },
      endpoint: [{ reference: 'Endpoint/e7' }],
      text: { div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="Patient/new-2">P</a> urn:uuid:p</div>' },
      extension: [{ valueUri: 'Patient/new-2' }, { valueCanonical: 'urn:uuid:p' }, { valueString: 'urn:uuid:p' }],
      basedOn: [{ reference: 'ServiceRequest/r1' }, { reference: 'Task/new-3' }, { reference: 'http://other.example/fhir/Task/9/_history/2' }],
    });
    expect(resourceOf(client.send('GET', 'Patient/new-2'))).toMatchObject({ link: [{ other: { reference: 'Patient/new-2' } }] });
    expect(client.ids('ImagingStudy?patient=new-2')).toEqual(['new-1']);
  });

  test('a reference by search becomes the one resource it selects, also one of the same transaction', () => {
    const client = createClient();
    const response = send(client, 'transaction', [
      entry('POST', 'ImagingStudy', study({ subject: { reference: `Patient?identifier=${MRN}|A1` }, basedOn: [{ reference: 'ServiceRequest?identifier=NEW' }] })),
      entry('POST', 'ServiceRequest', { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/p1' }, identifier: [{ value: 'NEW' }] }),
    ], { prefer: 'return=representation' });
    expect(response.status).toBe(200);
    expect((resourceOf(response) as Bundle).entry?.[0]?.resource).toMatchObject({ subject: { reference: 'Patient/p1' }, basedOn: [{ reference: 'ServiceRequest/new-2' }], meta: { versionId: '1' } });
    expect(client.ids('ImagingStudy?basedon=ServiceRequest/new-2')).toEqual(['new-1']);
    expect(client.bundle('ImagingStudy/new-1/_history').total).toBe(1);
  });

  const makes = (id: string) => entry('PUT', `Patient/${id}`, patient(id));
  test.each<[string, BundleEntry[], number]>([
    ['a body that does not fit', [makes('t'), entry('PUT', 'Patient/x', patient('y'))], 400],
    ['a stale If-Match', [makes('t'), entry('PUT', 'Patient/p3', patient('p3'), { ifs: { ifMatch: 'W/"9"' } })], 412],
    ['criteria that select several', [makes('t'), entry('DELETE', `Patient?identifier=${MRN}|`)], 412],
    ['a read of what is not there', [makes('t'), entry('GET', 'Patient/none')], 404],
    ['an unknown type', [makes('t'), entry('POST', 'Nonsense', { resourceType: 'Nonsense' })], 404],
    ['no request', [makes('t'), { resource: patient() }], 400],
    ['an unknown method', [makes('t'), entry('MOVE', 'Patient/p1')], 400],
    ['no resource', [makes('t'), entry('POST', 'Patient')], 400],
    ['a bundle within', [makes('t'), entry('POST', '', { resourceType: 'Bundle', type: 'batch' })], 400],
    ['one resource twice', [makes('t'), entry('DELETE', 'Patient/t')], 400],
    ['one resource twice by criteria', [makes('t'), entry('PUT', 'Patient/p1', patient('p1')), entry('DELETE', `Patient?identifier=${MRN}|A1`)], 400],
    ['one fullUrl twice', [entry('POST', 'Patient', patient(), { fullUrl: 'urn:uuid:1' }), entry('POST', 'Patient', patient(), { fullUrl: 'urn:uuid:1' })], 400],
    ['a reference by search that selects none', [makes('t'), entry('POST', 'ImagingStudy', study({ subject: { reference: `Patient?identifier=${MRN}|NONE` } }))], 412],
    ['a reference by search that selects several', [makes('t'), entry('POST', 'ImagingStudy', study({ subject: { reference: `Patient?identifier=${MRN}|` } }))], 412],
    ['a reference by search that is none', [makes('t'), entry('POST', 'ImagingStudy', study({ subject: { reference: 'Nonsense?x=1' } }))], 400],
  ])('%s fails the whole and leaves nothing', (_name, entries, status) => {
    const client = createClient();
    const before = client.bundle('_history?_count=1000');
    const searched = client.ids('?_count=1000');
    const response = send(client, 'transaction', entries);
    expect(response.status).toBe(status);
    expect(diagnosticsOf(response)).toMatch(/entr/);
    expect(client.bundle('_history?_count=1000')).toEqual(before);
    expect(client.ids('?_count=1000').toSorted()).toEqual(searched.toSorted());
  });

  test('conditional creates, updates and deletes work within', () => {
    const client = createClient();
    const response = send(client, 'transaction', [
      entry('POST', 'Patient', patient(), { fullUrl: 'urn:uuid:a', ifs: { ifNoneExist: `identifier=${MRN}|A1` } }),
      entry('PUT', `Patient?identifier=${MRN}|B2`, patient(undefined, { identifier: [{ system: MRN, value: 'B2' }], active: true })),
      entry('PUT', `Patient?identifier=${MRN}|NEW`, patient(undefined, { identifier: [{ system: MRN, value: 'NEW' }] })),
      entry('DELETE', `Patient?identifier=${MRN}|NONE`),
      entry('POST', 'ImagingStudy', study({ subject: { reference: 'urn:uuid:a' } })),
      entry('PATCH', 'Patient/p3', { resourceType: 'Binary', contentType: 'application/json-patch+json', data: Buffer.from('[{"op":"add","path":"/active","value":true}]').toString('base64') }),
    ]);
    expect(statuses(response)).toEqual(['200 OK', '200 OK', '201 Created', '204 No Content', '201 Created', '200 OK']);
    expect(resourceOf(client.send('GET', 'Patient/p2'))).toMatchObject({ active: true, meta: { versionId: '2' } });
    expect(resourceOf(client.send('GET', 'Patient/p3'))).toMatchObject({ active: true, name: [{ family: 'Cole' }] });
    expect(client.ids('ImagingStudy?patient=p1')).toEqual(['s1', 'new-1']);
  });

  test('an empty one is no error', () => {
    expect(resourceOf(send(createClient(), 'transaction', []))).toEqual({ resourceType: 'Bundle', type: 'transaction-response' });
  });
});

describe('batch', () => {
  test('entries stand alone: one that fails does not touch the others', () => {
    const client = createClient();
    const response = send(client, 'batch', [
      entry('GET', 'Patient/none'),
      entry('PUT', 'Patient/t', patient('t')),
      entry('PUT', 'Patient/x', patient('y')),
      { resource: patient() },
      entry('GET', `${BASE}/Patient?_id=t`),
      entry('HEAD', 'Patient/p1'),
      entry('GET', 'Patient/p1', undefined, { ifs: { ifNoneMatch: 'W/"1"' } }),
    ]);
    expect(response.status).toBe(200);
    expect((resourceOf(response) as Bundle).type).toBe('batch-response');
    expect(statuses(response)).toEqual(['404 Not Found', '201 Created', '400 Bad Request', '400 Bad Request', '200 OK', '200 OK', '304 Not Modified']);
    const bundle = resourceOf(response) as Bundle;
    expect(bundle.entry?.[0]?.response?.outcome).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] });
    expect((bundle.entry?.[4]?.resource as Bundle).total).toBe(1);
    expect(bundle.entry?.[5]?.resource).toBeUndefined();
  });

  test.each(['collection', 'searchset', 'document', undefined])('a Bundle of type %s is refused', (type) => {
    expect(createClient().send('POST', '', { resourceType: 'Bundle', ...(type === undefined ? {} : { type }) }).status).toBe(400);
    expect(createClient().send('POST', '', patient()).status).toBe(400);
  });
});
