/** A study in, the patient whose it is out. */
import type { Resource } from '../../core/fhir';
import { localKey, parseReference } from '../../search/reference-target';

/** `Patient/id` of the patient whose study it is; undefined for what belongs to no patient. */
export function ownerOf(study: Resource, base: string): string | undefined {
  const subject = (study.subject as { reference?: unknown } | undefined)?.reference;
  const key = typeof subject === 'string' ? localKey(parseReference(subject), base) : undefined;
  return key?.startsWith('Patient/') === true ? key : undefined;
}
