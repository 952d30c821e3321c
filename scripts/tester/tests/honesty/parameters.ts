/** Declared, echoed, done: what the server says it does with parameters, against what it does. https://hl7.org/fhir/R4/search.html#conformance */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import type { SearchDefinitions, SearchParameterDefinition } from '../../../search/types';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import type { Pair } from '../../gather/query';
import { readableQuery } from '../../gather/query';
import { sampleOf } from '../../gather/sample';
import { linkOf, type SearchAnswer } from '../../gather/search-answer';
import { COMPANIONS, FOCUS } from '../../harvest';
import { interactionName } from '../../honesty-table';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { setDifference } from '../../judge/search-set';
import { INVENTED, readSelfLink } from '../../judge/self-link';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { plainValues } from '../search/any-parameter';
import { COMPANION_PARAMETERS, COVERED } from '../search/table';
import { chooserOf, viewOf } from '../search/shape';

export function honestyTests(definitions: SearchDefinitions): TestCase[] {
  const focus = definitions.of(FOCUS).filter(({ code, type }) => COVERED.has(type) && (!code.startsWith('_') || code === '_id' || code === '_lastUpdated'));
  return [
    ...UNKNOWN_TESTS,
    {
      id: 'honesty.searches',
      title: 'The searches that are declared are there',
      group: 'honesty',
      requirement: 'capability-interaction',
      needs: [],
      run: (context) => Promise.resolve(declaredSearches(context)),
    },
    {
      id: 'honesty.imagingstudy.interactions',
      title: `${FOCUS}: no interaction works that is not declared`,
      group: 'honesty',
      resourceType: FOCUS,
      requirement: 'capability-interaction',
      needs: [{ kind: 'type', type: FOCUS }],
      run: undeclaredInteractions,
    },
    ...focus.map((definition): TestCase => ({
      id: `honesty.imagingstudy.${definition.code.toLowerCase()}`,
      title: `${FOCUS}.${definition.code}: what is declared, echoed and done agree`,
      group: 'honesty',
      resourceType: FOCUS,
      requirement: 'capability-search-param',
      needs: needsSearch(FOCUS),
      tags: [definition.code],
      run: (context) => honestParameter(context, FOCUS, definition),
    })),
    ...Object.keys(COMPANION_PARAMETERS).map((type): TestCase => ({
      id: `honesty.${type.toLowerCase()}.parameters`,
      title: `${type}: every declared search parameter filters`,
      group: 'honesty',
      resourceType: type,
      requirement: 'capability-search-param',
      needs: needsSearch(type),
      run: (context) => declaredFilter(context, type),
    })),
  ];
}

/** Four questions to one parameter: declared, echoed in the self link, filters at all, right. */
interface Honesty {
  declared: boolean;
  echoed?: boolean;
  filters: boolean;
  right: boolean;
  answer: SearchAnswer;
  query: string;
}

/** A value that some have and others have not, of a sample where there is much data; undefined where the data has none. */
async function dividing(context: TestContext, type: string, definition: SearchParameterDefinition): Promise<{ asked: readonly Pair[]; sample?: readonly string[]; pairs: readonly Pair[] } | undefined> {
  const prefix = definition.type === 'date' ? 'ge' : '';
  const best = chooserOf(context, type).divide(plainValues(viewOf(context, type, definition), context.known.index.base).map((value): Pair[] => [[definition.code, `${prefix}${value}`]]));
  if (best === undefined) return undefined;
  const sample = await sampleOf(context, type, best.pairs);
  return sample === undefined ? { asked: best.pairs, pairs: best.pairs } : { asked: best.pairs, sample, pairs: [...best.pairs, ['_id', sample.join(',')]] };
}

/** Asks a question that divides the data; undefined where the data has none. */
async function probe(context: TestContext, type: string, definition: SearchParameterDefinition): Promise<Honesty | undefined> {
  const question = await dividing(context, type, definition);
  if (question === undefined) return undefined;
  const { asked, sample, pairs } = question;
  const answer = await context.search(type, pairs);
  const { prediction } = predictPairs(context, type, pairs);
  const { extra, absent } = setDifference({ answer, prediction, type });
  // What came in the body of a POST need not be put into a URL; it may be secret.
  const self = answer.pages[0] === undefined || answer.first.request.method !== 'GET' ? undefined : linkOf(answer.pages[0].bundle, 'self');
  const known = sample?.length ?? context.known.index.all(type).length;
  const came = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? [])).size;
  const found: Honesty = {
    declared: context.declared.searchParam(type, definition.code),
    ...(self === undefined ? {} : { echoed: readSelfLink(asked, self).dropped.length === 0 }),
    filters: answer.trouble === undefined && !(extra.length > 0 && came >= known),
    right: answer.trouble === undefined && extra.length === 0 && absent.length === 0,
    answer,
    query: readableQuery(type, pairs),
  };
  const { echoed, filters, right } = found;
  if (answer.trouble?.kind !== 'unanswered') context.ledger.note(type, definition.code, context.scope, { filters, right, ...(echoed === undefined || answer.trouble !== undefined ? {} : { echoed }) });
  return found;
}

async function honestParameter(context: TestContext, type: string, definition: SearchParameterDefinition): Promise<Judgement> {
  const found = await probe(context, type, definition);
  const declared = context.declared.searchParam(type, definition.code);
  if (found === undefined) return declared ? noData(`Needed: two ${type} resources that differ in ${definition.code}.`) : notDeclared(`${definition.code} is not declared, and the data cannot show whether it works.`);
  const { answer, query } = found;
  const decisive = answer.trouble?.exchange ?? answer.first;
  const { trouble } = answer;
  if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, decisive);
  if (!declared) {
    if (trouble !== undefined) return notDeclared(`${definition.code} is not declared, and is refused: ${trouble.says}.`, decisive);
    // Nothing is broken for a client that tries; one that reads the statement first will not.
    if (found.right) return warn(`${definition.code} works without being declared.`, decisive);
    if (found.echoed === true && !found.filters) return { ...warn(`${definition.code} is not declared and does not filter, but the self link claims that it was used.`, decisive), requirement: 'search-self-link' };
    return notDeclared(`${definition.code} is not declared, and is ${found.filters ? 'answered in a way of its own' : 'ignored'}.`, decisive);
  }
  if (trouble !== undefined) return { ...fail(`${definition.code} is declared, but ${query} is not answered: ${trouble.says}.`, decisive), cause: `${type}.${definition.code} is declared but refused` };
  if (!found.filters) {
    const echo = found.echoed === true ? ', though the self link claims that it was used' : found.echoed === false ? '; the self link admits it' : '';
    return { ...fail(`${definition.code} is declared, but ${query} filters nothing${echo}.`, decisive), cause: `${type}.${definition.code} is declared but ignored` };
  }
  if (!found.right) return info(`${definition.code} is declared and filters, but not as it should: see its tests.`, decisive);
  if (found.echoed === false) return { ...fail(`${definition.code} filters, but the self link of ${query} does not say so.`, decisive), requirement: 'search-self-link' };
  return pass(`${definition.code} is declared, filters rightly${found.echoed === true ? ' and is echoed' : ''}.`, decisive);
}

/** One result for all parameters of a type: which of them are declared and do nothing. */
async function declaredFilter(context: TestContext, type: string): Promise<Judgement> {
  const definitions = context.definitions.of(type).filter(({ code, type: kind }) => COVERED.has(kind) && context.declared.searchParam(type, code));
  const found = await Promise.all(definitions.map(async (definition) => ({ code: definition.code, honesty: await probe(context, type, definition) })));
  const probed = found.flatMap(({ code, honesty }) => (honesty === undefined ? [] : [{ code, honesty }]));
  if (probed.length === 0) return noData(`Needed: two ${type} resources that differ in a declared parameter.`);
  const idle = probed.filter(({ honesty }) => !honesty.filters && honesty.answer.trouble?.kind !== 'unanswered');
  const first = idle[0];
  const names = (rows: typeof probed) => rows.map(({ code }) => code).join(', ');
  if (first !== undefined) return fail(`Declared for ${type}, but without effect or refused: ${names(idle)}.`, first.honesty.answer.trouble?.exchange ?? first.honesty.answer.first);
  const wrong = probed.filter(({ honesty }) => !honesty.right);
  const one = wrong[0];
  if (one !== undefined) {
    const decisive = one.honesty.answer.trouble?.exchange ?? one.honesty.answer.first;
    return one.honesty.answer.trouble === undefined ? fail(`Declared for ${type}, but answered with a wrong set: ${names(wrong)} (${one.honesty.query}).`, decisive) : failedToAsk(`${one.honesty.query}: ${one.honesty.answer.trouble.says}.`, decisive);
  }
  return pass(`Tried, and found to filter: ${counted(probed.length, 'declared parameter')} of ${type}: ${names(probed)}.`);
}

/** The harvest has asked for each type that is declared; a server without a search that it declares is told so once, not by each test that would search. */
function declaredSearches({ declared, known, ledger, scope }: TestContext): Judgement {
  const types = [FOCUS, ...COMPANIONS].filter((type) => declared.interaction(type, 'search-type'));
  if (types.length === 0) return notDeclared('No search is declared for the types that the tests look at.');
  const seen = types.flatMap((type) => {
    const { search } = known.completeness(type);
    return search === undefined ? [] : [{ type, ...search }];
  });
  const absent = seen.filter(({ served }) => !served);
  for (const { type } of absent) ledger.note(type, interactionName('search-type'), scope, { right: false });
  const [first] = absent;
  if (first === undefined) return seen.length === 0 ? noData('Needed: a search that the server answers.') : pass(`${seen.length} declared searches are answered.`);
  const status = answerInWords(first.answer);
  return fail(`Declared, and not there: a search of ${absent.map(({ type }) => type).join(', ')} is answered by ${status}, with parameters and without. One that finds nothing is answered by 200 and an empty Bundle.`, first.answer);
}

/** Interactions that change nothing, each with the request that shows whether it is there. */
const READING: readonly { code: string; url: (study: string, versionId: string) => string }[] = [
  { code: 'read', url: (study) => study },
  { code: 'vread', url: (study, versionId) => `${study}/_history/${versionId}` },
  { code: 'history-instance', url: (study) => `${study}/_history?_count=1` },
  { code: 'history-type', url: () => `${FOCUS}/_history?_count=1` },
];

/** What works without being declared: asked for where the statement leaves it out, and only then. */
async function undeclaredInteractions(context: TestContext): Promise<Judgement> {
  const undeclared = READING.filter(({ code }) => !context.declared.interaction(FOCUS, code));
  if (undeclared.length === 0) return pass(`${READING.map(({ code }) => code).join(', ')} are all declared.`, context.statementExchange);
  const study = context.known.index.all(FOCUS).find(({ id }) => id !== undefined);
  if (study === undefined) return noData('Needed: a study.');
  const working: string[] = [];
  let decisive: Exchange | undefined;
  for (const { code, url } of undeclared) {
    const exchange = await context.read(url(localReference(study) ?? '', study.meta?.versionId ?? '1'));
    const works = succeeded(exchange) && resourceOf(exchange) !== undefined;
    context.ledger.note(FOCUS, interactionName(code), context.scope, { right: works });
    if (!works) continue;
    working.push(code);
    decisive ??= exchange;
  }
  if (decisive !== undefined) return warn(`Works on ${FOCUS} without being declared: ${working.join(', ')}.`, decisive);
  return pass(`What is not declared on ${FOCUS} does not work: ${undeclared.map(({ code }) => code).join(', ')}.`);
}

/** A parameter that no server can know. */
const UNKNOWN: Pair = [INVENTED, 'x'];

const UNKNOWN_TESTS: readonly TestCase[] = [
  {
    id: 'honesty.unknown-parameter',
    title: 'An unknown parameter is ignored, and not claimed in the self link',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'rule:unknown-parameter',
    needs: needsSearch(FOCUS),
    run: (context) => unknown(context, undefined),
  },
  {
    id: 'honesty.unknown-parameter-lenient',
    title: 'With handling=lenient an unknown parameter is ignored, and no other',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'search-lenient',
    needs: needsSearch(FOCUS),
    tags: ['Prefer'],
    also: ['rule:and'],
    run: lenient,
  },
  {
    id: 'honesty.unknown-parameter-strict',
    title: 'With handling=strict an unknown parameter is an error',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'search-strict',
    needs: needsSearch(FOCUS),
    tags: ['Prefer'],
    run: (context) => unknown(context, 'strict'),
  },
  {
    id: 'honesty.unknown-parameter-strict-post',
    title: 'With handling=strict an unknown parameter is an error in a search by POST too',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'search-strict',
    needs: needsSearch(FOCUS),
    tags: ['Prefer', 'post'],
    run: (context) => unknown(context, 'strict', 'POST'),
  },
  {
    id: 'honesty.empty-parameter',
    title: 'A parameter without a value is ignored',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'rule:empty-parameter',
    needs: needsSearch(FOCUS, 'modality'),
    run: async (context) => {
      const pairs: Pair[] = [['modality', ''], ...(await known(context))];
      const answer = await context.search(FOCUS, pairs);
      const { trouble } = answer;
      if (trouble?.kind === 'unanswered') return failedToAsk(`${readableQuery(FOCUS, pairs)}: ${trouble.says}.`, trouble.exchange);
      if (trouble !== undefined) return fail(`${readableQuery(FOCUS, pairs)} is not answered: ${trouble.says}.`, trouble.exchange);
      return unfiltered(context, pairs, answer, 'fail', 'An empty modality is ignored.', 'An empty modality changes the result');
    },
  },
];

/** Narrows to known resources where there are too many. */
async function known(context: TestContext): Promise<Pair[]> {
  const sample = await sampleOf(context, FOCUS, []);
  return sample === undefined ? [] : [['_id', sample.join(',')]];
}

async function unknown(context: TestContext, handling: 'lenient' | 'strict' | undefined, method?: 'POST'): Promise<Judgement> {
  const pairs: Pair[] = [UNKNOWN, ...(await known(context))];
  const answer = await context.search(FOCUS, pairs, { ...(handling === undefined ? {} : { headers: { Prefer: `handling=${handling}` } }), ...(method === undefined ? {} : { method }) });
  const { trouble } = answer;
  const query = `${method === undefined ? '' : `${method} `}${readableQuery(FOCUS, pairs)}`;
  if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, trouble.exchange);
  if (trouble?.kind === 'refused') {
    const status = trouble.exchange.response?.status;
    // A server may take searches by one of the two methods only.
    if (method === 'POST' && (status === 405 || status === 501)) return info(`A search by POST is answered by ${status}: this server takes searches by GET only.`, trouble.exchange);
    if (handling === 'strict') return pass(`${query} is refused: ${trouble.says}.`, trouble.exchange);
    if (handling === 'lenient') return warn(`${query} is refused though the client asks for lenient handling: ${trouble.says}.`, trouble.exchange);
    return info(`${query} is refused; a server may, though it should ignore what it does not know: ${trouble.says}.`, trouble.exchange);
  }
  if (trouble !== undefined) return fail(`${query} is not answered by a search set: ${trouble.says}.`, trouble.exchange);
  if (handling === 'strict') return warn(`${query} is answered though the client asks for strict handling.`, answer.first);
  const judged = unfiltered(context, pairs, answer, 'warn', `${query} is answered as if ${INVENTED} were not there.`, `${query} brings another set than without ${INVENTED}`);
  const self = answer.pages[0] === undefined ? undefined : linkOf(answer.pages[0].bundle, 'self');
  if (judged.verdict !== 'pass' || self === undefined || readSelfLink(pairs, self).claimed.length === 0) return judged;
  return { ...fail(`The self link claims that ${UNKNOWN.join('=')} was used, though no such parameter exists: "${self}".`, answer.first), requirement: 'search-self-link' };
}

/** A parameter that servers know as a rule, and by which studies differ. */
const BESIDE = 'modality';

/** What stands before a parameter that is passed over still selects: "servers SHOULD ignore unknown or unsupported parameters", and those alone. */
async function lenient(context: TestContext): Promise<Judgement> {
  const judged = await unknown(context, 'lenient');
  const definition = context.declared.searchParam(FOCUS, BESIDE) ? context.definitions.find(FOCUS, BESIDE) : undefined;
  const question = judged.verdict !== 'pass' || definition === undefined ? undefined : await dividing(context, FOCUS, definition);
  if (question === undefined) return judged;
  const { asked, pairs } = question;
  const look = async (fresh: boolean) => {
    const alone = await context.search(FOCUS, pairs, { fresh });
    const beside = await context.search(FOCUS, [...pairs, UNKNOWN], { headers: { Prefer: 'handling=lenient' }, fresh });
    const there = new Set(alone.matches.map(localReference));
    const more = alone.trouble !== undefined || beside.trouble !== undefined ? [] : beside.matches.filter((resource) => !there.has(localReference(resource)));
    return { alone, beside, more };
  };
  const first = await look(false);
  // Data may have moved in between: a failure has to show twice.
  const { alone, beside, more } = first.more.length > 0 ? await look(true) : first;
  if (more.length === 0) return judged;
  const self = beside.pages[0] === undefined ? undefined : linkOf(beside.pages[0].bundle, 'self');
  const honest = self !== undefined && readSelfLink(asked, self).dropped.length > 0;
  const message = `${readableQuery(FOCUS, [...pairs, UNKNOWN])} brings ${counted(more.length, 'match', 'matches')} that it does not bring without ${INVENTED}: with it, what is known is passed over too${honest ? ', and the self link says so' : ''}.`;
  const sets = { expected: alone.matches.flatMap((resource) => localReference(resource) ?? []), actual: beside.matches.flatMap((resource) => localReference(resource) ?? []) };
  return { ...(honest ? warn : fail)(message, beside.first), ...sets, requirement: 'rule:and' };
}

/** The answer has to be the whole set: nothing in the query selects. */
function unfiltered(context: TestContext, pairs: readonly Pair[], answer: SearchAnswer, level: 'fail' | 'warn', good: string, bad: string): Judgement {
  const selecting = pairs.filter(([name, value]) => name !== INVENTED && value !== '');
  const { prediction } = predictPairs(context, FOCUS, selecting);
  const { extra, absent } = setDifference({ answer, prediction, type: FOCUS });
  if (prediction.must.size === 0) return noData('Needed: a study.', answer.first);
  if (extra.length === 0 && absent.length === 0) return pass(good, answer.first);
  const judged = level === 'fail' ? fail(`${bad}: ${counted(absent.length, 'resource is', 'resources are')} absent.`, answer.first) : warn(`${bad}: ${counted(absent.length, 'resource')} absent.`, answer.first);
  return { ...judged, expected: [...prediction.must].sort(), actual: answer.matches.flatMap((resource) => localReference(resource) ?? []).sort() };
}
