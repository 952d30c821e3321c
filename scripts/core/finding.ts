/** One finding type for SUSHI, validators, invariants and generators; converts to and from OperationOutcome issues. */
import type { IssueSeverity, OperationOutcome, OperationOutcomeIssue } from './fhir';

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

const LINE_EXTENSION = /^Line\[(\d+)\] Col\[(\d+)\]$/;

/** The findings as an OperationOutcome; file and line travel as `location`, the path as `expression`. */
export function toOperationOutcome(findings: readonly Finding[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: findings.map(toIssue) };
}

function toIssue(finding: Finding): OperationOutcomeIssue {
  const issue: OperationOutcomeIssue = {
    severity: finding.severity,
    code: 'invalid',
    details: { coding: [{ code: finding.code }], text: finding.message },
  };
  const { line, column, path } = finding.location ?? {};
  if (path !== undefined) issue.expression = [path];
  if (line !== undefined) issue.location = [`Line[${line}] Col[${column ?? 1}]`];
  return issue;
}

/** The issues of an OperationOutcome as findings of one source, placed at `base` where the issue says nothing better. */
export function fromOperationOutcome(outcome: OperationOutcome, source: FindingSource, base: FindingLocation = {}): Finding[] {
  return (outcome.issue ?? []).map((issue) => {
    const location: FindingLocation = { ...base };
    const path = issue.expression?.[0] ?? issue.location?.find((text) => !LINE_EXTENSION.test(text));
    if (path !== undefined) location.path = path;
    const place = issue.location?.map((text) => LINE_EXTENSION.exec(text)).find((match) => match !== null);
    if (place) {
      location.line = Number(place[1]);
      location.column = Number(place[2]);
    }
    return {
      severity: issue.severity,
      code: issue.details?.coding?.[0]?.code ?? issue.code,
      message: issue.details?.text ?? issue.diagnostics ?? issue.code,
      location,
      source,
    };
  });
}
