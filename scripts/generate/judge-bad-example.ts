/** A bad example and what a validator said of it in, what does not fit its expectation out: nothing, where it broke exactly what it should. */
import { isError, type Finding } from '../core/finding';
import type { BadExample, ExpectedFinding } from './bad-examples';

/**
 * Compares findings with what is expected. Every error must be expected; of milder findings only those expected must be there,
 * because good examples have warnings too (about terminology that no server is asked for). One rule at one place counts
 * once: a validator says the same for the base definition and for each profile.
 * @returns one sentence for each finding that is missing or too much
 */
export function judgeBadExample({ expect }: Pick<BadExample, 'expect'>, findings: readonly Finding[]): string[] {
  const missing = expect.filter((expected) => !findings.some((finding) => fits(finding, expected)));
  const surplus = findings.filter((finding) => isError(finding) && !expect.some((expected) => fits(finding, expected)));
  return [
    ...missing.map(({ rule, severity, path }) => `expected ${severity} ${rule}${path === undefined ? '' : ` at ${path}`}, which was not found`),
    ...surplus.map(({ severity, code, location, message }) => `unexpected ${severity} ${code} at ${location?.path ?? '?'}: ${message}`),
  ];
}

function fits({ code, severity, location }: Finding, expected: ExpectedFinding): boolean {
  return code === expected.rule && severity === expected.severity && (expected.path === undefined || location?.path === expected.path);
}
