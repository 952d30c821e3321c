/** Pages and counts of search results. https://hl7.org/fhir/R4/http.html#paging, https://hl7.org/fhir/R4/search.html#count */
import { localReference } from '../../../core/fhir';
import { orderFault } from '../../../search/sort';
import type { Outlook } from '../../choose/chooser';
import { isInstant } from '../../choose/date-forms';
import { distinct, realTokens, systemCodeValue } from '../../choose/values';
import type { SearchOptions, TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import { decodePairs, readableQuery, type Pair } from '../../gather/query';
import { narrowingOf, spread } from '../../gather/sample';
import { entriesOf, linkOf, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { judgePages } from '../../judge/pages';
import { passedOver } from '../../judge/passed-over';
import { judgeRefusal } from '../../judge/refusal';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { COMPANION_PARAMETERS } from './table';
import { plainValues } from './any-parameter';
import { chooserOf, viewOf } from './shape';

/** Pages that a paging test means to read; a handful shows all that more would. */
const PAGES = 4;
/** Of another type two pages show that there is a way from the one to the other. */
const PAGES_OF_OTHERS = 2;
/** Ranges of time that are tried at most. */
const MOST_BOUNDS = 24;
/** Points in time that they begin and end at. */
const MOST_ENDS = 8;
/** Ids that one search names. */
const MOST_IDS = 8;
/** A paging test gives up after this many. */
const MOST_PAGES = 40;

interface PagedSearch {
  id: string;
  type?: string;
  /** A type all of whose resources have to be known: nobody else may refer to what must not be found. */
  whole?: string;
  title: string;
  needs: Need[];
  /** Queries that are worth paging through; the one with the most matches is taken. */
  candidates(context: TestContext): Pair[][];
  options?: SearchOptions;
  /** Added to the query, selecting nothing. */
  extra?: readonly Pair[];
}

const values = (context: TestContext, code: string) => {
  const definition = context.definitions.find(FOCUS, code);
  return definition === undefined ? [] : plainValues(viewOf(context, FOCUS, definition), context.known.index.base);
};

/** Codes with their systems. */
const systemCodes = (context: TestContext, code: string) => {
  const definition = context.definitions.find(FOCUS, code);
  return definition === undefined ? [] : distinct(realTokens(viewOf(context, FOCUS, definition)).flatMap(({ token }) => (token.system === undefined ? [] : [systemCodeValue(token)])));
};

const PAGED: readonly PagedSearch[] = [
  { id: 'plain', title: 'without parameters', needs: needsSearch(FOCUS), candidates: () => [[]] },
  { id: 'filter', title: 'by a code', needs: needsSearch(FOCUS, 'modality'), candidates: (context) => values(context, 'modality').map((value) => [['modality', value]]) },
  { id: 'modifier', title: 'with a modifier', needs: needsSearch(FOCUS, 'modality'), candidates: (context) => values(context, 'modality').map((value) => [['modality:not', value]]) },
  {
    id: 'or',
    title: 'with several values',
    needs: needsSearch(FOCUS, 'modality'),
    candidates: (context) => values(context, 'modality').slice(0, 12).flatMap((a, i, all) => all.slice(i + 1).map((b): Pair[] => [['modality', `${a},${b}`]])),
  },
  { id: 'date', title: 'by a date', needs: needsSearch(FOCUS, 'started'), candidates: (context) => values(context, 'started').map((value) => [['started', `ge${value}`]]) },
  { id: 'chain', title: 'by a chain', needs: [...needsSearch(FOCUS, 'patient'), ...needsSearch('Patient')], candidates: chainCandidates },
  { id: 'post', title: 'by POST', needs: needsSearch(FOCUS, 'modality'), candidates: (context) => values(context, 'modality').map((value) => [['modality:not', value]]), options: { method: 'POST' } },
  {
    id: 'repeat',
    title: 'with a repeated parameter and one with a system',
    needs: needsSearch(FOCUS, 'started', 'modality'),
    // All three have to be there on each page: the lower bound, the upper one, and the code in its system.
    candidates: (context) => {
      const starts = values(context, 'started').filter(isInstant).sort((a, b) => Date.parse(a) - Date.parse(b));
      // Of many times some from first to last; the very first one comes last, for as a lower bound it hardly keeps anything out.
      const ends = spread(starts, MOST_ENDS);
      const ranges = ends.flatMap((from, i) => ends.slice(starts.length > MOST_ENDS ? i + 1 : i + 2).reverse().map((to): Pair[] => [['started', `ge${from}`], ['started', `lt${to}`]]));
      const bounds = [...ranges.filter(([from]) => from?.[1] !== `ge${ends[0]}`), ...ranges].slice(0, MOST_BOUNDS);
      const inOthers = systemCodes(context, 'modality').map((value): Pair => ['modality:not', value]);
      const chooser = chooserOf(context, FOCUS);
      return bounds.flatMap((pair) => inOthers.map((not) => [...pair, not])).filter((pairs) => pairs.every((_, i) => chooser.outlook(pairs.filter((_other, j) => i !== j)).must.size > chooser.outlook(pairs).must.size));
    },
  },
  { id: 'has', type: 'Patient', whole: FOCUS, title: 'by a reverse chain', needs: [...needsSearch('Patient'), ...needsSearch(FOCUS, 'patient', 'modality')], candidates: (context) => values(context, 'modality').map((value) => [[`_has:${FOCUS}:patient:modality`, value]]) },
  { id: 'common', title: 'by _id and _lastUpdated', needs: needsSearch(FOCUS, '_id'), candidates: commonCandidates },
  { id: 'post-sort', title: 'by POST with _sort', needs: needsSearch(FOCUS, 'started'), candidates: () => [[]], extra: [['_sort', '-started']], options: { method: 'POST' } },
  { id: 'include', title: 'with _include', needs: needsSearch(FOCUS, 'patient'), candidates: () => [[]], extra: [['_include', `${FOCUS}:patient`]] },
  { id: 'sort', title: 'with _sort', needs: needsSearch(FOCUS, 'started'), candidates: () => [[]], extra: [['_sort', 'started']] },
];

/** Every other one of some studies by their ids; and of these the ones changed since one of them was, where the server tells when. */
function commonCandidates(context: TestContext): Pair[][] {
  const studies = context.known.index.all(FOCUS).slice(0, 2 * MOST_IDS).filter((_, i) => i % 2 === 0);
  const ids: Pair = ['_id', studies.flatMap(({ id }) => id ?? []).join(',')];
  const times = distinct(studies.flatMap(({ meta }) => (isInstant(meta?.lastUpdated ?? '') ? [meta?.lastUpdated ?? ''] : []))).sort((a, b) => Date.parse(a) - Date.parse(b));
  const both = context.declared.searchParam(FOCUS, '_lastUpdated') ? times.slice(1, -1).map((time): Pair[] => [ids, ['_lastUpdated', `ge${time}`]]) : [];
  const chooser = chooserOf(context, FOCUS);
  const matches = (pairs: readonly Pair[]) => chooser.outlook(pairs).must.size;
  const apart = both.filter((pairs) => matches(pairs) > 1 && pairs.every((pair) => matches([pair]) > matches(pairs)));
  return apart.length > 0 ? apart : [[ids]];
}

/** Patients by gender or status: a chain with many matches. */
function chainCandidates(context: TestContext): Pair[][] {
  return ['gender', 'identifier', 'family'].flatMap((end) => {
    const definition = context.definitions.find('Patient', end);
    if (definition === undefined || !context.declared.searchParam('Patient', end)) return [];
    return plainValues(viewOf(context, 'Patient', definition), context.known.index.base).slice(0, 20).map((value): Pair[] => [[`patient.${end}`, value]]);
  });
}

/** Some servers page each type by code of its own. */
const PAGED_OTHERS = Object.keys(COMPANION_PARAMETERS).map((type): PagedSearch => ({ id: 'plain', type, title: 'without parameters', needs: needsSearch(type), candidates: () => [[]] }));

export const PAGING_TESTS: readonly TestCase[] = [
  ...[...PAGED, ...PAGED_OTHERS].map((search): TestCase => ({
    id: `paging.${(search.type ?? FOCUS).toLowerCase()}.${search.id}`,
    title: `${search.type ?? FOCUS}: the pages of a search ${search.title} hold the whole set`,
    group: 'paging',
    resourceType: search.type ?? FOCUS,
    requirement: 'search-paging',
    needs: search.needs,
    tags: ['paging'],
    run: (context) => paged(context, search),
  })),
  {
    id: 'paging.imagingstudy.count-zero',
    title: `${FOCUS}: _count=0 returns the total and no entries`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'search-count-zero',
    needs: needsSearch(FOCUS),
    run: (context) => countOnly(context, ['_count', '0']),
  },
  {
    id: 'paging.imagingstudy.summary-count',
    title: `${FOCUS}: _summary=count returns the total and no entries`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'search-count-zero',
    needs: needsSearch(FOCUS),
    run: (context) => countOnly(context, ['_summary', 'count']),
  },
  {
    id: 'paging.imagingstudy.total',
    title: `${FOCUS}: a total that is asked for is exact`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'rule:total',
    needs: needsSearch(FOCUS, 'modality'),
    run: (context) => total(context, []),
  },
  {
    id: 'paging.imagingstudy.total-include',
    title: `${FOCUS}: a total does not count what is included`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'rule:total',
    needs: needsSearch(FOCUS, 'modality', 'patient'),
    run: (context) => total(context, [['_include', `${FOCUS}:patient`]]),
  },
  {
    id: 'paging.imagingstudy.count-negative',
    title: `${FOCUS}: a negative _count is an error`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'rule:syntax-error',
    needs: needsSearch(FOCUS),
    run: async (context) => {
      const pairs: Pair[] = [['_count', '-1']];
      const answer = await context.search(FOCUS, pairs, { firstPageOnly: true });
      return judgeRefusal({ fhirVersion: context.definitions.fhirVersion, type: FOCUS, pairs, answer, otherwise: 'warn', because: 'a count is not negative' });
    },
  },
];

async function paged(context: TestContext, search: PagedSearch): Promise<Judgement> {
  const { type = FOCUS, whole } = search;
  if (whole !== undefined && !context.known.completeness(whole).complete) return noData(`Needed: all ${whole} resources, to know which ${type} resources none refers to.`);
  const chooser = chooserOf(context, type);
  const outlooks = search.candidates(context).map((pairs) => chooser.outlook(pairs)).filter(({ must }) => must.size > 1);
  // Where all is certain the pages have to hold exactly so much; else what is left open may be on them too.
  const chosen = [({ open, mustNot }: Outlook) => open === 0 && mustNot > 0, ({ mustNot, must, open }: Outlook) => mustNot > 0 && must.size > open, ({ open }: Outlook) => open === 0]
    .flatMap((wanted) => outlooks.filter(wanted).sort((a, b) => b.must.size - a.must.size).slice(0, 1))[0];
  if (chosen === undefined) return noData(type === FOCUS ? 'Needed: a search with two matches or more.' : `Needed: two ${type} resources.`);
  const narrowed = await narrow(context, type, chosen.pairs);
  const expected = predictPairs(context, type, narrowed).prediction.must.size;
  const pairs: Pair[] = [...narrowed, ...(search.extra ?? []), ['_count', String(Math.max(1, Math.ceil(expected / (type === FOCUS ? PAGES : PAGES_OF_OTHERS))))]];
  const judge = async (fresh: boolean) => {
    const answer = await context.search(type, pairs, { ...search.options, maxPages: MOST_PAGES, fresh });
    const unused = passedOver(answer, pairs, context.searching.method);
    if (unused.length > 0) return info(`${readableQuery(type, pairs)} is answered without regard to ${unused.map(([name]) => name).join(', ')}, and the self link says so: there are no pages of it to read.`, answer.first);
    const { query, prediction } = predictPairs(context, type, pairs);
    const judged = judgePages({ type, pairs, answer, prediction, pages: context.searching.pages === true });
    const fault = judged.verdict === 'pass' ? orderFault(context.known.index, query, answer.matches.flatMap((resource) => localReference(resource) ?? [])) : undefined;
    if (fault !== undefined && (await sortsNothing(context, type, pairs))) return { ...judged, ...info(`${readableQuery(type, pairs)} is answered without regard to _sort, and the self link says so: a server need not sort.`, answer.first) };
    return fault === undefined ? judged : { ...judged, ...warn(`Across its pages ${readableQuery(type, pairs)} puts ${fault.first} (${fault.values[0]}) before ${fault.second} (${fault.values[1]}).`, answer.first) };
  };
  const first = await judge(false);
  // Data may have moved between two pages: a failure has to show twice.
  const judged = first.verdict === 'fail' ? await judge(true) : first;
  const { decisive } = judged;
  return decisive?.request.method === 'POST' && decisive.response?.status === 405 ? info('This server takes searches by GET only.', decisive) : judged;
}

/** Where a type has much data, the query is narrowed to known resources, so that its pages come to an end. */
/** Whether the server performs no order and says so, in its usual way of searching: what is lost on another way is the way's doing. */
async function sortsNothing(context: TestContext, type: string, pairs: readonly Pair[]): Promise<boolean> {
  const { pages } = await context.search(type, pairs, { firstPageOnly: true });
  const self = pages[0] === undefined ? undefined : linkOf(pages[0].bundle, 'self');
  return self !== undefined && !decodePairs(self.split('?')[1] ?? '').some(([name]) => name === '_sort');
}

export async function narrow(context: TestContext, type: string, pairs: readonly Pair[], bait: readonly string[] = []): Promise<Pair[]> {
  return [...pairs, ...((await narrowingOf(context, type, pairs, bait))?.pairs ?? [])];
}

async function countOnly(context: TestContext, parameter: Pair): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const candidates = context.declared.searchParam(FOCUS, 'modality') ? values(context, 'modality').map((value): Pair[] => [['modality', value]]) : [];
  const pairs: Pair[] = [...(await narrow(context, FOCUS, chooser.divide(candidates)?.pairs ?? [])), parameter];
  const answer = await context.search(FOCUS, pairs, { firstPageOnly: true, plain: true });
  const page = answer.pages[0];
  const query = readableQuery(FOCUS, pairs);
  if (page === undefined) return unanswered(answer, query);
  const entries = entriesOf(page.bundle).filter((entry) => entry.search?.mode !== 'outcome').length;
  const stated = page.bundle.total;
  // A server need not return a summary as asked; _count=0 is no wish but a limit.
  const claimed = decodePairs((linkOf(page.bundle, 'self') ?? '').split('?')[1] ?? '').some(([name, value]) => name === parameter[0] && value === parameter[1]);
  if (entries > 0 && (parameter[0] === '_count' || claimed)) return fail(`${query} returns ${entries} entries${parameter[0] === '_count' ? '' : ', though the self link claims that only a count was made'}.`, page.exchange);
  if (entries > 0) return info(`${query} returns ${entries} entries: the wish for a count alone is not followed.`, page.exchange);
  if (typeof stated !== 'number') return fail(`${query} returns no total.`, page.exchange);
  // "with no entries, and no prev/next/last links": https://hl7.org/fhir/R4/search.html#count
  if (linkOf(page.bundle, 'next') !== undefined) return warn(`${query} returns no entries, but a next link: a client that follows it does not come to an end where it asked for the count alone.`, page.exchange);
  return judgeTotal(context, pairs, stated, query, page.exchange);
}

function judgeTotal(context: TestContext, pairs: readonly Pair[], stated: number, query: string, decisive: Judgement['decisive']): Judgement {
  const { prediction } = predictPairs(context, FOCUS, pairs);
  const scoped = pairs.some(([name]) => name === '_id');
  const least = prediction.must.size;
  const most = context.known.completeness(FOCUS).complete || scoped ? least + prediction.either.size : Number.POSITIVE_INFINITY;
  const range = least === most ? String(least) : `${least} to ${most}`;
  if (stated < least || stated > most) return fail(`${query} states a total of ${stated}; ${range} resources match.`, decisive);
  return pass(`${query} states a total of ${stated}, which is right.`, decisive);
}

async function total(context: TestContext, extra: readonly Pair[]): Promise<Judgement> {
  const best = chooserOf(context, FOCUS).divide(values(context, 'modality').map((value): Pair[] => [['modality', value]]), ({ must }) => must.size > 1);
  if (best === undefined) return noData('Needed: studies of different modalities.');
  const narrowed = await narrow(context, FOCUS, best.pairs);
  const pairs: Pair[] = [...narrowed, ...extra, ['_total', 'accurate'], ['_count', '1']];
  const answer = await context.search(FOCUS, pairs, { firstPageOnly: true });
  const page = answer.pages[0];
  const query = readableQuery(FOCUS, pairs);
  // Whether includes are supported is the matter of other tests, and up to the server: https://hl7.org/fhir/R4/search.html#include
  if (page === undefined) return unanswered(answer, query, extra.length > 0 ? info : warn);
  const stated = page.bundle.total;
  if (typeof stated !== 'number') return info(`${query} states no total; a server may leave it out.`, page.exchange);
  return judgeTotal(context, pairs, stated, query, page.exchange);
}

/** The judgement of a search that has no page. */
export function unanswered(answer: SearchAnswer, query: string, refused = warn): Judgement {
  const { trouble } = answer;
  if (trouble === undefined) return failedToAsk(`${query} has no answer.`);
  if (trouble.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, trouble.exchange);
  return trouble.kind === 'refused' ? refused(`${query} is refused: ${trouble.says}.`, trouble.exchange) : fail(`${query} is not answered by a search set: ${trouble.says}.`, trouble.exchange);
}
