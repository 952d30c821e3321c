/** Faults of servers whose searches show resources otherwise than their reads do, as from a copy of their own. https://hl7.org/fhir/R4/search.html#currency */
import type { Resource } from '../../core/fhir';
import type { Override } from '../behaviour';
import { clause, type FaultRow } from './row';

const currency = clause('search-currency', 'search.html#currency');
const isPartial = ({ meta }: Resource) => meta?.tag?.some(({ code }) => code === 'SUBSETTED') === true;
const key = ({ resourceType, id }: Resource) => `${resourceType}/${id}`;

export const COPY_FAULTS: readonly FaultRow[] = [
  {
    id: 'search-shows-former-copy',
    group: 'rest',
    does: 'A search finds by the current content, but shows a resource as it was before its last update.',
    breaks: currency,
    override: (reference) => {
      const former = new Map<string, Resource>();
      return {
        indexed(resource, previous) {
          if (previous !== undefined) former.set(key(resource), previous);
          return reference.indexed(resource, previous);
        },
        ...showing((resource) => former.get(key(resource)) ?? resource)(reference),
      };
    },
  },
  {
    id: 'search-shows-less',
    group: 'rest',
    does: 'A search shows resources without their narrative and extensions, though all of them was asked for.',
    breaks: currency,
    override: showing(({ text: _, extension: __, ...rest }) => rest),
  },
];

/** What a search shows of whole resources; what was asked for in part stays. */
function showing(change: (resource: Resource) => Resource): Override {
  return (reference) => ({
    entry(entry) {
      const shown = reference.entry(entry);
      return shown.resource === undefined || isPartial(shown.resource) ? shown : { ...shown, resource: change(shown.resource) };
    },
  });
}
