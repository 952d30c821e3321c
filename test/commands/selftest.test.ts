/** The selftest: what it makes of runs, and one fault and one variant for real. */
import { summarize, type Result, type Run, type Verdict } from '../../scripts/core/result';
import { judgeFault, judgeVariant, matrixOf, requirementOfClause } from '../../scripts/commands/selftest/judge-planted';
import { KnownError } from '../../scripts/core/known-error';
import { openConsole } from '../../scripts/commands/console';
import { selftestCommand } from '../../scripts/commands/selftest';
import { runCli } from '../../scripts/commands/run-cli';
import type { PlantedRow } from '../../scripts/server/planted';

const fault: PlantedRow = { kind: 'fault', id: 'f', group: 'token', does: 'x', breaks: 'rule:token-code', url: 'https://x', http: false };
const variant: PlantedRow = { kind: 'variant', id: 'v', does: 'x', url: 'https://x', http: false };

const result = (id: string, verdict: Verdict, requirement = 'fhir-r4-search-token-code'): Result => ({
  id, verdict, title: id, group: 'search', expectation: 'SHALL', requirement: { id: requirement, url: 'https://x', text: 'x' }, message: `${id} says`, exchanges: [],
});
const runOf = (...results: Result[]): Run => ({
  tool: { name: 'fhir-scout', version: '0' }, target: { url: 'http://x' }, mode: 'read-only', startedAt: '', durationMs: 0, requests: 0, summary: summarize(results), results, notes: [],
});

test('a fault is killed by a failure or a warning, and named where its own requirement is among them', () => {
  expect(judgeFault(fault, runOf(result('a', 'pass'), result('b', 'fail'), result('c', 'warn', 'other')))).toMatchObject({ killed: true, named: true, by: ['b', 'c'] });
  expect(judgeFault(fault, runOf(result('c', 'warn', 'other')))).toMatchObject({ killed: true, named: false });
  expect(judgeFault(fault, runOf(result('a', 'pass'), result('d', 'no-data'), result('e', 'error')))).toMatchObject({ killed: false, named: false, by: [] });
});

test('a legal variant is accused by a failure and by a test that breaks down, not by a warning', () => {
  expect(judgeVariant(variant, runOf(result('a', 'warn'), result('b', 'info'))).failures).toEqual([]);
  expect(judgeVariant(variant, runOf(result('a', 'fail'), result('b', 'error'))).failures.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('rates count rows', () => {
  const caught = judgeFault(fault, runOf(result('b', 'fail')));
  const missed = judgeFault(fault, runOf());
  const accused = judgeVariant(variant, runOf(result('a', 'fail'), result('b', 'fail')));
  expect(matrixOf([caught, missed], [accused], 3)).toMatchObject({ killRate: 0.5, falseAlarms: 1, misnamed: [], seconds: 3 });
  const elsewhere = judgeFault(fault, runOf(result('c', 'warn', 'other')));
  expect(matrixOf([caught, missed, elsewhere], [], 3).misnamed).toEqual(['f']);
});

test('clauses become the requirement ids of the tester', () => {
  expect(requirementOfClause('rule:token-code')).toBe('fhir-r4-search-token-code');
  expect(requirementOfClause('delete')).toBe('fhir-r4-delete');
});

/** Runs the command and reads what it prints with --json. */
async function selftest(...args: string[]): Promise<{ code: number; json: unknown }> {
  let stdout = '';
  const code = await runCli(['selftest', '--json', '--quiet', '--jobs', '1', ...args], { stdout: { write: (text) => (stdout += text) }, stderr: { write: () => undefined } });
  return { code, json: JSON.parse(stdout) as unknown };
}

test('a planted fault is caught by a test that names its requirement, and a legal variant is spared', async () => {
  const { code, json } = await selftest('--only', 'token-system-ignored, self-link-reordered');
  expect(json).toMatchObject({
    faults: [{ id: 'token-system-ignored', group: 'token', killed: true, named: true }],
    variants: [{ id: 'self-link-reordered', failures: [] }],
    killRate: 1,
    falseAlarms: 0,
  });
  expect(code).toBe(0);
}, 120_000);

test('a fault whose requirement only tests that write stand on is missed, not an error, where the tester may only read; --quiet names what was missed, and nothing else but the sum', async () => {
  let stdout = '';
  const options = { out: '', json: false, quiet: true, color: false, jobs: '1', only: ['create-is-200'] };
  const told = openConsole(options, { stdout: { write: (text) => (stdout += text) }, stderr: { write: () => undefined } });
  const { exitCode, json } = await selftestCommand.run({ args: [], options, console: told, signal: new AbortController().signal });
  expect(json).toMatchObject({ faults: [{ id: 'create-is-200', killed: false }], killRate: 0 });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^MISSED .* create-is-200 .*\n0 of 1 fault caught .*\n$/);
}, 120_000);

/** Runs the command and interrupts it as soon as its progress says something. */
async function interrupted(says: 'start' | 'step', options: Record<string, unknown>): Promise<unknown> {
  const stop = new AbortController();
  const interrupt = () => void setImmediate(() => stop.abort(new KnownError('interrupted', 'Interrupted.')));
  const told = openConsole({ out: '', json: true, quiet: true, color: false }, { stdout: { write: () => undefined }, stderr: { write: () => undefined } });
  const progress = { start: () => undefined, step: () => undefined, end: () => undefined, [says]: interrupt };
  return selftestCommand.run({ args: [], options: { out: '', json: true, quiet: true, color: false, ...options }, console: { ...told, progress }, signal: stop.signal }).catch((error: unknown) => error);
}

test('Ctrl-C ends it after the server under way, in one process and in several', async () => {
  expect(await interrupted('step', { jobs: '1', only: ['create-is-*', 'delete-*'] })).toMatchObject({ code: 'interrupted' });
  expect(await interrupted('start', { jobs: '2', only: ['token'] })).toMatchObject({ code: 'interrupted' });
}, 120_000);

test('several legal variants at once, of those that are chosen, are one server', async () => {
  const { code, json } = await selftest('--combine', '1', '--seed', '2', '--only', 'chains-ignored', 'get-search-refused', 'no-total');
  const { variants } = json as { variants: { id: string; failures: unknown[] }[] };
  expect(variants.map(({ id, failures }) => [id.split(' + ').sort(), failures])).toEqual([[['chains-ignored', 'get-search-refused', 'no-total'], []]]);
  expect(code).toBe(0);
}, 120_000);

test.each([['--only', ' , '], ['--min-kill-rate', '2'], ['--min-kill-rate', 'most'], ['--combine', 'some'], ['--combine', '2', '--seed', 'x']])('%s %s is refused', async (...args) => {
  expect(await selftest(...args)).toMatchObject({ code: 2, json: { error: { code: 'bad-option' } } });
});

test('a pattern that fits nothing is said', async () => {
  const { code, json } = await selftest('--only', 'no-such-thing');
  expect(code).toBe(2);
  expect(json).toMatchObject({ error: { code: 'nothing-chosen' } });
});
