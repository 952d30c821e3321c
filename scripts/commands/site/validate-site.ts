/** A guide in, what the official HL7 validator says of each of its artifacts out, for the artifacts' pages. */
import { localReference } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { fhirVersion } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';
import type { SiteGuide } from '../../site/guide';
import type { CommandContext } from '../command';
import { NO_VALIDATOR } from '../no-validator';

/** @param definitions package.tgz or a folder of resources, from which the validator takes the guide's profiles */
export async function siteValidation(guide: SiteGuide, definitions: string, { options, console, signal }: CommandContext): Promise<ReadonlyMap<string, readonly Finding[]> | string> {
  const [{ openOfficialValidator }, { validateResources }, { suppress }] = await Promise.all([
    import('../../validate/official/open-official-validator.js'), import('../../validate/validate-resources.js'), import('../../validate/suppressions.js'),
  ]);
  const resources = guide.artifacts.filter(({ tooLarge }) => tooLarge === undefined).map(({ resource }) => resource);
  const validator = await openOfficialValidator({
    fhirVersion: fhirVersion(guide.fhirVersion),
    guides: [definitions],
    ...(typeof options.validatorJar === 'string' && { validatorJar: options.validatorJar }),
    ...(typeof options.cache === 'string' && { packageCache: options.cache }),
    progress: console.progress,
    signal,
  }).catch((error: unknown) => {
    if (error instanceof KnownError && NO_VALIDATOR.has(error.code)) return error;
    throw error;
  });
  if (validator instanceof KnownError) return `Not validated: ${[validator.message, validator.hint].join(' ').trim()}`;
  try {
    const found = suppress(await validateResources(validator, resources.map((resource) => ({ resource })), { progress: console.progress, signal })).shown;
    const byReference = new Map<string, Finding[]>(resources.map((resource) => [localReference(resource) ?? '', []]));
    for (const finding of found) byReference.get(finding.location?.resource ?? '')?.push(finding);
    return byReference;
  } finally {
    await validator.close();
  }
}
