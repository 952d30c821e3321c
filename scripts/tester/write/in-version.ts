/** Test data of our own, written as R4, in; the same in the version of the server out. */
import type { FhirVersionRecord } from '../../core/fhir-version';
import { searchedLike } from '../../core/fhir-version';
import type { Resource } from '../../core/fhir';
import { CONVERT_TO, convert } from '../../convert/convert';

/** Resources of our own are R4 (as scenarios are); what R4B has is the same. A version that nothing converts to takes them as they are. */
export function inVersion(resources: readonly Resource[], version: FhirVersionRecord): readonly Resource[] {
  const { mimeVersion } = searchedLike(version);
  const to = CONVERT_TO.find((known) => known === mimeVersion);
  return to === undefined ? resources : convert(resources, '4.0', to).resources;
}
