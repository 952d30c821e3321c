/** Ids, canonical URLs and names that two artifacts share. */
import { localReference, type Resource } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault, type QaGuide } from '../qa-guide';

export const duplicates: QaCheck = {
  id: 'duplicate',
  title: 'Duplicate ids, URLs and names',
  about: 'No two artifacts share an id, a canonical URL or, within one type, a name.',
  run(guide) {
    return [...sameFileIds(guide), ...shared(guide, 'url', 'error', ({ url }) => url), ...shared(guide, 'name', 'warning', ({ resourceType, name }) => (typeof name === 'string' ? `${resourceType} ${name}` : undefined))];
  },
};

/** What FSH and a file define both, SUSHI says. */
function sameFileIds({ readyMade }: QaGuide): QaFault[] {
  const files = new Map<string, string>();
  return readyMade.flatMap(({ file, reference }): QaFault[] => {
    const other = files.get(reference);
    if (other !== undefined) return [{ severity: 'error', message: `${reference} is in ${other} too; one of them is ignored.`, location: { file, resource: reference } }];
    files.set(reference, file);
    return [];
  });
}

function shared(guide: QaGuide, what: string, severity: 'error' | 'warning', keyOf: (resource: Resource) => unknown): QaFault[] {
  const seen = new Map<unknown, string>();
  return guide.definitions.flatMap((resource): QaFault[] => {
    const key = keyOf(resource);
    const reference = localReference(resource) ?? resource.resourceType;
    const other = seen.get(key);
    if (key === undefined) return [];
    if (other === undefined) {
      seen.set(key, reference);
      return [];
    }
    return [{ severity, message: `${reference} has the same ${what} as ${other}: ${String(resource[what])}.`, location: placeOf(guide, reference) }];
  });
}
