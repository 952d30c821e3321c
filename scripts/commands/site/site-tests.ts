/** A FHIR version in, the server tests for it out, as the site's pages show them; none for a version that the tester does not test. */
import { FHIR_VERSIONS } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';
import type { SiteTest } from '../../site/guide';

export async function siteTests(fhirVersion: string): Promise<SiteTest[]> {
  const version = Object.values(FHIR_VERSIONS).find((row) => row.version === fhirVersion);
  if (version === undefined) return [];
  const [{ catalogue }, { requirementOf }, { loadSearchDefinitions }, { TEST_GROUPS }] = await Promise.all([
    import('../../tester/tests/index.js'), import('../../tester/requirements.js'), import('../../search/definitions.js'), import('../../tester/test-case.js'),
  ]);
  try {
    return catalogue(loadSearchDefinitions(version)).map(({ id, title, resourceType, group, requirement, also }) => {
      const { id: requirementId, url, text } = requirementOf(requirement, version);
      const invariants = [requirement, ...(also ?? [])].flatMap((key) => (key.startsWith('invariant:') ? [key.slice('invariant:'.length)] : []));
      return { id, title, group: TEST_GROUPS[group], requirement: { id: requirementId, url, text }, invariants, ...(resourceType === undefined ? {} : { resourceType }) };
    });
  } catch (error) {
    if (error instanceof KnownError) return [];
    throw error;
  }
}
