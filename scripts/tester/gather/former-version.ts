/** A wrong set of matches in, the former versions of resources by which it would be right out: what a search goes by is behind. https://hl7.org/fhir/R4/search.html#currency */
import { localReference, type Resource } from '../../core/fhir';
import { escapeValue } from '../../search/escaping';
import { STRING } from '../../search/match/string';
import { contentOf, createSearchIndex } from '../../search/search-index';
import { predict } from '../../search/predict';
import type { Criterion, Query, SearchIndex } from '../../search/types';
import { extract } from '../../search/values';
import { bundleOf, succeeded } from '../answer';
import { writtenValues } from '../choose/written-value';
import type { TestContext } from '../context';
import { timesChanged } from '../judge/history';
import type { SetDifference } from '../judge/search-set';
import { predictPairs } from './predict-pairs';
import type { Pair } from './query';
import { referencesIn } from './references';
import { entriesOf } from './search-answer';

/** A change or two that were missed show at a few resources; where more are wrong, it is the search itself. */
const MOST_WRONG = 8;
/** Histories that are asked for to explain one failure. */
const MOST_HISTORIES = 6;
/** Resources around the one in question that a chain is followed through. */
const MOST_AROUND = 100;
/** Values of a parameter that are looked through for telling ones. */
const MOST_VALUES = 60;

/** Something that the answer shows as it was. */
export interface FormerVersion {
  /** `Type/id`. */
  readonly reference: string;
  readonly versionId: string;
  /** When the current version came in its place; empty where the server does not say. */
  readonly replaced: string;
}

/**
 * For each resource that is wrongly there or wrongly absent, a former version (of itself, or of one that the query reaches from it) by which it would be rightly so,
 * and is by other values too.
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
    const former = changed[i]?.flatMap((current) => (histories.get(current) ?? []).map((version) => couldBe(context, reference, around[i] ?? [], current, version))) ?? [];
    return former.find(({ then }) => is(then, query, reference) === i < extra.length);
  });
  if (!found.every((one) => one !== undefined)) return undefined;
  const named = found.filter((one, i) => found.findIndex(({ current }) => current === one.current) === i);
  const shown = await Promise.all(named.map((one) => showsElsewhere(context, query, one)));
  if (!shown.every(Boolean)) return undefined;
  return named.map(({ current, version }) => ({ reference: localReference(version) ?? '', versionId: version.meta?.versionId ?? '', replaced: current.meta?.lastUpdated ?? '' }));
}

/** What a search would see of a resource if it went by a former version of it, or of another. */
interface Supposed {
  readonly reference: string;
  readonly current: Resource;
  readonly version: Resource;
  readonly now: SearchIndex;
  readonly then: SearchIndex;
}

function couldBe({ known, definitions }: TestContext, reference: string, around: readonly Resource[], current: Resource, version: Resource): Supposed {
  const { base, zone, now } = contentOf(known.index);
  const indexOf = (resources: readonly Resource[]) => createSearchIndex(definitions, base, [...new Set([...resources.flatMap((resource) => linked(resource, known.index)), ...resources])], { zone, now });
  return { reference, current, version, now: indexOf(around), then: indexOf([...around.filter((one) => one !== current), version]) };
}

/** Whether it is found; undefined where the specification leaves that open. */
function is(index: SearchIndex, query: Query, reference: string): boolean | undefined {
  const { must, either } = predict(index, query);
  return must.has(reference) ? true : either.has(reference) ? undefined : false;
}

/**
 * One wrong answer may have other reasons. A search that goes by what was finds the resource by the values that only the former version has, and not by
 * those that only the current one has: one of each is tried, by the same parameter. Where the former version has none, others have to be found by theirs.
 */
async function showsElsewhere(context: TestContext, query: Query, { reference, now, then }: Supposed): Promise<boolean> {
  const isFound = async (pair: Pair, wanted: readonly string[]) => {
    const beside: Pair[] = context.known.completeness(query.type).complete ? [] : [['_id', wanted.map((one) => one.slice(query.type.length + 1)).join(',')]];
    const { trouble, matches } = await context.search(query.type, [pair, ...beside]);
    return trouble === undefined ? matches.some((match) => wanted.includes(localReference(match) ?? '')) : undefined;
  };
  for (const criterion of query.criteria.filter(({ definition }) => definition.code !== '_id')) {
    const types = [...context.definitions.resourceTypes];
    const asked = otherValues(context, criterion, new Set([now, then].flatMap((index) => types.flatMap((type) => index.all(type))))).map((pair) => {
      const { query: other } = predictPairs(context, query.type, [pair]);
      return { pair, now: is(now, other, reference), then: is(then, other, reference) };
    });
    const telling = [true, false].flatMap((found) => asked.find((one) => one.then === found && one.now === !found) ?? []);
    if (telling.length === 0) continue;
    const answers = await Promise.all(telling.map(({ pair }) => isFound(pair, [reference])));
    if (!answers.every((found, i) => found === telling[i]?.then)) return false;
    if (telling.some((one) => one.then === true)) return true;
    const others = types.filter((type) => now.all(type).length > 0).flatMap((type) => context.known.index.all(type).slice(0, MOST_AROUND));
    const control = otherValues(context, criterion, new Set(others)).map((pair) => ({ pair, must: [...predictPairs(context, query.type, [pair]).prediction.must] })).find(({ must }) => must.length > 0 && !must.includes(reference));
    return control !== undefined && (await isFound(control.pair, control.must.slice(0, MOST_WRONG))) === true;
  }
  return false;
}

/** The criterion with the values that these resources have, without a modifier. */
function otherValues({ definitions }: TestContext, criterion: Criterion, resources: ReadonlySet<Resource>): Pair[] {
  const name = criterion.written.slice(0, criterion.written.indexOf('='));
  return leavesOf(criterion).flatMap(({ definition, modifier }) => {
    const plain = modifier !== undefined && name.endsWith(`:${modifier}`) ? name.slice(0, -modifier.length - 1) : name;
    const values = [...resources].flatMap((resource) => extract(resource, definition, definitions).flatMap((value) => (definition.type === 'string' ? STRING.read(value, definitions).flatMap(({ texts }) => texts.map(escapeValue)) : writtenValues(value, definition, definitions))));
    // A time that is compared as equal leaves open how finely a server keeps it.
    const prefixes = definition.type === 'date' ? ['ge', 'lt'] : [''];
    return [...new Set(values)].slice(0, MOST_VALUES).flatMap((value) => prefixes.map((prefix): Pair => [plain, `${prefix}${value}`]));
  });
}

/** What is compared with the values, at the end of all chains. */
function leavesOf(criterion: Criterion): Criterion[] {
  if (criterion.reverse !== undefined) return leavesOf(criterion.reverse.criterion);
  return criterion.chain === undefined ? [criterion] : criterion.chain.next.flatMap((next) => leavesOf(next.criterion));
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
