/** A query in, the same with a further value that must not bring anything out: one that a server finds which misreads it. */
import type { Pair } from '../gather/query';
import type { Chooser } from './chooser';

/** Decoys that are looked at, at most. */
const TRIED = 40;
/** Resources that a misread value brings: a sample of much data has to hold some of them. */
const BAIT = 3;

/** A value that must not bring anything, and what it brings where it is misread: `Type/id` of resources, or the search that finds them. */
export interface Decoy {
  value: string;
  misread: Pair | ReadonlySet<string>;
}

/** The query with a further value behind a comma which changes nothing, unless the server misreads it; the query itself where no data tells. */
export function withDecoy(pairs: readonly Pair[], chooser: Chooser, decoys: readonly Decoy[]): { pairs: readonly Pair[]; plainly?: readonly Pair[]; bait?: readonly string[] } {
  const [name = '', value = ''] = pairs[0] ?? [];
  const plain = chooser.outlook(pairs);
  for (const decoy of decoys.slice(0, TRIED)) {
    const brought = 'has' in decoy.misread ? decoy.misread : chooser.outlook([decoy.misread]).must;
    const bait = [...brought].filter((reference) => !plain.must.has(reference)).slice(0, BAIT);
    if (bait.length === 0) continue;
    const both = chooser.outlook([[name, `${value},${decoy.value}`]]);
    if (both.must.size === plain.must.size && both.open === plain.open && both.mustNot > 0) return { pairs: both.pairs, plainly: pairs, bait };
  }
  return { pairs };
}
