/** The rule catalogue and its evaluation over a resource; a new rule is one row in one of its three tables and one FSH file. */
import type { Finding } from '../core/finding';
import { localReference, type Resource } from '../core/fhir';
import { ENDPOINT_RULES } from './endpoint-rules';
import type { Rule, Violation } from './rule';
import { STUDY_RULES } from './study-rules';
import { UID_RULES } from './uid-rules';

export const RULES: readonly Rule[] = [...UID_RULES, ...STUDY_RULES, ...ENDPOINT_RULES];

/** Every broken rule of a resource, with its places. */
export function brokenRules(resource: Resource): { rule: Rule; violations: Violation[] }[] {
  return RULES.filter((rule) => rule.resourceType === resource.resourceType)
    .map((rule) => ({ rule, violations: rule.check(resource) }))
    .filter(({ violations }) => violations.length > 0);
}

/** The same as findings. */
export function checkInvariants(resource: Resource): Finding[] {
  return brokenRules(resource).flatMap(({ rule, violations }) =>
    violations.map((violation) => ({
      severity: rule.severity,
      code: rule.id,
      message: `${rule.description} ${violation.message}`,
      location: { resource: localReference(resource), path: violation.path },
      source: 'invariants' as const,
    })),
  );
}
