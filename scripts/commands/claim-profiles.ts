/** A resource in; the same with a claim to the guide's profile out, if it has what the profile asks. */
import type { Reference, Resource } from '../core/fhir';
import { brokenRules } from '../invariants/rules';

const CANONICAL = 'https://fhir-scout.org/ig/imaging/StructureDefinition';

/** Mandatory elements of the guide's profiles beyond those of FHIR itself; the rules say the rest. */
const PROFILES: Readonly<Record<string, { readonly id: string; readonly mandatory: readonly string[] }>> = {
  ImagingStudy: { id: 'scout-imaging-study', mandatory: ['identifier', 'modality', 'started', 'endpoint'] },
  Endpoint: { id: 'scout-imaging-endpoint', mandatory: ['payloadType', 'address'] },
};

export function claimed(resource: Resource): Resource {
  const profile = PROFILES[resource.resourceType];
  if (profile === undefined || profile.mandatory.some((name) => resource[name] === undefined) || brokenRules(resource).length > 0) return resource;
  if (resource.resourceType === 'ImagingStudy' && (resource['subject'] as Reference | undefined)?.reference?.startsWith('Patient/') !== true) return resource;
  const { resourceType, id, meta, ...elements } = resource;
  return { resourceType, ...(id !== undefined && { id }), meta: { ...meta, profile: [...(meta?.profile ?? []), `${CANONICAL}/${profile.id}`] }, ...elements };
}
