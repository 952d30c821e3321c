/** The rule catalogue and its evaluation over a resource; a new rule is one row in one of its tables and, if it is the guide's, one FSH file. */
import type { Finding } from '../core/finding';
import { localReference, type Resource } from '../core/fhir';
import { PUBLISHED } from '../core/fhir-version';
import { DRAFT_RULES } from './draft-rules';
import { ENDPOINT_RULES } from './endpoint-rules';
import type { Rule, Violation } from './rule';
import { STUDY_RULES } from './study-rules';
import { UID_RULES } from './uid-rules';

/** The rules of the guide, for R4, R4B and R5. */
export const RULES: readonly Rule[] = [...UID_RULES, ...STUDY_RULES, ...ENDPOINT_RULES];

const ALL: readonly Rule[] = [...RULES, ...DRAFT_RULES];

/** The rules that hold for a version, by its media type version; a version that is not known here has those of the published ones. */
export function rulesOf(version: string): readonly Rule[] {
  return ALL.filter(({ versions = PUBLISHED }) => (versions as readonly string[]).includes(version));
}

/** Every broken rule of a resource of R4, R4B or R5, with its places. */
export function brokenRules(resource: Resource): { rule: Rule; violations: Violation[] }[] {
  return brokenIn(RULES, resource);
}

function brokenIn(rules: readonly Rule[], resource: Resource): { rule: Rule; violations: Violation[] }[] {
  return rules.filter((rule) => rule.resourceType === resource.resourceType)
    .map((rule) => ({ rule, violations: rule.check(resource) }))
    .filter(({ violations }) => violations.length > 0);
}

/** The same as findings. */
export function checkInvariants(resource: Resource): Finding[] {
  return findingsOf(brokenRules(resource), resource);
}

/** The same by the rules of a version, given as its media type version: the R6 draft has rules of its own. */
export function checkInvariantsOf(version: string, resource: Resource): Finding[] {
  return findingsOf(brokenIn(rulesOf(version), resource), resource);
}

function findingsOf(broken: readonly { rule: Rule; violations: Violation[] }[], resource: Resource): Finding[] {
  return broken.flatMap(({ rule, violations }) =>
    violations.map((violation) => ({
      severity: rule.severity,
      code: rule.id,
      message: `${rule.description} ${violation.message}`,
      location: { resource: localReference(resource), path: violation.path },
      source: 'invariants' as const,
    })),
  );
}
