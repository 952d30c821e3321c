/** What a planted fault and a legal variant are: rows that replace seams of the reference behaviour. */
import { RULES as INVARIANTS } from '../../invariants/rules';
import { RULES, type DecidingRuleId } from '../../search/rules';
import type { Override } from '../behaviour';

export const FAULT_GROUPS = ['token', 'imaging', 'reference', 'date', 'string', 'number', 'combination', 'results', 'honesty', 'rest', 'data', 'security'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** The clause that a fault breaks. */
export interface BrokenClause {
  /** Name of the requirement: `rule:...` for a rule of search/rules.ts, `invariant:...` for one of invariants/rules.ts, else the name the tester gives it. */
  readonly key: string;
  readonly url: string;
}

export interface FaultRow {
  readonly id: string;
  /** Media type versions of FHIR in which it shows; absent where it does in all. */
  readonly versions?: readonly string[];
  readonly group: FaultGroup;
  /** What the server does wrong, in one sentence. */
  readonly does: string;
  readonly breaks: BrokenClause;
  /** It shows only on a server that has access rules. */
  readonly guarded?: true;
  readonly override: Override;
}

/** Behaviour that the specification allows and a tester must leave alone. */
export interface VariantRow {
  readonly id: string;
  /** Media type versions of FHIR in which it shows; absent where it does in all. */
  readonly versions?: readonly string[];
  readonly does: string;
  /** Where the specification allows it. */
  readonly url: string;
  /** It shows only on a server that has access rules. */
  readonly guarded?: true;
  readonly override: Override;
}

/** A rule of search as the clause that is broken. */
export function rule(id: DecidingRuleId): BrokenClause {
  return { key: `rule:${id}`, url: RULES[id].url };
}

/** An invariant of the guide as the clause that is broken. */
export function invariant(id: string): BrokenClause {
  const row = INVARIANTS.find((other) => other.id === id);
  if (row === undefined) throw new Error(`no invariant ${id}`);
  return { key: `invariant:${id}`, url: row.url };
}

/** A requirement of the HTTP interactions or of the form of an answer; `page` is below https://hl7.org/fhir/R4/. */
export function clause(key: string, page: string): BrokenClause {
  return { key, url: `https://hl7.org/fhir/R4/${page}` };
}
