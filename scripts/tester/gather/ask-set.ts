/** A query in, the judgement over its matches out: asked within a known sample where the data is large, and asked again before a failure is said. */
import { localReference } from '../../core/fhir';
import { explain } from '../../search/explain';
import { extract } from '../../search/values';
import type { Criterion, Prediction, Query } from '../../search/types';
import type { SearchOptions, TestContext } from '../context';
import { undemanded } from '../demanded';
import { readOne } from '../harvest';
import { excerptOf, judgeSet, setDifference, type SetQuestion } from '../judge/search-set';
import { readSelfLink } from '../judge/self-link';
import { requirementOf } from '../requirements';
import type { Judgement } from '../test-case';
import { lookUntil } from '../write/look-until';
import { formerVersions } from './former-version';
import { predictPairs } from './predict-pairs';
import { decodePairs, readableQuery, type Pair } from './query';
import { narrowingOf } from './sample';
import { linkOf, type SearchAnswer } from './search-answer';
import { causeOf, cutOff, isCutOff, withoutModifier, withoutPassedOver } from './set-cause';

export interface SetQuery {
  type: string;
  pairs: readonly Pair[];
  /** What is asked instead where the query is refused: the same without the value behind a comma that is there to be misread. */
  plainly?: readonly Pair[];
  /** The query is a trap: a known fault would show though nothing, or everything, must match. */
  trap?: boolean;
  /** References of the known resources at which a known fault would show: a sample of much data holds them. */
  bait?: readonly string[];
  /** What a pass would need of the data. */
  wanting?: string;
  /** What a 4xx answer means, where it is not a failure. */
  refusal?: 'warn' | 'info';
  options?: SearchOptions;
}

/** Pages of an answer that are read where the type's data is not known whole. */
const FEW_PAGES = 3;
/** How old a change is that every search must see, in milliseconds by the server's clock. */
const JUST_NOW_MS = 60_000;
/** How many resources are confirmed by a read before a failure is said. */
const CONFIRMED = 5;

/** Searches and compares both ways. A difference is looked into first: the data may have changed, or the server may waver. */
export async function askSet(context: TestContext, ask: SetQuery): Promise<Judgement> {
  // What must find nothing is asked of all the data: its answer is small, and a sample could leave out the very resource that a wrong server finds.
  const narrow = ask.trap !== true || predictPairs(context, ask.type, ask.pairs).prediction.must.size > 0;
  const narrowing = narrow ? await narrowingOf(context, ask.type, ask.pairs, ask.bait) : undefined;
  const sample = narrowing?.references.map((reference) => reference.slice(ask.type.length + 1));
  const pairs = [...ask.pairs, ...(narrowing?.pairs ?? [])];
  const first = await attempt(context, { ...ask, pairs }, sample, false);
  if (ask.plainly !== undefined && first.answer.trouble?.kind === 'refused') {
    const { plainly, ...rest } = ask;
    return askSet(context, { ...rest, pairs: plainly });
  }
  if (first.judgement.verdict !== 'fail') return first.judgement;
  // A refusal or a breakdown is what it is; only a wrong set may come from data that moves.
  if (first.answer.trouble !== undefined) return first.judgement;
  const changed = await absentChanged(context, setDifference({ answer: first.answer, prediction: first.prediction, type: ask.type }).absent);
  const second = await attempt(context, { ...ask, pairs }, sample, true);
  if (second.judgement.verdict === 'fail') return outOfDate(context, second, () => attempt(context, { ...ask, pairs }, sample, true));
  if (changed) return second.judgement;
  return { ...first.judgement, verdict: 'warn', message: `The same search was answered wrongly once and rightly the second time, though the data did not change. The first time: ${first.judgement.message}` };
}

interface Attempt {
  query: Query;
  answer: SearchAnswer;
  prediction: Prediction;
  judgement: Judgement;
}

async function attempt(context: TestContext, ask: SetQuery, sample: readonly string[] | undefined, fresh: boolean): Promise<Attempt> {
  // Where much data cannot be narrowed, a few pages have to do.
  const few = sample === undefined && !context.known.completeness(ask.type).complete ? { maxPages: FEW_PAGES } : {};
  const answer = await context.search(ask.type, ask.pairs, { ...few, ...ask.options, fresh });
  const { query, prediction } = predictPairs(context, ask.type, ask.pairs);
  const known = sample?.map((id) => `${ask.type}/${id}`) ?? context.known.index.all(ask.type).flatMap((resource) => localReference(resource) ?? []);
  const mustNot = known.filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference)).length;
  // That several ids work was seen before a sample was taken.
  const several = query.criteria.some(({ values, definition }) => values.length > 1 && definition.multipleOr !== true && !(sample !== undefined && definition.code === '_id'));
  const unstatedOr = several && answer.trouble?.kind === 'refused' && (await takesOne(context, ask));
  const question: SetQuestion = { ...ask, answer, prediction, mustNot, unstatedOr, excerpt: (reference) => excerpt(context, query, reference), why: (reference) => explain(context.known.index, query, reference)?.text };
  const judgement = undemanded(withoutModifier(context, question, withoutPassedOver(context, question, judgeSet(question))), context.known, context.client.base);
  const used = judgement.verdict === 'pass' && prediction.must.size > 0 && mustNot > 0;
  if (used) context.watch.search({ type: ask.type, pairs: ask.pairs, answer, used, ...saidOtherwise(context, question) });
  noteHonesty(context, ask, answer, judgement, { known, mustNot, used });
  // Everything came: whatever the shape of the query, the parameter does nothing.
  const idle = judgement.verdict === 'fail' && answer.trouble === undefined && mustNot > 0 && known.every((reference) => answer.matches.some((resource) => localReference(resource) === reference));
  const cause = judgement.verdict === 'fail' && judgement.requirement === undefined ? causeOf(context, question, idle) : undefined;
  if (judgement.verdict === 'fail' && cause === undefined && isCutOff(context, question)) return { query, answer, prediction, judgement: cutOff(context, judgement) };
  return { query, answer, prediction, judgement: cause === undefined ? judgement : { ...judgement, cause } };
}

/** Types of parameters whose values mean the same to everybody, however they are written; a reference may stand for the same under another host. */
const PLAIN_TYPES: readonly string[] = ['token', 'date', 'string', 'number', 'quantity', 'uri'];

/** The search that the self link tells of, where its values are others than were asked for and the answer shows that it is not what was carried out. */
function saidOtherwise(context: TestContext, { type, pairs, answer }: SetQuestion): { saidOtherwise?: string } {
  const self = answer.pages[0] === undefined || answer.first.request.method !== 'GET' ? undefined : linkOf(answer.pages[0].bundle, 'self');
  const changed = self === undefined ? [] : readSelfLink(pairs, self).changed;
  if (self === undefined || changed.length === 0) return {};
  const carried = decodePairs(self.split('?')[1] ?? '');
  const told = pairs.map((pair) => {
    const [other, ...more] = changed.includes(pair) && PLAIN_TYPES.includes(context.definitions.find(type, pair[0])?.type ?? '') ? carried.filter(([name]) => name === pair[0]) : [];
    // A plus that was left as it is in the link is read as a space: that is a matter of encoding.
    return other === undefined || more.length > 0 || other[1].replaceAll(' ', '+') === pair[1].replaceAll(' ', '+') ? pair : other;
  });
  if (told.every((pair, i) => pair === pairs[i])) return {};
  const { extra, absent } = setDifference({ answer, prediction: predictPairs(context, type, told).prediction, type });
  return extra.length === 0 && absent.length === 0 ? {} : { saidOtherwise: readableQuery(type, told) };
}

/** Whether the search is answered with the first of several values alone: then it is the joining that is refused. */
async function takesOne(context: TestContext, { type, pairs }: SetQuery): Promise<boolean> {
  const answer = await context.search(type, pairs.map(([name, value]) => [name, /^(?:\\.|[^,\\])*/.exec(value)?.[0] ?? value] as const), { firstPageOnly: true });
  return answer.trouble === undefined;
}

/** One plain parameter alone (besides the narrowing to a sample) shows whether it is echoed, filters, and finds the right set. */
function noteHonesty(context: TestContext, ask: SetQuery, answer: SearchAnswer, { verdict }: Judgement, { known, mustNot, used }: { known: readonly string[]; mustNot: number; used: boolean }): void {
  const [first, ...others] = ask.pairs;
  if (first === undefined || /[:.]/.test(first[0]) || others.some(([name]) => name !== '_id')) return;
  const came = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? []));
  const self = used && answer.first.request.method === 'GET' && answer.pages[0] !== undefined ? linkOf(answer.pages[0].bundle, 'self') : undefined;
  const declared = context.declared.searchParam(ask.type, first[0]);
  context.ledger.note(ask.type, first[0], context.scope, {
    ...(self === undefined ? {} : { echoed: readSelfLink([first], self).dropped.length === 0 }),
    ...(answer.trouble === undefined ? filtersSeen(known.some((reference) => !came.has(reference)), mustNot) : declared && answer.trouble.kind === 'refused' && verdict === 'fail' ? { filters: false } : {}),
    ...(verdict === 'pass' ? { right: true } : verdict === 'fail' ? { right: false } : {}),
  });
}

/** That all came shows something only where not all had to come. */
function filtersSeen(leftOut: boolean, mustNot: number): { filters?: boolean } {
  return leftOut || mustNot > 0 ? { filters: leftOut } : {};
}

/** A wrong set that former versions explain, each wrong resource by one: the rule that is broken is that a search is current, whatever it asks for. */
async function outOfDate(context: TestContext, { answer, prediction, query, judgement }: Attempt, again: () => Promise<Attempt>): Promise<Judgement> {
  if (judgement.requirement !== undefined || answer.trouble !== undefined) return judgement;
  const former = await formerVersions(context, query, setDifference({ answer, prediction, type: answer.type }));
  if (former === undefined) return judgement;
  // What somebody changed a moment ago a search may see some seconds later.
  const sent = Date.parse(answer.first.response?.headers['date'] ?? '');
  if (former.some(({ replaced }) => sent - Date.parse(replaced) < JUST_NOW_MS)) {
    const last = await lookUntil(again, (seen) => seen.judgement.verdict !== 'fail', context.pause);
    if (last.judgement.verdict !== 'fail') return last.judgement;
  }
  const versions = former.map(({ reference, versionId }) => `${reference} in version ${versionId}`).join(' and ');
  return { ...judgement, requirement: 'search-currency', cause: requirementOf('search-currency', context.version).text, message: `${judgement.message} By ${versions} that would be right: the search goes by what was changed since.` };
}

/** Reads a few of what a search leaves out, as `Type/id`; true where the knowledge was out of date: they were changed, or are gone. */
export async function absentChanged(context: TestContext, absent: readonly string[]): Promise<boolean> {
  const version = (reference: string) => JSON.stringify(context.known.index.get(reference)?.meta ?? null);
  const few = absent.slice(0, CONFIRMED);
  const before = few.map(version);
  await Promise.all(few.map((reference) => readOne(context, reference, true)));
  return few.some((reference, i) => version(reference) !== before[i]);
}

/** The values that the query's parameters read in a resource. */
function excerpt(context: TestContext, query: Query, reference: string): unknown {
  const resource = context.known.index.get(reference);
  if (resource === undefined) return null;
  const read = (criterion: Criterion) => (criterion.reverse === undefined ? extract(resource, criterion.definition, context.definitions) : []);
  return excerptOf(resource, query.criteria.flatMap(read));
}
