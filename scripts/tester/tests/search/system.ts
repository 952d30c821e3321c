/** Searches over several types at once, at the base of the server. https://hl7.org/fhir/R4/http.html#vsearch */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import type { TestContext } from '../../context';
import { UNCACHED } from '../../http/client';
import { followPages } from '../../gather/follow-pages';
import { predictPairs } from '../../gather/predict-pairs';
import { decodePairs, encodePairs, readableQuery, type Pair } from '../../gather/query';
import { linkOf, searchAnswer, type SearchAnswer } from '../../gather/search-answer';
import { COMPANIONS, FOCUS } from '../../harvest';
import { failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { few } from '../../judge/search-set';
import type { RequirementKey } from '../../requirements';
import type { Judgement, TestCase } from '../../test-case';

export const SYSTEM_SEARCH_TESTS: readonly TestCase[] = [
  test('types', '_type names the types that are searched', 'search-system', (context) => severalTypes(context, 'GET')),
  test('post', 'a search at the base by POST', 'search-system', (context) => severalTypes(context, 'POST')),
  test('one-type', 'a type that _type does not name is not searched', 'search-system', oneType),
  test('untyped', 'without _type all types are searched', 'search-system', untyped),
  test('uncommon-parameter', 'a parameter that one of the types does not have is an error', 'search-system-parameters', uncommon),
];

function test(id: string, title: string, requirement: RequirementKey, run: (context: TestContext) => Promise<Judgement>): TestCase {
  return { id: `search.system.${id}`, title: `System: ${title}`, group: 'search', requirement, needs: [{ kind: 'system-interaction', interaction: 'search-system' }], tags: ['system', '_type'], run };
}

/** A search at the base: what comes belongs to several types, so nothing about it is learnt here. */
async function search(context: TestContext, pairs: readonly Pair[], method: 'GET' | 'POST' = 'GET'): Promise<SearchAnswer> {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const first = await context.send(method === 'GET' ? { method, url: `?${encodePairs(pairs)}`, headers: UNCACHED } : { method, url: '_search', headers: { ...UNCACHED, ...form }, body: encodePairs(pairs) });
  const followed = await followPages(first, (url) => context.send({ method: 'GET', url, headers: UNCACHED }), context.client.base, context.limits.maxPages);
  return searchAnswer('', followed.exchanges, followed.unfinished);
}

/** A known resource of the focus and one of another type, with ids of their own. */
function two(context: TestContext): [string, string] | undefined {
  const [study] = context.known.index.all(FOCUS).flatMap((resource) => localReference(resource) ?? []);
  const others = COMPANIONS.filter((type) => context.declared.types.has(type)).flatMap((type) => context.known.index.all(type).slice(0, 1)).flatMap((resource) => localReference(resource) ?? []);
  const other = others.find((reference) => reference.split('/')[1] !== study?.split('/')[1]);
  return study === undefined || other === undefined ? undefined : [study, other];
}

/** A parameter of studies that patients do not have. */
const UNCOMMON = 'modality';
const NEEDED = 'Needed: a study and a resource of another type.';
const typeOf = (reference: string) => reference.split('/')[0] ?? '';
const idOf = (reference: string) => reference.split('/')[1] ?? '';

/** What the oracle says of each type, taken together. */
function expected(context: TestContext, types: readonly string[], pairs: readonly Pair[]): { must: Set<string>; either: Set<string> } {
  const parts = types.map((type) => predictPairs(context, type, pairs).prediction);
  return { must: new Set(parts.flatMap(({ must }) => [...must])), either: new Set(parts.flatMap(({ either }) => [...either.keys()])) };
}

async function severalTypes(context: TestContext, method: 'GET' | 'POST'): Promise<Judgement> {
  const chosen = two(context);
  if (chosen === undefined) return noData(NEEDED);
  return ofTypes(context, chosen.map(typeOf), chosen, method);
}

async function ofTypes(context: TestContext, types: readonly string[], references: readonly string[], method: 'GET' | 'POST'): Promise<Judgement> {
  const ids: Pair = ['_id', references.map(idOf).join(',')];
  const pairs: Pair[] = [['_type', types.join(',')], ids];
  const answer = await search(context, pairs, method);
  // Whether several ids can be joined is not what the test is about: a refusal has to show with one as well.
  if (answer.trouble?.kind === 'refused' && references.length > 1) return ofTypes(context, types, references.slice(0, 1), method);
  return judge(pairs, answer, expected(context, types, [ids]), method);
}

async function oneType(context: TestContext): Promise<Judgement> {
  const chosen = two(context);
  if (chosen === undefined) return noData(NEEDED);
  return ofTypes(context, [FOCUS], chosen, 'GET');
}

/** A tag, for _id "can be used when the search context specifies a resource type": https://hl7.org/fhir/R4/search.html#id */
async function untyped(context: TestContext): Promise<Judgement> {
  const types = [FOCUS, ...COMPANIONS].filter((type) => context.declared.types.has(type));
  const tags = new Map<string, number>();
  for (const { meta } of types.flatMap((type) => [...context.known.index.all(type)])) {
    for (const { system, code } of meta?.tag ?? []) if (system !== undefined && code !== undefined) tags.set(`${system}|${code}`, (tags.get(`${system}|${code}`) ?? 0) + 1);
  }
  // The rarest tag makes the shortest answer.
  const [tag] = [...tags].sort((a, b) => a[1] - b[1])[0] ?? [];
  if (tag === undefined) return noData('Needed: a resource with a tag (meta.tag with system and code).');
  const pairs: Pair[] = [['_tag', tag]];
  const answer = await search(context, pairs);
  if (answer.trouble?.kind === 'refused') return info(`${readableQuery('', pairs)} is refused: a server need not search all types at once: ${answer.trouble.says}.`, answer.trouble.exchange);
  // Types that were not read may hold more: what carries the tag is right wherever it comes from.
  const carries = answer.matches.filter(({ meta }) => meta?.tag?.some(({ system, code }) => `${system}|${code}`.toLowerCase() === tag.toLowerCase()) === true).flatMap((resource) => localReference(resource) ?? []);
  const { must, either } = expected(context, types, pairs);
  return judge(pairs, answer, { must, either: new Set([...either, ...carries]) }, 'GET');
}

/**
 * "If a search lists types not listed in SearchParameter.base for any of the parameters, this is an error, and a server SHOULD return a 400 status"
 * (https://hl7.org/fhir/R4/http.html#vsearch); yet a server "SHOULD ignore unknown or unsupported parameters", where its self link tells so
 * (https://hl7.org/fhir/R4/search.html#errors): one that does misleads nobody.
 */
async function uncommon(context: TestContext): Promise<Judgement> {
  const pairs: Pair[] = [['_type', `${FOCUS},Patient`], [UNCOMMON, 'CT']];
  const answer = await search(context, pairs);
  const { trouble } = answer;
  if (trouble?.kind === 'unanswered') return failedToAsk(trouble.says, trouble.exchange);
  if (trouble?.kind === 'refused') return pass(`${readableQuery('', pairs)} is refused: ${trouble.says}.`, trouble.exchange);
  const self = answer.pages[0] === undefined ? undefined : linkOf(answer.pages[0].bundle, 'self');
  const passed = self !== undefined && !decodePairs(self.split('?')[1] ?? '').some(([name]) => name.split(':', 1)[0] === UNCOMMON);
  if (passed) return info(`${readableQuery('', pairs)} is answered without regard to ${UNCOMMON}, which Patient does not have, and the self link says so; an error is asked for.`, answer.first);
  return warn(`${readableQuery('', pairs)} is answered, though Patient has no modality: which types were searched by it cannot be known.`, answer.first);
}

function judge(pairs: readonly Pair[], answer: SearchAnswer, { must, either }: { must: ReadonlySet<string>; either: ReadonlySet<string> }, method: string): Judgement {
  const query = `${method} ${readableQuery('', pairs)}`;
  const { trouble } = answer;
  const decisive = trouble?.exchange ?? answer.first;
  if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, decisive);
  if (trouble !== undefined) return { verdict: trouble.kind === 'refused' && (trouble.exchange.response?.status === 405 || trouble.exchange.response?.status === 501) ? 'info' : 'fail', message: `${query} is not answered, though search-system is declared: ${trouble.says}.`, decisive };
  const came = [...new Set(answer.matches.flatMap((resource) => localReference(resource) ?? []))].sort();
  const extra = came.filter((reference) => !must.has(reference) && !either.has(reference));
  const absent = answer.unfinished === undefined ? [...must].filter((reference) => !came.includes(reference)).sort() : [];
  const sets = { expected: [...must].sort(), actual: came, decisive };
  const parts = [...(absent.length > 0 ? [`leaves out ${few(absent)}`] : []), ...(extra.length > 0 ? [`returns ${few(extra)}, which must not match`] : [])];
  if (parts.length > 0) return { verdict: 'fail', message: `${query} ${parts.join(' and ')}.`, ...sets };
  return { verdict: 'pass', message: `${query} finds exactly ${counted(came.length, 'resource')} of ${counted(new Set(came.map(typeOf)).size, 'type')}.`, ...sets };
}
