/** An index and a query in, the matches of our own server out: what must match, and of the open ones what rules.ts chooses. */
import type { Resource } from '../core/fhir';
import { evaluate } from './evaluate';
import { sortEntries } from './sort';
import type { Query, SearchIndex } from './types';

/**
 * All matches of a query in the order of `_sort`, or of insertion. Paging, `_summary` and the like are the server's.
 * Open points are settled one by one (rules.ts, `choice`); dates without a zone are taken in universal time.
 */
export function select(index: SearchIndex, query: Query): Resource[] {
  const matches = [...evaluate(index, 'decide').query(query).keys()];
  return sortEntries(index, query, matches).map((entry) => entry.resource);
}
