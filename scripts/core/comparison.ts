/** What a run says against an earlier one: which tests came out differently. */
import type { Verdict } from './result';

/** How a test came out differently, one row each, the worst first. */
export const CHANGE_KINDS = {
  'new-failure': { label: 'new failure', many: 'new failures', meaning: 'The test fails, and did not in the earlier run.' },
  'new-error': { label: 'newly not carried out', many: 'newly not carried out', meaning: 'The test could not be carried out, and could in the earlier run.' },
  changed: { label: 'other change', many: 'other changes', meaning: 'The verdict is another one, neither a new failure nor the end of one.' },
  gone: { label: 'test gone', many: 'tests gone', meaning: 'The earlier run had this test, this one has not.' },
  new: { label: 'new test', many: 'new tests', meaning: 'The earlier run had no such test; it does not fail.' },
  fixed: { label: 'fixed', many: 'fixed', meaning: 'The test failed in the earlier run; now the data shows that it does not.' },
} as const;

export type ChangeKind = keyof typeof CHANGE_KINDS;

/** A test that came out differently. */
export interface Change {
  /** Test id. */
  id: string;
  title: string;
  kind: ChangeKind;
  /** Absent for a test that the earlier run did not have. */
  before?: Verdict;
  /** Absent for a test that is gone. */
  after?: Verdict;
  /** What the later result says; of a test that is gone, the earlier. */
  message: string;
}

export interface Comparison {
  /** The earlier run. */
  baseline: { url: string; startedAt: string; tool: string };
  /** The worst kind first; those of one kind in the order of the runs. */
  changes: readonly Change[];
  /** Number of tests that fail in both. */
  knownFailures: number;
}

/** How many changes there are of each kind. */
export function countChanges({ changes }: Pick<Comparison, 'changes'>): Record<ChangeKind, number> {
  const counts = Object.fromEntries(Object.keys(CHANGE_KINDS).map((kind) => [kind, 0])) as Record<ChangeKind, number>;
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}
