/** What should have come back and what did in; what is missing, what is extra and what is in both out. */

export interface SetDifference {
  /** Expected, and not returned. */
  readonly missing: readonly string[];
  /** Returned, and not expected; an element returned oftener than expected stands here once for each time too many. */
  readonly extra: readonly string[];
  /** In both. */
  readonly both: readonly string[];
  /** Where nothing is missing or extra: the first place (from 0) at which the order differs. */
  readonly orderDiffersAt?: number;
}

/** The difference counted with repetitions, each part in the order of its side. */
export function setDifference(expected: readonly string[], actual: readonly string[]): SetDifference {
  const open = counts(expected);
  const extra = actual.filter((element) => !take(open, element));
  const left = counts(actual);
  const both: string[] = [];
  const missing: string[] = [];
  for (const element of expected) (take(left, element) ? both : missing).push(element);
  if (missing.length > 0 || extra.length > 0) return { missing, extra, both };
  const at = expected.findIndex((element, index) => element !== actual[index]);
  return at === -1 ? { missing, extra, both } : { missing, extra, both, orderDiffersAt: at };
}

function counts(elements: readonly string[]): Map<string, number> {
  const map = new Map<string, number>();
  for (const element of elements) map.set(element, (map.get(element) ?? 0) + 1);
  return map;
}

function take(from: Map<string, number>, element: string): boolean {
  const number = from.get(element) ?? 0;
  if (number > 0) from.set(element, number - 1);
  return number > 0;
}
