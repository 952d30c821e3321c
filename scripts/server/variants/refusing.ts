/** A kind of search parameter in, the variant that refuses each search with one of them out. */
import { refusal } from '../faults/honesty';
import { isSearch, pairsOf, responding } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';

export function refusing(status: number, refused: (name: string, value: string) => boolean, message: string): VariantRow['override'] {
  return responding((response, request) => (isSearch(request) && pairsOf(request).some(([name, value]) => refused(name, value)) ? refusal(status, message) : response));
}
