/** The FHIR versions the program knows, one row each; a new version is a new row and its definitions file. */
import { KnownError } from './known-error';

export interface FhirVersionRecord {
  /** Short name used on the command line and in reports. */
  readonly name: string;
  /** The version as `CapabilityStatement.fhirVersion` and StructureDefinitions state it. */
  readonly version: string;
  /** Value of the `fhirVersion` media type parameter: https://hl7.org/fhir/R4/http.html#version-parameter */
  readonly mimeVersion: string;
  /** The FHIR NPM package that defines it. */
  readonly corePackage: string;
  /** Root of the specification's pages. */
  readonly spec: string;
}

export const FHIR_VERSIONS = {
  R4: {
    name: 'R4',
    version: '4.0.1',
    mimeVersion: '4.0',
    corePackage: 'hl7.fhir.r4.core',
    spec: 'https://hl7.org/fhir/R4/',
  },
} as const satisfies Record<string, FhirVersionRecord>;

export type FhirVersionName = keyof typeof FHIR_VERSIONS;

/**
 * The version row for a name (`R4`), a full version (`4.0.1`) or a media type version (`4.0`).
 * @throws KnownError `unknown-fhir-version`, naming the versions that are known.
 */
export function fhirVersion(text: string): FhirVersionRecord {
  const wanted = text.trim().toLowerCase();
  for (const row of Object.values(FHIR_VERSIONS)) {
    if ([row.name, row.version, row.mimeVersion].some((form) => form.toLowerCase() === wanted)) return row;
  }
  const known = Object.values(FHIR_VERSIONS).map((row) => `${row.name} (${row.version})`);
  throw new KnownError('unknown-fhir-version', `FHIR version "${text}" is not known.`, `Known: ${known.join(', ')}.`);
}
