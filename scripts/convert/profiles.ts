/** Profiles that a resource claims in, the profiles of the other version that ask the same out. */
import type { Meta } from '../core/fhir';
import { remark, type ConvertContext } from './context';

/** The guide and its twin: canonical bases by version. */
export const GUIDES = { '4.0': 'https://fhir-scout.org/ig/imaging', '5.0': 'https://fhir-scout.org/ig/imaging-r5' } as const;

/** A claim to a profile of one version says nothing in the other, unless the profile has a twin there. */
export function movedProfiles(context: ConvertContext, { profile = [], ...meta }: Meta): Meta {
  const from = GUIDES[context.from as keyof typeof GUIDES];
  const to = GUIDES[context.to as keyof typeof GUIDES];
  const moved = profile.flatMap((url) => {
    if (url.startsWith(`${from}/StructureDefinition/`)) return [url.replace(from, to)];
    remark(context, 'lost', 'meta.profile', `${url} is a profile of the version that the resource comes from.`);
    return [];
  });
  return { ...meta, ...(moved.length === 0 ? {} : { profile: moved }) };
}
