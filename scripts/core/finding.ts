/** One finding type for SUSHI, validators, invariants and generators. */
import type { IssueSeverity } from './fhir';

/** Who says it. */
export const FINDING_SOURCES = ['sushi', 'hl7-validator', 'embedded-validator', 'invariants', 'generate', 'packages', 'tester', 'site', 'convert', 'dicom', 'qa', 'ig-publisher'] as const;
export type FindingSource = (typeof FINDING_SOURCES)[number];

/** Where a finding is; every part is optional, and the more the better. */
export interface FindingLocation {
  /** File path as the user gave it. */
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** `Type/id` of the resource. */
  resource?: string;
  /** FHIRPath of the element, e.g. `ImagingStudy.series[0].uid`. */
  path?: string;
}

export interface Finding {
  severity: IssueSeverity;
  /** Rule or message id: an invariant key (`ist-3`), a validator message id, a SUSHI code. */
  code: string;
  message: string;
  location?: FindingLocation;
  source: FindingSource;
}

/** Worst first. */
export const SEVERITY_ORDER: readonly IssueSeverity[] = ['fatal', 'error', 'warning', 'information'];

/** True for the severities that make a run exit with 1. */
export function isError(finding: { severity: IssueSeverity }): boolean {
  return finding.severity === 'fatal' || finding.severity === 'error';
}

/** How many findings of each severity there are. */
export function countBySeverity(findings: readonly { severity: IssueSeverity }[]): Record<IssueSeverity, number> {
  const counts = { fatal: 0, error: 0, warning: 0, information: 0 };
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}
