/** Resources in, a part of them with fewer studies, which refers to nothing that is left out, out. */
import { localReference, type Resource } from '../../core/fhir';
import { referencesIn } from '../../tester/gather/references';
import { FOCUS } from '../../tester/harvest';

/** One study in so many stays. */
const ONE_IN = 3;

/**
 * What a server holds to which the tester writes: a server in use, with data of its own. What tells faults is loaded by the tester, so that the
 * same studies twice, as heavy as all else together, would make the answers longer and tell nothing more.
 * @param untold what the tester does not load, so that only the server can hold it
 */
export function partOf(resources: readonly Resource[], untold: readonly Resource[] = []): Resource[] {
  const all = new Set(resources.map(localReference));
  const studies = resources.filter(({ resourceType }) => resourceType === FOCUS);
  const left = new Set(studies.filter((study, place) => place % ONE_IN === 0 || untold.includes(study)));
  let part = resources.filter((resource) => resource.resourceType !== FOCUS || left.has(resource));
  for (;;) {
    const there = new Set(part.map(localReference));
    const whole = part.filter((resource) => referencesIn(resource).every(({ reference }) => !all.has(reference) || there.has(reference)));
    if (whole.length === part.length) return whole;
    part = whole;
  }
}
