/** The FHIR versions the program knows, one row each; a new version is a new row and its definitions file. */
import { KnownError } from './known-error';

export interface FhirVersionRecord {
  /** Short name used on the command line and in reports. */
  readonly name: string;
  /** The version as `CapabilityStatement.fhirVersion` and StructureDefinitions state it. */
  readonly version: string;
  /** Value of the `fhirVersion` media type parameter: https://hl7.org/fhir/R4/http.html#version-parameter */
  readonly mimeVersion: string;
  /** The FHIR NPM package that defines it; empty where no registry has one. */
  readonly corePackage: string;
  /** Root of the specification's pages. */
  readonly spec: string;
  /** Media type of FHIR JSON: https://hl7.org/fhir/R4/http.html#mime-type, and before STU3 another. */
  readonly jsonType: string;
  /** The resource in which a server of this version says what it does. */
  readonly statement: 'CapabilityStatement' | 'Conformance';
  /** Not published yet: what is said by its rules may change. */
  readonly draft?: true;
  /** Groups of tests whose rules held in it; absent where all do. */
  readonly tested?: readonly string[];
  /** Requirements that do not hold in it: not yet, or no longer; by key. */
  readonly untested?: readonly string[];
  /** The version whose definitions of search stand in, where it has none of its own. */
  readonly searchLike?: string;
}

const JSON_TYPE = 'application/fhir+json';

/** Media type versions before R5, whose search page says more in some places than that of R5, and those from R5 on. */
export const BEFORE_R5 = ['0.5', '4.0', '4.3'] as const;
export const FROM_R5 = ['5.0', '6.0'] as const;
/** Published, not drafts or ballots. */
export const PUBLISHED = ['4.0', '4.3', '5.0'] as const;

/** "Servers MAY also support including some or all parameters as query parameters on a POST request": https://hl7.org/fhir/R5/http.html#search */
const LEFT_TO_SERVERS_FROM_R5 = ['search-post-merge'] as const;

export const FHIR_VERSIONS = {
  R4: {
    name: 'R4',
    version: '4.0.1',
    mimeVersion: '4.0',
    corePackage: 'hl7.fhir.r4.core',
    spec: 'https://hl7.org/fhir/R4/',
    jsonType: JSON_TYPE,
    statement: 'CapabilityStatement',
  },
  R4B: {
    name: 'R4B',
    version: '4.3.0',
    mimeVersion: '4.3',
    corePackage: 'hl7.fhir.r4b.core',
    spec: 'https://hl7.org/fhir/R4B/',
    jsonType: JSON_TYPE,
    statement: 'CapabilityStatement',
  },
  R5: {
    name: 'R5',
    version: '5.0.0',
    mimeVersion: '5.0',
    corePackage: 'hl7.fhir.r5.core',
    spec: 'https://hl7.org/fhir/R5/',
    jsonType: JSON_TYPE,
    statement: 'CapabilityStatement',
    untested: LEFT_TO_SERVERS_FROM_R5,
  },
  '6.0-draft': {
    name: '6.0-draft',
    version: '6.0.0',
    mimeVersion: '6.0',
    corePackage: '',
    spec: 'https://build.fhir.org/',
    jsonType: JSON_TYPE,
    statement: 'CapabilityStatement',
    untested: LEFT_TO_SERVERS_FROM_R5,
    draft: true,
    searchLike: 'R5',
  },
  '0.5': {
    name: '0.5',
    version: '0.5.0',
    mimeVersion: '0.5',
    corePackage: '',
    spec: 'https://hl7.org/fhir/2015May/',
    jsonType: 'application/json+fhir',
    statement: 'Conformance',
    tested: ['read', 'search', 'reference'],
    // The formats had other names.
    untested: ['format-parameter'],
  },
} as const satisfies Record<string, FhirVersionRecord>;

export type FhirVersionName = keyof typeof FHIR_VERSIONS;

/**
 * The version row for a name (`R4`), a full version (`4.0.1`), a media type version (`4.0`) or a ballot of it (`6.0.0-ballot3`).
 * @throws KnownError `unknown-fhir-version`, naming the versions that are known.
 */
export function fhirVersion(text: string): FhirVersionRecord {
  const wanted = text.trim().toLowerCase().replace(/^(\d+\.\d+\.\d+)-.*$/, '$1');
  for (const row of Object.values(FHIR_VERSIONS)) {
    if ([row.name, row.version, row.mimeVersion].some((form) => form.toLowerCase() === wanted)) return row;
  }
  const known = Object.values(FHIR_VERSIONS).map((row) => `${row.name} (${row.version})`);
  throw new KnownError('unknown-fhir-version', `FHIR version "${text}" is not known.`, `Known: ${known.join(', ')}.`);
}

/** The row whose search definitions and element types hold for a version: its own, or that of the version that stands in. */
export function searchedLike(row: FhirVersionRecord): FhirVersionRecord {
  return row.searchLike === undefined ? row : fhirVersion(row.searchLike);
}
