/** A run in, how much of each long thing its page may show out: a page of 500 tests must still open at once; report.json has all. */
import type { Run } from '../../core/result';

export interface Limits {
  /** Characters of one body or excerpt. */
  readonly bodyCharacters: number;
  /** Elements of one part of a set difference. */
  readonly listElements: number;
}

/** Characters of bodies that a page holds in all, and the share no body goes below or above. */
const BODIES = { total: 5_000_000, least: 600, most: 20_000 };
/** The same in elements of lists. */
const LISTS = { total: 100_000, least: 50, most: 2_000 };

export function pageLimits(run: Run): Limits {
  const bodies = run.results.reduce((sum, result) => sum + result.exchanges.length + (result.witness === undefined ? 0 : 1), 0);
  return { bodyCharacters: share(BODIES, bodies), listElements: share(LISTS, run.results.length) };
}

function share({ total, least, most }: typeof BODIES, parts: number): number {
  return Math.min(most, Math.max(least, Math.floor(total / Math.max(1, parts))));
}
