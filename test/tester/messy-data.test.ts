/** Data as servers hold it: letters of all kinds, dates at the edges, and plainly wrong resources. The server searches rightly; only the data may be accused. */
import type { Resource } from '../../scripts/core/fhir';
import type { Run } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const ct = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' };
const study = (id: string, more: object): Resource => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: 'Patient/a' }, ...more });
const endpoint = (id: string, name: string): Resource => ({ resourceType: 'Endpoint', id, name, status: 'active', connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'dicom-wado-rs' }, payloadType: [{ text: 'DICOM' }], address: 'https://x.example' });

async function runOver(resources: Resource[], only: string[], variants: string[] = []): Promise<Run> {
  return runTests({ url: EMBEDDED, transport: embedded({ resources, variants }).transport, wait: noWait, runId: 'messy', only });
}

const complaints = ({ results }: Run) => results.filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict)).map(({ id, message }) => `${id}: ${message}`);
const passed = ({ results }: Run) => results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);

test('texts are cut between letters, never within one', async () => {
  const names = ['😀😀😀😀', 'emoji 😀', 'Mu\u0308ller', '山田太郎', 'plain name'];
  const run = await runOver(names.map((name, i) => endpoint(`e${i}`, name)), ['search.endpoint.name.*']);
  expect(complaints(run)).toEqual([]);
  expect(passed(run)).toEqual(expect.arrayContaining(['search.endpoint.name.contains', 'search.endpoint.name.start']));
});

test('what is blank or no date is not searched by', async () => {
  const dates = ['', '2020-13-45', '01/02/2020', '2016-12-31T23:59:60Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '9999-12-31', '0001-01-01', '2021-05-05', '2021-05-06T10:00:00Z'];
  const run = await runOver([{ resourceType: 'Patient', id: 'a' }, ...dates.map((started, i) => study(`s${i}`, { started }))], ['search.imagingstudy.started.*']);
  expect(complaints(run)).toEqual([]);
  expect(passed(run)).toEqual(expect.arrayContaining(['search.imagingstudy.started.le-same-day', 'search.imagingstudy.started.ge-boundary', 'search.imagingstudy.started.unknown-modifier']));
  const asked = run.results.flatMap(({ exchanges }) => exchanges.map(({ request }) => decodeURIComponent(request.url))).join('\n');
  expect(asked).not.toMatch(/started(:[a-z-]+)?=(&|$)|:60Z|\+010000|2020-13-45/m);
});

test('a series that is null breaks no test', async () => {
  const run = await runOver([{ resourceType: 'Patient', id: 'a' }, study('n', { series: [null, { uid: '1.2', modality: null }] }), study('m', { started: '2020-01-01', series: [{ uid: '1.3', modality: ct }] })], ['combination.imagingstudy.*', 'data.imagingstudy.*']);
  expect(run.results.filter(({ verdict }) => verdict === 'error')).toEqual([]);
});

test('the other half of a primitive, an empty list and what a local reference needs are no elements of their own', async () => {
  const run = await runOver([
    { resourceType: 'Patient', id: 'a' },
    study('h', { _status: { extension: [{ url: 'http://x.example', valueString: 'y' }] }, series: [], description: 'x', note: [{ text: 'x' }], modality: [ct] }),
    study('c', { subject: { reference: '#p' }, contained: [{ resourceType: 'Patient', id: 'p' }], description: 'y', note: [{ text: 'x' }], modality: [ct] }),
  ], ['result.imagingstudy.*']);
  expect(complaints(run).filter((line) => /summary|elements/.test(line))).toEqual([]);
});

test('a part without an element that is a modifier, and not mandatory, is a part all the same', async () => {
  const { transport } = embedded({ resources: [{ resourceType: 'Patient', id: 'a' }, study('r', { implicitRules: 'http://x.example/rules', description: 'x', note: [{ text: 'x' }], modality: [ct] })] });
  const ask = (drop: RegExp) => runTests({ url: EMBEDDED, transport: async (request, limits) => { const answer = await transport(request, limits); return /_summary=text|_elements=/.test(request.url) ? { ...answer, body: answer.body.replace(drop, '') } : answer; }, wait: noWait, runId: 'messy', only: ['result.imagingstudy.summary-text', 'result.imagingstudy.elements'] });
  const without = await ask(/,\s*"implicitRules":\s*"[^"]*"/g);
  expect([complaints(without), passed(without).length]).toEqual([[], 2]);
  expect(complaints(await ask(/,\s*"status":\s*"available"/g)).join('\n')).toContain('without its mandatory status');
});

test('a server that takes searches by POST only says there which chains it passes over', async () => {
  const resources = [{ resourceType: 'Patient', id: 'a', identifier: [{ system: 'http://x.example', value: '1' }] }, { resourceType: 'Patient', id: 'b', identifier: [{ system: 'http://x.example', value: '2' }] }, study('s', {}), study('t', { subject: { reference: 'Patient/b' } })];
  const chains = ['search.imagingstudy.patient.chain', 'search.imagingstudy.patient.chain-id', 'paging.imagingstudy.chain'];
  expect(complaints(await runOver(resources, chains, ['chains-ignored', 'get-search-refused']))).toEqual([]);
});

test('among much data a search that must find nothing meets the one study that a wrong server finds', async () => {
  const many = Array.from({ length: 200 }, (_, i) => study(`s${i}`, { started: i === 77 ? '2021-05-06T10:00:30Z' : `20${10 + (i % 10)}-03-0${1 + (i % 9)}T10:00:00Z` }));
  const only = ['search.imagingstudy.started.full-minute', 'search.imagingstudy.started.*-boundary'];
  const ask = async (faults: string[]) => complaints(await runTests({ url: EMBEDDED, transport: embedded({ resources: [{ resourceType: 'Patient', id: 'a' }, ...many], faults }).transport, wait: noWait, runId: 'many', only }));
  expect(await ask([])).toEqual([]);
  expect((await ask(['date-seconds-widened'])).join('\n')).toContain('search.imagingstudy.started.full-minute');
});

test('among much data a sample holds what one criterion alone keeps out', async () => {
  const practitioner = { resourceType: 'Practitioner', id: 'd' };
  // One study in 200 has both the modality and a referrer: it alone shows a lost :missing.
  const many = Array.from({ length: 200 }, (_, i) => study(`s${i}`, { ...(i % 3 === 0 ? { series: [{ uid: `1.2.${i}`, modality: ct }] } : {}), ...(i === 36 || i % 3 === 1 ? { referrer: { reference: 'Practitioner/d' } } : {}) }));
  const ask = async (faults: string[]) => complaints(await runTests({ url: EMBEDDED, transport: embedded({ resources: [{ resourceType: 'Patient', id: 'a' }, practitioner, ...many], faults }).transport, wait: noWait, runId: 'many', only: ['combination.imagingstudy.missing-beside'] }));
  expect(await ask([])).toEqual([]);
  expect(await ask(['missing-lost-beside-others'])).toHaveLength(1);
});

test.each([
  ['uri-found-by-start', 'search.valueset.url.whole'],
  ['uri-below-as-whole', 'search.valueset.url.url-below'],
  ['date-minute-as-second', 'search.imagingstudy.started.eq-minute'],
  ['date-period-end-as-instant', 'search.diagnosticreport.date.period-end'],
  ['sort-by-first-value', 'paging.imagingstudy.sort-several-values'],
  ['reference-identifier-system-ignored', 'search.imagingstudy.subject.identifier'],
  ['chain-type-ignored', 'search.imagingstudy.subject.chain-id'],
])('data that were not made to show it show %s', async (fault, test) => {
  const series = (...codes: string[]) => ({ series: codes.map((code, i) => ({ uid: `1.2.${i}`, modality: { ...ct, code } })) });
  const resources: Resource[] = [
    // All in one folder, and none the beginning of another.
    ...['ct', 'mr', 'us'].map((name): Resource => ({ resourceType: 'ValueSet', id: name, url: `https://x.example/vs/${name}`, status: 'active' })),
    { resourceType: 'Patient', id: 'a' },
    { resourceType: 'Group', id: 'g', type: 'animal', actual: true },
    // Beside minutes that tell nothing for certain: the first second, to the millisecond.
    study('s0', { started: '2020-01-01T10:00:00.250Z', ...series('CT', 'SR') }),
    study('s1', { started: '2020-01-02T10:00:30.250Z', ...series('MR') }),
    study('s2', { subject: { reference: 'Group/g' }, started: '2020-01-03' }),
    ...['1', '2'].map((value) => study(`i${value}`, { subject: { identifier: { system: 'urn:x', value } } })),
    { resourceType: 'DiagnosticReport', id: 'r', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/a' }, effectivePeriod: { start: '2020-02-01', end: '2020-02-03' } },
    { resourceType: 'DiagnosticReport', id: 'q', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/a' }, effectiveDateTime: '2019-02-01' },
  ];
  const ask = async (faults: string[]) => complaints(await runTests({ url: EMBEDDED, transport: embedded({ resources, faults }).transport, wait: noWait, runId: 'messy', only: [test] }));
  expect(await ask([])).toEqual([]);
  expect((await ask([fault])).join('\n')).toContain(test);
});

test('a server that refuses several values is asked with one', async () => {
  const resources: Resource[] = ['1', '2'].map((value) => study(`i${value}`, { subject: { identifier: { system: 'urn:x', value } } }));
  const run = await runOver(resources, ['search.imagingstudy.subject.identifier'], ['several-values-refused']);
  expect(run.results.map(({ verdict, message }) => `${verdict}: ${message}`)).toEqual([expect.stringMatching(/^pass: ImagingStudy\?subject:identifier=urn:x\|[12] finds exactly 1/)]);
});

test.each([
  ['chain-type-ignored', 'search.imagingstudy.subject.chain-id'],
  ['reference-ids-compared-alone', 'search.imagingstudy.subject.type-id'],
  ['reference-identifier-system-ignored', 'search.imagingstudy.subject.identifier'],
])('of much data the sample that is searched holds what %s brings', async (fault, test) => {
  const resources: Resource[] = [
    ...Array.from({ length: 300 }, (_, i) => study(`s${i}`, { subject: { reference: `Patient/${i % 2 === 0 ? 'a' : 'b'}` } })),
    study('group', { subject: { reference: 'Group/a' } }),
    ...['1', '2'].map((value) => study(`i${value}`, { subject: { identifier: { system: 'urn:x', value } } })),
    { resourceType: 'Patient', id: 'a' },
    { resourceType: 'Patient', id: 'b' },
    ...['a', 'g'].map((id): Resource => ({ resourceType: 'Group', id, type: 'animal', actual: true })),
    study('other-group', { subject: { reference: 'Group/g' } }),
  ];
  const ask = async (faults: string[]) => complaints(await runTests({ url: EMBEDDED, transport: embedded({ resources, faults }).transport, wait: noWait, runId: 'messy', only: [test] }));
  expect(await ask([])).toEqual([]);
  expect((await ask([fault])).join('\n')).toContain(test);
});
