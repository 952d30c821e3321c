/** Lists that are handed out page by page: what a page link stands for, so that pages stay one answer while others write. */
import type { Resource } from '../core/fhir';
import type { Version } from './store';
import type { Query } from '../search/types';
import type { Pairs } from './query-string';
import type { Subset } from './subset';

/** A search or history answer as it was when it was asked for. */
export interface Listing {
  readonly kind: 'search' | 'history';
  /** Path below the base: `ImagingStudy`, `Patient/1/ImagingStudy`, `_history`, or empty for the root. */
  readonly path: string;
  /** What the self link repeats. */
  readonly selfPairs: Pairs;
  /** What the page links repeat. */
  readonly pagePairs: Pairs;
  readonly size: number;
  readonly subset: Subset;
  readonly total: Query['total'];
  /** One query for each searched type; they tell what to include. */
  readonly queries: readonly Query[];
  readonly matches: readonly Resource[];
  /** Set for a history. */
  readonly versions?: readonly Version[];
}

export interface PageArchive {
  /** Keeps a listing and names it. */
  keep(listing: Listing): string;
  get(name: string): Listing | undefined;
}

/** @param capacity how many listings are kept; the one unused for longest goes first */
export function createPageArchive(capacity: number): PageArchive {
  const listings = new Map<string, Listing>();
  let count = 0;
  return {
    keep(listing) {
      count += 1;
      const name = count.toString(36);
      listings.set(name, listing);
      const oldest = listings.keys().next().value;
      if (listings.size > capacity && oldest !== undefined) listings.delete(oldest);
      return name;
    },
    get(name) {
      const listing = listings.get(name);
      if (listing !== undefined) {
        listings.delete(name);
        listings.set(name, listing);
      }
      return listing;
    },
  };
}
