/** A listing and a place in it in, the links of that page out: https://hl7.org/fhir/R4/http.html#paging */
import type { Listing } from './page-archive';
import { encodePairs, type Pairs } from './query-string';
import type { Service } from './service';

/** Name of the parameter by which page links find their listing; the links are opaque to clients. */
export const CURSOR = '_cursor';

/**
 * @param offset where the page begins
 * @param length how many there are on all pages
 * @param known the listing's name in the archive, if it has one; it gets one when a second page exists
 */
export function pageLinks(service: Service, listing: Listing, offset: number, length: number, known: string | undefined): { relation: string; url: string }[] {
  const { size } = listing;
  const url = (pairs: Pairs) => `${service.base}${listing.path === '' ? '' : `/${listing.path}`}${pairs.length === 0 ? '' : `?${encodePairs(pairs)}`}`;
  const pages = size > 0 ? Math.ceil(length / size) : 0;
  if (pages <= 1 && known === undefined) return [{ relation: 'self', url: url(listing.selfPairs) }];
  const name = known ?? service.archive.keep(listing);
  const at = (place: number) => url([...listing.pagePairs, [CURSOR, `${name}-${place}`]]);
  const next = service.behaviour.nextOffset(offset, size);
  const links = [
    { relation: 'self', url: offset === 0 && known === undefined ? url(listing.selfPairs) : url([...listing.selfPairs, [CURSOR, `${name}-${offset}`]]) },
    { relation: 'first', url: at(0) },
  ];
  if (offset > 0) links.push({ relation: 'previous', url: at(Math.max(0, offset - size)) });
  if (offset + size < length) links.push({ relation: 'next', url: at(next) });
  links.push({ relation: 'last', url: at(Math.max(0, (pages - 1) * size)) });
  return links;
}
