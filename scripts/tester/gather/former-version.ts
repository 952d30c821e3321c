/** A wrong set of matches in, the former versions of resources by which it would be right out: what a search goes by is behind. https://hl7.org/fhir/R4/search.html#currency */
import { localReference, type Resource } from '../../core/fhir';
import { contentOf, createSearchIndex } from '../../search/search-index';
import { predict } from '../../search/predict';
import type { Criterion, Query, SearchIndex } from '../../search/types';
import { bundleOf, succeeded } from '../answer';
import type { TestContext } from '../context';
import { timesChanged } from '../judge/history';
import type { SetDifference } from '../judge/search-set';
import { referencesIn } from './references';
import { entriesOf } from './search-answer';

/** A change or two that were missed show at a few resources; where more are wrong, it is the search itself. */
const MOST_WRONG = 8;
/** Histories that are asked for to explain one failure. */
const MOST_HISTORIES = 6;
/** Resources around the one in question that a chain is followed through. */
const MOST_AROUND = 100;

/** Something that the answer shows as it was. */
export interface FormerVersion {
  /** `Type/id`. */
  readonly reference: string;
  readonly versionId: string;
  /** When the current version came in its place; empty where the server does not say. */
  readonly replaced: string;
}

/**
 * For each resource that is wrongly there or wrongly absent, a former version (of itself, or of one that the query reaches from it) by which it would be rightly so.
 * @returns undefined where one of them cannot be explained so
 */
export async function formerVersions(context: TestContext, query: Query, { extra, absent }: SetDifference): Promise<FormerVersion[] | undefined> {
  const wrong = [...extra, ...absent];
  if (wrong.length === 0 || wrong.length > MOST_WRONG) return undefined;
  const around = wrong.map((reference) => neighbours(context, query, reference));
  const changed = around.map((resources) => resources.filter((resource) => timesChanged(resource) > 0));
  const asked = [...new Set(changed.flat())];
  if (changed.some(({ length }) => length === 0) || asked.length > MOST_HISTORIES) return undefined;
  const histories = new Map(await Promise.all(asked.map(async (resource) => [resource, await formerOf(context, resource)] as const)));
  const found = wrong.map((reference, i) => {
    const versions = changed[i]?.flatMap((resource) => (histories.get(resource) ?? []).map((former) => ({ resource, former }))) ?? [];
    return versions.find(({ resource, former }) => explains(context, query, { reference, found: i < extra.length }, [...(around[i] ?? []).filter((one) => one !== resource), former]));
  });
  if (!found.every((one) => one !== undefined)) return undefined;
  const named = found.map(({ resource, former }) => ({ reference: localReference(former) ?? '', versionId: former.meta?.versionId ?? '', replaced: resource.meta?.lastUpdated ?? '' }));
  return named.filter((one, i) => named.findIndex(({ reference }) => reference === one.reference) === i);
}

/** Whether the resource would be found, or not, as it was, had a former version of one resource stayed. */
function explains({ known, definitions }: TestContext, query: Query, { reference, found }: { reference: string; found: boolean }, resources: readonly Resource[]): boolean {
  const { base, zone, now } = contentOf(known.index);
  const targets = resources.flatMap((resource) => linked(resource, known.index));
  const { must, either } = predict(createSearchIndex(definitions, base, [...new Set([...targets, ...resources])], { zone, now }), query);
  return found ? must.has(reference) : !must.has(reference) && !either.has(reference);
}

/** The resource alone, or, where the query goes on to others, with those that it refers to and that refer to it, as far as the query goes. */
function neighbours({ known, definitions }: TestContext, query: Query, reference: string): Resource[] {
  const itself = known.index.get(reference);
  const steps = Math.max(0, ...query.criteria.map(stepsOf));
  const sources = [...new Set(query.criteria.flatMap(sourceTypes))].flatMap((type) => (definitions.resourceTypes.has(type) ? known.index.all(type) : []));
  const reached = new Set(itself === undefined ? [] : [itself]);
  for (let step = 0; step < steps && reached.size < MOST_AROUND; step += 1) {
    const here = new Set([...reached].map(localReference));
    const referring = sources.filter((source) => referencesIn(source).some((one) => here.has(one.reference)));
    for (const next of [...[...reached].flatMap((resource) => linked(resource, known.index)), ...referring]) reached.add(next);
  }
  return [...reached].slice(0, MOST_AROUND);
}

function linked(resource: Resource, index: SearchIndex): Resource[] {
  return referencesIn(resource).flatMap(({ reference }) => index.get(reference) ?? []);
}

function stepsOf({ chain, reverse }: Criterion): number {
  if (reverse !== undefined) return 1 + stepsOf(reverse.criterion);
  return chain === undefined ? 0 : 1 + Math.max(0, ...chain.next.map(({ criterion }) => stepsOf(criterion)));
}

function sourceTypes({ chain, reverse }: Criterion): string[] {
  if (reverse !== undefined) return [reverse.type, ...sourceTypes(reverse.criterion)];
  return (chain?.next ?? []).flatMap(({ criterion }) => sourceTypes(criterion));
}

/** The versions before the current one, the latest first; none where the server does not tell them. */
async function formerOf(context: TestContext, current: Resource): Promise<Resource[]> {
  const reference = localReference(current) ?? '';
  if (!context.declared.interaction(current.resourceType, 'history-instance')) return [];
  const exchange = await context.read(`${reference}/_history`);
  const entries = succeeded(exchange) ? entriesOf(bundleOf(exchange) ?? { resourceType: 'Bundle' }) : [];
  return entries.flatMap(({ resource }) => (resource !== undefined && localReference(resource) === reference && resource.meta?.versionId !== current.meta?.versionId ? [resource] : []));
}
