/** What can be wrong with a query: one row a kind, with its treatment and the section that says so. */
import type { QueryIssue, QueryIssueCode, Treatment } from './types';

const SEARCH = 'https://hl7.org/fhir/R4/search.html';

interface IssueKind {
  readonly treatment: Treatment;
  readonly url: string;
  /** A server that answers all the same may have read the parameter in its own way: nothing about the answer is certain. */
  readonly undecides: boolean;
}

export const ISSUE_KINDS = {
  'unknown-parameter': { treatment: 'may-reject', url: `${SEARCH}#errors`, undecides: false },
  'unsupported-modifier': { treatment: 'reject', url: `${SEARCH}#modifiers`, undecides: true },
  'bad-value': { treatment: 'should-reject', url: `${SEARCH}#errors`, undecides: true },
  'empty-value': { treatment: 'ignore', url: `${SEARCH}#errors`, undecides: false },
  'ambiguous-chain': { treatment: 'may-reject', url: `${SEARCH}#chaining`, undecides: false },
  'not-computable': { treatment: 'may-reject', url: `${SEARCH}#text`, undecides: true },
  'unknown-query': { treatment: 'reject', url: `${SEARCH}#query`, undecides: true },
  'unsupported-value': { treatment: 'may-reject', url: `${SEARCH}#return`, undecides: true },
  // "where the issue is a logical condition ... the server SHOULD process the search ... returning an empty search set", which not every server takes it for.
  'never-refers': { treatment: 'may-reject', url: `${SEARCH}#errors`, undecides: true },
} as const satisfies Record<QueryIssueCode, IssueKind>;

/** An issue of a kind; `treatment` overrides the kind's own where the clause at hand is milder or stricter. */
export function issue(code: QueryIssueCode, parameter: string, message: string, treatment: Treatment = ISSUE_KINDS[code].treatment): QueryIssue {
  return { code, parameter, message, treatment, url: ISSUE_KINDS[code].url };
}
