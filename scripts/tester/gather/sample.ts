/** A query over a type with much data in, the ids of a few known resources out that the query is narrowed to with `_id`. */
import { localReference } from '../../core/fhir';
import { extract } from '../../search/values';
import { writtenValues } from '../choose/written-value';
import type { TestContext } from '../context';
import { predictPairs } from './predict-pairs';
import type { Pair } from './query';

/** A type with no more known resources than this is searched whole. */
const SMALL = 150;
/** Resources of each side in a sample. */
const EACH_SIDE = 12;
/** So many on a side show what the query is about: one alone fills no second page. */
const ENOUGH_OWN = 2;
/** Resources that one of several criteria alone keeps out, for each criterion: they show that it was lost. */
const NEAR_MISSES = 3;

/**
 * Ids to narrow a query to, some that must match and some that must not; undefined where the type is known whole and small,
 * or where `_id` with several values does not work on this server.
 * @param bait references that are to be among them
 */
export async function sampleOf(context: TestContext, type: string, pairs: readonly Pair[], bait: readonly string[] = []): Promise<string[] | undefined> {
  const all = context.known.index.all(type);
  if (all.length === 0 || (context.known.completeness(type).complete && all.length <= SMALL)) return undefined;
  if (pairs.some(([name]) => name === '_id') || !(await idsWork(context, type))) return undefined;
  const { prediction } = predictPairs(context, type, pairs);
  const everything = all.flatMap((resource) => localReference(resource) ?? []);
  const own = everything.filter((reference) => context.known.own.has(reference));
  // Fixtures were made to discriminate, and nobody else changes them: they are the better sample, of each side of which they have enough.
  const preferred = (fits: (reference: string) => boolean) => {
    const fitting = own.filter(fits);
    return fitting.length >= ENOUGH_OWN ? fitting : [...new Set([...fitting, ...everything.filter(fits)])];
  };
  const must = spread(preferred((reference) => prediction.must.has(reference)), EACH_SIDE);
  const isOutside = (reference: string) => !prediction.must.has(reference) && !prediction.either.has(reference);
  const outside = preferred(isOutside);
  const without = pairs.length < 2 ? [] : pairs.map((pair) => predictPairs(context, type, pairs.filter((other) => other !== pair)).prediction.must);
  const near = without.flatMap((must) => preferred((reference) => isOutside(reference) && must.has(reference)).slice(0, NEAR_MISSES));
  const mustNot = spread(outside, EACH_SIDE);
  return [...new Set([...bait, ...must, ...near, ...mustNot])].map((reference) => reference.slice(type.length + 1));
}

/** What a query is narrowed to: parameters beside its own, and the known resources that they leave. */
export interface Narrowing {
  readonly pairs: readonly Pair[];
  readonly references: readonly string[];
}

/** Narrows a query to a sample by `_id`; where that does not work, to one patient on a server that shows a type for one patient at a time. */
export async function narrowingOf(context: TestContext, type: string, pairs: readonly Pair[], bait: readonly string[] = []): Promise<Narrowing | undefined> {
  const ids = await sampleOf(context, type, pairs, bait);
  if (ids !== undefined) return { pairs: [['_id', ids.join(',')]], references: ids.map((id) => `${type}/${id}`) };
  const demands = context.known.completeness(type).demands;
  if (demands === undefined || demands.parameter === '_id' || pairs.some(([name]) => name === '_id' || name.split(/[:.]/)[0] === demands.parameter)) return undefined;
  const { prediction } = predictPairs(context, type, pairs);
  const sides = demands.patients.map((id) => {
    const pair: Pair = [demands.parameter, demands.parameter === 'patient' ? id : `Patient/${id}`];
    const references = [...predictPairs(context, type, [pair]).prediction.must];
    const must = references.filter((reference) => prediction.must.has(reference)).length;
    const mustNot = references.filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference)).length;
    return { pairs: [pair], references, tells: Math.min(must, 1) + Math.min(mustNot, 1), must };
  });
  // Of patients whose records have both what must match and what must not, the one with most of the first.
  return sides.sort((a, b) => b.tells - a.tells || b.must - a.must)[0];
}

/** Whether a search by two ids brings exactly these two; asked once in a run, its answer is remembered. */
export async function idsWork(context: TestContext, type: string): Promise<boolean> {
  const two = context.known.index.all(type).slice(0, 2).flatMap((resource) => localReference(resource) ?? []);
  const answer = await context.search(type, [['_id', two.map((reference) => reference.slice(type.length + 1)).join(',')]], { aside: true });
  const came = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? []));
  return answer.trouble === undefined && came.size === two.length && two.every((reference) => came.has(reference)) && (await idsCombine(context, type, two));
}

/** Parameters beside which `_id` is tried first: most resources have a value for one of them. */
const BESIDE = ['status', 'identifier', 'patient', 'subject', 'name'];

/** Whether `_id` may stand beside another parameter: servers of records of patients refuse that ("the _id parameter may not be provided with other parameters"). */
async function idsCombine(context: TestContext, type: string, [first = '']: readonly string[]): Promise<boolean> {
  const { known, declared, definitions } = context;
  const resource = known.index.get(first);
  if (resource === undefined) return true;
  const others = [...(declared.types.get(type)?.searchParams.keys() ?? [])].filter((name) => !name.startsWith('_') && !BESIDE.includes(name));
  const beside = [...BESIDE, ...others].flatMap((name): Pair[] => {
    const definition = declared.searchParam(type, name) ? definitions.find(type, name) : undefined;
    const [read] = definition === undefined ? [] : extract(resource, definition, definitions);
    return definition === undefined || read === undefined ? [] : writtenValues(read, definition, definitions).map((value): Pair => [name, value]);
  })[0];
  if (beside === undefined) return true;
  const { trouble } = await context.search(type, [beside, ['_id', first.slice(type.length + 1)]], { aside: true });
  return trouble?.kind !== 'refused';
}

/** At most `count` items, evenly from the whole list. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}
