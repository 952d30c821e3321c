/** The results of a run in, the order in which a person should meet them out: broken things first and by their cause, then the rest by subject. */
import type { Result, Verdict } from '../core/result';
import { TEST_GROUPS, type TestGroup } from '../tester/test-case';

/** The worst first: what needs a reader's attention stands before what does not. */
export const READING_ORDER: readonly Verdict[] = ['fail', 'error', 'warn', 'info', 'no-data', 'not-declared', 'pass'];

/** Results that fail for the same reason. */
export interface Cause {
  /** What they have in common, as a sentence or a few words. */
  readonly title: string;
  readonly results: readonly Result[];
}

/** Results about the same subject. */
export interface Group {
  /** Test group, e.g. `search`. */
  readonly name: string;
  /** What it is about, e.g. `Search parameters`. */
  readonly title: string;
  readonly resourceType?: string;
  readonly results: readonly Result[];
}

/** Results of one verdict by what lies behind them, the cause of most results first; equal ones in the run's order. */
export function byCause(results: readonly Result[], verdict: Verdict): Cause[] {
  const causes = collect(
    results.filter((result) => result.verdict === verdict),
    (result) => causeOf(result),
  );
  return [...causes].map(([title, members]) => ({ title, results: members })).sort((a, b) => b.results.length - a.results.length);
}

/** What a test could not be carried out for is in its message; what a server broke is the requirement. */
function causeOf(result: Result): string {
  return result.cause ?? (result.verdict === 'error' ? result.message : result.requirement.text);
}

/** Results by test group (in the order of the tester's table, those of other programs after them) and resource type; within a group the worst first. */
export function bySubject(results: readonly Result[]): Group[] {
  const groups = collect(results, (result) => `${result.group}\n${result.resourceType ?? ''}`);
  const names = [...new Set([...Object.keys(TEST_GROUPS), ...results.map((result) => result.group)])];
  return [...groups.values()]
    .map((members) => ({ name: members[0]!.group, title: groupTitle(members[0]!.group), resourceType: members[0]!.resourceType, results: worstFirst(members) }))
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

function groupTitle(name: string): string {
  return Object.hasOwn(TEST_GROUPS, name) ? TEST_GROUPS[name as TestGroup] : name;
}

/** A stable sort by verdict. */
export function worstFirst(results: readonly Result[]): Result[] {
  return [...results].sort((a, b) => READING_ORDER.indexOf(a.verdict) - READING_ORDER.indexOf(b.verdict));
}

function collect<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) {
    const members = map.get(key(item));
    if (members === undefined) map.set(key(item), [item]);
    else members.push(item);
  }
  return map;
}
