/** Resources that refer to one another in, one transaction that creates them on any server out: the server chooses the ids. */
import { localReference, type Bundle, type Resource } from '../../core/fhir';
import { renameReferences } from '../write/fixtures';
import { without } from '../without';

/** References between the resources name entries, which a server turns into its own: https://hl7.org/fhir/R4/http.html#trules */
export function asTransaction(resources: readonly Resource[]): Bundle {
  const urns = new Map(resources.map((resource, i) => [localReference(resource), `urn:uuid:00000000-0000-4000-8000-${String(i + 1).padStart(12, '0')}`]));
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => {
      const { resourceType, meta, ...rest } = renameReferences(resource, (reference) => urns.get(reference));
      return {
        fullUrl: urns.get(localReference(resource)) ?? '',
        // Type and meta first, as a reader expects them.
        resource: { resourceType, ...(meta === undefined ? {} : { meta }), ...without(rest, 'id') },
        request: { method: 'POST', url: resourceType },
      };
    }),
  };
}
