/** A FHIR version in, the package that defines it out. */
import { FHIR_VERSIONS } from '../../core/fhir-version';

export function corePackage(fhirVersion: string): { name: string; version: string } {
  const row = Object.values(FHIR_VERSIONS).find(({ version, corePackage: name }) => version === fhirVersion && name !== '') ?? FHIR_VERSIONS.R4;
  return { name: row.corePackage, version: row.version };
}
