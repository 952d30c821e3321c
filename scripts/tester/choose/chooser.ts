/** Candidate queries and the known data in, the query that divides the data best out: some resources must match, some must not. */
import type { SearchDefinitions } from '../../search/types';
import type { Prediction } from '../../search/types';
import type { Pair } from '../gather/query';

/** What a query would find among the known resources. */
export interface Outlook {
  pairs: readonly Pair[];
  must: ReadonlySet<string>;
  /** Known resources that must not match. */
  mustNot: number;
  open: number;
}

export interface Chooser {
  readonly definitions: SearchDefinitions;
  readonly base: string;
  /** Number of known resources of the type. */
  readonly total: number;
  outlook(pairs: readonly Pair[]): Outlook;
  /** The best candidate that divides the data; undefined where none does. Earlier candidates win a tie. */
  divide(candidates: Iterable<readonly Pair[]>, also?: (outlook: Outlook) => boolean): Outlook | undefined;
  /** The first candidate that something must match, though it may divide nothing. */
  any(candidates: Iterable<readonly Pair[]>): Outlook | undefined;
}

/** More candidates than this are not looked at: the first ones come from different resources already. */
const ENOUGH_CANDIDATES = 120;
/** Of this many that divide the data one is good enough. */
const ENOUGH_TO_CHOOSE_FROM = 16;

export function createChooser(type: string, total: number, definitions: SearchDefinitions, base: string, predict: (type: string, pairs: readonly Pair[]) => Prediction): Chooser {
  const known = new Map<string, Outlook>();
  const outlook = (pairs: readonly Pair[]): Outlook => {
    const key = JSON.stringify(pairs);
    let found = known.get(key);
    if (found === undefined) {
      const { must, either } = predict(type, pairs);
      known.set(key, (found = { pairs, must, mustNot: total - must.size - either.size, open: either.size }));
    }
    return found;
  };
  // A third of the data on the side of the matches keeps answers small and leaves much that must not match.
  const distance = ({ must, open }: Outlook) => Math.abs(must.size - total / 3) + open;
  return {
    definitions,
    base,
    total,
    outlook,
    divide(candidates, also = () => true) {
      let best: Outlook | undefined;
      let dividing = 0;
      for (const pairs of firstOf(candidates, ENOUGH_CANDIDATES)) {
        const view = outlook(pairs);
        if (view.must.size === 0 || view.mustNot === 0 || !also(view)) continue;
        if (best === undefined || distance(view) < distance(best)) best = view;
        if ((dividing += 1) >= ENOUGH_TO_CHOOSE_FROM) break;
      }
      return best;
    },
    any(candidates) {
      for (const pairs of firstOf(candidates, ENOUGH_CANDIDATES)) if (outlook(pairs).must.size > 0) return outlook(pairs);
      return undefined;
    },
  };
}

function* firstOf<T>(items: Iterable<T>, limit: number): Iterable<T> {
  let count = 0;
  for (const item of items) {
    if ((count += 1) > limit) return;
    yield item;
  }
}
