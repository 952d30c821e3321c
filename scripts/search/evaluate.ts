/** An index in, an evaluation of queries over its present state out. */
import { candidates, narrowest } from './candidates';
import { judgeChain, judgeList, referredTo } from './chain';
import { valuesOf, type Entry } from './entry';
import type { Evaluation, EvaluationMode, Indexing, Workings } from './evaluation';
import { judgeValues } from './judge-values';
import type { MatchContext } from './match/context';
import { allOf, both, chosen, isOpen, type Outcome } from './outcome';
import { contentOf, type IndexContent } from './search-index';
import type { Criterion, SearchIndex, ZoneRange } from './types';
import { valueSetMembers } from './value-set';

/**
 * An evaluation; what it finds out (matches of chain steps, value sets) it remembers, so it must not outlive a change of the index.
 * @param indexing the answer is the same for all three; tests hold `always` against `never`
 */
export function evaluate(index: SearchIndex, mode: EvaluationMode, indexing: Indexing = 'when-worth-it'): Evaluation {
  const content = contentOf(index);
  const context = matchContext(content, mode);
  const chains = new Map<Criterion, Map<Entry, Outcome>>();
  const sets = new Map<Criterion, ReadonlyMap<Entry, Outcome>>();
  const referred = new Map<Criterion, ReadonlyMap<string, Outcome>>();
  const suspects = new Map<Criterion, ReadonlySet<Entry> | undefined>();

  const workings: Workings = {
    content,
    context,
    indexing,
    settle: (outcome) => (mode === 'decide' && isOpen(outcome) ? (chosen(outcome) ? 'yes' : 'no') : outcome),
    query(query) {
      const found = new Map<Entry, Outcome>();
      for (const entry of narrowest(workings, query.type, query.criteria)) {
        const criteria = allOf(query.criteria, (criterion) => workings.judge(criterion, entry));
        const outcome = criteria === 'no' ? criteria : both(criteria, allOf(query.lists, (id) => judgeList(workings, id, entry)));
        if (outcome !== 'no') found.set(entry, outcome);
      }
      return found;
    },
    judge(criterion, entry) {
      if (criterion.reverse !== undefined) return workings.referredTo(criterion).get(entry.key) ?? 'no';
      if (criterion.chain === undefined) return shortcut(criterion, entry) ?? judgeValues(workings, criterion, valuesOf(entry, criterion.definition, content.definitions));
      const known = remembered(chains, criterion, () => new Map<Entry, Outcome>());
      return remembered(known, entry, () => judgeChain(workings, criterion, entry));
    },
    matching: (type, criterion) =>
      remembered(sets, criterion, () => {
        const found = new Map<Entry, Outcome>();
        for (const entry of candidates(workings, type, criterion) ?? content.entries(type).values()) {
          const outcome = workings.judge(criterion, entry);
          if (outcome !== 'no') found.set(entry, outcome);
        }
        return found;
      }),
    matched: (criterion) => sets.get(criterion),
    referredTo: (criterion) => remembered(referred, criterion, () => referredTo(workings, criterion)),
  };

  /**
   * `:not` and `:missing` without looking at the values: a resource that the parameter's index does not name for a value certainly
   * lacks it, one without any value is certainly missing it.
   */
  const shortcut = (criterion: Criterion, entry: Entry): Outcome | undefined => {
    const { modifier, definition, values } = criterion;
    if ((modifier !== 'not' && modifier !== 'missing') || entry.key === '' || indexing === 'never') return undefined;
    const type = entry.resource.resourceType;
    if (modifier === 'missing') {
      const { present, valued } = content.posting(type, definition);
      const wanted = values[0]?.text === 'true';
      return present.has(entry) ? (wanted ? 'no' : 'yes') : valued.has(entry) ? undefined : wanted ? 'yes' : 'no';
    }
    const named = remembered(suspects, criterion, () => candidates(workings, type, { ...criterion, modifier: undefined }));
    return named === undefined || named.has(entry) ? undefined : 'yes';
  };

  return workings;
}

/** The value of a map, made when first asked for. */
function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  if (map.has(key)) return map.get(key) as V;
  const made = make();
  map.set(key, made);
  return made;
}

function matchContext(content: IndexContent, mode: EvaluationMode): MatchContext {
  const members = new Map<string, ReadonlySet<string> | undefined>();
  return {
    definitions: content.definitions,
    base: content.base,
    zone: mode === 'decide' ? universal(content.zone) : content.zone,
    ownZone: mode === 'predict',
    now: content.now,
    known: (reference) => content.entry(reference) !== undefined,
    valueSet: (reference) => remembered(members, reference, () => valueSetMembers(content, reference)),
  };
}

/** Universal time, or where the server cannot be in it, the westernmost zone it can be in. */
function universal(zone: ZoneRange): ZoneRange {
  const offset = zone.from <= 0 && zone.to >= 0 ? 0 : zone.from;
  return { from: offset, to: offset };
}
