/** Data that other people made in, kept promises out: what a run says is missing decides its tests when it is added, and nothing that was decided is lost. */
import type { Resource } from '../../scripts/core/fhir';
import type { Run } from '../../scripts/core/result';
import { missingData } from '../../scripts/tester/missing-data/missing-data';
import type { Seen } from '../../scripts/tester/options';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources, type Embedded } from './embedded';
import { noWait } from './fake-server';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

/** A small hospital's data: one system for each kind of identifier, days at one hour, every patient with a few studies. */
function hospital(studies: number): Resource[] {
  const patients = Math.ceil(studies / 3);
  return [
    ...Array.from({ length: patients }, (_, i): Resource => ({ resourceType: 'Patient', id: `p${i}`, identifier: [{ system: 'http://hospital.example/mrn', value: `P${i}` }], name: [{ family: ['Huber', 'Moser', 'Lang'][i % 3] }], gender: i % 2 === 0 ? 'male' : 'female' })),
    ...Array.from({ length: patients }, (_, i): Resource => ({ resourceType: 'ServiceRequest', id: `o${i}`, status: i % 4 === 0 ? 'completed' : 'active', intent: 'order', subject: { reference: `Patient/p${i}` }, identifier: [{ system: 'http://hospital.example/order', value: `O${i}` }] })),
    ...Array.from({ length: studies }, (_, i): Resource => ({
      resourceType: 'ImagingStudy',
      id: `s${i}`,
      status: 'available',
      identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:1.2.3.${i}` }],
      subject: { reference: `Patient/p${i % patients}` },
      ...(i % 2 === 0 ? { basedOn: [{ reference: `ServiceRequest/o${i % patients}` }] } : {}),
      started: `2021-0${1 + (i % 9)}-${10 + (i % 18)}T08:00:00+01:00`,
      series: [{ uid: `1.2.3.${i}.1`, modality: { system: DCM, code: ['CT', 'MR', 'DX'][i % 3] } }],
    })),
  ];
}

/** Those whose values were overlooked among much data, or whose sample held what was added alone. */
const ONLY = ['search.imagingstudy.started.*-day', 'search.*.identifier.or-systems', 'search.imagingstudy.basedon.*', 'combination.imagingstudy.chain-*', 'combination.patient.*', 'paging.imagingstudy.repeat', 'paging.imagingstudy.filter'];

async function lookAt(server: Embedded): Promise<{ run: Run; seen: Seen }> {
  let seen: Seen | undefined;
  const run = await runTests({ url: EMBEDDED, transport: server.transport, wait: noWait, runId: 'foreign', only: ONLY, onSeen: (all) => { seen = all; } });
  return { run, seen: seen! };
}

const isDecided = ({ verdict }: { verdict: string }) => !['no-data', 'error', 'not-declared'].includes(verdict);
const decided = ({ results }: Run) => results.filter(isDecided).map(({ id }) => id);
const accused = ({ results }: Run) => results.filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict)).map(({ id, message }) => `${id}: ${message}`);

test.each([
  ['a few studies', 4, []],
  ['more studies than are searched whole', 180, []],
  ['more pages of studies than are read', 60, ['small-pages']],
])('%s', async (_, studies, variants) => {
  const server = embedded({ resources: hospital(studies), variants });
  const before = await lookAt(server);
  expect(accused(before.run)).toEqual([]);
  const missing = await missingData({ ...before, fixtures: exampleResources(), serve: (resources) => embedded({ resources: structuredClone(resources) as Resource[] }).transport });
  expect(missing.decides.length).toBeGreaterThan(5);
  const { status } = server.server.handle({ method: 'POST', url: '/fhir', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(missing.bundle) });
  expect(status).toBe(200);
  const after = await lookAt(server);
  expect(accused(after.run)).toEqual([]);
  expect(missing.decides.filter((id) => !decided(after.run).includes(id))).toEqual([]);
  expect(decided(before.run).filter((id) => !decided(after.run).includes(id))).toEqual([]);
}, 120_000);
