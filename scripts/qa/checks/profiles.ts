/** A guide's own profiles and extensions, as several checks need them. */
import type { Resource } from '../../core/fhir';
import type { GuideExample, QaGuide } from '../qa-guide';

export interface ProfileElement {
  readonly id?: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly max?: string;
  readonly mustSupport?: boolean;
  readonly type?: readonly { readonly code: string; readonly profile?: readonly string[] }[];
  readonly constraint?: readonly { readonly key: string; readonly severity?: string; readonly source?: string }[];
  readonly [other: string]: unknown;
}

export interface Profile extends Resource {
  url: string;
  type: string;
  abstract?: boolean;
  baseDefinition?: string;
  snapshot?: { element: ProfileElement[] };
  differential?: { element: ProfileElement[] };
}

/** Profiles and extensions that constrain something; logical models and new resources are not among them. */
export function profilesOf({ definitions }: Pick<QaGuide, 'definitions'>): Profile[] {
  return definitions.filter((resource): resource is Profile => resource.resourceType === 'StructureDefinition' && resource['derivation'] === 'constraint' && typeof resource['url'] === 'string');
}

/** Examples of a profile: those that claim it, or a profile of the guide that is derived from it. */
export function examplesOf(profile: Profile, guide: QaGuide): GuideExample[] {
  const profiles = profilesOf(guide);
  const family = new Set([profile.url]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { url, baseDefinition } of profiles) if (family.has((baseDefinition ?? '').split('|')[0] ?? '')) family.add(url);
  }
  return guide.examples.filter(({ profiles: claimed }) => claimed.some((url) => family.has(url.split('|')[0] ?? '')));
}
