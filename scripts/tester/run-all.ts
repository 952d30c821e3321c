/** Tests and a target in, their results out: independent tests at the same time, phases one after another, the catalogue's order kept. */
import { counted } from '../core/grammar';
import type { Progress } from '../core/progress';
import { summarize, type Result } from '../core/result';
import type { Target } from './context';
import { CUT_BY_STOP } from './left-out';
import { requirementOf } from './requirements';
import { runTest } from './run-test';
import type { TestCase } from './test-case';

const PHASES = [undefined, 'write', 'last'] as const;

export async function runAll(tests: readonly TestCase[], target: Target, concurrency: number, progress: Progress, signal: AbortSignal): Promise<Result[]> {
  const results = new Map<string, Result>();
  progress.start('Testing', tests.length);
  for (const phase of PHASES) {
    const queue = tests.filter((test) => test.phase === phase);
    const worker = async () => {
      for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
        results.set(test.id, signal.aborted ? stopped(test, target, signal) : await runTest(test, target));
        progress.step(results.size, test.id);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, worker));
  }
  const ordered = tests.flatMap((test) => results.get(test.id) ?? []);
  const { fail, error } = summarize(ordered);
  progress.end(`${counted(ordered.length, 'test')}, ${fail} failed${error > 0 ? `, ${error} could not be carried out` : ''}`);
  return ordered;
}

/** The result of a test that the run had no time for. */
function stopped(test: TestCase, target: Target, signal: AbortSignal): Result {
  const { expectation, ...requirement } = requirementOf(test.requirement, target.version);
  const why = signal.reason instanceof Error ? signal.reason.message : 'the run was stopped';
  const type = test.resourceType === undefined ? {} : { resourceType: test.resourceType };
  return { id: test.id, title: test.title, group: test.group, ...type, expectation, requirement, verdict: 'error', cause: CUT_BY_STOP, message: `Not done: ${why.replace(/\.$/, '')}.`, exchanges: [] };
}
