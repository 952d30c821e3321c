/** Histories of what is there: of one resource, of a type, of the whole system. https://hl7.org/fhir/R4/http.html#history */
import { counted, withArticle } from '../../../core/grammar';
import { localReference, type BundleEntry, type Resource } from '../../../core/fhir';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { askHistory, type HistoryAnswer } from '../../gather/ask-history';
import { FOCUS } from '../../harvest';
import { everyResource } from '../../knowledge';
import { entryReference, entryTime, entryVersion, timesChanged, unmoved } from '../../judge/history';
import { fail, noData, pass } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { RequirementKey } from '../../requirements';
import type { Judgement, Need, TestCase } from '../../test-case';
import { since, updated } from './history-since';
import { shownAsItWas } from './shown-as-it-was';

/** A history of a whole server may be long: this many pages of this many entries tell enough. */
const PAGES = 3;
const COUNT = 5;
/** Clocks that are kept more coarsely than shown put versions of one second into any order. */
const TOLERANCE_MS = 1000;

const ALSO: readonly RequirementKey[] = ['history-entry', 'search-full-url', 'capability-interaction', 'search-currency'];
const ofType = (interaction: string): Need => ({ kind: 'interaction', type: FOCUS, interaction });
const ofSystem: Need = { kind: 'system-interaction', interaction: 'history-system' };

export const HISTORY_TESTS: readonly TestCase[] = [
  test('read.imagingstudy.history', `${FOCUS}: the history of a study holds its current version`, [ofType('read'), ofType('history-instance')], instance, [...ALSO, 'last-updated']),
  test('read.imagingstudy.history-type', `${FOCUS}: the history of the type comes in pages, the newest first`, [ofType('history-type')], (context) => paged(context, `${FOCUS}/_history`, FOCUS)),
  test('read.imagingstudy.history-since', `${FOCUS}: the history of the type is limited by _since`, [ofType('history-type')], (context) => since(context, `${FOCUS}/_history`, FOCUS)),
  test('read.history-system', 'The history of the system comes in pages, the newest first', [ofSystem], (context) => paged(context, '_history', undefined)),
  test('read.history-system-since', 'The history of the system is limited by _since', [ofSystem], (context) => since(context, '_history', undefined)),
];

function test(id: string, title: string, needs: readonly Need[], run: (context: TestContext) => Promise<Judgement>, also = ALSO): TestCase {
  return { id, title, group: 'read', ...(id.includes('imagingstudy') ? { resourceType: FOCUS } : {}), requirement: 'history', also, needs, tags: ['history'], run };
}

async function instance(context: TestContext): Promise<Judgement> {
  // One that was changed, if there is any: only that has a past.
  const [reference] = [...context.known.index.all(FOCUS)].sort((a, b) => timesChanged(b) - timesChanged(a)).flatMap((resource) => localReference(resource) ?? []);
  if (reference === undefined) return noData(`Needed: ${withArticle(FOCUS)}.`);
  const read = await context.read(reference);
  const current = resourceOf(read)?.meta?.versionId;
  if (!succeeded(read)) return noData(`${reference} cannot be read: ${answerInWords(read)}.`, read);
  const answer = await askHistory(context, `${reference}/_history`, { type: FOCUS, id: reference.slice(FOCUS.length + 1) }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  if (answer.entries.length === 0) return fail(`The history of ${reference} is empty, though it can be read.`, answer.first);
  const still = unmoved(answer.entries, context.known.index.base);
  if (still !== undefined) return { ...fail(`In the history of ${reference} ${still}.`, answer.first), requirement: 'last-updated' };
  const versions = answer.entries.map(entryVersion);
  if (current !== undefined && answer.complete && !versions.includes(undefined) && !versions.includes(current)) return fail(`The history of ${reference} holds the versions ${versions.join(', ')}, but not the current one, ${current}.`, answer.first);
  const before = await leftOut(context, reference, current, answer);
  if (before !== undefined) return before;
  const other = await otherContent(context, reference, current, answer);
  if (other !== undefined) return other;
  return pass(`The history of ${reference} holds its current version, each entry with request and response.`, answer.first);
}

/** The newest version that stands in no history, though it can be read: a server may forget versions, but then in both. */
async function leftOut(context: TestContext, reference: string, current: string | undefined, { entries, complete, first }: HistoryAnswer): Promise<Judgement | undefined> {
  const there = new Set(entries.map(entryVersion));
  let gap = timesChanged({ resourceType: FOCUS, ...(current === undefined ? {} : { meta: { versionId: current } }) });
  while (there.has(String(gap))) gap -= 1;
  if (!complete || gap < 1 || !context.declared.interaction(FOCUS, 'vread')) return undefined;
  const exchange = await context.send({ method: 'GET', url: `${reference}/_history/${gap}` });
  const held = succeeded(exchange) && resourceOf(exchange)?.meta?.versionId === String(gap);
  return held ? fail(`The history of ${reference} holds no version ${gap}, though that version can be read.`, first) : undefined;
}

/** A past version whose entry shows other content than a vread of it. */
async function otherContent(context: TestContext, reference: string, current: string | undefined, { entries, first }: HistoryAnswer): Promise<Judgement | undefined> {
  const past = entries.find((entry) => entry.resource?.meta?.versionId !== undefined && entry.resource.meta.versionId !== current);
  const version = past?.resource?.meta?.versionId;
  if (past?.resource === undefined || version === undefined || !context.declared.interaction(FOCUS, 'vread')) return undefined;
  const exchange = await context.send({ method: 'GET', url: `${reference}/_history/${encodeURIComponent(version)}` });
  const held = succeeded(exchange) ? resourceOf(exchange) : undefined;
  if (held?.meta?.versionId !== version) return undefined;
  const difference = firstDifference(past.resource, held, context.known.index.base);
  return difference === undefined ? undefined : fail(`The history of ${reference} shows other content of version ${version} than a vread of it does, at ${difference}.`, first);
}

/** Resources that were changed after the oldest entry that was read, and are not among the entries. */
function missing(known: readonly Resource[], entries: readonly BundleEntry[]): string[] {
  const oldest = entryTime(entries.at(-1) ?? {});
  const there = new Set(entries.map(entryReference));
  if (oldest === undefined || there.has(undefined)) return [];
  return known.filter((resource) => Date.parse(updated(resource)) > oldest + TOLERANCE_MS).flatMap((resource) => localReference(resource) ?? []).filter((reference) => !there.has(reference));
}

async function paged(context: TestContext, url: string, type: string | undefined): Promise<Judgement> {
  const asked = `${url}?_count=${COUNT}`;
  const answer = await askHistory(context, asked, { count: COUNT, ...(type === undefined ? {} : { type }) }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  // A server may have more than what is known; less it cannot have.
  const known = type === undefined ? everyResource(context) : context.known.index.all(type);
  if (answer.entries.length === 0 && known.length > 0) return fail(`${url} is empty, though the tester knows ${counted(known.length, 'resource')} of it.`, answer.first);
  if (answer.entries.length === 0) return noData('Needed: a resource with a history.', answer.first);
  if (answer.complete && answer.entries.length < known.length) return fail(`${asked} ends after ${counted(answer.entries.length, 'entry', 'entries')}, though ${known.length === 1 ? 'a resource has' : `at least ${known.length} resources have`} a history there.`, answer.first);
  const behind = await shownAsItWas(context, answer);
  if (behind !== undefined) return behind;
  const [absent] = missing(known, answer.entries);
  // What is gone by now a server may have forgotten altogether.
  if (absent !== undefined && succeeded(await context.read(absent, { fresh: true }))) return fail(`${asked} leaves out ${absent}, which was changed after versions that it holds.`, answer.first);
  return pass(`${asked} returns ${counted(answer.entries.length, 'entry', 'entries')} on the pages read, none twice, the newest first.`, answer.first);
}
