/** Declared, echoed, done: what the server says it does with parameters, against what it does. https://hl7.org/fhir/R4/search.html#conformance */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import type { SearchDefinitions, SearchParameterDefinition } from '../../../search/types';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import { forWantOf } from '../../demanded';
import type { TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import type { Pair } from '../../gather/query';
import { readableQuery } from '../../gather/query';
import { narrowingOf } from '../../gather/sample';
import { linkOf, type SearchAnswer } from '../../gather/search-answer';
import { COMPANIONS, FOCUS } from '../../harvest';
import { interactionName } from '../../honesty-table';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { setDifference } from '../../judge/search-set';
import { readSelfLink } from '../../judge/self-link';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { plainValues } from '../search/any-parameter';
import { COMPANION_PARAMETERS, COVERED } from '../search/table';
import { chooserOf, viewOf } from '../search/shape';

export function honestyTests(definitions: SearchDefinitions): TestCase[] {
  const focus = definitions.of(FOCUS).filter(({ code, type }) => COVERED.has(type) && (!code.startsWith('_') || code === '_id' || code === '_lastUpdated'));
  return [
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
export async function dividing(context: TestContext, type: string, definition: SearchParameterDefinition): Promise<{ asked: readonly Pair[]; sample?: readonly string[]; pairs: readonly Pair[] } | undefined> {
  const prefix = definition.type === 'date' ? 'ge' : '';
  const best = chooserOf(context, type).divide(plainValues(viewOf(context, type, definition), context.known.index.base).map((value): Pair[] => [[definition.code, `${prefix}${value}`]]));
  if (best === undefined) return undefined;
  const narrowing = await narrowingOf(context, type, best.pairs);
  return narrowing === undefined ? { asked: best.pairs, pairs: best.pairs } : { asked: best.pairs, sample: narrowing.references, pairs: [...best.pairs, ...narrowing.pairs] };
}

/** Asks a question that divides the data; undefined where the data has none. */
async function probe(context: TestContext, type: string, definition: SearchParameterDefinition): Promise<Honesty | undefined> {
  const question = await dividing(context, type, definition);
  if (question === undefined) return undefined;
  const { asked, sample, pairs } = question;
  const answer = await context.search(type, pairs);
  if (forWantOf(answer.first, context.known, context.client.base) !== undefined) return undefined;
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
