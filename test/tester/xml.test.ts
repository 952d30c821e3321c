/** The tests of XML against servers that declare it and do it in their own way. */
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { HttpResponse } from '../../scripts/core/result';
import { loadElementTable } from '../../scripts/formats/element-table';
import { toXml } from '../../scripts/formats/to-xml';
import { runTests } from '../../scripts/tester/run-tests';
import { BASE, fakeServer, noWait, searchset, statement } from './fake-server';

const STUDY: Resource = { resourceType: 'ImagingStudy', id: 's1', meta: { versionId: '1' }, status: 'available', subject: { reference: 'Patient/p1' }, numberOfSeries: 1, series: [{ uid: '1.2.3', modality: { code: 'CT' } }] };
const table = loadElementTable(FHIR_VERSIONS.R4);
type Answer = Partial<HttpResponse> & { json?: unknown };

/** A server with one study that answers XML as the function says. */
async function verdictsOf(inXml: (resource: Resource, status: number) => Answer, formats = ['json', 'xml']) {
  const { transport } = fakeServer(({ path, headers }) => {
    const said = statement(['modality'], { format: formats }) as Resource;
    const [status, resource]: readonly [number, Resource] = path.startsWith('metadata') ? [200, said] : path.startsWith('ImagingStudy/s1') ? [200, STUDY] : path.startsWith('ImagingStudy?') ? [200, searchset([STUDY]) as Resource] : [404, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] }];
    const isXml = /_format=[^&]*xml/.test(path) || (headers['Accept'] ?? '').includes('xml');
    return isXml ? inXml(resource, status) : { status, json: resource };
  });
  const run = await runTests({ url: BASE, transport, wait: noWait, only: ['*xml*'] });
  return Object.fromEntries(run.results.filter(({ id }) => id.includes('xml')).map(({ id, verdict, requirement }) => [id, `${verdict} ${requirement.id.replace('fhir-r4-', '')}`]));
}

const fhir = (resource: Resource, status = 200, contentType = 'application/fhir+xml'): Answer => ({ status, headers: { 'content-type': contentType }, body: toXml(resource, table) });

test('XML that says what JSON says passes, with errors in either format', async () => {
  const all = { 'capability.xml': 'pass xml-content', 'read.imagingstudy.xml': 'pass xml-negotiation', 'read.imagingstudy.xml-format': 'pass format-parameter', 'read.imagingstudy.xml-search': 'pass xml-content', 'read.imagingstudy.xml-error': 'pass error-outcome' };
  expect(await verdictsOf((resource, status) => fhir(resource, status))).toEqual(all);
  expect(await verdictsOf((resource, status) => (status === 404 ? { status, json: resource } : fhir(resource, status)))).toEqual(all);
});

test.each<[string, (resource: Resource, status: number) => Answer, string]>([
  ['a general media type', (resource, status) => fhir(resource, status, 'text/xml; charset=utf-8'), 'warn xml-negotiation'],
  ['a wrong media type', (resource, status) => fhir(resource, status, 'text/html'), 'fail xml-negotiation'],
  ['JSON under the name of XML', (resource, status) => ({ status, json: resource, headers: { 'content-type': 'application/fhir+xml' } }), 'fail xml-content'],
  ['a refusal', () => ({ status: 406, body: '' }), 'fail xml-negotiation'],
  ['another value', (resource, status) => fhir({ ...resource, status: 'cancelled' }, status), 'fail xml-content'],
  ['the wrong order', (resource, status) => ({ ...fhir(resource, status), body: toXml(resource, table).replace(/(<status.*?\/>)(<subject>.*<\/subject>)/, '$2$1') }), 'fail xml-content'],
  ['broken XML', (resource, status) => ({ ...fhir(resource, status), body: toXml(resource, table).replace('</ImagingStudy>', '') }), 'fail xml-content'],
  ['a newer version', (resource, status) => fhir({ ...resource, meta: { versionId: '2' }, status: 'cancelled' }, status), 'no-data xml-negotiation'],
])('%s', async (_, inXml, verdict) => {
  expect((await verdictsOf(inXml))['read.imagingstudy.xml']).toBe(verdict);
});

test('an error without an OperationOutcome is warned of, and nothing is asked where XML is not declared', async () => {
  expect((await verdictsOf((resource, status) => (status === 404 ? { status, body: '<html/>' } : fhir(resource, status))))['read.imagingstudy.xml-error']).toBe('warn error-outcome');
  const verdicts = await verdictsOf(() => ({ status: 500, body: '' }), ['json']);
  expect(new Set(Object.values(verdicts).map((said) => said.split(' ')[0]))).toEqual(new Set(['not-declared']));
});

/** The verdicts on _format of a server that goes by the Accept header alone. */
async function passingOverFormat(served: readonly ('json' | 'xml')[]) {
  const { transport } = fakeServer(({ path, headers }) => {
    const resource = path.startsWith('metadata') ? (statement(['modality'], { format: served }) as Resource) : path.startsWith('ImagingStudy?') ? (searchset([STUDY]) as Resource) : STUDY;
    const wanted = (headers['Accept'] ?? '').includes('xml') ? 'xml' : 'json';
    if (!served.includes(wanted)) return { status: 406, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported' }] } };
    return wanted === 'xml' ? fhir(resource) : { status: 200, json: resource };
  });
  const run = await runTests({ url: BASE, transport, wait: noWait, only: ['*format-json', '*xml-format'] });
  return Object.fromEntries(run.results.filter(({ id }) => /format-json|xml-format/.test(id)).map(({ id, verdict, message }) => [id, [verdict, message]]));
}

test('_format is a should: a server that goes by the Accept header alone is warned, in JSON alone and with XML', async () => {
  const said = expect.stringContaining('passes over _format') as string;
  expect((await passingOverFormat(['json']))['read.imagingstudy.format-json']).toEqual(['warn', said]);
  expect(await passingOverFormat(['json', 'xml'])).toEqual({ 'read.imagingstudy.format-json': ['warn', said], 'read.imagingstudy.xml-format': ['warn', expect.stringContaining('_format is passed over')] });
});
