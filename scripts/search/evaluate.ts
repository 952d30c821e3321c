/** Criteria over the resources of an index in, the outcome for each resource out: chains, reverse chains, negation and missing included. */
import type { Resource } from '../core/fhir';
import { createEntry, valuesOf, type Entry } from './entry';
import { PARAMETER_TYPES, type AtomicType } from './match';
import type { MatchContext } from './match/context';
import type { ReferenceValue } from './match/reference';
import type { TokenValue } from './match/token';
import { allOf, anyOf, both, chosen, either, isOpen, not, weaken, type Outcome } from './outcome';
import type { Posting } from './postings';
import { containedTarget, localKey } from './reference-target';
import { contentOf, type IndexContent } from './search-index';
import type { Criterion, Query, SearchIndex, SearchParameterDefinition, SearchValue, ZoneRange } from './types';
import { valueSetMembers } from './value-set';
import { componentsOf, type CompositeRow } from './values';

/**
 * How open points are treated. `predict`: they stay open. `decide`: each is settled where it arises, as our own server does
 * (rules.ts, `choice`), and the zone is universal time.
 */
export type EvaluationMode = 'predict' | 'decide';

/** One evaluation over the present state of an index; what it finds out about chains is remembered for its duration. */
export class Evaluation {
  readonly content: IndexContent;
  private readonly context: MatchContext;
  private readonly outcomes = new Map<Criterion, Map<Entry, Outcome>>();
  private readonly sets = new Map<Criterion, ReadonlyMap<Entry, Outcome>>();
  private readonly referrers = new Map<Criterion, ReadonlyMap<string, Outcome>>();
  private readonly contained = new Map<Resource, Entry>();
  private readonly suspects = new Map<Criterion, ReadonlySet<Entry>>();

  /**
   * @param indexed false judges every resource by its values alone: slow, and what the indexes are measured by
   */
  constructor(
    index: SearchIndex,
    private readonly mode: EvaluationMode,
    private readonly indexed = true,
  ) {
    const content = contentOf(index);
    this.content = content;
    const members = new Map<string, ReadonlySet<string> | undefined>();
    this.context = {
      definitions: content.definitions,
      base: content.base,
      zone: mode === 'decide' ? universal(content.zone) : content.zone,
      ownZone: mode === 'predict',
      now: content.now,
      known: (reference) => content.entry(reference) !== undefined,
      valueSet: (reference) => {
        if (!members.has(reference)) members.set(reference, valueSetMembers(content, reference));
        return members.get(reference);
      },
    };
  }

  /** The resources of the query's type whose outcome is not a certain no, in insertion order. */
  query(query: Query): ReadonlyMap<Entry, Outcome> {
    const sets = query.lists.map((id) => this.listed(id));
    const candidates = this.narrowest(query.type, query.criteria);
    const found = new Map<Entry, Outcome>();
    for (const entry of candidates) {
      let outcome = allOf(query.criteria, (criterion) => this.judge(criterion, entry));
      if (outcome !== 'no') outcome = both(outcome, allOf(sets, (set) => this.settle(set === undefined ? 'open-chain-target' : set.has(entry.key) ? 'yes' : 'no')));
      if (outcome !== 'no') found.set(entry, outcome);
    }
    return found;
  }

  /** The outcome of one criterion for one resource. */
  judge(criterion: Criterion, entry: Entry): Outcome {
    if (criterion.reverse !== undefined) return this.referredTo(criterion).get(entry.key) ?? 'no';
    if (criterion.chain === undefined) return this.shortcut(criterion, entry) ?? this.judgeValues(criterion, entry);
    let known = this.outcomes.get(criterion);
    if (known === undefined) this.outcomes.set(criterion, (known = new Map<Entry, Outcome>()));
    let outcome = known.get(entry);
    if (outcome === undefined) known.set(entry, (outcome = this.judgeChain(criterion, entry)));
    return outcome;
  }

  /**
   * `:not` and `:missing` without looking at the values: a resource that the parameter's index does not name for a value certainly
   * lacks it, one without any value is certainly missing it.
   */
  private shortcut(criterion: Criterion, entry: Entry): Outcome | undefined {
    const { modifier, definition, values } = criterion;
    if ((modifier !== 'not' && modifier !== 'missing') || entry.key === '' || !this.indexed) return undefined;
    const type = entry.resource.resourceType;
    if (modifier === 'missing') {
      const { present, valued } = this.content.posting(type, definition);
      const wanted = values[0]?.text === 'true';
      return present.has(entry) ? (wanted ? 'no' : 'yes') : valued.has(entry) ? undefined : wanted ? 'yes' : 'no';
    }
    let suspects = this.suspects.get(criterion);
    if (suspects === undefined) this.suspects.set(criterion, (suspects = this.candidates(type, { ...criterion, modifier: undefined }) ?? ALL));
    return suspects === ALL || suspects.has(entry) ? undefined : 'yes';
  }

  private settle(outcome: Outcome): Outcome {
    return this.mode === 'decide' && isOpen(outcome) ? (chosen(outcome) ? 'yes' : 'no') : outcome;
  }

  private judgeValues(criterion: Criterion, entry: Entry): Outcome {
    const { definition, modifier, values: wanted } = criterion;
    const found = valuesOf(entry, definition, this.content.definitions);
    if (definition.type === 'composite') return anyOf(wanted, (search) => anyOf(found, (row) => this.matchRow(search, row as CompositeRow, definition)));
    const type = PARAMETER_TYPES[definition.type as AtomicType];
    const match = (search: SearchValue, value: unknown) => this.settle(type.match(search, value, modifier, this.context, definition));
    switch (modifier) {
      case 'missing': {
        const present = anyOf(found, (value) => this.settle(type.present(value)));
        return wanted[0]?.text === 'true' ? not(present) : present;
      }
      case 'not': {
        const plain = (search: SearchValue, value: unknown) => this.settle(type.match(search, value, undefined, this.context, definition));
        const none = not(anyOf(wanted, (search) => anyOf(found, (value) => plain(search, value))));
        const notEvery = anyOf(wanted, (search) => not(anyOf(found, (value) => plain(search, value))));
        return none === notEvery ? none : this.settle(none === 'no' && notEvery === 'yes' ? 'open-token-not-several' : isOpen(none) ? none : notEvery);
      }
      case 'not-in': {
        const coded = (found as readonly TokenValue[]).filter((token) => token.code !== undefined);
        return anyOf(wanted, (search) => this.settle(outside(coded.map((token) => type.match(search, token, modifier, this.context, definition)))));
      }
      default:
        return anyOf(wanted, (search) => anyOf(found, (value) => match(search, value)));
    }
  }

  /** All parts of a composite in one repetition of its element. */
  private matchRow(search: SearchValue, row: CompositeRow, definition: SearchParameterDefinition): Outcome {
    const components = componentsOf(definition, this.content.definitions);
    return allOf(components.keys(), (at) => {
      const part = components[at]?.definition;
      const wanted = search.components?.[at];
      if (part === undefined || wanted === undefined) return 'no';
      const type = PARAMETER_TYPES[part.type as AtomicType];
      return anyOf(row[at] ?? [], (value) => this.settle(type.match(wanted, value, undefined, this.context, part)));
    });
  }

  private judgeChain(criterion: Criterion, entry: Entry): Outcome {
    const references = valuesOf(entry, criterion.definition, this.content.definitions) as readonly ReferenceValue[];
    return anyOf(references, (reference) => this.settle(this.follow(criterion, reference, entry)));
  }

  /** The outcome of the rest of a chain for what one reference points at. */
  private follow(criterion: Criterion, reference: ReferenceValue, from: Entry): Outcome {
    const next = criterion.chain?.next ?? [];
    const on = (target: Entry) => {
      const step = next.find((row) => row.type === target.resource.resourceType);
      if (step === undefined) return 'no';
      const known = target.key === '' ? undefined : this.sets.get(step.criterion);
      return known === undefined ? this.judge(step.criterion, target) : (known.get(target) ?? 'no');
    };
    const { target, nested, canonical } = reference;
    if (nested !== undefined) return on(this.containedEntry(nested));
    if (canonical !== undefined) return this.followCanonical(canonical, next.map((row) => row.type), on);
    if (target === undefined) return 'no';
    if (target.fragment !== undefined) {
      const found = containedTarget(target.fragment, from.resource);
      return found === undefined ? 'no' : on(this.containedEntry(found));
    }
    if (target.type !== undefined && !next.some((row) => row.type === target.type)) return 'no';
    const key = localKey(target, this.content.base);
    const found = key === undefined ? undefined : this.content.entry(key);
    if (found === undefined) return 'open-chain-target';
    const outcome = on(found);
    return target.version === undefined ? outcome : outcome === 'yes' ? 'open-chain-version' : outcome;
  }

  private followCanonical(canonical: { url: string; version?: string }, types: readonly string[], on: (entry: Entry) => Outcome): Outcome {
    let found: Outcome = 'open-chain-target';
    for (const type of types) {
      for (const entry of this.content.entries(type).values()) {
        if (entry.resource.url !== canonical.url) continue;
        const outcome = on(entry);
        if (canonical.version === undefined || canonical.version === entry.resource.version) found = found === 'yes' ? found : outcome;
        else found = either(found, weaken(outcome, 'open-canonical-version'));
      }
    }
    return found;
  }

  private containedEntry(resource: Resource): Entry {
    let entry = this.contained.get(resource);
    if (entry === undefined) this.contained.set(resource, (entry = createEntry(resource, '', 0)));
    return entry;
  }

  /** What resources of the source type that satisfy the criterion refer to, by `Type/id`. */
  private referredTo(criterion: Criterion): ReadonlyMap<string, Outcome> {
    let known = this.referrers.get(criterion);
    if (known !== undefined) return known;
    const { reverse } = criterion;
    const found = new Map<string, Outcome>();
    if (reverse !== undefined) {
      for (const [source, outcome] of this.matching(reverse.type, reverse.criterion)) {
        for (const value of valuesOf(source, reverse.reference, this.content.definitions) as readonly ReferenceValue[]) {
          const key = value.target === undefined ? undefined : localKey(value.target, this.content.base);
          if (key === undefined) continue;
          const through = this.settle(value.target?.version === undefined ? outcome : weaken(outcome, 'open-chain-version'));
          found.set(key, either(found.get(key) ?? 'no', through));
        }
      }
    }
    this.referrers.set(criterion, (known = found));
    return known;
  }

  /** The resources of a type whose outcome for one criterion is not a certain no. */
  private matching(type: string, criterion: Criterion): ReadonlyMap<Entry, Outcome> {
    let known = this.sets.get(criterion);
    if (known === undefined) {
      const found = new Map<Entry, Outcome>();
      for (const entry of this.candidates(type, criterion) ?? this.content.entries(type).values()) {
        const outcome = this.judge(criterion, entry);
        if (outcome !== 'no') found.set(entry, outcome);
      }
      this.sets.set(criterion, (known = found));
    }
    return known;
  }

  /** The resources that the indexes of all criteria name, in insertion order; all resources where no index can tell. */
  private narrowest(type: string, criteria: readonly Criterion[]): Iterable<Entry> {
    const all = this.content.entries(type);
    const sets: ReadonlySet<Entry>[] = [];
    let size = all.size;
    for (const criterion of [...criteria].sort((a, b) => effort(a) - effort(b))) {
      if (size <= ENOUGH) break;
      const found = this.candidates(type, criterion);
      if (found === undefined) continue;
      sets.push(found);
      size = Math.min(size, found.size);
    }
    const [smallest, ...others] = sets.sort((a, b) => a.size - b.size);
    if (smallest === undefined) return all.values();
    const named = [...smallest].filter((entry) => others.every((set) => set.has(entry)));
    return named.sort((a, b) => a.ordinal - b.ordinal);
  }

  /** The resources that may satisfy a criterion; undefined where its index cannot tell. */
  private candidates(type: string, criterion: Criterion): ReadonlySet<Entry> | undefined {
    if (!this.indexed) return undefined;
    if (criterion.reverse !== undefined) {
      return new Set([...this.referredTo(criterion).keys()].flatMap((key) => (key.startsWith(`${type}/`) ? (this.content.entry(key) ?? []) : [])));
    }
    if (criterion.chain !== undefined) return this.chainCandidates(type, criterion);
    const { definition, modifier, values } = criterion;
    if (modifier === 'not' || modifier === 'not-in') return undefined;
    const posting = this.content.posting(type, definition);
    if (modifier === 'missing') return values[0]?.text === 'true' ? this.absent(type, posting) : posting.valued;
    const found = new Set<Entry>();
    for (const search of values) {
      const mayMatch = (value: unknown) => this.matchDistinct(search, value, criterion) !== 'no';
      const some = posting.candidates(search, modifier, this.content.base, mayMatch);
      if (some === undefined || values.length === 1) return some;
      for (const entry of some) found.add(entry);
    }
    return found;
  }

  private absent(type: string, { present }: Posting): ReadonlySet<Entry> {
    const found = new Set<Entry>();
    for (const entry of this.content.entries(type).values()) if (!present.has(entry)) found.add(entry);
    return found;
  }

  private matchDistinct(search: SearchValue, value: unknown, { definition, modifier }: Criterion): Outcome {
    if (definition.type === 'composite') return this.matchRow(search, value as CompositeRow, definition);
    return PARAMETER_TYPES[definition.type as AtomicType].match(search, value, modifier, this.context, definition);
  }

  /** Whoever refers to a target that satisfies the rest of the chain, or to something that is not known. */
  private chainCandidates(type: string, criterion: Criterion): ReadonlySet<Entry> {
    const posting = this.content.referencePosting(type, criterion.definition);
    const wanted = new Set<string>();
    for (const step of criterion.chain?.next ?? []) {
      for (const target of this.matching(step.type, step.criterion).keys()) wanted.add(target.key);
    }
    return new Set(posting.referrers((key) => wanted.has(key) || !this.context.known(key), this.content.base));
  }

  /** `Type/id` of what a List refers to; undefined where the List is not known. */
  private listed(id: string): ReadonlySet<string> | undefined {
    const entry = this.content.entry(`List/${id}`);
    const definition = this.content.definitions.find('List', 'item');
    if (definition === undefined || entry === undefined) return undefined;
    const values = valuesOf(entry, definition, this.content.definitions) as readonly ReferenceValue[];
    return new Set(values.flatMap((value) => (value.target === undefined ? [] : (localKey(value.target, this.content.base) ?? []))));
  }
}

/** Stands for "the index cannot tell". */
const ALL: ReadonlySet<Entry> = new Set();

/** Below this number of candidates no further index is asked. */
const ENOUGH = 64;

/** Which criterion's index to ask first: the exact ones, then ranges, then joins. */
function effort(criterion: Criterion): number {
  if (criterion.chain !== undefined || criterion.reverse !== undefined) return 3;
  return { token: 0, reference: 0, uri: 0, string: 1, number: 1, quantity: 1, composite: 2, date: 2, special: 4 }[criterion.definition.type];
}

function universal(zone: ZoneRange): ZoneRange {
  const offset = zone.from <= 0 && zone.to >= 0 ? 0 : zone.from;
  return { from: offset, to: offset };
}

/** `:not-in`: certain where all codings are outside, or all inside. */
function outside(inside: readonly Outcome[]): Outcome {
  if (inside.length === 0) return 'open-value-set-mixed';
  const anyInside = anyOf(inside, (row) => row);
  const allInside = allOf(inside, (row) => row);
  return anyInside === allInside ? not(anyInside) : isOpen(anyInside) ? anyInside : isOpen(allInside) ? allInside : 'open-value-set-mixed';
}
