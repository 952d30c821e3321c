/** Answers as the HL7 validator 6.10.4 gives them, for tests. */
import type { OperationOutcome, OperationOutcomeIssue } from '../../../scripts/core/fhir';

interface Said {
  severity?: OperationOutcomeIssue['severity'];
  code?: string;
  path?: string;
  text: string;
  id?: string;
  line?: number;
  column?: number;
}

const EXTENSION = 'http://hl7.org/fhir/StructureDefinition/';

export function outcome(...said: Said[]): OperationOutcome {
  const issue = said.map(({ severity = 'error', code = 'invalid', path, text, id, line, column }) => ({
    severity,
    code,
    details: { text },
    ...(path !== undefined && { expression: [path] }),
    extension: [
      { url: `${EXTENSION}operationoutcome-issue-source`, valueCode: 'InstanceValidator' },
      ...(line === undefined ? [] : [{ url: `${EXTENSION}operationoutcome-issue-line`, valueInteger: line }]),
      ...(column === undefined ? [] : [{ url: `${EXTENSION}operationoutcome-issue-col`, valueInteger: column }]),
      ...(id === undefined ? [] : [{ url: `${EXTENSION}operationoutcome-message-id`, valueCode: id }]),
    ],
  }));
  return { resourceType: 'OperationOutcome', issue };
}

/** What it says when it has nothing to say. */
export const ALL_OK: OperationOutcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: 'All OK' } }] };
