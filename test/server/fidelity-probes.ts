/** Probes of faults in what a server keeps, where it says it is, and how criteria and entries stand beside others. */
import type { Bundle } from '../../scripts/core/fhir';
import { BASE, resourceOf, type Client } from './client';
import { after, bundleOf, found, header, patient, self, status, twoVersions, type Probe, type Row } from './fault-probes';
import { DCM, MRN } from './fixture';

const STUDY = {
  resourceType: 'ImagingStudy',
  id: 'whole',
  meta: { security: [{ code: 'HTEST' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  contained: [{ resourceType: 'Practitioner', id: 'a' }],
  extension: [{ url: 'urn:x', valueCode: 'x' }],
  status: 'available',
  subject: { reference: 'Patient/p1' },
  started: '2024-01-01T10:00:00Z',
  basedOn: [{ reference: 'ServiceRequest/r1' }],
  referrer: { reference: '#a' },
  numberOfSeries: 2,
  reasonCode: [{ text: 'b' }, { text: 'a' }],
  description: `ä${'x'.repeat(300)}`,
  _description: { id: 'd' },
};
type Study = Omit<typeof STUDY, 'numberOfSeries'> & { numberOfSeries: unknown; accessionNumber?: string };

const kept = (pick: (study: Study) => unknown): Probe => (client) => {
  client.send('PUT', 'ImagingStudy/whole', STUDY);
  return pick(resourceOf(client.send('GET', 'ImagingStudy/whole')) as unknown as Study);
};
const MEASURED = {
  json: '{"resourceType":"Observation","id":"m","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.0}}',
  xml: '<Observation xmlns="http://hl7.org/fhir"><id value="m"/><status value="final"/><code><text value="x"/></code><valueQuantity><value value="1.0"/></valueQuantity></Observation>',
};
/** A value that was sent in one format, as another shows it. */
const decimal = (sent: 'json' | 'xml', shown: 'json' | 'xml'): Probe => (client) => {
  client.send('PUT', 'Observation/m', MEASURED[sent], { 'content-type': `application/fhir+${sent}` });
  return /<value value="([^"]*)"|"value":([\d.]+)/.exec(client.send('GET', 'Observation/m', undefined, { accept: `application/fhir+${shown}` }).body)?.slice(1).join('');
};
const summarised: Probe = (client) => {
  client.send('PUT', 'ImagingStudy/whole', STUDY);
  return Object.keys(client.bundle('ImagingStudy?_id=whole&_summary=text').entry?.[0]?.resource ?? {}).sort().join(' ');
};
const failure = (pick: (text: string) => boolean): Probe => (client) => pick(client.send('GET', 'Patient/none').body);
const patched = (...operations: object[]): Probe => (client) => {
  client.send('PATCH', 'Patient/p1', operations, { 'content-type': 'application/json-patch+json' });
  return resourceOf(client.send('GET', 'Patient/p1'))['birthDate'];
};
const answered = (client: Client, bundle: Bundle) => (resourceOf(client.send('POST', '', bundle)) as Bundle).entry?.map(({ response, resource }) => [response?.status.slice(0, 3), resource?.['birthDate']].filter((part) => typeof part === 'string').join(' '));
const put = (id: string, birthDate: string) => ({ resource: patient(id, { birthDate }), request: { method: 'PUT', url: `Patient/${id}` } });
const BORN = '1980-02-29';

export const FIDELITY_PROBES: Record<string, Row> = {
  'contained-dropped': [kept(({ contained }) => contained), STUDY.contained, undefined],
  'last-updated-absent': [(client) => typeof resourceOf(client.send('GET', 'Patient/p1')).meta?.lastUpdated, 'string', 'undefined'],
  'extensions-dropped': [kept(({ extension }) => extension), STUDY.extension, undefined],
  'primitive-extensions-dropped': [kept(({ _description }) => _description), { id: 'd' }, undefined],
  'modifier-extensions-dropped': [(client) => {
    client.send('PUT', 'Patient/p1', patient('p1', { modifierExtension: [{ url: 'http://u', valueBoolean: true }] }));
    return resourceOf(client.send('GET', 'Patient/p1'))['modifierExtension'] !== undefined;
  }, true, false],
  'updates-merged': [(client) => {
    client.send('PUT', 'Patient/p1', patient('p1', { active: true }));
    client.send('PUT', 'Patient/p1', patient('p1'));
    return resourceOf(client.send('GET', 'Patient/p1'))['active'];
  }, undefined, true],
  'labels-dropped': [kept(({ meta }) => meta.security), [{ code: 'HTEST' }], undefined],
  'long-text-cut': [kept(({ description }) => description.length), 301, 255],
  'started-at-midnight': [(client) => {
    client.send('PUT', 'ImagingStudy/whole', { ...STUDY, started: '2024-03' });
    return resourceOf(client.send('GET', 'ImagingStudy/whole'))['started'];
  }, '2024-03', '2024-03-01T00:00:00Z'],
  'lists-reversed': [kept(({ reasonCode }) => reasonCode.map(({ text }) => text).join('')), 'ba', 'ab'],
  'decimal-zeros-dropped': [decimal('json', 'json'), '1.0', '1'],
  'decimal-zeros-dropped-in-xml': [(client) => [decimal('json', 'xml'), decimal('xml', 'json')].map((probe) => probe(client)), ['1.0', '1.0'], ['1', '1']],
  'letters-lost': [kept(({ description }) => description[0]), 'ä', '?'],
  'element-of-no-definition': [kept(({ accessionNumber }) => accessionNumber), undefined, 'A-1'],
  'count-is-text': [kept(({ numberOfSeries }) => numberOfSeries), 2, '2'],
  'order-as-object': [kept(({ basedOn }) => basedOn), STUDY.basedOn, STUDY.basedOn[0]],
  'time-without-zone': [kept(({ started }) => started), '2024-01-01T10:00:00Z', '2024-01-01T10:00:00'],
  'empty-text': [kept(({ description }) => description === ''), false, true],
  'narrative-with-script': [kept(({ text }) => text.div.includes('<script>')), false, true],
  'contained-absent': [kept(({ referrer }) => referrer?.reference === '#referrer'), false, true],
  'contained-orphan': [kept(({ contained }) => contained[0]?.id), 'a', 'orphan'],
  'day-of-no-calendar': [(client) => {
    client.send('PUT', 'Patient/p1', patient('p1', { birthDate: '1970-01-01' }));
    return resourceOf(client.send('GET', 'Patient/p1'))['birthDate'];
  }, '1970-01-01', '1970-02-30'],
  'period-backwards': [(client) => {
    client.send('PUT', 'Encounter/x', { resourceType: 'Encounter', id: 'x', status: 'finished', class: { code: 'AMB' }, period: { start: '2024-01-01', end: '2024-01-02' } });
    return resourceOf(client.send('GET', 'Encounter/x'))['period'];
  }, { start: '2024-01-01', end: '2024-01-02' }, { start: '2024-01-02', end: '2024-01-01' }],
  'location-without-version': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, `${BASE}/Patient/new-1`],
  'location-of-other-version': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, `${BASE}/Patient/new-1/_history/10`],
  'location-on-inner-host': [header('location', 'POST', 'Patient', patient()), `${BASE}/Patient/new-1/_history/1`, 'http://fhir-node-3.internal:8080/fhir/Patient/new-1/_history/1'],
  'update-answers-old-version': [(client) => resourceOf(client.send('PUT', 'Patient/p1', patient('p1'))).meta?.versionId, '2', '0'],
  'vread-with-current-version-id': [(client) => resourceOf(client.send('GET', 'Patient/p1/_history/1')).meta?.versionId, '1', '99'],
  'vread-returns-first': [after(twoVersions, (client) => resourceOf(client.send('GET', 'Patient/p3/_history/2')).meta?.versionId), '2', '1'],
  'vread-of-deletion-is-former': [after((client) => {
    client.send('GET', 'Patient/p3');
    client.send('DELETE', 'Patient/p3');
  }, (client) => [client.send('GET', 'Patient/p3/_history/2').status, client.send('GET', 'Patient/p3/_history/1').status]), [410, 200], [200, 200]],
  'json-patch-remove-ignored': [patched({ op: 'remove', path: '/birthDate' }), undefined, '1970-01-01'],
  'patch-of-nothing-is-200': [status('PATCH', 'Patient/none', [], { 'content-type': 'application/json-patch+json' }), 404, 200],
  'conditional-create-by-first-criterion': [status('POST', 'Patient', patient(), { 'if-none-exist': `identifier=${MRN}|A1&identifier=none` }), 201, 200],
  'bundle-if-none-exist-ignored': [(client) => answered(client, bundleOf('batch', { resource: patient(), request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${MRN}|B2` } })), ['200'], ['201']],
  'transaction-overlap-accepted': [status('POST', '', bundleOf('transaction', put('p1', '1999-01-01'), put('p1', '1999-01-02'))), 400, 200],
  'transaction-keeps-search-references': [(client) => {
    client.send('POST', '', bundleOf('transaction', { resource: { resourceType: 'ImagingStudy', id: 't', status: 'available', subject: { reference: `Patient?identifier=${MRN}|B2` } }, request: { method: 'PUT', url: 'ImagingStudy/t' } }));
    return (resourceOf(client.send('GET', 'ImagingStudy/t'))['subject'] as { reference?: string }).reference;
  }, 'Patient/p2', 'Patient/search'],
  'transaction-answers-as-processed': [(client) => answered(client, bundleOf('transaction', put('p1', BORN), { request: { method: 'DELETE', url: 'Patient/p3' } })), ['200', '204'], ['204', '200']],
  'transaction-reads-first': [(client) => answered(client, bundleOf('transaction', { request: { method: 'GET', url: 'Patient/p1' } }, put('p1', '1999-01-01'))), ['200 1999-01-01', '200'], [`200 ${BORN}`, '200']],
  'batch-response-reordered': [(client) => answered(client, bundleOf('batch', put('p1', BORN), { request: { method: 'GET', url: 'Patient/none' } })), ['200', '404'], ['404', '200']],
  'self-link-drops-modifier': [self('ImagingStudy?modality:not=CT'), 'ImagingStudy?modality:not=CT', 'ImagingStudy?modality=CT'],
  'self-link-drops-repeat': [self('ImagingStudy?modality=CT&modality=SR'), 'ImagingStudy?modality=CT&modality=SR', 'ImagingStudy?modality=CT'],
  'summary-text-without-text': [summarised, 'id meta resourceType status subject text', 'id meta resourceType status subject'],
  'summary-text-with-more': [summarised, 'id meta resourceType status subject text', 'id meta resourceType started status subject text'],
  'missing-lost-beside-others': [found('ImagingStudy?status=available&modality:missing=true'), '', 's1 s2 s4'],
  'missing-counts-alone': [found('ImagingStudy?status=available&modality:missing=true'), '', 's3'],
  'missing-joined-by-or': [found('ImagingStudy?status=available&modality:missing=true'), '', 's1 s2 s3 s4'],
  'count-zero-with-next': [(client) => client.bundle('ImagingStudy?_count=0').link?.some(({ relation }) => relation === 'next'), false, true],
  'outcome-without-code': [failure((text) => text.includes('"code"')), true, false],
  'outcome-of-own-severity': [failure((text) => text.includes('"ERROR"')), false, true],
  'outcome-details-as-text': [failure((text) => text.includes('"details":"')), false, true],
  'outcome-informs-only': [failure((text) => text.includes('"information"')), false, true],
  'python-frame-in-error': [failure((text) => text.includes('router.py')), false, true],
  'password-in-error': [failure((text) => text.includes('hunter2')), false, true],
  'date-sa-as-gt': [after((client) => client.send('PUT', 'ImagingStudy/y', { resourceType: 'ImagingStudy', id: 'y', status: 'available', subject: { reference: 'Patient/p1' }, started: '2030' }), found('ImagingStudy?started=sa2030-06-01')), '', 'y'],
  'third-parameter-ignored': [found(`ImagingStudy?status=available&modality=${DCM}|CT&_id=s1`), 's1', 's1 s4'],
  'fourth-parameter-ignored': [found(`ImagingStudy?status=available&modality=${DCM}|CT&status:missing=false&_id=s1`), 's1', 's1 s4'],
  'second-parameter-lost-with-sort': [found('ImagingStudy?status=available&_id=s1&_sort=_id'), 's1', 's1 s2 s4'],
  'second-parameter-lost-with-include': [found('ImagingStudy?_id=s1&modality=MR&_include=ImagingStudy:endpoint'), '', 's1'],
  'not-lost-beside-others': [found('ImagingStudy?_id=s1&modality:not=CT'), '', 's1'],
  'chain-modifier-lost': [found('ImagingStudy?patient.family:exact=adams'), '', 's1'],
};
