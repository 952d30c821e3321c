/** A guide in, what the official HL7 validator says of each of its artifacts out, for the artifacts' pages. */
import { localReference } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { fhirVersion } from '../../core/fhir-version';
import type { SiteGuide } from '../../site/guide';
import type { CommandContext } from '../command';
import { validatorIfThere } from '../validator-if-there';

/** @param definitions package.tgz or a folder of resources, from which the validator takes the guide's profiles */
export async function siteValidation(guide: SiteGuide, definitions: string, context: CommandContext): Promise<ReadonlyMap<string, readonly Finding[]> | string> {
  const { console, signal } = context;
  const [{ validateResources }, { suppress }] = await Promise.all([import('../../validate/validate-resources.js'), import('../../validate/suppressions.js')]);
  const resources = guide.artifacts.filter(({ tooLarge }) => tooLarge === undefined).map(({ resource }) => resource);
  const validator = await validatorIfThere(context, { fhirVersion: fhirVersion(guide.fhirVersion), guides: [definitions] });
  if (typeof validator === 'string') return `Not validated: ${validator}`;
  try {
    const found = suppress(await validateResources(validator, resources.map((resource) => ({ resource })), { progress: console.progress, signal })).shown;
    const byReference = new Map<string, Finding[]>(resources.map((resource) => [localReference(resource) ?? '', []]));
    for (const finding of found) byReference.get(finding.location?.resource ?? '')?.push(finding);
    return byReference;
  } finally {
    await validator.close();
  }
}
