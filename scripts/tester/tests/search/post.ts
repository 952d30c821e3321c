/** Searches by POST: they answer as the same searches by GET do, whatever stands in the form and however it is encoded. https://hl7.org/fhir/R4/http.html#search */
import { escapeValue } from '../../../search/escaping';
import type { Chooser, Outlook } from '../../choose/chooser';
import { instantAt, isInstant } from '../../choose/date-forms';
import { codeValue, distinct, realTokens } from '../../choose/values';
import type { TestContext } from '../../context';
import { askSet } from '../../gather/ask-set';
import type { Pair } from '../../gather/query';
import { FOCUS } from '../../harvest';
import { info, noData } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { valuesOf } from './any-parameter';
import { CHAINED, chainCandidates } from './reference-chain';
import { chooserOf, viewOf } from './shape';

interface PostWay {
  id: string;
  title: string;
  requirement: RequirementKey;
  /** The focus, where it says no other. */
  type?: string;
  parameters: readonly string[];
  candidates: (context: TestContext, chooser: Chooser) => Pair[][];
  /** What else has to hold of the query chosen. */
  also?: (outlook: Outlook, chooser: Chooser) => boolean;
  /** Queries that must find nothing, where none divides the data: a server that reads them wrongly finds something. */
  traps?: (context: TestContext) => Pair[][];
  /** How many of the parameters travel in the URL instead of the body. */
  inUrl?: number;
  /** The body is written as HTML forms write it. */
  asForm?: true;
}

/** Values of each parameter that are combined at most. */
const EACH = 12;
/** Queries that are looked at for a trap at most. */
const TRAPS = 40;
/** Minutes east of Greenwich: such an offset is written with a plus. */
const EAST = 60;

/** Each parameter leaves out something that the others let through. */
const apart = ({ pairs, must }: Outlook, chooser: Chooser) => pairs.every((pair) => chooser.outlook([pair]).must.size > must.size);

const WAYS: readonly PostWay[] = [
  { id: 'token', title: 'by a code', requirement: 'search-post', parameters: ['modality'], candidates: (context) => valuesOf(context, FOCUS, 'modality').map((value) => [['modality', value]]) },
  { id: 'system-code', title: 'by system|code', requirement: 'search-post', parameters: ['identifier'], candidates: (context) => studyUids(context).map((value) => [['identifier', value]]) },
  { id: 'reference', title: 'by a reference', requirement: 'search-post', parameters: ['patient'], candidates: (context) => valuesOf(context, FOCUS, 'patient').map((value) => [['patient', value]]) },
  { id: 'date', title: 'by a date', requirement: 'search-post', parameters: ['started'], candidates: (context) => valuesOf(context, FOCUS, 'started').map((value) => [['started', `ge${value}`]]) },
  { id: 'modifier', title: 'with a modifier', requirement: 'search-post', parameters: ['modality'], candidates: (context) => valuesOf(context, FOCUS, 'modality').map((value) => [['modality:not', value]]) },
  {
    id: 'merge',
    title: 'with one parameter in the URL and one in the body',
    requirement: 'search-post-merge',
    parameters: ['patient', 'modality'],
    inUrl: 1,
    candidates: (context) => valuesOf(context, FOCUS, 'patient').slice(0, EACH).flatMap((patient) => valuesOf(context, FOCUS, 'modality').slice(0, EACH).map((modality): Pair[] => [['patient', patient], ['modality', modality]])),
    also: apart,
  },
  {
    id: 'repeat',
    title: 'with a repeated parameter',
    requirement: 'search-post',
    parameters: ['started'],
    candidates: (context) => ranges(context),
    also: apart,
  },
  {
    id: 'chain',
    title: 'with a chain',
    requirement: 'search-post',
    parameters: ['patient'],
    candidates: (context) => {
      const definition = context.definitions.find(FOCUS, 'patient');
      return definition === undefined ? [] : chainCandidates(viewOf(context, FOCUS, definition), context, (type) => CHAINED.filter((code) => context.definitions.find(type, code) !== undefined));
    },
  },
  // In application/x-www-form-urlencoded a plus is a space, and %2B a plus: https://url.spec.whatwg.org/#application/x-www-form-urlencoded
  // A plain search by string may pass over punctuation, a plus included; :exact may not.
  ...['name', 'name:exact'].map((name): PostWay => ({
    id: name === 'name' ? 'space' : 'space-exact',
    title: `with a space in ${name}, which a form writes as a plus`,
    requirement: 'search-post',
    type: 'Organization',
    parameters: ['name'],
    asForm: true,
    candidates: (context) => valuesOf(context, 'Organization', 'name').filter((text) => /\S \S/.test(text)).map((text) => [[name, text]]),
  })),
  {
    id: 'plus',
    title: 'with a plus, which a form writes as %2B',
    requirement: 'search-post',
    parameters: ['started'],
    asForm: true,
    candidates: (context) => startsOf(context).flatMap((text) => ['ge', 'lt'].flatMap((prefix): Pair[][] => {
      const east = instantAt(text, 0, EAST);
      return east === undefined ? [] : [[['started', `${prefix}${east}`]]];
    })),
  },
  {
    id: 'or',
    title: 'by two codes, whose comma a form writes as %2C',
    requirement: 'search-post',
    parameters: ['modality'],
    asForm: true,
    candidates: (context) => valuesOf(context, FOCUS, 'modality').slice(0, EACH).flatMap((a, i, all) => all.slice(i + 1).map((b): Pair[] => [['modality', `${a},${b}`]])),
    also: ({ pairs, must }, chooser) => pairs.every(([name, value]) => value.split(/(?<!\\),/).every((half) => chooser.outlook([[name, half]]).must.size < must.size)),
  },
  {
    id: 'escaped-comma',
    title: 'by a value with an escaped comma',
    requirement: 'search-post',
    parameters: ['identifier'],
    asForm: true,
    candidates: (context) => valuesOf(context, FOCUS, 'identifier').filter((value) => value.includes('\\,')).map((value) => [['identifier', value]]),
    // Split at the comma, the second half would be found.
    traps: (context) => valuesOf(context, FOCUS, 'identifier').slice(0, TRAPS).map((value) => [['identifier', `scout\\,${value}`]]),
  },
];

export const POST_TESTS: readonly TestCase[] = WAYS.map((way): TestCase => {
  const type = way.type ?? FOCUS;
  return {
    id: `combination.${type.toLowerCase()}.post-${way.id}`,
    title: `${type}: a search by POST ${way.title}`,
    group: 'combination',
    resourceType: type,
    requirement: way.requirement,
    needs: needsSearch(type, ...way.parameters),
    tags: ['post'],
    run: (context) => byPost(context, type, way),
  };
});

async function byPost(context: TestContext, type: string, { id, candidates, also, traps, parameters, inUrl, asForm }: PostWay): Promise<Judgement> {
  const chooser = chooserOf(context, type);
  const best = chooser.divide(candidates(context, chooser), also === undefined ? undefined : (outlook) => also(outlook, chooser));
  const trap = best === undefined ? traps?.(context).map((pairs) => chooser.outlook(pairs)).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0) : undefined;
  const pairs = (best ?? trap)?.pairs;
  if (pairs === undefined) return noData(`Needed: ${type} resources that differ in ${parameters.join(' and in ')}${asForm === true ? ', in values that a form encodes' : ''}.`);
  const options = { method: 'POST', ...(inUrl === undefined ? {} : { inUrl }), ...(asForm === undefined ? {} : { asForm }) } as const;
  const judged = await askSet(context, { type, pairs, options, ...(trap === undefined ? {} : { trap: true }) });
  const status = judged.decisive?.response?.status;
  // What is wrong by GET as well is not the form's doing, and has tests of its own.
  // A chain need not be supported: passing it over is told by the self link of a GET alone.
  if ((asForm === true || id === 'chain') && judged.verdict === 'fail' && context.searching.method === 'GET' && ['fail', 'not-declared'].includes((await askSet(context, { type, pairs, ...(trap === undefined ? {} : { trap: true }) })).verdict)) {
    return info(`The search by POST is answered as the one by GET, which is not right either. ${judged.message}`, judged.decisive);
  }
  // A server may take searches by one of the two methods only.
  return status === 405 || status === 501 ? info(`A search by POST is answered by ${status}: this server takes searches by GET only.`, judged.decisive) : judged;
}

/** Starts of studies as the data writes them, those that are certain instants. */
function startsOf(context: TestContext): string[] {
  const definition = context.definitions.find(FOCUS, 'started');
  return definition === undefined ? [] : distinct(viewOf(context, FOCUS, definition).texts.map(({ text }) => text).filter(isInstant));
}

/** Between two starts of studies: the earlier one is included, the later one is not. */
function ranges(context: TestContext): Pair[][] {
  const starts = distinct(startsOf(context).flatMap((text) => instantAt(text, 0, 0) ?? [])).sort();
  return starts.flatMap((from, i) => starts.slice(i + 1, i + 6).map((to): Pair[] => [['started', `ge${from}`], ['started', `lt${to}`]]));
}

/** Identifiers with their systems. */
function studyUids(context: TestContext): string[] {
  const definition = context.definitions.find(FOCUS, 'identifier');
  if (definition === undefined) return [];
  return distinct(realTokens(viewOf(context, FOCUS, definition)).flatMap(({ token }) => (token.system === undefined ? [] : [`${escapeValue(token.system)}|${codeValue(token)}`])));
}
