/** Many things of several kinds in, a few of each kind out, so that one archive that does not answer leaves studies of the others. */

/**
 * At most `count` items: each kind gets one in turn until its items or the count end; those of a kind are taken evenly from its
 * whole list, so that not only the oldest are looked at. In the order in which the kinds first occur.
 */
export function sampleOf<T>(items: readonly T[], count: number, kindOf: (item: T) => string): T[] {
  const kinds = new Map<string, { all: T[]; share: number }>();
  for (const item of items) {
    const kind = kinds.get(kindOf(item)) ?? { all: [], share: 0 };
    kind.all.push(item);
    kinds.set(kindOf(item), kind);
  }
  for (let left = Math.min(count, items.length); left > 0;) {
    for (const kind of kinds.values()) {
      if (left === 0 || kind.share === kind.all.length) continue;
      kind.share += 1;
      left -= 1;
    }
  }
  return [...kinds.values()].flatMap(({ all, share }) => Array.from({ length: share }, (_, index) => all[Math.floor((index * all.length) / share)] as T));
}
