/** Search parameters that a server declares and FHIR does not define: where the server has their definitions, they have to filter. https://hl7.org/fhir/R4/searchparameter.html */
import { counted } from '../../../core/grammar';
import { localReference, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { loadSearchDefinitions } from '../../../search/definitions';
import { createSearchIndex } from '../../../search/search-index';
import type { SearchParameterDefinition } from '../../../search/types';
import { resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import { readableQuery, type Pair } from '../../gather/query';
import { narrowingOf } from '../../gather/sample';
import { entriesIn } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, info, noData, pass } from '../../judge/judgements';
import { NO_SUCH_ID } from '../../choose/values';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { dividing } from './parameters';

/** Parameters that are looked at, at most: each costs two requests. */
const LOOKED_AT = 5;
/** Types of which a value that a study has says whether it has to come. */
const TELLING: readonly string[] = ['token', 'string', 'reference', 'uri', 'date'];

export const OWN_PARAMETER_TESTS: readonly TestCase[] = [
  {
    id: 'honesty.imagingstudy.own-parameters',
    title: `${FOCUS}: search parameters that the server defines itself filter`,
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'capability-search-param',
    needs: needsSearch(FOCUS),
    run: ownParameters,
  },
];

async function ownParameters(context: TestContext): Promise<Judgement> {
  const declared = [...(context.declared.types.get(FOCUS)?.searchParams ?? [])];
  // What begins with an underscore shapes answers as often as it selects; R4 itself leaves _filter and others without a definition.
  const own = declared.filter(([name]) => /^[A-Za-z][\w-]*$/.test(name) && context.definitions.find(FOCUS, name) === undefined).slice(0, LOOKED_AT);
  if (own.length === 0) return pass(`${FOCUS} is declared with ${counted(declared.length, 'search parameter')}, none of them the server's own.`, context.statementExchange);
  const found = await Promise.all(own.map(async ([name, url]) => {
    const definition = url === undefined ? undefined : await definitionAt(context, url);
    return definition === undefined ? undefinedParameter(context, name, url) : definedParameter(context, name, definition);
  }));
  const verdict = (['fail', 'info', 'pass'] as const).find((one) => found.some((judged) => judged.verdict === one));
  const decisive = found.find((judged) => judged.verdict === verdict)?.decisive;
  const message = found.filter((judged) => verdict === undefined || judged.verdict === verdict).map((judged) => judged.message).join(' ');
  return { verdict: verdict ?? 'no-data', message, ...(decisive === undefined ? {} : { decisive }) };
}

/** The SearchParameter of a URL, where the server has it and it selects as plain parameters do. */
async function definitionAt(context: TestContext, url: string): Promise<Resource | undefined> {
  const { base } = context.known.index;
  const place = url.startsWith(`${base}/SearchParameter/`) ? url.slice(base.length + 1) : undefined;
  const looks = [...(context.declared.interaction('SearchParameter', 'search-type') ? [`SearchParameter?url=${encodeURIComponent(url)}`] : []), ...(place === undefined ? [] : [place])];
  for (const look of looks) {
    const exchange = await context.read(look);
    const definition = definitionsIn(exchange).find((resource) => resource['url'] === url);
    if (definition !== undefined) return definition;
  }
  return undefined;
}

function definitionsIn(exchange: Exchange): Resource[] {
  if (!succeeded(exchange)) return [];
  const single = resourceOf(exchange);
  return [...(single === undefined ? [] : [single]), ...entriesIn(exchange).flatMap(({ resource }) => resource ?? [])].filter(({ resourceType }) => resourceType === 'SearchParameter');
}

/** Whether the definition says of each resource by its elements alone whether a value finds it. */
function isPlain(definition: Resource): boolean {
  const { type, expression, status, xpathUsage, processingMode, base } = definition;
  const usual = [xpathUsage, processingMode].every((usage) => usage === undefined || usage === 'normal');
  return TELLING.includes(String(type)) && typeof expression === 'string' && status !== 'retired' && usual && Array.isArray(base) && base.includes(FOCUS);
}

/** What the server's own definition makes of the data, against what the server does. */
async function definedParameter(context: TestContext, name: string, definition: Resource): Promise<Judgement> {
  if (!isPlain(definition)) return noData(`What ${name} has to find cannot be told by its definition.`);
  const own = knowing(context, { ...definition, code: name });
  const parameter = own.definitions.find(FOCUS, name);
  const question = parameter === undefined ? undefined : await divided(own, parameter);
  if (question === undefined) return noData(`Needed: two studies that differ in ${name}.`);
  const { pairs, sample } = question;
  const query = readableQuery(FOCUS, pairs);
  const known = sample ?? own.known.index.all(FOCUS).flatMap((study) => localReference(study) ?? []);
  const { must, either } = predictPairs(own, FOCUS, pairs).prediction;
  const look = async (fresh: boolean) => {
    const answer = await context.search(FOCUS, pairs, { fresh });
    const came = new Set(answer.matches.flatMap((study) => localReference(study) ?? []));
    return { answer, came, all: answer.trouble === undefined && known.every((reference) => came.has(reference)) && known.some((reference) => !must.has(reference) && !either.has(reference)) };
  };
  const first = await look(false);
  // Data may have moved in between: a failure has to show twice.
  const { answer, came, all } = first.all ? await look(true) : first;
  if (answer.trouble !== undefined) return info(`${name} is declared and defined, but ${query} is not answered: ${answer.trouble.says}.`, answer.trouble.exchange);
  if (all) return { ...fail(`${name} is declared, and ${String(definition['url'])} says that it reads ${String(definition['expression'])}, but ${query} filters nothing.`, answer.first), cause: `${FOCUS}.${name} is declared but ignored` };
  if (known.some((reference) => came.has(reference) ? !must.has(reference) && !either.has(reference) : must.has(reference))) return info(`${name} filters, but otherwise than its definition reads here: ${query}.`, answer.first);
  return pass(`${name} filters as its definition says: ${query}.`, answer.first);
}

/** An expression may be one that cannot be evaluated here. */
async function divided(own: TestContext, parameter: SearchParameterDefinition): ReturnType<typeof dividing> {
  try {
    return await dividing(own, FOCUS, parameter);
  } catch {
    return undefined;
  }
}

/** The context with one parameter more that the oracle knows. */
function knowing(context: TestContext, definition: Resource): TestContext {
  const { known, version } = context;
  const definitions = loadSearchDefinitions(version, [definition]);
  const index = createSearchIndex(definitions, known.index.base, known.index.all(FOCUS));
  return { ...context, definitions, known: { ...known, index, history: undefined } };
}

/** Without a definition nothing is certain, but that a value which nothing can have brings everything is worth a word. */
async function undefinedParameter(context: TestContext, name: string, url: string | undefined): Promise<Judgement> {
  const pairs: Pair[] = [[name, NO_SUCH_ID], ...((await narrowingOf(context, FOCUS, []))?.pairs ?? [])];
  const answer = await context.search(FOCUS, pairs, { firstPageOnly: true });
  const lacking = url === undefined ? `${name} is declared without a definition` : `The definition of ${name}, ${url}, is not on this server`;
  if (answer.trouble !== undefined || answer.matches.length === 0) return noData(`${lacking}: what it has to find cannot be told.`, answer.first);
  return info(`${lacking}; ${readableQuery(FOCUS, pairs)} brings ${counted(answer.matches.length, 'study', 'studies')}, though nothing should have that value: whether it selects at all is not to be seen.`, answer.first);
}
