/** What a server's statement, its media type and its address say of its FHIR version in; the version row by which it is tested out. */
import { FHIR_VERSIONS, fhirVersion, type FhirVersionRecord } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';

/** Where the version may stand, the most trustworthy first. */
export const EVIDENCE = {
  statement: 'fhirVersion of its statement',
  'media-type': 'fhirVersion in the Content-Type of its answer',
  address: 'its address',
} as const;

export interface VersionEvidence {
  readonly source: keyof typeof EVIDENCE;
  /** As the server spells it: `4.0.1`, `5.0`, `r4b`. */
  readonly text: string;
  /** The row that it means; undefined for a version that is not known here. */
  readonly version: FhirVersionRecord | undefined;
}

/** A segment of a base path that names a release, as servers spell them: `/R5`, `/r4b`, `/baseR4`, `/fhir-r4`, `/baseDstu3`. */
const SEGMENT = /(?:^|\/)(?:base|fhir)?[-_]?(r[2-9]b?|(?:d?stu)[1-9])(?=\/|$)/i;
/** Releases that go by another name here. */
const RELEASES: Readonly<Record<string, string>> = { r6: '6.0-draft' };

/**
 * Everything that says a version, the most trustworthy first. The media type: https://hl7.org/fhir/R4/http.html#version-parameter
 * @param stated `CapabilityStatement.fhirVersion`
 */
export function versionEvidence(stated: string | undefined, contentType: string | undefined, base: string): VersionEvidence[] {
  const found: Record<keyof typeof EVIDENCE, string | undefined> = {
    statement: stated,
    'media-type': /;\s*fhirVersion\s*=\s*"?([^";,\s]+)/i.exec(contentType ?? '')?.[1],
    address: SEGMENT.exec(new URL(base).pathname)?.[1],
  };
  return (Object.keys(EVIDENCE) as (keyof typeof EVIDENCE)[]).flatMap((source) => {
    const text = found[source];
    return text === undefined ? [] : [{ source, text, version: known(text) }];
  });
}

/** 4.0.0 and 4.0.1 are the same release with corrections; so are others that differ in the last part only. */
function known(text: string): FhirVersionRecord | undefined {
  const named = RELEASES[text.toLowerCase()] ?? (/^\d+\.\d+\.\d+$/.test(text) ? text.split('.').slice(0, 2).join('.') : text);
  try {
    return fhirVersion(named);
  } catch {
    return undefined;
  }
}

/** @throws KnownError `unknown-fhir-version`, naming the versions that are known, where nothing says one or the first says one that is not known */
export function chosenVersion([first]: readonly VersionEvidence[], base: string): FhirVersionRecord {
  const rows = Object.values(FHIR_VERSIONS);
  if (first === undefined) {
    throw new KnownError('unknown-fhir-version', `The CapabilityStatement of ${base} does not say its fhirVersion, and neither do its media type and its address.`, `Say which rules apply: --fhir ${rows.map(({ name }) => name).join(', ')}.`);
  }
  if (first.version !== undefined) return first.version;
  const list = rows.map(({ name, version }) => `${name} (${version})`).join(', ');
  throw new KnownError('unknown-fhir-version', `${base} speaks FHIR ${first.text} by ${EVIDENCE[first.source]}, which this program does not test.`, `Known: ${list}. To test by other rules all the same: --fhir R4`);
}

/** What speaks against the version that the server is tested by, in words; undefined where all agree. */
export function contradiction(evidence: readonly VersionEvidence[], tested: FhirVersionRecord): string | undefined {
  const others = evidence.filter(({ version }) => version?.name !== tested.name).map(({ source, text }) => `${EVIDENCE[source]} says ${text}`);
  return others.length === 0 ? undefined : others.join(', ');
}
