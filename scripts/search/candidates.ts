/** Criteria in, the resources that the indexes name for them out: what needs to be judged at all. */
import { chainCandidates } from './chain';
import type { Entry } from './entry';
import type { Workings } from './evaluation';
import { isUnequal, judgeValues } from './judge-values';
import type { Posting } from './postings';
import type { Criterion } from './types';

/** The resources that may satisfy a criterion; undefined where its index cannot tell. */
export function candidates(workings: Workings, type: string, criterion: Criterion): ReadonlySet<Entry> | undefined {
  const { content } = workings;
  if (workings.indexing === 'never') return undefined;
  if (criterion.reverse !== undefined) {
    return new Set([...workings.referredTo(criterion).keys()].flatMap((key) => (key.startsWith(`${type}/`) ? (content.entry(key) ?? []) : [])));
  }
  if (criterion.chain !== undefined) return chainCandidates(workings, type, criterion);
  const { definition, modifier, values } = criterion;
  const posting = content.posting(type, definition);
  if (modifier === 'missing') return values[0]?.text === 'true' ? without(content.entries(type).values(), posting.present) : posting.valued;
  // A resource without a value is in no index, and may be meant.
  if (modifier === undefined && values.some((search) => isUnequal(search, definition))) return undefined;
  const found = new Set<Entry>();
  for (const search of values) {
    const some = posting.candidates(search, modifier, content.base, (value) => judgeValues(workings, { ...criterion, values: [search] }, [value]) !== 'no');
    if (some === undefined || values.length === 1) return some;
    for (const entry of some) found.add(entry);
  }
  return found;
}

function without(all: Iterable<Entry>, some: Posting['present']): ReadonlySet<Entry> {
  const found = new Set<Entry>();
  for (const entry of all) if (!some.has(entry)) found.add(entry);
  return found;
}

/** Below this number of candidates no further index is asked. */
const ENOUGH = 16;

/** The resources that the indexes of all criteria name, in insertion order; all of the type where no index can tell. */
export function narrowest(workings: Workings, type: string, criteria: readonly Criterion[]): Iterable<Entry> {
  const all = workings.content.entries(type);
  const sets: ReadonlySet<Entry>[] = [];
  let size = all.size;
  for (const criterion of [...criteria].sort((a, b) => effort(a) - effort(b))) {
    if (size <= ENOUGH && workings.indexing === 'when-worth-it') break;
    const found = candidates(workings, type, criterion);
    if (found === undefined) continue;
    sets.push(found);
    size = Math.min(size, found.size);
  }
  const [smallest, ...others] = sets.sort((a, b) => a.size - b.size);
  if (smallest === undefined) return all.values();
  const named = [...smallest].filter((entry) => others.every((set) => set.has(entry)));
  return named.sort((a, b) => a.ordinal - b.ordinal);
}

/** Which criterion's index to ask first: the exact ones, then ranges, then joins. */
function effort(criterion: Criterion): number {
  if (criterion.chain !== undefined || criterion.reverse !== undefined) return 3;
  return { token: 0, reference: 0, uri: 0, string: 1, number: 1, quantity: 1, composite: 2, date: 2, special: 4 }[criterion.definition.type];
}
