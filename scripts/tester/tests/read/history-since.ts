/** The history of a type, or of all, limited by `_since`: on its pages, and where there are more of them than are read. https://hl7.org/fhir/R4/http.html#history */
import { counted } from '../../../core/grammar';
import { localReference, type BundleEntry, type Resource } from '../../../core/fhir';
import type { TestContext } from '../../context';
import { askHistory, type HistoryAnswer } from '../../gather/ask-history';
import { FOCUS } from '../../harvest';
import { beginOfSecond, entryReference, entryTime, entryVersion } from '../../judge/history';
import { fail, noData, pass } from '../../judge/judgements';
import type { Judgement } from '../../test-case';

/** A history of a whole server may be long: this many pages tell enough. */
const PAGES = 3;

/** Limited to the newer half of what is known; of a history that is longer than what is read of it, to the newest of what was read. */
export async function since(context: TestContext, url: string, type: string | undefined): Promise<Judgement> {
  const known = context.known.index.all(type ?? FOCUS).filter((resource) => !Number.isNaN(Date.parse(updated(resource))));
  const times = known.map(updated).sort((a, b) => Date.parse(a) - Date.parse(b));
  const middle = times[Math.floor(times.length / 2)];
  if (middle === undefined || Date.parse(times[0] ?? '') === Date.parse(middle)) return noData(`Needed: ${type ?? FOCUS} resources with different meta.lastUpdated.`);
  const at = encodeURIComponent(middle);
  const answer = await askHistory(context, `${url}?_since=${at}`, { since: middle, ...(type === undefined ? {} : { type }) }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  if (answer.entries.length === 0) return fail(`${url}?_since=${middle} is empty, though a resource was changed at that instant.`, answer.first);
  if (!answer.complete) return sinceNewest(context, url, type, answer);
  const changedThen = known.filter((resource) => updated(resource) === middle).flatMap((resource) => localReference(resource) ?? []);
  const there = new Set(answer.entries.map(entryReference));
  const excluded = there.has(undefined) ? undefined : changedThen.find((reference) => !there.has(reference));
  if (excluded !== undefined) return fail(`${url}?_since=${middle} leaves out ${excluded}, which was changed at that instant.`, answer.first);
  // The pages after the first have to be limited, too.
  const small = Math.max(1, Math.ceil(answer.entries.length / PAGES));
  const inPages = answer.entries.length > 1 ? await askHistory(context, `${url}?_since=${at}&_count=${small}`, { since: middle, count: small, ...(type === undefined ? {} : { type }) }, PAGES + 1) : undefined;
  if (inPages?.trouble !== undefined) return inPages.trouble;
  return pass(`${url}?_since=${middle} returns ${counted(answer.entries.length, 'entry', 'entries')}, none older.`, answer.first);
}

/**
 * More has come than is read to its end, be it that so much was changed since or that `_since` was passed over: limited to the newest
 * of it, what was read before and is older must not come again, and it stood on the first pages.
 */
async function sinceNewest(context: TestContext, url: string, type: string | undefined, { entries, first }: HistoryAnswer): Promise<Judgement> {
  const [newest] = entries;
  const at = newest === undefined ? undefined : timeOf(newest);
  const older = at === undefined ? undefined : entries.find((entry) => (entryTime(entry) ?? Infinity) < beginOfSecond(at));
  if (newest === undefined || at === undefined || older === undefined) return noData(`Needed: versions of different seconds on the first ${PAGES} pages of ${url}, which has more.`, first);
  const answer = await askHistory(context, `${url}?_since=${encodeURIComponent(at)}`, { since: at, ...(type === undefined ? {} : { type }) }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  const named = (entry: BundleEntry) => `${entryReference(entry) ?? ''} ${entryVersion(entry) ?? ''}`;
  if (answer.complete && !answer.entries.some((entry) => named(entry) === named(newest))) return fail(`${url}?_since=${at} leaves out ${entryReference(newest) ?? 'the entry'} as it was made at that instant, with which the longer history begins.`, answer.first);
  return pass(`${url}?_since=${at} returns ${counted(answer.entries.length, 'entry', 'entries')}, none older; the history before it goes on for more than ${PAGES} pages.`, answer.first);
}

/** When the version of an entry was made, as it is written. */
function timeOf({ resource, response }: BundleEntry): string | undefined {
  const time = resource?.meta?.lastUpdated ?? response?.lastModified;
  return time === undefined || Number.isNaN(Date.parse(time)) ? undefined : time;
}

/** When the resource was changed last; empty where it does not say. */
export function updated(resource: Resource): string {
  return resource.meta?.lastUpdated ?? '';
}
