/** A project's configuration in, the FHIR packages out that must be in the cache before it can be built. */
import { FHIR_VERSIONS } from '../core/fhir-version';
import { REQUIRED_PACKAGES, type RequiredPackage } from '../packages/required-packages';
import { buildableFhirVersion, type Configuration } from './configuration';

/** `current`, `dev`, `latest` and `4.0.x` name no one archive: they are taken from the cache as it is. */
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/**
 * FHIR itself and the dependencies in the versions named.
 * Rows of the program's own table are taken over from there: they know how to re-pin and assemble.
 */
export function projectPackages(config: Configuration): RequiredPackage[] {
  const core = buildableFhirVersion(config);
  const wanted = [
    { name: core.packageId, version: core.version, purpose: 'the definitions of FHIR itself' },
    ...(config.dependencies ?? []).map(({ packageId, version }) => ({
      // "alias@npm:name" is npm's way to depend on two versions of a package
      name: packageId?.replace(/^[^@]+@npm:/, '') ?? '',
      version: version ?? '',
      purpose: `a dependency of ${config.id ?? 'the guide'}`,
    })),
  ];
  const known = Object.keys(FHIR_VERSIONS).flatMap((version) => REQUIRED_PACKAGES[version as keyof typeof FHIR_VERSIONS]);
  return wanted
    .filter(({ name, version }) => name !== '' && EXACT_VERSION.test(version))
    .map((row) => known.find(({ name, version }) => name === row.name && version === row.version) ?? row);
}
