/** Faults within matching, made from the outside: by what the index sees, by other queries, by matching parts of a resource. */
import type { Resource } from '../../core/fhir';
import { createSearchIndex } from '../../search/search-index';
import type { Criterion, Query, SearchIndex } from '../../search/types';
import { readValues } from '../../search/values';
import type { Behaviour, Override } from '../behaviour';

/** The index sees another resource than the store holds. */
export function indexing(view: (resource: Resource) => Resource): Override {
  return (reference) => ({
    indexed(resource, previous) {
      const seen = reference.indexed(resource, previous);
      return seen === undefined ? undefined : view(seen);
    },
  });
}

/** The same for one resource type. */
export function indexingType(type: string, view: (resource: Resource) => Resource): Override {
  return indexing((resource) => (resource.resourceType === type ? view(resource) : resource));
}

/** Another query is run than was asked; the self link stays. */
export function asking(change: (query: Query) => Query): Override {
  return (reference) => ({ select: (index, query) => reference.select(index, change(query)) });
}

/** Every criterion on its own becomes another one. */
export function askingEach(change: (criterion: Criterion) => Criterion): Override {
  return asking((query) => ({ ...query, criteria: query.criteria.map(change) }));
}

/**
 * The criteria chosen are judged on each repetition alone: it is enough that one part of the resource satisfies all of them.
 * @param element the element whose repetitions are taken apart; without it each element in turn
 */
export function perItem(chosen: (criterion: Criterion) => boolean, element?: string): Override {
  return (reference) => ({
    select(index, query) {
      const criteria = query.criteria.filter(chosen);
      if (criteria.length === 0) return reference.select(index, query);
      const others = reference.select(index, { ...query, criteria: query.criteria.filter((criterion) => !chosen(criterion)) });
      return others.filter((resource) => partsOf(resource, element).some((part) => satisfies(reference, index, { ...query, criteria }, part)));
    },
  });
}

/** The resource once for each repetition of each repeating element. */
function partsOf(resource: Resource, element: string | undefined): Resource[] {
  const parts = Object.entries(resource).flatMap(([name, value]) => (Array.isArray(value) && (element === undefined || element === name) && value.length > 1 ? value.map((item) => ({ ...resource, [name]: [item] })) : []));
  return parts.length === 0 ? [resource] : parts;
}

function satisfies(behaviour: Behaviour, index: SearchIndex, query: Query, resource: Resource): boolean {
  const alone = createSearchIndex(index.definitions, index.base, [resource]);
  return behaviour.select(alone, { ...query, sort: [] }).length > 0;
}

/**
 * The criteria chosen are asked in another way, and of what they find only the resources with a value that passes are kept.
 * @param change leaves the query as it is where it gives the same criterion
 * @param passes sees one value as its type reads it (search/match/), and what was asked
 */
export function lookingAgain(chosen: (criterion: Criterion) => boolean, change: (criterion: Criterion) => Criterion, passes: (value: unknown, criterion: Criterion) => boolean): Override {
  return (reference) => ({
    select(index, query) {
      const criteria = query.criteria.filter((criterion) => isPlain(criterion) && chosen(criterion));
      const found = reference.select(index, { ...query, criteria: query.criteria.map((criterion) => (criteria.includes(criterion) ? change(criterion) : criterion)) });
      return found.filter((resource) => criteria.every((criterion) => readValues(resource, criterion.definition, index.definitions).some((value) => passes(value, criterion))));
    },
  });
}

/** True for a criterion about the searched resource itself: no chain, no reverse chain. */
export function isPlain({ chain, reverse }: Criterion): boolean {
  return chain === undefined && reverse === undefined;
}

/** The criterion without its modifier. */
export function unmodified(criterion: Criterion): Criterion {
  const copy = { ...criterion };
  delete copy.modifier;
  return copy;
}
