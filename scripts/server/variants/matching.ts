/** Legal variants in what matches: what the specification leaves open is decided in the other ways. */
import { predict } from '../../search/predict';
import type { Override } from '../behaviour';
import type { VariantRow } from '../faults/row';

const SEARCH = 'https://hl7.org/fhir/R4/search.html';

/** Whatever must match is found; what may match or not is found, or not. */
const deciding = (found: boolean): Override => (reference) => ({
  select(index, query) {
    const { must, either } = predict(index, query);
    const everything = reference.select(index, { ...query, criteria: [], lists: [] });
    return everything.filter(({ resourceType, id }) => must.has(`${resourceType}/${id}`) || (found && either.has(`${resourceType}/${id}`)));
  },
});

export const MATCHING_VARIANTS: readonly VariantRow[] = [
  { id: 'open-points-found', does: 'Whatever the specification leaves open is found: codes in another case, words inside of names, texts inside of displays, dates without a zone.', url: `${SEARCH}#Introduction`, override: deciding(true) },
  { id: 'open-points-left-out', does: 'Whatever the specification leaves open is not found.', url: `${SEARCH}#Introduction`, override: deciding(false) },
];
