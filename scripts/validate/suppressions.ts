/** The messages of validators that are left out of the list of findings, one row each with its reason; they stay counted. */
import { isError, type Finding } from '../core/finding';

export interface Suppression {
  readonly id: string;
  /** Rule or message id of the finding. */
  readonly code: string;
  /** Part of the message, where the code alone says too little. */
  readonly message?: RegExp;
  /** Part of the element's path, likewise. */
  readonly path?: RegExp;
  /** Why nobody has to act on it. */
  readonly reason: string;
}

/** Errors are never left out, whatever stands here: a row matches warnings and information only. */
export const SUPPRESSIONS: readonly Suppression[] = [
  {
    id: 'narrative',
    code: 'dom-6',
    reason: 'A narrative is best practice for resources that people read; the specification does not ask for it (https://hl7.org/fhir/R4/domainresource.html#narrative).',
  },
  {
    id: 'dicom-value-set',
    code: 'Terminology_TX_ValueSet_NotFound',
    message: /^ValueSet 'https?:\/\/dicom\.nema\.org\/medical\/dicom\/current\/output\/chtml\//,
    reason: "Base R4 binds modality and sopClass to pages of the DICOM standard; these are no value sets, so no validator can check them. The guide's profile binds value sets of its own.",
  },
  {
    id: 'radlex-value-set',
    code: 'Terminology_TX_ValueSet_NotFound',
    message: /^ValueSet 'http:\/\/www\.rsna\.org\/RadLex_Playbook\.aspx'/,
    reason: 'Base R4 binds procedureCode to a web page of RSNA, which is no value set.',
  },
  {
    id: 'uri-code-system',
    code: 'UNKNOWN_CODESYSTEM',
    message: /'urn:ietf:rfc:3986'/,
    reason: 'The system of codings that are URIs (sopClass): every URI is a code of it, so there is no list to check against.',
  },
  {
    id: 'dicom-ontology-r5',
    code: 'UNKNOWN_CODESYSTEM',
    message: /'http:\/\/dicom\.nema\.org\/resources\/ontology\/DCM'/,
    reason: "The definitions of FHIR R5 do not carry DICOM's codes, as those of R4 do; only a terminology server can check them.",
  },
  {
    id: 'local-tag',
    code: 'UNKNOWN_CODESYSTEM',
    path: /\.meta\.tag\[\d+\]\.system$/,
    reason: 'Tags belong to the process that sets them and are mostly local (https://hl7.org/fhir/R4/resource.html#tag).',
  },
  {
    id: 'no-terminology-server',
    code: 'Error_validating_code_running_without_terminology_services',
    reason: 'The code belongs to a system that only a terminology server holds (SNOMED CT, LOINC). Check it with --tx URL.',
  },
  {
    id: 'no-terminology-server-mime',
    code: 'Terminology_TX_NoValid_15',
    message: /in the absence of a terminology server/,
    reason: 'The same for codes of value sets that only a terminology server can expand (MIME types, languages).',
  },
  {
    id: 'no-terminology-server-language',
    code: 'TERMINOLOGY_TX_WARNING',
    message: /\burn:ietf:bcp:(13|47)\b.*doesn't include any codes/,
    reason: 'Language tags are composed, and MIME types are registered elsewhere: no list holds either. Check them with --tx URL.',
  },
  {
    id: 'no-value-set',
    code: 'Terminology_TX_Binding_NoSource',
    reason: 'FHIR itself binds the element to no value set in particular (Group.code, for one), so there is nothing to check.',
  },
  {
    id: 'identifier-system',
    code: 'Type_Specific_Checks_DT_URL_Resolve',
    path: /\bidentifier(\[\d+\])?\.system$/,
    reason: 'The system of an identifier names a namespace; nobody has to have published a definition of it (https://hl7.org/fhir/R4/datatypes.html#Identifier).',
  },
  {
    id: 'bundle-link',
    code: 'Type_Specific_Checks_DT_URL_Resolve',
    path: /^Bundle\.link\[\d+\]\.url$/,
    reason: "A Bundle's links lead to the pages of a server, not to definitions.",
  },
  {
    id: 'open-slicing',
    code: 'Details_for__matching_against_Profile_',
    message: /^This element does not match any known slice/,
    reason: 'Open slicing means just that: an accession number stands beside the sliced study UID. A slice that is missing is an error of its own.',
  },
];

function matches({ code, message, path }: Suppression, finding: Finding): boolean {
  return code === finding.code && (message?.test(finding.message) ?? true) && (path?.test(finding.location?.path ?? '') ?? true);
}

export interface SuppressedCount {
  readonly id: string;
  readonly count: number;
  readonly reason: string;
}

/** Parts findings into those to show and the counts of those left out. */
export function suppress(findings: readonly Finding[], table: readonly Suppression[] = SUPPRESSIONS): { shown: Finding[]; suppressed: SuppressedCount[] } {
  const counts = new Map<Suppression, number>();
  const shown = findings.filter((finding) => {
    const row = isError(finding) ? undefined : table.find((row) => matches(row, finding));
    if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + 1);
    return row === undefined;
  });
  return { shown, suppressed: table.flatMap((row) => (counts.has(row) ? [{ id: row.id, count: counts.get(row) ?? 0, reason: row.reason }] : [])) };
}
