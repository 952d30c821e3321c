/** The first page of a search in, all pages out; stops at a limit, a loop, or a link to another host, and says so. */
import type { Exchange } from '../../core/result';
import { bundleOf, shorten, succeeded } from '../answer';
import { entriesOf, linkOf } from './search-answer';

export interface FollowedPages {
  exchanges: [Exchange, ...Exchange[]];
  /** Why not all pages were read. */
  unfinished?: string;
}

/**
 * Follows `next` links, which are opaque: https://hl7.org/fhir/R4/http.html#paging
 * @param get sends a GET to an absolute URL
 * @param base the service base URL; a link to another origin is not followed
 */
export async function followPages(first: Exchange, get: (url: string) => Promise<Exchange>, base: string, maxPages: number): Promise<FollowedPages> {
  const exchanges: [Exchange, ...Exchange[]] = [first];
  const visited = new Set<string>([first.request.method === 'GET' ? first.request.url : '']);
  const seen = new Set<string>();
  let fruitless = 0;
  let current = first;
  for (;;) {
    const bundle = succeeded(current) ? bundleOf(current) : undefined;
    if (bundle === undefined) return { exchanges };
    const before = seen.size;
    for (const { resource, fullUrl } of entriesOf(bundle)) seen.add(resource?.id === undefined ? (fullUrl ?? '') : `${resource.resourceType}/${resource.id}`);
    fruitless = seen.size > before ? 0 : fruitless + 1;
    const link = linkOf(bundle, 'next');
    if (link === undefined) return { exchanges };
    if (!URL.canParse(link, current.request.url)) return { exchanges, unfinished: `the next link "${link}" is not a URL` };
    const next = new URL(link, `${base}/`).href;
    if (new URL(next).origin !== new URL(base).origin) return { exchanges, unfinished: `the next link leads to another host (${new URL(next).origin}), where the tester does not go` };
    if (visited.has(next)) return { exchanges, unfinished: `the next link leads back to a page that was read already${twoQueries(next)}` };
    // One empty page may be a filter's leftover; two pages in a row without anything new are paging without end.
    if (fruitless >= 2) return { exchanges, unfinished: `the pages go on without bringing anything new${twoQueries(next)}` };
    if (exchanges.length >= maxPages) return { exchanges, unfinished: `there are more than ${maxPages} pages` };
    visited.add(next);
    current = await get(next);
    exchanges.push(current);
  }
}

/** A link put together carelessly, `?_count=10?cursor=...`: legal as a URL, and not what its server reads. */
function twoQueries(url: string): string {
  return url.split('?').length > 2 ? ` (it has "?" twice: ${shorten(url, 120)})` : '';
}
