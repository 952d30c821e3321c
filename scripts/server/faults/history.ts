/** Faults in histories: which versions they hold, how their entries and pages look. */
import type { Bundle, BundleEntry } from '../../core/fhir';
import type { Behaviour, Override } from '../behaviour';
import { CURSOR } from '../page-links';
import { decodePairs, encodePairs, splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { hearing, onBundle, responding } from './rewriting';
import { clause, type FaultRow } from './row';

const history = clause('history', 'http.html#history');
const entry = clause('history-entry', 'bundle.html#invs');

export const HISTORY_FAULTS: readonly FaultRow[] = [
  { id: 'history-oldest-first', group: 'rest', does: 'A history begins with the oldest version.', breaks: history, override: telling((bundle) => ({ ...bundle, entry: bundle.entry?.toReversed() })) },
  { id: 'history-omits-deletes', group: 'rest', does: 'A history leaves out deletions.', breaks: history, override: keeping((one) => one.request?.method !== 'DELETE') },
  { id: 'history-since-ignored', group: 'rest', does: '_since does not limit a history.', breaks: history, override: askedWithout('_since') },
  {
    id: 'history-since-ignored-in-short-pages',
    group: 'rest',
    does: 'A page of the history of a type or of all holds two versions at most, and _since does not limit it.',
    breaks: history,
    override: hearing((request) => (isOfInstance(request) ? request : inShortPages(request, ['_since'], 2))),
  },
  {
    id: 'history-since-exclusive',
    group: 'rest',
    does: '_since leaves out what was made at that instant.',
    breaks: history,
    override: responding((response, request) => {
      const since = /[?&]_since=([^&]*)/.exec(request.url)?.[1];
      if (since === undefined || !isHistory(request)) return response;
      const at = Date.parse(decodeURIComponent(since));
      return onBundle(response, (bundle) => ({ ...bundle, entry: bundle.entry?.filter((one) => Date.parse(one.response?.lastModified ?? '') !== at) }));
    }),
  },
  { id: 'history-count-ignored', group: 'rest', does: '_count does not limit the pages of a history.', breaks: history, override: askedWithout('_count') },
  { id: 'history-without-next', group: 'rest', does: 'The pages of a history have no next links.', breaks: history, override: telling((bundle) => ({ ...bundle, link: bundle.link?.filter(({ relation }) => relation !== 'next') })) },
  {
    id: 'history-next-repeats',
    group: 'rest',
    does: 'The next link of a history leads to its first page again.',
    breaks: history,
    override: telling((bundle) => ({ ...bundle, link: bundle.link?.map((link) => (link.relation === 'next' ? { ...link, url: bundle.link?.find(({ relation }) => relation === 'first')?.url ?? link.url } : link)) })),
  },
  { id: 'history-entry-without-request', group: 'rest', does: 'The entries of a history have no request.', breaks: entry, override: eachEntry(({ request: _, ...rest }) => rest) },
  { id: 'history-entry-without-response', group: 'rest', does: 'The entries of a history have no response.', breaks: entry, override: eachEntry(({ response: _, ...rest }) => rest) },
  { id: 'history-entry-without-resource', group: 'rest', does: 'The entries of a history have no resources.', breaks: entry, override: eachEntry(({ resource: _, ...rest }) => rest) },
  { id: 'history-full-url-of-version', group: 'rest', does: 'The fullUrls of a history name versions.', breaks: clause('search-full-url', 'bundle.html#bundle-unique'), override: eachEntry((one) => ({ ...one, fullUrl: `${one.fullUrl}/_history/1` })) },
  {
    id: 'history-current-only',
    group: 'rest',
    does: 'A history holds the newest version of each resource alone.',
    breaks: history,
    override: telling((bundle) => ({ ...bundle, entry: bundle.entry?.filter((one, index, all) => all.findIndex((other) => other.fullUrl === one.fullUrl) === index) })),
  },
  {
    id: 'history-omits-a-version',
    group: 'rest',
    does: 'The history of a resource with three versions or more leaves out the last but one.',
    breaks: history,
    override: telling((bundle) => ({ ...bundle, entry: bundle.entry?.filter((one, index, all) => index !== 1 || all.length < 3 || all.some((other) => other.fullUrl !== one.fullUrl)) })),
  },
  { id: 'history-length-remembered', group: 'rest', does: 'A history that is asked for again is cut to the length it had first.', breaks: history, override: remembering },
  {
    id: 'history-shows-current-content',
    group: 'rest',
    does: 'The entries of a history name their versions, and show the content of the newest one.',
    breaks: history,
    override: telling((bundle) => ({ ...bundle, entry: bundle.entry?.map((one, _, all) => (one.resource === undefined ? one : { ...one, resource: { ...(all.find(({ resource, fullUrl }) => resource !== undefined && fullUrl === one.fullUrl)?.resource ?? one.resource), ...(one.resource.meta === undefined ? {} : { meta: one.resource.meta }) } })) })),
  },
  { id: 'history-total-of-others', group: 'rest', does: 'The total of a history counts versions of other resources too.', breaks: history, override: telling((bundle) => ({ ...bundle, ...(bundle.total === undefined ? {} : { total: bundle.total + 7 }) })) },
  { id: 'history-etag-of-other-version', group: 'rest', does: 'The etag of each entry of a history is that of the first version.', breaks: entry, override: eachEntry((one) => (one.response === undefined ? one : { ...one, response: { ...one.response, etag: 'W/"1"' } })) },
  { id: 'history-as-searchset', group: 'rest', does: 'A history is a Bundle of type searchset.', breaks: history, override: telling((bundle) => ({ ...bundle, type: 'searchset' })) },
  { id: 'history-total-zero', group: 'rest', does: 'The total of a history is 0.', breaks: history, override: telling((bundle) => ({ ...bundle, total: 0 })) },
  { id: 'history-of-instance-as-type', group: 'rest', does: 'The history of an instance is that of its type.', breaks: history, override: hearing((request) => redirected(request, /(\/[A-Z][A-Za-z]+)\/[^/]+\/_history$/, '$1/_history')) },
  { id: 'history-of-type-as-system', group: 'rest', does: 'The history of a type is that of the system.', breaks: history, override: hearing((request) => redirected(request, /\/[A-Z][A-Za-z]+\/_history$/, '/_history')) },
  { id: 'history-of-system-as-type', group: 'rest', does: 'The history of the system holds studies alone.', breaks: history, override: hearing((request) => redirected(request, /^((?:\/[a-z][^/]*)*)\/_history$/, '$1/ImagingStudy/_history')) },
];

function isHistory(request: ServerRequest): boolean {
  return request.method === 'GET' && /\/_history$/.test(splitUrl(request.url).path);
}

function isOfInstance(request: ServerRequest): boolean {
  return /\/[A-Z][A-Za-z]+\/[^/]+\/_history$/.test(splitUrl(request.url).path);
}

/** Asked for pages of so many versions at most, without some parameters. */
export function inShortPages(request: ServerRequest, without: readonly string[], most: number): ServerRequest {
  const { path, query } = splitUrl(request.url);
  const pairs = decodePairs(query);
  if (!isHistory(request) || pairs.some(([name]) => name === CURSOR)) return request;
  const asked = Number(pairs.find(([name]) => name === '_count')?.[1] ?? most);
  return { ...request, url: `${path}?${encodePairs([...pairs.filter(([name]) => name !== '_count' && !without.includes(name)), ['_count', String(Math.min(asked, most))]])}` };
}

function telling(change: (bundle: Bundle, request: ServerRequest) => Bundle): Override {
  return responding((response, request) => (isHistory(request) ? onBundle(response, (bundle) => change(bundle, request)) : response));
}

function eachEntry(change: (entry: BundleEntry) => BundleEntry): Override {
  return telling((bundle) => (bundle.entry === undefined ? bundle : { ...bundle, entry: bundle.entry.map(change) }));
}

function keeping(isKept: (entry: BundleEntry) => boolean): Override {
  return telling((bundle) => ({ ...bundle, entry: bundle.entry?.filter(isKept) }));
}

function askedWithout(parameter: string): Override {
  return hearing((request) => (isHistory(request) ? { ...request, url: request.url.replace(new RegExp(`([?&])${parameter}=[^&]*`), '$1') } : request));
}

function redirected(request: ServerRequest, path: RegExp, to: string): ServerRequest {
  if (!isHistory(request) || request.url.includes('_cursor=')) return request;
  const { path: asked, query } = splitUrl(request.url);
  return { ...request, url: `${asked.replace(path, to)}${query === '' ? '' : `?${query}`}` };
}

/** Keeps the number of entries of each address, as a server does that caches the count. */
function remembering(reference: Behaviour): Partial<Behaviour> {
  const lengths = new Map<string, number>();
  return telling((bundle, request) => {
    const { entry } = bundle;
    if (entry === undefined) return bundle;
    const length = lengths.get(request.url) ?? entry.length;
    lengths.set(request.url, length);
    return { ...bundle, entry: entry.slice(0, length) };
  })(reference);
}
