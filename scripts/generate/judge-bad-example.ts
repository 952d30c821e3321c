/** A bad example and what a validator said of it in, what does not fit its expectation out: nothing, where it broke exactly what it should. */
import { SEVERITY_ORDER, type Finding } from '../core/finding';
import type { BadExample } from './bad-examples';

/**
 * Compares findings with what is expected, counting only severities that the example expects or worse: a warning about
 * terminology is no matter of an example that has to make an error.
 * @returns one sentence for each finding that is missing or too much
 */
export function judgeBadExample(example: Pick<BadExample, 'expect'>, findings: readonly Finding[]): string[] {
  const mildest = Math.max(...example.expect.map(({ severity }) => SEVERITY_ORDER.indexOf(severity)), SEVERITY_ORDER.indexOf('error'));
  const open = findings.filter(({ severity }) => SEVERITY_ORDER.indexOf(severity) <= mildest);
  const missing = example.expect.flatMap(({ rule, severity, path }) => {
    const found = open.findIndex((finding) => finding.code === rule && finding.severity === severity && (path === undefined || finding.location?.path === path));
    if (found >= 0) open.splice(found, 1);
    return found >= 0 ? [] : [`expected ${severity} ${rule}${path === undefined ? '' : ` at ${path}`}, which was not found`];
  });
  return [...missing, ...open.map(({ severity, code, location, message }) => `unexpected ${severity} ${code} at ${location?.path ?? '?'}: ${message}`)];
}
