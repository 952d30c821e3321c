/** What the planted faults of the interactions show, beside the reference: status codes, headers, versions, histories, bundles, formats. */
import type { Bundle } from '../../scripts/core/fhir';
import { BASE, resourceOf, type Client } from './client';
import { after, badEntry, bundleOf, drop, found, header, history, patient, putEntry, status, twoVersions, type Probe, type Row } from './fault-probes';
import { MRN } from './fixture';

const asked = (headers: Record<string, string>, url = 'Patient/p1'): Probe => (client) => client.send('GET', url, undefined, headers).headers['content-type'];
const inXml = { accept: 'application/fhir+xml' };
const xmlBody = (client: Client, body: string) => client.send('POST', 'Patient', body, { 'content-type': 'application/fhir+xml' });
const PERSON = '<Patient xmlns="http://hl7.org/fhir"><extension url="http://u"><valueString value="x"/></extension><name><given value="A"/><given value="B"/></name></Patient>';
const person: Probe = (client) => {
  const { name, extension } = resourceOf(xmlBody(client, PERSON)) as { name?: { given: string[] }[]; extension?: unknown[] };
  return [name?.[0]?.given.length, extension?.length];
};
const [XML_TYPE, JSON_TYPE] = ['application/fhir+xml; charset=utf-8', 'application/fhir+json; charset=utf-8'];
/** What an answer in XML has in it. */
const xmlOf = (url: string, pattern: RegExp): Probe => (client) => (client.send('GET', url, undefined, inXml).body.match(pattern) ?? []).length;

/** What a history of two versions of p3 says. */
const told = (url: string, pick: (bundle: Bundle) => unknown): Probe => after(twoVersions, (client) => pick(client.bundle(url)));
const OF_P3 = 'Patient/p3/_history';
/** When the second version of p3 was made. */
const since = (client: Client) => {
  const at = resourceOf(client.send('GET', 'Patient/p3')).meta?.lastUpdated ?? '';
  return client.bundle(`${OF_P3}?_since=${encodeURIComponent(at)}`).entry?.length;
};
const patches = (type: string, path: string, parts: Record<string, object> = {}): Probe => (client) => {
  client.send('PUT', 'Patient/q', patient('q', { gender: 'male', name: [{ given: ['A', 'B', 'C'] }] }));
  const part = [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...Object.entries(parts).map(([name, value]) => ({ name, ...value }))];
  const { status: answered } = client.send('PATCH', 'Patient/q', { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] });
  const { name, gender } = resourceOf(client.send('GET', 'Patient/q')) as { name?: { given?: string[] }[]; gender?: string };
  return `${answered} ${gender} ${name?.[0]?.given?.join('') ?? '-'}`;
};
const GIVEN = 'Patient.name[0].given';

export const REST_PROBES: Readonly<Record<string, Row>> = {
  'stale-index-after-update': [after((client) => client.send('PUT', 'Patient/p3', patient('p3', { name: [{ family: 'New' }] })), found('Patient?family=New')), 'p3', ''],
  'deleted-still-found': [after(drop('ImagingStudy', 's1'), found('ImagingStudy?modality=SR')), '', 's1'],
  'created-not-found': [after((client) => client.send('POST', 'Patient', patient(undefined, { name: [{ family: 'New' }] })), found('Patient?family=New')), 'new-1', ''],
  'deleted-read-is-200': [after(drop('Patient', 'p3'), status('GET', 'Patient/p3')), 410, 200],
  'stale-if-match-accepted': [status('PUT', 'Patient/p3', patient('p3'), { 'if-match': 'W/"9"' }), 412, 200],
  'stale-if-match-is-500': [status('PUT', 'Patient/p3', patient('p3'), { 'if-match': 'W/"9"' }), 412, 500],
  'if-none-exist-ignored': [status('POST', 'Patient', patient(), { 'if-none-exist': `identifier=${MRN}|A1` }), 200, 201],
  'if-none-exist-takes-first': [status('POST', 'Patient', patient(), { 'if-none-exist': `identifier=${MRN}|` }), 412, 200],
  'conditional-update-creates': [status('PUT', `Patient?identifier=${MRN}|A1`, patient()), 200, 201],
  'apostrophe-breaks-search': [(client) => ['family=O%27Neill', "family=O'Neill", 'family=Oneill'].map((query) => client.send('GET', `Patient?${query}`).status), [200, 200, 200], [500, 500, 200]],
  'conditional-update-of-other-id': [status('PUT', 'Patient?_id=p1', { resourceType: 'Patient', id: 'p2' }), 400, 200],
  'conditional-update-takes-first': [status('PUT', `Patient?identifier=${MRN}|`, patient()), 412, 200],
  'conditional-delete-takes-first': [status('DELETE', `Patient?identifier=${MRN}|`), 412, 204],
  'error-without-outcome': [(client) => client.send('GET', 'Patient/none').body.slice(0, 17), '{"resourceType":"', 'Error'],
  'error-is-200': [status('GET', 'Patient/none'), 404, 200],
  'json-with-byte-order-mark': [(client) => client.send('GET', 'Patient/p1').body.charCodeAt(0), 123, 0xfeff],
  'wrong-content-type': [header('content-type', 'GET', 'Patient/p1'), 'application/fhir+json; charset=utf-8', 'text/html; charset=utf-8'],
  'read-without-etag': [header('etag', 'GET', 'Patient/p1'), 'W/"1"', undefined],
  'etag-constant': [after(twoVersions, header('etag', 'GET', 'Patient/p3')), 'W/"2"', 'W/"0"'],
  'read-without-last-modified': [header('last-modified', 'POST', 'Patient', patient()), 'Thu, 01 Jan 2026 00:00:16 GMT', undefined],
  'last-modified-as-instant': [header('last-modified', 'POST', 'Patient', patient()), 'Thu, 01 Jan 2026 00:00:16 GMT', '2026-01-01T00:00:16.000Z'],
  'location-leads-astray': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, `${new URL(BASE).pathname.slice(1)}/Patient/new-1/_history/1`],
  'create-without-location': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, undefined],
  'create-is-200': [status('POST', 'Patient', patient()), 201, 200],
  'create-keeps-client-id': [(client) => resourceOf(client.send('POST', 'Patient', patient('mine'))).id, 'new-1', 'mine'],
  'update-takes-any-id': [status('PUT', 'Patient/p3', patient('p4')), 400, 200],
  'update-takes-no-id': [status('PUT', 'Patient/p3', patient()), 400, 200],
  'overlong-id-taken': [status('PUT', `Patient/${'x'.repeat(65)}`, patient('x'.repeat(65))), 400, 201],
  'update-as-create-is-200': [status('PUT', 'Patient/p9', patient('p9')), 201, 200],
  'version-id-constant': [(client) => resourceOf(twoVersions(client)).meta?.versionId, '2', '1'],
  'vread-returns-current': [after(twoVersions, (client) => resourceOf(client.send('GET', 'Patient/p3/_history/1')).active), undefined, true],
  'read-returns-first-version': [after(twoVersions, (client) => resourceOf(client.send('GET', 'Patient/p3')).active), true, undefined],
  'unknown-read-is-400': [status('GET', 'Patient/none'), 404, 400],
  'history-oldest-first': [after(twoVersions, history), 'PUT POST', 'POST PUT'],
  'history-omits-deletes': [after(drop('Patient', 'p3'), history), 'DELETE POST', 'POST'],
  'history-since-ignored': [after(twoVersions, (client) => client.bundle('Patient/p3/_history?_since=2026-01-01T00:00:16Z').entry?.length), 1, 2],
  'not-acceptable-ignored': [status('GET', 'Patient/p1', undefined, { accept: 'application/fhir+turtle' }), 406, 200],
  'accept-first-only': [status('GET', 'Patient/p1', undefined, { accept: 'application/fhir+turtle, application/fhir+json;q=0.5' }), 200, 406],
  'format-parameter-ignored': [status('GET', 'Patient/p1?_format=ttl'), 406, 200],
  'any-content-type-taken': [status('POST', 'Patient', patient(), { 'content-type': 'text/plain' }), 415, 201],
  'head-is-404': [status('HEAD', 'Patient/p1'), 200, 404],
  'transaction-not-atomic': [after((client) => client.send('POST', '', bundleOf('transaction', putEntry('t1'), badEntry)), status('GET', 'Patient/t1')), 404, 200],
  'batch-all-or-nothing': [after((client) => client.send('POST', '', bundleOf('batch', putEntry('t1'), badEntry)), status('GET', 'Patient/t1')), 200, 404],
  'transaction-response-reordered': [(client) => (resourceOf(client.send('POST', '', bundleOf('transaction', putEntry('t1'), putEntry('t2')))) as Bundle).entry?.[0]?.response?.location, `${BASE}/Patient/t1/_history/1`, `${BASE}/Patient/t2/_history/1`],
  'json-patch-test-ignored': [status('PATCH', 'Patient/p3', [{ op: 'test', path: '/active', value: false }, { op: 'add', path: '/active', value: true }], { 'content-type': 'application/json-patch+json' }), 422, 200],
  'delete-is-404': [status('DELETE', 'Patient/none'), 204, 404],
  'xml-answered-as-json': [(client) => [asked(inXml)(client), asked({}, 'Patient/p1?_format=xml')(client)], [XML_TYPE, XML_TYPE], [JSON_TYPE, JSON_TYPE]],
  'xml-accept-ignored': [(client) => [asked(inXml)(client), asked({}, 'Patient/p1?_format=xml')(client)], [XML_TYPE, XML_TYPE], [JSON_TYPE, XML_TYPE]],
  'xml-format-unknown': [status('GET', 'Patient/p1?_format=xml'), 200, 406],
  'xml-declared-not-served': [status('GET', 'Patient/p1', undefined, inXml), 200, 406],
  'xml-as-plain-text': [asked(inXml), XML_TYPE, 'text/plain; charset=utf-8'],
  'xml-first-repetition-only': [xmlOf('ImagingStudy/s1', /<series>/g), 2, 1],
  'xml-without-numbers': [xmlOf('ImagingStudy/s1', /<numberOfSeries value="2"\/>/g), 1, 0],
  'xml-order-wrong': [xmlOf('Patient/p1', /<id value="p1"\/><meta>/g), 1, 0],
  'xml-body-first-repetition-only': [person, [2, 1], [1, 1]],
  'xml-body-without-extensions': [person, [2, 1], [2, undefined]],
  'xml-body-refused': [(client) => xmlBody(client, PERSON).status, 201, 415],
  'xml-body-breaks-server': [(client) => xmlBody(client, '<Patient').status, 400, 500],
  'history-since-exclusive': [after(twoVersions, since), 1, 0],
  'history-count-ignored': [told(`${OF_P3}?_count=1`, ({ entry }) => entry?.length), 1, 2],
  'history-without-next': [told(`${OF_P3}?_count=1`, ({ link }) => link?.map(({ relation }) => relation).join(' ')), 'self first next last', 'self first last'],
  'history-next-repeats': [told(`${OF_P3}?_count=1`, ({ link }) => link?.find(({ relation }) => relation === 'next')?.url.slice(-2)), '-1', '-0'],
  'history-entry-without-request': [told(OF_P3, ({ entry }) => entry?.[0]?.request?.method), 'PUT', undefined],
  'history-entry-without-response': [told(OF_P3, ({ entry }) => entry?.[0]?.response?.status), '200 OK', undefined],
  'history-entry-without-resource': [told(OF_P3, ({ entry }) => entry?.[0]?.resource?.id), 'p3', undefined],
  'history-full-url-of-version': [told(OF_P3, ({ entry }) => entry?.[0]?.fullUrl), `${BASE}/Patient/p3`, `${BASE}/Patient/p3/_history/1`],
  'history-current-only': [told(OF_P3, ({ entry }) => entry?.map(({ resource }) => resource?.meta?.versionId).join(' ')), '2 1', '2'],
  'history-omits-a-version': [after(twoVersions, told(OF_P3, ({ entry }) => entry?.map(({ resource }) => resource?.meta?.versionId).join(' '))), '3 2 1', '3 1'],
  'history-length-remembered': [(client) => [client.bundle(OF_P3), twoVersions(client), client.bundle(OF_P3)].slice(2).map((bundle) => (bundle as Bundle).entry?.length), [2], [1]],
  'history-as-searchset': [told(OF_P3, ({ type }) => type), 'history', 'searchset'],
  'history-total-zero': [told(OF_P3, ({ total }) => total), 2, 0],
  'history-of-instance-as-type': [told(OF_P3, ({ total }) => total), 2, 4],
  'history-of-type-as-system': [told('Patient/_history', ({ total }) => total), 4, 15],
  'history-of-system-as-type': [told('_history', ({ total }) => total), 15, 5],
  'head-search-is-400': [status('HEAD', 'Patient'), 200, 400],
  'head-without-etag': [header('etag', 'HEAD', 'Patient/p1'), 'W/"1"', undefined],
  'if-none-match-ignored': [status('GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"1"' }), 304, 200],
  'if-modified-since-ignored': [status('GET', 'Patient/p1', undefined, { 'if-modified-since': 'Thu, 01 Jan 2026 01:00:00 GMT' }), 304, 200],
  'not-modified-always': [status('GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"9"' }), 200, 304],
  'charset-of-another-encoding': [header('content-type', 'GET', 'Patient/p1'), 'application/fhir+json; charset=utf-8', 'application/fhir+json; charset=ISO-8859-1'],
  'not-modified-by-past-versions': [
    (client) => {
      client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1', gender: 'other' });
      return ['W/"1"', 'W/"2"', 'W/"9"'].map((tag) => client.send('GET', 'Patient/p1', undefined, { 'if-none-match': tag }).status);
    },
    [200, 304, 200],
    [304, 304, 200],
  ],
  'stale-if-match-delete-accepted': [status('DELETE', 'Patient/p3', undefined, { 'if-match': 'W/"9"' }), 412, 204],
  'fhirpath-patch-insert-at-front': [patches('insert', GIVEN, { index: { valueInteger: 1 }, value: { valueString: 'X' } }), '200 male AXBC', '200 male XABC'],
  'fhirpath-patch-move-is-nothing': [patches('move', GIVEN, { source: { valueInteger: 0 }, destination: { valueInteger: 2 } }), '200 male BCA', '200 male ABC'],
  'fhirpath-patch-delete-is-nothing': [patches('delete', `${GIVEN}[0]`), '200 male BC', '200 male ABC'],
  'fhirpath-patch-delete-takes-more': [patches('delete', `${GIVEN}.where($this='A')`), '200 male BC', '200 male -'],
  'fhirpath-patch-add-is-nothing': [patches('add', 'Patient.name[0]', { name: { valueString: 'given' }, value: { valueString: 'D' } }), '200 male ABCD', '200 male ABC'],
  'fhirpath-patch-replace-is-delete': [patches('replace', 'Patient.gender', { value: { valueCode: 'female' } }), '200 female ABC', '200 undefined ABC'],
  'fhirpath-patch-unknown-ignored': [patches('add', 'Patient', { name: { valueString: 'scoutNoSuchElement' }, value: { valueString: 'D' } }), '422 male ABC', '200 male ABC'],
  'fhirpath-patch-refused': [patches('delete', `${GIVEN}[0]`), '200 male BC', '415 male ABC'],
};
