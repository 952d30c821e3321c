/** Criteria that look at other resources in, outcomes out: chains, reverse chains and lists. */
import { createEntry, valuesOf, type Entry } from './entry';
import type { Workings } from './evaluation';
import type { ReferenceValue } from './match/reference';
import { anyOf, either, weaken, type Outcome } from './outcome';
import { containedTarget, localKey } from './reference-target';
import type { IndexContent } from './search-index';
import type { Criterion, SearchParameterDefinition } from './types';

/** The outcome of a chain for one resource: of the rest of the chain for anything that the reference points at. */
export function judgeChain(workings: Workings, criterion: Criterion, entry: Entry): Outcome {
  return anyOf(referencesOf(workings.content, entry, criterion.definition), (reference) => workings.settle(follow(workings, criterion, reference, entry)));
}

function follow(workings: Workings, criterion: Criterion, reference: ReferenceValue, from: Entry): Outcome {
  const { content } = workings;
  const next = criterion.chain?.next ?? [];
  const on = (target: Entry) => {
    const step = next.find((row) => row.type === target.resource.resourceType);
    if (step === undefined) return 'no';
    const known = target.key === '' ? undefined : workings.matched(step.criterion);
    return known === undefined ? workings.judge(step.criterion, target) : (known.get(target) ?? 'no');
  };
  const { target, nested, canonical } = reference;
  if (nested !== undefined) return on(createEntry(nested, '', 0));
  if (canonical !== undefined) return followCanonical(content, canonical, next.map((row) => row.type), on);
  // "Nor are chaining, includes or reverse includes supported for reference elements that do not have a reference element."
  if (target === undefined) return 'no';
  if (target.fragment !== undefined) {
    const found = containedTarget(target.fragment, from.resource);
    return found === undefined ? 'no' : on(createEntry(found, '', 0));
  }
  if (target.type !== undefined && !next.some((row) => row.type === target.type)) return 'no';
  const key = localKey(target, content.base);
  const found = key === undefined ? undefined : content.entry(key);
  if (found === undefined) return 'open-chain-target';
  return target.version === undefined ? on(found) : weaken(on(found), 'open-chain-version');
}

function followCanonical(content: IndexContent, canonical: { url: string; version?: string }, types: readonly string[], on: (entry: Entry) => Outcome): Outcome {
  const meant = types.flatMap((type) => [...content.entries(type).values()]).filter((entry) => entry.resource.url === canonical.url);
  if (meant.length === 0) return 'open-chain-target';
  const sameVersion = (entry: Entry) => canonical.version === undefined || canonical.version === entry.resource.version;
  return anyOf(meant, (entry) => (sameVersion(entry) ? on(entry) : weaken(on(entry), 'open-canonical-version')));
}

/** Whoever refers to a target that satisfies the rest of the chain, or to something that is not known. */
export function chainCandidates(workings: Workings, type: string, criterion: Criterion): ReadonlySet<Entry> {
  const { content } = workings;
  const wanted = new Set<string>();
  for (const step of criterion.chain?.next ?? []) {
    for (const target of workings.matching(step.type, step.criterion).keys()) wanted.add(target.key);
  }
  const posting = content.referencePosting(type, criterion.definition);
  return new Set(posting.referrers((key) => wanted.has(key) || content.entry(key) === undefined, content.base));
}

/** What the resources that satisfy a reverse chain's criterion refer to, by `Type/id`. */
export function referredTo(workings: Workings, { reverse }: Criterion): ReadonlyMap<string, Outcome> {
  const found = new Map<string, Outcome>();
  if (reverse === undefined) return found;
  for (const [source, outcome] of workings.matching(reverse.type, reverse.criterion)) {
    for (const { target } of referencesOf(workings.content, source, reverse.reference)) {
      const key = target === undefined ? undefined : localKey(target, workings.content.base);
      if (key === undefined) continue;
      const through = workings.settle(target?.version === undefined ? outcome : weaken(outcome, 'open-chain-version'));
      found.set(key, either(found.get(key) ?? 'no', through));
    }
  }
  return found;
}

/** `_list`: the outcome for one resource; open where the List is not known. */
export function judgeList(workings: Workings, id: string, entry: Entry): Outcome {
  const list = workings.content.entry(`List/${id}`);
  const definition = workings.content.definitions.find('List', 'item');
  if (list === undefined || definition === undefined) return workings.settle('open-chain-target');
  const listed = referencesOf(workings.content, list, definition).some(({ target }) => target !== undefined && localKey(target, workings.content.base) === entry.key);
  return listed ? 'yes' : 'no';
}

function referencesOf(content: IndexContent, entry: Entry, definition: SearchParameterDefinition): readonly ReferenceValue[] {
  return valuesOf(entry, definition, content.definitions) as readonly ReferenceValue[];
}
