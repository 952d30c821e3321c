/** `scout test --baseline`: what changed since an earlier report, over a recorded run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../../scripts/core/comparison';
import { summarize, type Run } from '../../scripts/core/result';
import { runCli } from '../../scripts/commands/run-cli';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from '../tester/embedded';
import { noWait } from '../tester/fake-server';

const folder = mkdtempSync(join(tmpdir(), 'scout-baseline-'));
const recording = join(folder, 'recording');
const out = join(folder, 'out');
const report = join(out, 'report.json');
const ONLY = 'capability.*';

beforeAll(() => runTests({ url: EMBEDDED, transport: embedded().transport, wait: noWait, recordDir: recording, only: [ONLY] }), 30_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function scout(...options: string[]) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
  const code = await runCli(['test', '--replay', recording, '--only', ONLY, '--out', out, '--quiet', ...options], { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...text };
}

/** The report with the verdict of its first result set to another. */
function spoiled(verdict: Run['results'][number]['verdict']): string {
  const run = JSON.parse(readFileSync(report, 'utf8')) as Run;
  const results = run.results.map((result, index) => (index === 0 ? { ...result, verdict } : result));
  const file = join(folder, `${verdict}.json`);
  writeFileSync(file, JSON.stringify({ ...run, results, summary: summarize(results) }));
  return file;
}

test('the report of the run before may be the baseline and be replaced', async () => {
  expect((await scout()).code).toBe(0);
  const { code, stdout } = await scout('--baseline', report);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^No new failure since \d{4}-\d\d-\d\d\./)]);
  expect((JSON.parse(readFileSync(report, 'utf8')) as { comparison: Comparison }).comparison.changes).toEqual([]);
}, 30_000);

test('what was mended is named, in JSON too', async () => {
  const { code, stdout } = await scout('--json', '--baseline', spoiled('fail'));
  const { comparison } = JSON.parse(stdout) as { comparison: Comparison };
  expect([code, comparison.changes.map(({ kind, before, after }) => [kind, before, after])]).toEqual([0, [['fixed', 'fail', 'pass']]]);
}, 30_000);

test('a report of another server is compared, and said to be of another', async () => {
  await scout();
  const other = join(folder, 'other.json');
  writeFileSync(other, readFileSync(report, 'utf8').replace(`"url": "${EMBEDDED}"`, '"url": "https://other.test/fhir"'));
  expect((await scout('--baseline', other)).stdout.replace(/\s+/g, ' ')).toContain('Note: The earlier report is of https://other.test/fhir: what differs');
  expect((await scout('--baseline', report)).stdout).not.toContain('The earlier report is of');
}, 30_000);

test('what a recording does not hold is counted', async () => {
  await scout();
  expect((JSON.parse(readFileSync(report, 'utf8')) as Run).notes).toEqual([]);
  await scout('--only', 'search.patient.family.exact');
  expect((JSON.parse(readFileSync(report, 'utf8')) as Run).notes).toContainEqual(expect.stringMatching(/^\d+ requests are not in the recording/));
}, 30_000);

test('where --skip leaves nothing, that is said', async () => {
  expect(await scout('--skip', ONLY)).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing is left to test: --skip capability.* leaves out all that --only chooses.') as string });
});

test('tests that were not chosen are not gone', async () => {
  const { stdout } = await scout('--json', '--skip', 'capability.date', '--baseline', report);
  expect((JSON.parse(stdout) as { comparison: Comparison }).comparison.changes).toEqual([]);
}, 30_000);

test.each([
  ['a file that is not there', 'nowhere.json', /nowhere\.json cannot be read: there is no such file or folder\./],
  ['a file that is no report', 'package.json', /package\.json is not valid: /],
])('%s is refused before anything is run', async (_, file, says) => {
  rmSync(report, { force: true });
  const { code, stderr } = await scout('--baseline', file);
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  expect(() => readFileSync(report)).toThrow('ENOENT');
});
