import type { Resource } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, resourceOf, BASE } from './client';
import { MRN } from './fixture';

const patient = (id?: string, more: object = {}): Resource => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }), ...more });
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

describe('create', () => {
  test('gives id, version and time of its own, whatever the body claims', () => {
    const client = createClient();
    const response = client.send('POST', 'Patient', patient('mine', { meta: { versionId: '7', lastUpdated: '1999-01-01T00:00:00Z', tag: [{ code: 'kept' }] }, active: true }));
    expect(response.status).toBe(201);
    expect(response.headers).toEqual({ location: `${BASE}/Patient/new-1/_history/1`, etag: 'W/"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:16 GMT', 'content-type': 'application/fhir+json; charset=utf-8' });
    expect(resourceOf(response)).toEqual(patient('new-1', { meta: { tag: [{ code: 'kept' }], versionId: '1', lastUpdated: '2026-01-01T00:00:16.000Z' }, active: true }));
    expect(resourceOf(client.send('GET', 'Patient/new-1'))).toEqual(resourceOf(response));
  });

  test.each([
    ['minimal', (body: string) => expect(body).toBe('')],
    ['representation', (body: string) => expect(JSON.parse(body)).toMatchObject({ resourceType: 'Patient', id: 'new-1' })],
    ['OperationOutcome', (body: string) => expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] })],
  ])('Prefer: return=%s', (preference, check) => {
    const response = createClient().send('POST', 'Patient', patient(), { prefer: `return=${preference}` });
    expect([response.status, response.headers.etag]).toEqual([201, 'W/"1"']);
    check(response.body);
  });

  test.each([
    ['no match creates', `identifier=${MRN}|NEW`, 201],
    ['one match answers with it', `identifier=${MRN}|A1`, 200],
    ['several matches are refused', `identifier=${MRN}|`, 412],
    ['an unknown criterion is refused', 'nonsense=1', 400],
    ['an empty criterion is refused', 'identifier=', 400],
    ['result parameters are no criterion', '_count=1', 400],
  ])('If-None-Exist: %s', (_name, criteria, status) => {
    const client = createClient();
    const before = client.ids('Patient').length;
    const response = client.send('POST', 'Patient', patient(), { 'if-none-exist': criteria });
    expect(response.status).toBe(status);
    expect(client.ids('Patient').length - before).toBe(status === 201 ? 1 : 0);
    if (status === 200) expect(response.headers).toMatchObject({ location: `${BASE}/Patient/p1/_history/1`, etag: 'W/"1"' });
  });
});

describe('read and vread', () => {
  test.each([
    ['the current tag', { 'if-none-match': 'W/"1"' }, 304],
    ['one of several tags', { 'if-none-match': 'W/"8", "1"' }, 304],
    ['any tag', { 'if-none-match': '*' }, 304],
    ['another tag', { 'if-none-match': 'W/"2"' }, 200],
    ['not modified since', { 'if-modified-since': 'Thu, 01 Jan 2026 00:00:02 GMT' }, 304],
    ['modified since', { 'if-modified-since': 'Wed, 31 Dec 2025 23:00:00 GMT' }, 200],
    ['the tag decides before the date', { 'if-none-match': 'W/"2"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:02 GMT' }, 200],
    ['a date that is none', { 'if-modified-since': 'soon' }, 200],
    ['a tag that is none', { 'if-none-match': 'garbage' }, 400],
  ])('conditional read: %s', (_name, headers, status) => {
    const response = createClient().send('GET', 'Patient/p1', undefined, headers);
    expect(response.status).toBe(status);
    if (status === 304) expect([response.body, response.headers.etag]).toEqual(['', 'W/"1"']);
  });

  test('each version stays; a deleted one is gone, an unknown one not found', () => {
    const client = createClient();
    client.send('PUT', 'Patient/p3', patient('p3', { active: true }));
    client.send('DELETE', 'Patient/p3');
    client.send('PUT', 'Patient/p3', patient('p3', { active: false }));
    expect(resourceOf(client.send('GET', 'Patient/p3/_history/1'))).toMatchObject({ name: [{ family: 'Cole' }], meta: { versionId: '1' } });
    expect(resourceOf(client.send('GET', 'Patient/p3/_history/2')).active).toBe(true);
    expect(client.send('GET', 'Patient/p3/_history/3').status).toBe(410);
    expect(resourceOf(client.send('GET', 'Patient/p3/_history/4')).active).toBe(false);
    expect(client.send('GET', 'Patient/p3/_history/5').status).toBe(404);
    expect(client.send('GET', 'Patient/p3').headers.etag).toBe('W/"4"');
  });

  test('HEAD says what GET says, without the body', () => {
    const client = createClient();
    const get = client.send('GET', 'Patient/p1');
    const head = client.send('HEAD', 'Patient/p1');
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers).toEqual({ ...get.headers, 'content-length': String(Buffer.byteLength(get.body)) });
    expect(client.send('HEAD', 'Patient/none')).toMatchObject({ status: 404, body: '' });
  });
});

describe('update', () => {
  test.each([
    ['a body without id', patient(), {}, 400],
    ['a body with another id', patient('p4'), {}, 400],
    ['a body of another type', { resourceType: 'Group', id: 'p3' }, {}, 400],
    ['the current version', patient('p3'), { 'if-match': 'W/"1"' }, 200],
    ['a strong tag', patient('p3'), { 'if-match': '"1"' }, 200],
    ['any version', patient('p3'), { 'if-match': '*' }, 200],
    ['a stale version', patient('p3'), { 'if-match': 'W/"0"' }, 412],
    ['a tag that is none', patient('p3'), { 'if-match': 'garbage' }, 400],
    ['only if it does not exist', patient('p3'), { 'if-none-match': '*' }, 412],
    ['a body that is no resource', { id: 'p3' }, {}, 400],
    ['an id that is no string', { resourceType: 'Patient', id: 3 }, {}, 400],
    ['a meta that is no object', { resourceType: 'Patient', id: 'p3', meta: ['x'] }, {}, 400],
    ['a body that is no JSON', '{"resourceType":"Patient",\n"id":}', {}, 400],
    ['an empty body', '', { 'content-type': 'application/fhir+json' }, 400],
    ['null', { ...patient('p3'), active: null }, {}, 400],
    ['an empty object', { ...patient('p3'), maritalStatus: {} }, {}, 400],
    ['an empty array', { ...patient('p3'), name: [] }, {}, 400],
    ['an empty string', { ...patient('p3'), gender: '' }, {}, 400],
    ['null beside extensions of primitives', { ...patient('p3'), name: [{ given: [null, 'B'], _given: [{ extension: [{ url: 'urn:x', valueCode: 'y' }] }, null] }] }, {}, 200],
  ])('%s', (_name, body, headers, status) => {
    const client = createClient();
    expect(client.send('PUT', 'Patient/p3', body, headers as Record<string, string>).status).toBe(status);
    expect(client.send('GET', 'Patient/p3').headers.etag).toBe(status === 200 ? 'W/"2"' : 'W/"1"');
  });

  test('creates at the id the client chose, and brings back what was deleted', () => {
    const client = createClient();
    const created = client.send('PUT', 'Patient/chosen', patient('chosen'));
    expect([created.status, created.headers.location]).toEqual([201, `${BASE}/Patient/chosen/_history/1`]);
    client.send('DELETE', 'Patient/chosen');
    const revived = client.send('PUT', 'Patient/chosen', patient('chosen'));
    expect([revived.status, revived.headers.etag]).toEqual([201, 'W/"3"']);
    expect(client.send('PUT', 'Patient/chosen9', patient('chosen9'), { 'if-match': 'W/"1"' }).status).toBe(412);
    expect(client.send('PUT', 'Patient/no_good', patient('no_good')).status).toBe(400);
  });

  test.each([
    ['one match', `identifier=${MRN}|A1`, patient(), 200, 'p1'],
    ['one match with its id', `identifier=${MRN}|A1`, patient('p1'), 200, 'p1'],
    ['one match with another id', `identifier=${MRN}|A1`, patient('p2'), 400, undefined],
    ['no match', `identifier=${MRN}|NEW`, patient(), 201, 'new-1'],
    ['no match with an id', `identifier=${MRN}|NEW`, patient('chosen'), 201, 'chosen'],
    ['no match with the id of another', `identifier=${MRN}|NEW`, patient('p2'), 409, undefined],
    ['several matches', `identifier=${MRN}|`, patient(), 412, undefined],
    ['no criteria', '', patient(), 400, undefined],
  ])('conditional: %s', (_name, criteria, body, status, id) => {
    const response = createClient().send('PUT', `Patient?${criteria}`, body);
    expect(response.status).toBe(status);
    if (id !== undefined) expect(resourceOf(response).id).toBe(id);
  });
});

describe('delete', () => {
  test('takes a resource out of reads and searches and leaves its history', () => {
    const client = createClient();
    const response = client.send('DELETE', 'ImagingStudy/s1');
    expect([response.status, response.body, response.headers.etag]).toEqual([204, '', 'W/"2"']);
    const read = client.send('GET', 'ImagingStudy/s1');
    expect([read.status, read.headers.etag]).toEqual([410, 'W/"2"']);
    expect(diagnosticsOf(read)).toContain('ImagingStudy/s1/_history');
    expect(client.ids('ImagingStudy?_id=s1')).toEqual([]);
    expect(client.send('DELETE', 'ImagingStudy/s1').status).toBe(204);
    expect(client.send('DELETE', 'ImagingStudy/unknown').status).toBe(204);
    expect(client.bundle('ImagingStudy/s1/_history').total).toBe(2);
  });

  test.each([
    ['a stale version', 'Patient/p3', { 'if-match': 'W/"0"' }, 412],
    ['the current version', 'Patient/p3', { 'if-match': 'W/"1"' }, 204],
    ['with an outcome', 'Patient/p3', { prefer: 'return=OperationOutcome' }, 200],
    ['one match', `Patient?identifier=${MRN}|A1`, {}, 204],
    ['no match', `Patient?identifier=${MRN}|NONE`, {}, 204],
    ['several matches', `Patient?identifier=${MRN}|`, {}, 412],
    ['no criteria', 'Patient', {}, 400],
  ])('%s', (_name, url, headers, status) => {
    const client = createClient();
    const before = client.ids('Patient').length;
    expect(client.send('DELETE', url, undefined, headers as Record<string, string>).status).toBe(status);
    expect(before - client.ids('Patient').length).toBe(status < 300 && !url.includes('NONE') ? 1 : 0);
  });
});

describe('patch', () => {
  test.each([
    ['a change', [{ op: 'add', path: '/active', value: true }], 200],
    ['a test that holds', [{ op: 'test', path: '/name/0/family', value: 'Cole' }, { op: 'remove', path: '/name' }], 200],
    ['a test that fails', [{ op: 'test', path: '/name/0/family', value: 'X' }, { op: 'remove', path: '/name' }], 422],
    ['a path that is not there', [{ op: 'replace', path: '/contact/0/gender', value: 'male' }], 422],
    ['a change of id', [{ op: 'replace', path: '/id', value: 'p4' }], 422],
    ['a change of type', [{ op: 'replace', path: '/resourceType', value: 'Group' }], 422],
    ['what is left is no FHIR', [{ op: 'add', path: '/active', value: null }], 422],
    ['an unknown operation', [{ op: 'merge', path: '/active', value: true }], 400],
    ['an operation without path', [{ op: 'add', value: true }], 400],
    ['no array', { op: 'add', path: '/active', value: true }, 400],
    ['a replacement of everything', [{ op: 'replace', path: '', value: 1 }], 422],
    ['an attack on the prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }], 422],
  ])('%s', (_name, patch, status) => {
    const client = createClient();
    const response = client.send('PATCH', 'Patient/p3', patch, JSON_PATCH);
    expect(response.status).toBe(status);
    expect(client.send('GET', 'Patient/p3').headers.etag).toBe(status === 200 ? 'W/"2"' : 'W/"1"');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('is version aware, says what it takes, and does not revive', () => {
    const client = createClient();
    const change = [{ op: 'add', path: '/active', value: true }];
    expect(client.send('PATCH', 'Patient/p3', change, { ...JSON_PATCH, 'if-match': 'W/"0"' }).status).toBe(412);
    const xml = client.send('PATCH', 'Patient/p3', '<diff/>', { 'content-type': 'application/xml-patch+xml' });
    expect([xml.status, xml.headers['accept-patch']]).toEqual([415, 'application/json-patch+json, application/fhir+json, application/fhir+xml']);
    expect(client.send('PATCH', 'Patient/none', change, JSON_PATCH).status).toBe(404);
    client.send('DELETE', 'Patient/p3');
    expect(client.send('PATCH', 'Patient/p3', change, JSON_PATCH).status).toBe(410);
    expect(client.send('PATCH', `Patient?identifier=${MRN}|A1`, change, JSON_PATCH).status).toBe(200);
    expect(client.send('PATCH', `Patient?identifier=${MRN}|`, change, JSON_PATCH).status).toBe(412);
    expect(client.send('PATCH', `Patient?identifier=${MRN}|NONE`, change, JSON_PATCH).status).toBe(404);
  });

  test.each([
    ['generated', 200, undefined],
    ['additional', 422, undefined],
    ['empty', 200, 'empty'],
  ])('a narrative that is %s does not outlive the data it tells of', (status, expected, left) => {
    const client = createClient();
    client.send('PUT', 'Patient/p3', patient('p3', { text: { status, div: '<div xmlns="http://www.w3.org/1999/xhtml">Cole</div>' } }));
    const response = client.send('PATCH', 'Patient/p3', [{ op: 'add', path: '/active', value: true }], JSON_PATCH);
    expect(response.status).toBe(expected);
    if (expected === 200) expect((resourceOf(response).text as { status: string } | undefined)?.status).toBe(left);
  });
});
