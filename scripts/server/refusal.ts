/** The one way a handler says no: a status, an issue code and a sentence that helps; it becomes an OperationOutcome in one place. */
import type { IssueSeverity, OperationOutcome, OperationOutcomeIssue } from '../core/fhir';

/** The issue types the server uses: https://hl7.org/fhir/R4/valueset-issue-type.html */
export type IssueType =
  | 'invalid' | 'structure' | 'required' | 'value' | 'invariant' | 'security' | 'processing' | 'not-supported' | 'duplicate'
  | 'multiple-matches' | 'not-found' | 'deleted' | 'too-long' | 'code-invalid' | 'business-rule' | 'conflict' | 'exception'
  | 'expired' | 'informational';

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: IssueType,
    message: string,
    readonly details: { headers?: Record<string, string>; expression?: string; issues?: readonly OperationOutcomeIssue[] } = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** An OperationOutcome with one issue. */
export function outcome(severity: IssueSeverity, code: IssueType, diagnostics: string, expression?: string): OperationOutcome {
  const issue: OperationOutcomeIssue = { severity, code, diagnostics };
  if (expression !== undefined) issue.expression = [expression];
  return { resourceType: 'OperationOutcome', issue: [issue] };
}

/** The OperationOutcome of a refusal; a bug says no more than that it is one, because messages may hold what must not leave. */
export function outcomeOf(error: unknown): OperationOutcome {
  if (!(error instanceof Refusal)) return outcome('fatal', 'exception', 'The server failed; the fault is not in the request.');
  if (error.details.issues !== undefined) return { resourceType: 'OperationOutcome', issue: [...error.details.issues] };
  return outcome('error', error.code, error.message, error.details.expression);
}
