/** What a read-only run says is missing decides its tests when it is added: tried on the embedded server, from one study to the next. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { runCli } from '../../scripts/commands/run-cli';
import type { Bundle, Resource } from '../../scripts/core/fhir';
import { SILENT } from '../../scripts/core/progress';
import type { Run } from '../../scripts/core/result';
import { listen } from '../../scripts/server/listen';
import { loadInto } from '../../scripts/server/load-data';
import { referencesIn } from '../../scripts/tester/gather/references';
import { createSelection } from '../../scripts/tester/missing-data/cover';
import { missingData, type MissingData } from '../../scripts/tester/missing-data/missing-data';
import type { Seen } from '../../scripts/tester/options';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources, type Embedded } from './embedded';
import { noWait } from './fake-server';

/** One study with what it refers to. */
const SPARSE = ['alex-amari', 'general-hospital', 'general-radiology', 'ct-chest-alex', 'alex-clinic-visit', 'alex-ct-order', 'amy-family', 'rita-reader', 'rita-reader-radiology', 'hugo-second', 'tom-tech', 'wado-rs-general', 'wado-rs-archive', 'iid-general', 'ct-room-2', 'ct-scanner-2'];
const sparse = () => exampleResources().filter(({ id }) => SPARSE.includes(id ?? ''));
const serve = (resources: readonly Resource[]) => embedded({ resources: structuredClone(resources) as Resource[] }).transport;

async function lookAt(server: Embedded, only: string[]): Promise<{ run: Run; seen: Seen }> {
  let seen: Seen | undefined;
  const run = await runTests({ url: EMBEDDED, transport: server.transport, wait: noWait, only, onSeen: (all) => { seen = all; } });
  return { run, seen: seen! };
}

/** As if nothing could be decided. */
const lacking = (run: Run): Run => ({ ...run, results: run.results.map((result) => ({ ...result, verdict: 'no-data' as const })) });
const undecided = ({ results }: Run) => results.filter(({ verdict }) => verdict === 'no-data').map(({ id }) => id);
const entries = ({ bundle }: MissingData) => (bundle.entry ?? []).map(({ resource }) => resource!);
const post = (server: Embedded, bundle: Bundle) => server.server.handle({ method: 'POST', url: '/fhir', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(bundle) }).status;

test.each([[[null, { resource: null }, { resource: [null, 5, { type: 7 }, { type: 'Patient' }] }]], ['x']])('a statement whose rest is %j offers what it can', async (rest) => {
  const { run, seen } = await lookAt(embedded({ resources: sparse() }), ['search.patient.identifier.*']);
  await expect(missingData({ run: lacking(run), seen: { ...seen, statement: { ...seen.statement, rest } }, fixtures: exampleResources().slice(0, 5), serve })).resolves.toHaveProperty('bundle');
}, 60_000);

describe('a server with one study', () => {
  const only = ['search.imagingstudy.started.*', 'search.imagingstudy.reason.*', 'search.imagingstudy.endpoint.*', 'search.task.*', 'search.diagnosticreport.*', 'combination.*', 'include.*', 'reference.*', 'search.group.*'];
  const server = embedded({ resources: sparse() });
  let before: string[];
  let missing: MissingData;
  beforeAll(async () => {
    const { run, seen } = await lookAt(server, only);
    before = undecided(run);
    missing = await missingData({ run, seen, fixtures: exampleResources(), serve });
  }, 120_000);

  test('lacks much, and the data names nearly all of it', () => {
    expect(before.length).toBeGreaterThan(80);
    expect(missing.decides.length).toBeGreaterThan(before.length * 0.9);
    expect([...missing.decides, ...missing.leaves.map(({ id }) => id)].sort()).toEqual([...before].sort());
  });

  test('the data is a part of the fixtures, tagged, without ids or times of its own, and refers to itself alone', () => {
    const urns = new Set((missing.bundle.entry ?? []).map(({ fullUrl }) => fullUrl));
    expect(missing.bundle).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
    expect(entries(missing).length).toBeLessThan(exampleResources().length * 0.8);
    expect(urns.size).toBe(entries(missing).length);
    for (const { fullUrl, resource, request } of missing.bundle.entry ?? []) {
      expect(fullUrl).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(request).toEqual({ method: 'POST', url: resource!.resourceType });
      expect(resource!.id).toBeUndefined();
      expect(resource!.meta?.lastUpdated).toBeUndefined();
      expect(resource!.meta?.tag).toContainEqual({ system: 'https://fhir-scout.org/test-run', code: 'missing-data' });
      expect(referencesIn(resource!).filter(({ reference }) => !urns.has(reference))).toEqual([]);
    }
  });

  test('added to the server, it decides what it promises', async () => {
    expect(post(server, missing.bundle)).toBe(200);
    const again = (await lookAt(server, only)).run;
    expect(undecided(again).filter((id) => missing.decides.includes(id))).toEqual([]);
    expect(again.summary.fail + again.summary.error).toBe(0);
  }, 60_000);
});

test('one undecided test asks for no more than it needs', async () => {
  const { run, seen } = await lookAt(embedded({ resources: sparse() }), ['search.organization.identifier.not']);
  const missing = await missingData({ run: lacking(run), seen: { ...seen, resources: [] }, fixtures: exampleResources(), serve });
  expect(missing.decides).toEqual(['search.organization.identifier.not']);
  expect(entries(missing).map(({ resourceType }) => resourceType)).toEqual(['Organization', 'Organization']);
});

test('nothing is offered of a type that the server does not declare, nor what refers to it', async () => {
  const { run, seen } = await lookAt(embedded({ resources: sparse() }), ['search.diagnosticreport.status.code', 'search.device._id.code']);
  const [rest] = seen.statement['rest'] as { resource: { type: string }[] }[];
  const statement = { ...seen.statement, rest: [{ ...rest, resource: rest!.resource.filter(({ type }) => type !== 'Location' && type !== 'Device') }] };
  const missing = await missingData({ run: lacking(run), seen: { ...seen, statement }, fixtures: exampleResources(), serve });
  expect(missing.decides).toEqual(['search.diagnosticreport.status.code']);
  expect(missing.leaves.map(({ id }) => id)).toEqual(['search.device._id.code']);
  const types = new Set(entries(missing).map(({ resourceType }) => resourceType));
  expect([types.has('DiagnosticReport'), types.has('Location'), types.has('Device')]).toEqual([true, false, false]);
});

test('what was added is found by its tag among more data than is read', async () => {
  const tag = [{ system: 'https://fhir-scout.org/test-run', code: 'missing-data' }];
  const added = { resourceType: 'ImagingStudy', id: 'zz-added', meta: { tag }, status: 'available', subject: { reference: 'Patient/alex-amari' } };
  // Pages of three: ten of them do not hold all studies.
  const server = embedded({ variants: ['small-pages'], resources: [...exampleResources(), added] });
  const { seen } = await lookAt(server, ['read.imagingstudy.not-found']);
  const studies = seen.resources.filter(({ resourceType }) => resourceType === 'ImagingStudy').map(({ id }) => id);
  expect(studies.length).toBeLessThan(server.server.store.all().filter(({ resourceType }) => resourceType === 'ImagingStudy').length);
  expect(studies).toContain('zz-added');
});

test('the greedy selection meets every demand that can be met, and takes along what its members lead to', () => {
  const reference = fc.integer({ min: 0, max: 12 }).map(String);
  const law = fc.property(fc.array(fc.uniqueArray(reference), { maxLength: 12 }), fc.array(fc.array(reference, { maxLength: 3 }), { minLength: 10, maxLength: 10 }), fc.array(reference, { maxLength: 2 }), (demands, leads, had) => {
    const closures = new Map(leads.map((others, i) => [String(i), [String(i), ...others]]));
    const selection = createSelection(had, closures);
    selection.meet(demands.map((demand) => new Set(demand)));
    for (const demand of demands) {
      if (!demand.some((one) => closures.has(one) || had.includes(one))) continue;
      expect(demand.some((one) => selection.chosen.has(one))).toBe(true);
    }
  });
  fc.assert(law);
  const cheap = createSelection([], new Map([['dear', ['dear', 'x', 'y']], ['cheap', ['cheap']]]));
  cheap.meet([new Set(['dear', 'cheap'])]);
  expect([...cheap.chosen]).toEqual(['cheap']);
});

describe('scout test', () => {
  let dir: string;
  beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'scout-missing-')); });
  afterEach(() => rmSync(dir, { recursive: true }));
  const scout = async (url: string, ...more: string[]) => {
    let stdout = '';
    const code = await runCli(['test', url, '--out', dir, '--quiet', ...more], { stdout: { write: (text) => (stdout += text) }, stderr: { write: () => undefined } });
    return { code, stdout };
  };

  test('data that no server may hold costs no run its reports', async () => {
    const { server } = embedded({ resources: sparse() });
    const [{ id = '' } = {}] = sparse().filter(({ resourceType }) => resourceType === 'ImagingStudy');
    const illegal = (text: string) => text.replaceAll(`"id":"${id}"`, `"id":"${'x'.repeat(100)}</script>"`);
    const listening = await listen(Object.assign(Object.create(server) as typeof server, { handle: (request: Parameters<typeof server.handle>[0]) => { const answer = server.handle(request); return { ...answer, body: illegal(answer.body) }; } }), { port: 0 });
    const { code } = await scout(listening.url, '--only', 'search.task.status.*', 'data.imagingstudy.*');
    await listening.close();
    expect(code).not.toBe(2);
    expect(existsSync(join(dir, 'report.html'))).toBe(true);
  }, 60_000);

  test('writes the data beside its reports, which name it; served anew with it, the tests are decided', async () => {
    const patterns = ['--only', 'search.task.status.*', 'search.device.type.*'];
    const file = join(dir, 'missing-data.json');
    const first = embedded({ resources: sparse() });
    const listening = await listen(first.server, { port: 0 });
    const { stdout } = await scout(listening.url, ...patterns);
    const report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as Run;
    const lacking = report.summary.noData;
    expect(lacking).toBeGreaterThan(7);
    expect(report.notes.at(-1)).toMatch(new RegExp(`missing-data\\.json holds \\d+ resources that would decide ${lacking} of the ${lacking} tests without data`));
    expect(stdout.replace(/\s+/g, ' ')).toContain(`resources that would decide ${lacking} of the ${lacking} tests without data`);
    expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('missing-data.json');
    await listening.close();

    const second = embedded({ resources: sparse() });
    await loadInto(second.server, file, SILENT);
    const again = await listen(second.server, { port: 0 });
    await scout(again.url, ...patterns);
    await again.close();
    expect((JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as Run).summary).toMatchObject({ noData: 0, pass: lacking });
    // Nothing is missing any more, and the earlier file is not taken for this run's.
    expect(existsSync(file)).toBe(false);
  }, 60_000);

  test('a run that writes loads its own data and asks for none', async () => {
    const server = embedded({ resources: [] });
    const listening = await listen(server.server, { port: 0 });
    writeFileSync(join(dir, 'missing-data.json'), '{}');
    await scout(listening.url, '--write', '--only', 'search.task.status.*');
    await listening.close();
    expect(existsSync(join(dir, 'missing-data.json'))).toBe(false);
  }, 60_000);
});
