/** Two runs in, what came out differently in the later one out. */
import { CHANGE_KINDS, type Change, type ChangeKind, type Comparison } from '../core/comparison';
import type { Result, Run, Verdict } from '../core/result';

export interface CompareOptions {
  /** The later run has only a part of the tests: what it lacks is not gone. */
  readonly partial?: boolean;
}

/** Verdicts that show a failure to be over; a test that is only no longer decided is not fixed. */
const SETTLED: readonly Verdict[] = ['pass', 'warn', 'info'];

/** Compares verdicts by test id; a failure is new if the same test did not fail before, one that was not there before included. */
export function compareRuns(before: Run, after: Run, { partial = false }: CompareOptions = {}): Comparison {
  const earlier = new Map(before.results.map((result) => [result.id, result]));
  const later = new Set(after.results.map(({ id }) => id));
  const changes = after.results.flatMap((result) => changeOf(earlier.get(result.id), result) ?? []);
  const gone = partial ? [] : before.results.filter(({ id }) => !later.has(id));
  const order = Object.keys(CHANGE_KINDS);
  return {
    baseline: { url: before.target.url, startedAt: before.startedAt, tool: `${before.tool.name} ${before.tool.version}` },
    changes: [...changes, ...gone.map(({ id, title, verdict, message }): Change => ({ id, title, kind: 'gone', before: verdict, message }))].sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
    ),
    knownFailures: after.results.filter(({ id, verdict }) => verdict === 'fail' && earlier.get(id)?.verdict === 'fail').length,
  };
}

function changeOf(before: Result | undefined, { id, title, verdict, message }: Result): Change | undefined {
  const kind = kindOf(before?.verdict, verdict);
  return kind === undefined ? undefined : { id, title, kind, ...(before === undefined ? {} : { before: before.verdict }), after: verdict, message };
}

function kindOf(before: Verdict | undefined, after: Verdict): ChangeKind | undefined {
  if (before === after) return undefined;
  if (after === 'fail') return 'new-failure';
  if (after === 'error') return 'new-error';
  if (before === undefined) return 'new';
  return before === 'fail' && SETTLED.includes(after) ? 'fixed' : 'changed';
}

/** The exit code of a compared run: 1 for new failures alone, 2 where a test could newly not be carried out. */
export function exitCodeOfComparison({ changes }: Comparison): 0 | 1 | 2 {
  if (changes.some(({ kind }) => kind === 'new-failure')) return 1;
  return changes.some(({ kind }) => kind === 'new-error') ? 2 : 0;
}
