/** Must-support elements that no example of their profile has. */
import { localReference } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault } from '../qa-guide';
import { valuesAt } from './find-elements';
import { examplesOf, profilesOf } from './profiles';

export const mustSupport: QaCheck = {
  id: 'must-support',
  title: 'Must-support elements without an example',
  about: 'Each element that a profile marks as must-support has a value in an example of the profile.',
  run(guide) {
    return profilesOf(guide).flatMap((profile): QaFault[] => {
      const examples = examplesOf(profile, guide);
      // Without any example the profile is named by the check above, once.
      if (examples.length === 0) return [];
      const elements = (profile.snapshot ?? profile.differential)?.element ?? [];
      const reference = localReference(profile) ?? profile.url;
      return elements
        .filter(({ mustSupport: marked, max }) => marked === true && max !== '0')
        .map(({ id, path }) => id ?? path)
        .filter((id) => !examples.some(({ resource }) => valuesAt(resource, profile, id).length > 0))
        .map((id) => ({ severity: 'warning', message: `No example of ${reference} has the must-support element ${id}.`, location: { ...placeOf(guide, reference), path: id } }));
    });
  },
};
