/** Packages made of resources, for tests. */
import type { Resource } from '../../scripts/core/fhir';
import type { PackageContent } from '../../scripts/packages/read-package';

export function packageContent(definitions: readonly Resource[], label = 'test.package#1.0.0', examples: readonly Resource[] = []): PackageContent {
  const [name = '', version = ''] = label.split('#');
  return { label, manifest: { name, version, fhirVersions: ['4.0.1'] }, definitions, examples };
}
