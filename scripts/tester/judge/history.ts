/** One page of a history in, what is wrong with it out: https://hl7.org/fhir/R4/http.html#history */
import { counted } from '../../core/grammar';
import { localReference, type Bundle, type BundleEntry, type Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { answerInsteadOf, answerInWords, bundleInWords, bundleOf, succeeded } from '../answer';
import { versionOfEtag } from '../entity-tag';
import { entriesOf, totalOf } from '../gather/search-answer';
import type { Judgement } from '../test-case';
import { fail, failedToAsk } from './judgements';
import { firstDifference } from './same-content';

export interface HistoryQuestion {
  /** What was asked, for sentences: `GET Patient/_history`. */
  asked: string;
  /** Type of every entry, where the history is of one. */
  type?: string;
  /** Id of every entry, where the history is of one resource. */
  id?: string;
  /** `_count`. */
  count?: number;
  /** `_since`. */
  since?: string;
}

/** `Type/id` that an entry is about: of its resource, else of its fullUrl, else of its request. */
export function entryReference({ resource, fullUrl, request }: BundleEntry): string | undefined {
  if (resource?.id !== undefined) return `${resource.resourceType}/${resource.id}`;
  const named = [fullUrl, request?.url].find((url) => url !== undefined && /([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(\/_history\/[^/]+)?$/.test(url));
  return named === undefined ? undefined : /([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(named)?.[1];
}

/** When the version of an entry was made, in milliseconds. */
export function entryTime({ resource, response }: BundleEntry): number | undefined {
  const time = Date.parse(resource?.meta?.lastUpdated ?? response?.lastModified ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The version id of an entry, from the resource or the ETag. */
export function entryVersion({ resource, response }: BundleEntry): string | undefined {
  return resource?.meta?.versionId ?? versionOfEtag(response?.etag);
}

/** How often a resource was changed, by the number that servers mostly count versions by; 0 where there is no such number. */
export function timesChanged({ meta }: Resource): number {
  return /^[1-9]\d{0,8}$/.test(meta?.versionId ?? '') ? Number(meta?.versionId) - 1 : 0;
}

/** Two versions of one resource that say other things and were made at other times, but have the same meta.lastUpdated; undefined where there are none. */
export function unmoved(entries: readonly BundleEntry[], base: string): string | undefined {
  for (const [at, { resource, response }] of entries.entries()) {
    const made = Date.parse(response?.lastModified ?? '');
    const other = entries.slice(at + 1).find((before) =>
      resource?.meta?.lastUpdated !== undefined && before.resource?.meta?.lastUpdated === resource.meta.lastUpdated && localReference(before.resource) === localReference(resource)
      && Math.abs(Date.parse(before.response?.lastModified ?? '') - made) > AT_ONE_TIME_MS && firstDifference(resource, before.resource, base) !== undefined);
    if (resource !== undefined && other?.resource !== undefined) {
      return `the versions ${resource.meta?.versionId ?? '(none)'} and ${other.resource.meta?.versionId ?? '(none)'}, made at ${response?.lastModified ?? ''} and ${other.response?.lastModified ?? ''}, have the same meta.lastUpdated, ${resource.meta?.lastUpdated ?? ''}`;
    }
  }
  return undefined;
}

export function historyTrouble(exchange: Exchange, question: HistoryQuestion): Judgement | undefined {
  const { asked } = question;
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const bundle = bundleOf(exchange);
  if (!succeeded(exchange) || bundle === undefined) return { ...fail(`The interaction is declared, but ${asked} is answered by ${answerInsteadOf('Bundle', exchange)}.`, exchange), requirement: 'capability-interaction' };
  if (bundle.type !== 'history') return fail(`${asked} is answered with ${bundleInWords(bundle)} instead of history.`, exchange);
  const entries = entriesOf(bundle);
  const wrong = entries.map((entry, index) => entryTrouble(entry, `Entry ${index + 1} of ${asked}`, question)).find((problem) => problem !== undefined);
  if (wrong !== undefined) return { ...fail(wrong.message, exchange), requirement: wrong.requirement, ...(wrong.cause === undefined ? {} : { cause: wrong.cause }) };
  return pageTrouble(bundle, entries, question, exchange);
}

interface EntryTrouble {
  message: string;
  requirement: 'history' | 'history-entry' | 'search-full-url';
  /** What every history of the server shares. */
  cause?: string;
}

function entryTrouble(entry: BundleEntry, which: string, { type, id }: HistoryQuestion): EntryTrouble | undefined {
  const { request, response, resource, fullUrl } = entry;
  const form = (lacks: string, rule = ''): EntryTrouble => ({ message: `${which} has ${lacks}${rule}.`, requirement: 'history-entry', cause: `entries of histories have ${lacks}` });
  if (request === undefined) return form('no request', ' (rule bdl-3; bdl-3b in R5)');
  if (typeof request.method !== 'string' || typeof request.url !== 'string') return form(`a request without ${typeof request.method === 'string' ? 'url' : 'method'}`);
  // "entry.response mandatory for batch-response/transaction-response/history"
  if (response === undefined) return form('no response', ' (rule bdl-4; bdl-3b in R5)');
  // "If the entry.request.method is a PUT or a POST, the entry SHALL contain a resource"; one that tells of a patch by its request alone is enough.
  if (resource === undefined && request.method !== 'DELETE' && request.method !== 'PATCH') return form('no resource', ', though its request is no DELETE');
  const [stated, held] = [versionOfEtag(response.etag), resource?.meta?.versionId];
  if (stated !== undefined && held !== undefined && stated !== held) return { ...form('an etag that is not the version of its resource'), message: `${which} has the etag ${response.etag ?? ''}, but its resource has meta.versionId "${held}".` };
  if (fullUrl?.includes('/_history/') === true) return { message: `${which} has a fullUrl of one version, ${fullUrl} (rule bdl-8).`, requirement: 'search-full-url' };
  const reference = entryReference(entry);
  if (type !== undefined && reference !== undefined && !reference.startsWith(`${type}/`)) return { message: `${which} is about ${reference}.`, requirement: 'history' };
  if (id !== undefined && reference !== undefined && reference !== `${type}/${id}`) return { message: `${which} is about ${reference}.`, requirement: 'history' };
  return undefined;
}

/** What concerns the page as a whole: how many entries, how old, in which order. */
function pageTrouble(bundle: Bundle, entries: readonly BundleEntry[], { asked, count, since }: HistoryQuestion, exchange: Exchange): Judgement | undefined {
  if (count !== undefined && entries.length > count) return fail(`${asked} returns ${counted(entries.length, 'entry', 'entries')} on a page, more than _count.`, exchange);
  const total = totalOf(bundle);
  if (total !== undefined && total < entries.length) return fail(`${asked} returns ${counted(entries.length, 'entry', 'entries')}, but a total of ${total}.`, exchange);
  const early = entries.find((entry) => since !== undefined && (entryTime(entry) ?? Infinity) < beginOfSecond(since));
  if (early !== undefined) return fail(`${asked} returns a version of ${new Date(entryTime(early) ?? 0).toISOString()}, which is before _since.`, exchange);
  const late = outOfOrder(entries);
  return late === undefined ? undefined : fail(`${asked} is not sorted with the newest first: entry ${late + 1} is newer than the one before it.`, exchange);
}

/** "Servers are not required to support a precision finer than by second": what was made in the second of `_since` may come. https://hl7.org/fhir/R4/http.html#history */
export function beginOfSecond(since: string): number {
  return Math.floor(Date.parse(since) / 1000) * 1000;
}

/** Two resources that were changed within so many milliseconds may stand in any order: how finely a server keeps time, and whether its machines agree to the millisecond, is its own affair. */
const AT_ONE_TIME_MS = 1000;

/** Index of the first entry that is newer than the one before it. */
export function outOfOrder(entries: readonly BundleEntry[]): number | undefined {
  const index = entries.findIndex((entry, at) => {
    const before = entries[at - 1];
    if (before === undefined) return false;
    const ahead = (entryTime(entry) ?? -Infinity) - (entryTime(before) ?? Infinity);
    return ahead > 0 && (ahead >= AT_ONE_TIME_MS || entryReference(entry) === entryReference(before));
  });
  return index < 0 ? undefined : index;
}
