/** Included resources: _include, _revinclude and :iterate. https://hl7.org/fhir/R4/search.html#include */
import { withArticle } from '../../../core/grammar';
import { isObject } from '../../../core/json';
import { includes } from '../../../search/include';
import { itemsOf, textOf } from '../../../search/json';
import { parseQuery } from '../../../search/parse-query';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import { parameterReading } from '../../choose/parameter-reading';
import type { SearchDefinitions } from '../../../search/types';
import { localReference, type Resource } from '../../../core/fhir';
import type { SearchOptions, TestContext } from '../../context';
import { readableQuery, type Pair } from '../../gather/query';
import { referencesIn } from '../../gather/references';
import type { SearchAnswer } from '../../gather/search-answer';
import { FOCUS, readOne } from '../../harvest';
import { everyResource } from '../../knowledge';
import { info, noData } from '../../judge/judgements';
import { judgeIncludes } from '../../judge/includes';
import { copyFault } from '../../judge/same-copy';
import { few } from '../../judge/search-set';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { lookUntil } from '../../write/look-until';
import { plainValues } from './any-parameter';
import { chooserOf, viewOf } from './shape';

interface IncludeWay {
  id: string;
  title: string;
  type: string;
  directives: readonly Pair[];
  needs: readonly Need[];
  /** Matches on each page; several pages show whether each stands alone. */
  count?: number;
  /** The parameters travel in the body of a POST. */
  post?: true;
  /** The directives whose results have to come; what the others add may be more than a server is ready to follow. */
  surely?: readonly Pair[];
  /** Matches that bring two resources with one id, of different types, come first. */
  namesakes?: true;
  /** Directives that bring more than these: of what they add, nothing should come. */
  tempting?: readonly Pair[];
}

/** Resources in the answer at most. */
const FEW = 6;

export function includeTests(definitions: SearchDefinitions): TestCase[] {
  const references = definitions.of(FOCUS).filter(({ type, code }) => type === 'reference' && !code.startsWith('_'));
  const basedOn = parameterReading(definitions, FOCUS, 'reference', 'basedOn') ?? 'basedon';
  const ways: IncludeWay[] = [
    ...references.map(({ code }): IncludeWay => ({ id: `imagingstudy.${code}`, title: `_include=${FOCUS}:${code}`, type: FOCUS, directives: [['_include', `${FOCUS}:${code}`]], ...(code === 'subject' ? { namesakes: true } : {}), needs: needsSearch(FOCUS, code) })),
    { id: 'imagingstudy.target-type', title: `_include=${FOCUS}:subject:Patient brings patients alone`, type: FOCUS, directives: [['_include', `${FOCUS}:subject:Patient`]], tempting: [['_include', `${FOCUS}:subject`]], needs: needsSearch(FOCUS, 'subject') },
    { id: 'imagingstudy.wildcard', title: '_include=* brings all that the matches refer to', type: FOCUS, directives: [['_include', '*']], surely: [], needs: needsSearch(FOCUS) },
    { id: 'imagingstudy.post', title: '_include in the body of a search by POST', type: FOCUS, directives: [['_include', `${FOCUS}:endpoint`]], post: true, needs: needsSearch(FOCUS, 'endpoint') },
    { id: 'imagingstudy.several', title: 'two _include together', type: FOCUS, directives: [['_include', `${FOCUS}:patient`], ['_include', `${FOCUS}:endpoint`]], needs: needsSearch(FOCUS, 'patient', 'endpoint') },
    { id: 'imagingstudy.each-page', title: 'each page has what its matches refer to', type: FOCUS, directives: [['_include', `${FOCUS}:endpoint`]], needs: needsSearch(FOCUS, 'endpoint'), count: 2 },
    {
      id: 'imagingstudy.iterate',
      title: '_include:iterate follows what was included',
      type: FOCUS,
      directives: [['_include', `${FOCUS}:endpoint`], ['_include:iterate', 'Endpoint:organization']],
      needs: [...needsSearch(FOCUS, 'endpoint'), ...needsSearch('Endpoint', 'organization')],
    },
    {
      id: 'imagingstudy.iterate-further',
      title: '_include:iterate follows what was included by it',
      type: FOCUS,
      directives: [['_include', `${FOCUS}:${basedOn}`], ['_include:iterate', 'ServiceRequest:performer'], ['_include:iterate', 'Organization:partof']],
      surely: [['_include', `${FOCUS}:${basedOn}`], ['_include:iterate', 'ServiceRequest:performer']],
      needs: [...needsSearch(FOCUS, basedOn), ...needsSearch('ServiceRequest', 'performer'), ...needsSearch('Organization', 'partof')],
    },
    ...(['Patient', 'Endpoint', 'Practitioner', 'ServiceRequest'] as const).map((type): IncludeWay => {
      const code = { Patient: 'patient', Endpoint: 'endpoint', Practitioner: 'referrer', ServiceRequest: basedOn }[type];
      return { id: `${type.toLowerCase()}.imagingstudy`, title: `_revinclude=${FOCUS}:${code} on ${type}`, type, directives: [['_revinclude', `${FOCUS}:${code}`]], needs: [...needsSearch(type), ...needsSearch(FOCUS, code)] };
    }),
  ];
  return ways.map((way): TestCase => ({
    id: `include.${way.id}`,
    title: `${way.type}: ${way.title}`,
    group: 'include',
    resourceType: way.type,
    requirement: way.post === true ? 'search-post' : way.directives[0]?.[0] === '_revinclude' ? 'search-revinclude' : 'rule:include',
    needs: way.needs,
    tags: [way.directives[0]?.[0] ?? ''],
    run: (context) => run(context, way),
  }));
}

async function run(context: TestContext, way: IncludeWay): Promise<Judgement> {
  const chosen = chosenFor(context, way);
  if (chosen.length === 0) return noData(`Needed: ${withArticle(way.type)} that brings something by ${way.directives.at(-1)?.join('=') ?? ''}.`);
  const ids = chosen.flatMap(({ id }) => id ?? []);
  const byIds = (asked: readonly string[]): Pair[] => [['_id', asked.join(',')], ...way.directives, ...(way.count === undefined ? [] : [['_count', String(way.count)] as const])];
  const selected = chooserOf(context, way.type).outlook([['_id', ids.join(',')]]).must.size > 0 ? byIds(ids) : fallbackPairs(context, way);
  if (way.post === true) return byPost(context, way, selected);
  const first = await ask(context, way, selected, { fresh: false });
  if (first.judgement.verdict !== 'fail') return first.judgement;
  // Whether several ids can be joined is not what the test is about: a refusal has to show with one as well.
  return (await ask(context, way, first.refused && ids.length > 1 ? byIds(ids.slice(0, 1)) : selected, { fresh: true })).judgement;
}

/** A few matches by id, some of which bring something with them: asked for by id, nothing else can be wrong. */
function chosenFor(context: TestContext, way: IncludeWay): Resource[] {
  const [full, sure, tempting] = [way.directives, way.surely ?? [], way.tempting ?? way.directives].map((directives) => broughtBy(context, way.type, directives)) as [Bringing, Bringing, Bringing];
  const bringing: Resource[] = [];
  const others: Resource[] = [];
  const all = context.known.index.all(way.type);
  for (const resource of way.namesakes === true ? namesakesFirst(all, full) : all) {
    if (full([resource]).length > sure([resource]).length) bringing.push(resource);
    else if (way.tempting === undefined || tempting([resource]).length > 0) others.push(resource);
    if (bringing.length >= FEW - 1 && others.length > 0) break;
  }
  if (bringing.length === 0) return [];
  // Where all that bring something are few, one is not asked for, so that what it brings shows where too much comes.
  const backwards = way.directives[0]?.[0] === '_revinclude';
  const usual = bringing.slice(0, backwards && bringing.length > 1 ? Math.min(FEW - 2, bringing.length - 1) : FEW - 1);
  // References are written in two ways, relative and absolute: one of each, where there are.
  const isAbsolute = (resource: Resource) => hasAbsolute(resource, context.known.index.base);
  const absolute = way.namesakes === true || usual.some(isAbsolute) ? undefined : all.find((resource) => isAbsolute(resource) && full([resource]).length > sure([resource]).length);
  return [...(absolute === undefined ? usual : [absolute, ...usual.slice(0, FEW - 2)]), ...others.slice(0, 1)];
}

/** Two types are two resources, though their ids be alike: https://hl7.org/fhir/R4/resource.html#id */
function namesakesFirst(resources: readonly Resource[], bringing: Bringing): readonly Resource[] {
  const bringers = new Map<string, Map<string, Resource>>();
  for (const resource of resources) {
    for (const { resourceType, id = '' } of bringing([resource])) bringers.set(id, (bringers.get(id) ?? new Map<string, Resource>()).set(resourceType, resource));
  }
  const first = [...bringers.values()].find(({ size }) => size > 1);
  return first === undefined ? resources : [...new Set([...first.values(), ...resources])];
}

/** What comes with matches. */
type Bringing = (matches: readonly Resource[]) => readonly Resource[];

/** What directives bring. A wildcard stands for the parameters that the server declares: it need not know the others. */
function broughtBy({ declared, definitions, known: { index } }: TestContext, type: string, directives: readonly Pair[]): Bringing {
  const references = definitions.of(type).filter((row) => row.type === 'reference' && declared.searchParam(type, row.code));
  const pairs = directives.flatMap(([name, value]): Pair[] => (value === '*' ? references.map(({ code }) => [name, `${type}:${code}`]) : [[name, value]]));
  const query = parseQuery(definitions, type, pairs, { base: index.base });
  return (matches) => includes(index, query, matches);
}

async function ask(context: TestContext, way: IncludeWay, pairs: readonly Pair[], options: SearchOptions): Promise<{ judgement: Judgement; refused: boolean }> {
  const { index } = context.known;
  const { type } = way;
  const before = new Set(everyResource(context).map(localReference));
  const answer = await context.search(type, pairs, options);
  const isAbsolute = (reference: string) => context.writing?.absolute.has(reference) === true || hasAbsolute(index.get(reference), index.base);
  const judge = (directives: readonly Pair[]) => judgeIncludes({ type, pairs, answer, declared: way.post === true || isDeclared(context, way), expected: broughtBy(context, type, directives), isAbsolute });
  const judgement = judge(way.directives);
  const refused = answer.trouble?.kind === 'refused';
  if (judgement.verdict === 'fail' && answer.trouble === undefined && way.surely !== undefined) {
    // How deep a server iterates is left to it, and what a wildcard stands for is said nowhere: https://hl7.org/fhir/R4/search.html#include
    const sure = judge(way.surely);
    return { judgement: sure.verdict === 'fail' ? sure : { ...judgement, verdict: 'warn' }, refused };
  }
  if (judgement.verdict !== 'pass') return { judgement, refused };
  const copies = await judgeCopies(context, way, pairs, answer);
  if (copies !== undefined) return { judgement: { ...judgement, ...copies }, refused };
  const gone = await judgeGone(context, way, pairs, answer.includes.filter((resource) => !before.has(localReference(resource))));
  if (gone !== undefined) return { judgement: { ...judgement, ...gone }, refused };
  return { judgement: way.tempting === undefined ? await judgeUnrelated(context, way, pairs, answer, judgement) : await judgeUnwanted(context, way, pairs, answer, judgement), refused };
}

/** Included resources that are looked at for what they are. */
const LOOKED_AT = 12;

/** What is included is the resource as it is, like a match: https://hl7.org/fhir/R4/search.html#currency */
async function judgeCopies(context: TestContext, { type }: IncludeWay, pairs: readonly Pair[], answer: SearchAnswer): Promise<Judgement | undefined> {
  const { index } = context.known;
  const differs = (resource: Resource) => {
    const known = index.get(localReference(resource) ?? '');
    return known !== undefined && resource.meta?.versionId !== undefined && copyFault(resource, known, index.base) !== undefined;
  };
  const reference = answer.includes.slice(0, LOOKED_AT).filter(differs).flatMap((resource) => localReference(resource) ?? [])[0];
  if (reference === undefined) return undefined;
  const compare = async (): Promise<Judgement | undefined> => {
    const [again, read] = [await context.search(type, pairs, { fresh: true }), await context.read(reference, { fresh: true })];
    const [shown, current] = [again.includes.find((resource) => localReference(resource) === reference), succeeded(read) ? resourceOf(read) : undefined];
    const fault = shown === undefined || current === undefined ? undefined : copyFault(shown, current, index.base);
    return fault === undefined ? undefined : { verdict: fault.verdict, requirement: 'search-currency', message: `${readableQuery(type, pairs)} ${fault.says}.`, decisive: again.first };
  };
  // The resource may have been changed in between, and a search may see that some seconds later.
  return lookUntil(compare, (judgement) => judgement?.verdict !== 'fail', context.pause);
}

/** What nothing brought before though all of its type was read may be gone: then a search brings it no more. https://hl7.org/fhir/R4/search.html#currency */
async function judgeGone(context: TestContext, { type }: IncludeWay, pairs: readonly Pair[], strangers: readonly Resource[]): Promise<Judgement | undefined> {
  const [reference] = strangers.filter(({ resourceType }) => context.known.completeness(resourceType).complete).flatMap((resource) => localReference(resource) ?? []);
  if (reference === undefined) return undefined;
  const look = async (): Promise<Judgement | undefined> => {
    const [again, read] = [await context.search(type, pairs, { fresh: true }), await context.read(reference, { fresh: true })];
    if (read.response?.status !== 410 || !again.includes.some((resource) => localReference(resource) === reference)) return undefined;
    return { verdict: 'fail', requirement: 'search-currency', message: `${readableQuery(type, pairs)} includes ${reference}, which is gone: a read is answered by ${answerInWords(read)}.`, decisive: again.first };
  };
  // That a resource was deleted 410 says for certain; 404 may be of one that is not to be read. It may have been deleted just now, and a search may see that some seconds later.
  const judgement = await lookUntil(look, (seen) => seen === undefined, context.pause);
  await readOne(context, reference);
  return judgement;
}

/**
 * "This resource is returned because it is referred to from another resource in the search set" (https://hl7.org/fhir/R4/valueset-search-entry-mode.html):
 * what has nothing to do with any resource of the answer, and does not come where nothing is to be included, comes by mistake. A warning, for a
 * server may return more than was asked for.
 */
async function judgeUnrelated(context: TestContext, { type, directives }: IncludeWay, pairs: readonly Pair[], answer: SearchAnswer, judgement: Judgement): Promise<Judgement> {
  const unrelated = (seen: SearchAnswer) => {
    const wanted = new Set(broughtBy(context, type, directives)(seen.matches).map(localReference));
    const all = [...seen.matches, ...seen.includes];
    return seen.includes.filter((resource) => !wanted.has(localReference(resource))).slice(0, LOOKED_AT).filter((resource) => !all.some((other) => other !== resource && areRelated(resource, other))).flatMap((resource) => localReference(resource) ?? []);
  };
  if (unrelated(answer).length === 0) return judgement;
  const [again, unasked] = [await context.search(type, pairs, { fresh: true }), await context.search(type, pairs.filter((pair) => !directives.includes(pair)))];
  const anyway = new Set(unasked.includes.map(localReference));
  const mistaken = unrelated(again).filter((reference) => !anyway.has(reference));
  return mistaken.length === 0 ? judgement : { ...judgement, verdict: 'warn', message: `${readableQuery(type, pairs)} includes ${few(mistaken)}, which no resource of the answer refers to, and which refers to none of them.`, decisive: again.first };
}

/** Whether one resource names the other, in whatever way: by its address, its URL, or one of its identifiers. */
function areRelated(a: Resource, b: Resource): boolean {
  const [textOfA, textOfB] = [JSON.stringify(a), JSON.stringify(b)];
  return namesOf(a).some((name) => textOfB.includes(name)) || namesOf(b).some((name) => textOfA.includes(name));
}

function namesOf(resource: Resource): string[] {
  const identifiers = itemsOf(resource['identifier']).flatMap((identifier) => (isObject(identifier) ? [textOf(identifier['value'])] : []));
  return [`${resource.resourceType}/${resource.id ?? ''}`, ...[textOf(resource['url']), ...identifiers].flatMap((text) => (text === undefined || text === '' ? [] : [JSON.stringify(text)]))];
}

/** A server may include what nobody asked for; but what comes only where targets of one type are asked for, and is of another, comes by mistake. */
async function judgeUnwanted(context: TestContext, { type, directives, tempting = [] }: IncludeWay, pairs: readonly Pair[], answer: SearchAnswer, judgement: Judgement): Promise<Judgement> {
  const wanted = new Set(broughtBy(context, type, directives)(answer.matches).map(localReference));
  const unwanted = new Set(broughtBy(context, type, tempting)(answer.matches).map(localReference).filter((reference) => !wanted.has(reference)));
  if (unwanted.size === 0) return { ...judgement, ...noData(`Needed: ${withArticle(type)} that refers to something else than ${directives[0]?.[1] ?? ''} says.`, judgement.decisive) };
  const came = answer.includes.flatMap((resource) => localReference(resource) ?? []).filter((reference) => unwanted.has(reference));
  if (came.length === 0) return judgement;
  const unasked = await context.search(type, pairs.filter((pair) => !directives.includes(pair)));
  const anyway = new Set(unasked.includes.map(localReference));
  const mistaken = came.filter((reference) => !anyway.has(reference));
  return mistaken.length === 0 ? judgement : { ...judgement, verdict: 'warn', message: `${readableQuery(type, pairs)} includes ${few(mistaken)}, of another type than it asks for.` };
}

/** What is included by GET is included by POST: the same search has the same answer. */
async function byPost(context: TestContext, way: IncludeWay, pairs: readonly Pair[]): Promise<Judgement> {
  if (context.searching.method === 'POST') return info('This server takes searches by POST only, so that all tests of includes are by POST.');
  const { judgement: byGet } = await ask(context, way, pairs, { fresh: false });
  if (byGet.verdict !== 'pass') return { ...byGet, ...noData(`By GET nothing shows that the server includes: ${byGet.message}`, byGet.decisive) };
  const { judgement } = await ask(context, way, pairs, { method: 'POST' });
  const status = judgement.decisive?.response?.status;
  if (status === 405 || status === 501) return info(`A search by POST is answered by ${status}: this server takes searches by GET only.`, judgement.decisive);
  return judgement.verdict === 'fail' ? (await ask(context, way, pairs, { method: 'POST', fresh: true })).judgement : judgement;
}

function hasAbsolute(resource: Resource | undefined, base: string): boolean {
  return resource !== undefined && referencesIn(resource).some(({ reference }) => reference.startsWith(`${base}/`));
}

/** Where ids cannot be asked for, any search of the type will do. */
function fallbackPairs(context: TestContext, way: IncludeWay): Pair[] {
  const definition = context.definitions.find(way.type, 'identifier');
  const value = definition === undefined ? undefined : plainValues(viewOf(context, way.type, definition), context.known.index.base)[0];
  return [...(value === undefined ? [] : [['identifier', value] as const]), ...way.directives];
}

function isDeclared({ declared }: TestContext, way: IncludeWay): boolean {
  const type = declared.types.get(way.type);
  return way.directives.every(([name, value]) => {
    const rows = name.startsWith('_revinclude') ? type?.revincludes : type?.includes;
    const stem = value.split(':').slice(0, 2).join(':');
    return rows?.some((row) => row === '*' || row === stem || row === value) === true && !name.endsWith(':iterate');
  });
}
