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
  'conditional-update-takes-first': [status('PUT', `Patient?identifier=${MRN}|`, patient()), 412, 200],
  'conditional-delete-takes-first': [status('DELETE', `Patient?identifier=${MRN}|`), 412, 204],
  'error-without-outcome': [(client) => client.send('GET', 'Patient/none').body.slice(0, 17), '{"resourceType":"', 'Error'],
  'error-is-200': [status('GET', 'Patient/none'), 404, 200],
  'wrong-content-type': [header('content-type', 'GET', 'Patient/p1'), 'application/fhir+json; charset=utf-8', 'text/html; charset=utf-8'],
  'read-without-etag': [header('etag', 'GET', 'Patient/p1'), 'W/"1"', undefined],
  'etag-constant': [after(twoVersions, header('etag', 'GET', 'Patient/p3')), 'W/"2"', 'W/"0"'],
  'read-without-last-modified': [header('last-modified', 'POST', 'Patient', patient()), 'Thu, 01 Jan 2026 00:00:16 GMT', undefined],
  'create-without-location': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, undefined],
  'create-is-200': [status('POST', 'Patient', patient()), 201, 200],
  'create-keeps-client-id': [(client) => resourceOf(client.send('POST', 'Patient', patient('mine'))).id, 'new-1', 'mine'],
  'update-takes-any-id': [status('PUT', 'Patient/p3', patient('p4')), 400, 200],
  'update-as-create-is-200': [status('PUT', 'Patient/p9', patient('p9')), 201, 200],
  'version-id-constant': [(client) => resourceOf(twoVersions(client)).meta?.versionId, '2', '1'],
  'vread-returns-current': [after(twoVersions, (client) => resourceOf(client.send('GET', 'Patient/p3/_history/1')).active), undefined, true],
  'read-returns-first-version': [after(twoVersions, (client) => resourceOf(client.send('GET', 'Patient/p3')).active), true, undefined],
  'unknown-read-is-400': [status('GET', 'Patient/none'), 404, 400],
  'history-oldest-first': [after(twoVersions, history), 'PUT POST', 'POST PUT'],
  'history-omits-deletes': [after(drop('Patient', 'p3'), history), 'DELETE POST', 'POST'],
  'history-since-ignored': [after(twoVersions, (client) => client.bundle('Patient/p3/_history?_since=2026-01-01T00:00:16Z').entry?.length), 1, 2],
  'not-acceptable-ignored': [status('GET', 'Patient/p1', undefined, { accept: 'application/fhir+turtle' }), 406, 200],
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
};
