/** A server in R5 mode under an address with the version in it: found, read, searched, paged and written to there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import type { FhirServer } from '../../scripts/server/server';
import { examplesOnlyIn } from '../../scripts/generate/only-in-version';
import { runTests } from '../../scripts/tester/run-tests';
import { inVersion } from '../../scripts/tester/write/in-version';
import { EMBEDDED, embedded, exampleResources } from '../tester/embedded';

const ORIGIN = new URL(EMBEDDED).origin;
const wait = () => Promise.resolve();
const matchesLeft = (server: FhirServer) => (JSON.parse(server.handle({ method: 'GET', url: '/fhir/ImagingStudy?_summary=count', headers: {} }).body) as { total?: number }).total;
const r5 = (basePath: string) => embedded({ version: FHIR_VERSIONS.R5, basePath, resources: [...inVersion(exampleResources(), FHIR_VERSIONS.R5)] });
const troubles = (run: Awaited<ReturnType<typeof runTests>>) => run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn' || verdict === 'error').map(({ id, message }) => `${id}: ${message}`);

let journalDir: string;
beforeAll(() => (journalDir = mkdtempSync(join(tmpdir(), 'scout-r5-'))));
afterAll(() => rmSync(journalDir, { recursive: true, force: true }));

test('all that is asked of a server at /fhir/R5 stays below it, and its links work', async () => {
  const basePath = '/fhir/R5';
  const { transport, requests } = r5(basePath);
  const run = await runTests({ url: `${ORIGIN}${basePath}`, transport, wait, write: true, journalDir, fixtures: exampleResources(), only: ['read', 'paging', 'write', 'search.imagingstudy.based-on.*', 'search.imagingstudy.reason.*', 'search.imagingstudy.body-*'] });
  expect(run.target).toMatchObject({ url: `${ORIGIN}${basePath}`, fhirVersion: '5.0.0' });
  expect(troubles(run)).toEqual([]);
  const passed = run.results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
  expect(passed).toEqual(expect.arrayContaining(['search.imagingstudy.based-on.type-id', 'search.imagingstudy.reason.code', 'search.imagingstudy.body-site.code', 'paging.imagingstudy.plain']));
  expect(requests.filter(({ url }) => !url.startsWith(`${ORIGIN}${basePath}/`) && url !== `${ORIGIN}${basePath}` && !url.startsWith(`${ORIGIN}${basePath}?`))).toEqual([]);
});

test('what R4 cannot say is loaded too, so that body structures and further codes are decided on an empty server', async () => {
  const { transport, server } = embedded({ version: FHIR_VERSIONS.R5, resources: [] });
  const fixturesOnlyIn = (version: string) => examplesOnlyIn(version).map(({ resource }) => resource);
  const run = await runTests({ url: EMBEDDED, transport, wait, write: true, journalDir, fixtures: exampleResources(), fixturesOnlyIn, only: ['search.imagingstudy.body-*', 'search.imagingstudy.modality.later-coding'] });
  expect(run.results.length).toBeGreaterThan(30);
  expect(run.results.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${verdict} ${id}`)).toEqual([]);
  expect(matchesLeft(server)).toBe(0);
}, 120_000);

test('a server that keeps its version to itself is tested by that of its address', async () => {
  const { transport } = r5('/fhir/R5');
  const run = await runTests({
    url: `${ORIGIN}/fhir/R5`,
    transport: async (request, limits) => {
      const answer = await transport(request, limits);
      if (!request.url.endsWith('/metadata')) return answer;
      const statement = { ...(JSON.parse(answer.body) as Resource), fhirVersion: undefined };
      return { ...answer, headers: { ...answer.headers, 'content-type': 'application/fhir+json' }, body: JSON.stringify(statement) };
    },
    wait,
    only: ['search.imagingstudy.based-on.type-id'],
  });
  expect(run.target.fhirVersion).toBe('5.0.0');
  expect(run.results).toMatchObject([{ id: 'search.imagingstudy.based-on.type-id', verdict: 'pass' }]);
});

test('a test that only another version has is no slip of the pen, until the server says which it speaks', async () => {
  const of = (version: 'R4' | 'R5', only: string) => runTests({ url: EMBEDDED, transport: embedded({ version: FHIR_VERSIONS[version], resources: [...inVersion(exampleResources(), FHIR_VERSIONS[version])] }).transport, wait, only: [only] });
  expect((await of('R5', 'search.imagingstudy.based-on.id')).results).toHaveLength(1);
  await expect(of('R4', 'search.imagingstudy.based-on.id')).rejects.toMatchObject({ code: 'no-such-test' });
});

test('from R5 on a server may take the parameters of a POST from its body alone', async () => {
  const of = async (version: 'R4' | 'R5') => {
    const { transport } = embedded({ version: FHIR_VERSIONS[version], resources: [...inVersion(exampleResources(), FHIR_VERSIONS[version])], variants: ['post-takes-its-body-only'] });
    return (await runTests({ url: EMBEDDED, transport, wait, only: ['combination.imagingstudy.post-*'] })).results.map(({ id, verdict }) => [id, verdict]);
  };
  expect(await of('R4')).toContainEqual(['combination.imagingstudy.post-merge', 'fail']);
  expect(await of('R5')).not.toContainEqual(['combination.imagingstudy.post-merge', expect.anything()]);
});

test('from R5 on a search that cannot be carried out may be answered by an outcome in an empty set', async () => {
  const of = async (version: 'R4' | 'R5') => {
    const { transport } = embedded({ version: FHIR_VERSIONS[version], resources: [...inVersion(exampleResources(), FHIR_VERSIONS[version])], variants: ['errors-in-outcome'] });
    return (await runTests({ url: EMBEDDED, transport, wait, only: ['search.imagingstudy.started.malformed', 'search.imagingstudy.started.unknown-modifier'] })).results.map(({ id, verdict }) => `${id.split('.').at(-1)} ${verdict}`).sort();
  };
  expect(await of('R4')).toEqual(['malformed warn', 'unknown-modifier pass']);
  expect(await of('R5')).toEqual(['malformed pass', 'unknown-modifier pass']);
});
