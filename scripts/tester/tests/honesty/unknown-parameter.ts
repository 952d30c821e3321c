/** What becomes of parameters that no server knows, or that have no value. https://hl7.org/fhir/R4/search.html#errors */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import type { SearchOptions, TestContext } from '../../context';
import { absentChanged } from '../../gather/ask-set';
import { predictPairs } from '../../gather/predict-pairs';
import type { Pair } from '../../gather/query';
import { readableQuery } from '../../gather/query';
import { narrowingOf } from '../../gather/sample';
import { linkOf, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { setDifference } from '../../judge/search-set';
import { INVENTED, readSelfLink } from '../../judge/self-link';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { dividing } from './parameters';

/** A parameter that no server can know. */
const UNKNOWN: Pair = [INVENTED, 'x'];

export const UNKNOWN_PARAMETER_TESTS: readonly TestCase[] = [
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
      return unfiltered(context, { pairs }, answer, 'fail', 'An empty modality is ignored.', 'An empty modality changes the result');
    },
  },
];

/** Narrows to known resources where there are too many. */
async function known(context: TestContext): Promise<Pair[]> {
  return [...((await narrowingOf(context, FOCUS, []))?.pairs ?? [])];
}

async function unknown(context: TestContext, handling: 'lenient' | 'strict' | undefined, method?: 'POST'): Promise<Judgement> {
  const pairs: Pair[] = [UNKNOWN, ...(await known(context))];
  const options: SearchOptions = { ...(handling === undefined ? {} : { headers: { Prefer: `handling=${handling}` } }), ...(method === undefined ? {} : { method }) };
  const answer = await context.search(FOCUS, pairs, options);
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
  const judged = await unfiltered(context, { pairs, options }, answer, 'warn', `${query} is answered as if ${INVENTED} were not there.`, `${query} brings another set than without ${INVENTED}`);
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

/** The answer has to be the whole set: nothing in the query selects. What is absent may be gone by now: then the search is asked again. */
async function unfiltered(context: TestContext, { pairs, options = {} }: { pairs: readonly Pair[]; options?: SearchOptions }, answer: SearchAnswer, level: 'fail' | 'warn', good: string, bad: string, again = true): Promise<Judgement> {
  const selecting = pairs.filter(([name, value]) => name !== INVENTED && value !== '');
  const { prediction } = predictPairs(context, FOCUS, selecting);
  const { extra, absent } = setDifference({ answer, prediction, type: FOCUS });
  if (prediction.must.size === 0) return noData('Needed: a study.', answer.first);
  if (extra.length === 0 && absent.length === 0) return pass(good, answer.first);
  if (again && (await absentChanged(context, absent))) return unfiltered(context, { pairs, options }, await context.search(FOCUS, pairs, { ...options, fresh: true }), level, good, bad, false);
  const judged = level === 'fail' ? fail(`${bad}: ${counted(absent.length, 'resource is', 'resources are')} absent.`, answer.first) : warn(`${bad}: ${counted(absent.length, 'resource')} absent.`, answer.first);
  return { ...judged, expected: [...prediction.must].sort(), actual: answer.matches.flatMap((resource) => localReference(resource) ?? []).sort() };
}
