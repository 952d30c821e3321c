/** Wrong sets that a former version of a resource explains are told as a search that is behind; those that it does not explain are not. */
import type { Resource } from '../../scripts/core/fhir';
import type { Override } from '../../scripts/server/behaviour';
import { plantedBehaviour } from '../../scripts/server/planted';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const patient = (id: string, family: string): Resource => ({ resourceType: 'Patient', id, name: [{ family }] });
const study = (id: string, modality: string, of: string): Resource => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: `Patient/${of}` }, started: '2024-03-01', series: [{ uid: `1.2.${id}`, modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: modality } }] });
const BEFORE = [patient('1', 'Amari'), patient('2', 'Brandt'), patient('3', 'Castell'), study('1', 'CT', '1'), study('2', 'MR', '2'), study('3', 'CT', '3'), study('4', 'US', '2')];

/** What the tests named say of a server with these faults, on which these resources were changed. */
async function told(tests: string[], changes: readonly Resource[], overrides: readonly Override[], before = BEFORE): Promise<{ requirement: string; says: string }[]> {
  const { server, transport } = embedded({ resources: before, overrides });
  for (const resource of changes) {
    server.handle({ method: 'PUT', url: `/fhir/${resource.resourceType}/${resource.id ?? ''}`, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(resource) });
  }
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, runId: 'out-of-date', only: tests });
  return results.map(({ requirement, verdict, message }) => ({ requirement: requirement.id, says: `${verdict}: ${message}` }));
}

const fault = (id: string): Override => () => plantedBehaviour([id], []);
const withoutHistory: Override = (reference) => ({ statement: (statement) => JSON.parse(JSON.stringify(reference.statement(statement)).replaceAll('{"code":"history-instance"},', '')) as Resource });
const BEHIND = { requirement: 'fhir-r4-search-currency', says: expect.stringMatching(/^fail: .* By ImagingStudy\/1 in version 1 that would be right/) as unknown };

test('a search that finds a study by what it was', async () => {
  const [result] = await told(['search.imagingstudy.modality.code'], [study('1', 'MR', '1')], [fault('stale-index-after-update')]);
  expect(result).toEqual(BEHIND);
});

test('what was changed a moment ago a search may see some seconds later', async () => {
  const { server, transport } = embedded({ resources: BEFORE });
  let behind = true;
  const old = embedded({ resources: BEFORE });
  server.handle({ method: 'PUT', url: '/fhir/ImagingStudy/1', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(study('1', 'MR', '1')) });
  // Searches are answered by what was before until the tester has waited.
  const late: Transport = async (request, limits) => {
    const answer = await (behind && request.url.includes('modality') ? old : { transport }).transport(request, limits);
    return { ...answer, headers: { ...answer.headers, date: new Date(Date.UTC(2026, 0, 1, 0, 0, 30)).toUTCString() } };
  };
  const run = () => runTests({ url: EMBEDDED, transport: late, wait: () => Promise.resolve(void (behind = false)), runId: 'late', only: ['search.imagingstudy.modality.code'] });
  expect((await run()).results[0]).toMatchObject({ verdict: 'pass', requirement: { id: 'fhir-r4-search-token-code' } });
});

test('a chain over what its target was names the target', async () => {
  const [result] = await told(['search.imagingstudy.patient.chain'], [patient('1', 'Zimmer')], [fault('chain-sees-former-target')]);
  expect(result).toEqual({ ...BEHIND, says: expect.stringContaining('By Patient/1 in version 1 that would be right') as unknown });
});

test('_has over what the source was names the source', async () => {
  const [result] = await told(['combination.patient.has-imagingstudy'], [study('1', 'MR', '1')], [fault('has-sees-former-source')]);
  expect(result).toEqual(BEHIND);
});

test('without a history there is nothing to tell it by', async () => {
  const [result] = await told(['search.imagingstudy.modality.code'], [study('1', 'MR', '1')], [fault('stale-index-after-update'), withoutHistory]);
  expect(result?.requirement).toBe('fhir-r4-search-token-code');
});

test('what its former version does not explain is the fault of the search', async () => {
  // Changed in their status alone: one of the wrong studies, or all.
  const changed = BEFORE.filter(({ resourceType }) => resourceType === 'ImagingStudy').map((resource) => ({ ...resource, status: 'cancelled' }));
  for (const changes of [changed.slice(0, 1), changed]) {
    const [result] = await told(['search.imagingstudy.modality.not'], changes, [fault('token-not-ignored')]);
    expect(result).toEqual({ requirement: 'fhir-r4-search-token-not', says: expect.stringMatching(/^fail: (?!.*in version)/) as unknown });
  }
});

test('a wrong set that a former version would explain is the fault of the search where other values show that it does not go by it', async () => {
  const changed = { ...study('1', 'CT', '1'), series: [{ uid: '1.2.9', modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' } }] };
  const one = [patient('1', 'Amari'), study('1', 'CT', '1')];
  const [result] = await told(['search.imagingstudy.series.code'], [changed], [fault('series-uid-as-urn')], [...one, { ...study('2', 'MR', '1'), series: [] }]);
  expect(result).toEqual({ requirement: 'fhir-r4-search-token-code', says: expect.stringMatching(/^fail: ImagingStudy\?series=1\.2\.9 leaves out ImagingStudy\/1\. (?!.*in version)/) as unknown });
});

test('what is included though it was deleted is told as that, and nothing else is said of the search that leaves it out', async () => {
  const { server, transport } = embedded({ resources: BEFORE, overrides: [fault('include-brings-deleted')] });
  expect(server.handle({ method: 'DELETE', url: '/fhir/ImagingStudy/4', headers: {} }).status).toBe(204);
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, runId: 'gone', only: ['include.patient.imagingstudy', 'honesty.empty-parameter', 'honesty.unknown-parameter'] });
  expect(results.map(({ id, verdict, requirement }) => [id, verdict, requirement.id]).sort()).toEqual([
    ['honesty.empty-parameter', 'pass', 'fhir-r4-search-empty-parameter'],
    ['honesty.unknown-parameter', 'pass', 'fhir-r4-search-unknown-parameter'],
    ['include.patient.imagingstudy', 'fail', 'fhir-r4-search-currency'],
  ]);
});

test('a time of change that stays is told by the times at which the versions were made', async () => {
  const changed = [study('1', 'MR', '1')];
  const [still] = await told(['read.imagingstudy.history'], changed, [fault('last-updated-of-creation')]);
  expect(still).toEqual({ requirement: 'fhir-r4-last-updated', says: expect.stringMatching(/^fail: In the history of ImagingStudy\/1 the versions 2 and 1, made at .* have the same meta\.lastUpdated/) as unknown });
  expect((await told(['read.imagingstudy.history'], changed, []))[0]?.says).toMatch(/^pass/);
});
