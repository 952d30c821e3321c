/** Invariants of the guide of which no example shows that they can fail. */
import { localReference } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault } from '../qa-guide';
import { profilesOf } from './profiles';

export const failingExamples: QaCheck = {
  id: 'failing-example',
  title: 'Invariants without a failing example',
  about: 'Each invariant of the guide is broken by an example that is wrong on purpose (input/scenarios/bad): a rule that nothing can break may be written wrongly.',
  run(guide) {
    const broken = new Set(guide.failing?.flatMap(({ rules }) => rules));
    const seen = new Set<string>();
    return profilesOf(guide).flatMap((profile): QaFault[] => {
      const reference = localReference(profile) ?? profile.url;
      const own = (profile.differential?.element ?? []).flatMap(({ constraint = [] }) => constraint.map(({ key }) => key));
      return own.flatMap((key): QaFault[] => {
        if (broken.has(key) || seen.has(key)) return [];
        seen.add(key);
        // A project that keeps no failing examples at all is told, and not warned of each of its rules.
        return [{ severity: guide.failing === undefined ? 'information' : 'warning', message: `No failing example shows that the invariant ${key} can fail.`, location: placeOf(guide, reference) }];
      });
    });
  },
};
