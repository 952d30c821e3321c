/** Given resources and a validator in, findings with file, line and path out: the one way to validate, whichever the validator. */
import { SEVERITY_ORDER, type Finding } from '../core/finding';
import { counted } from '../core/grammar';
import { SILENT } from '../core/progress';
import { locationOf, type GivenResource } from './given-resource';
import { placeOfPath } from './place-findings';
import { linkResources, outsideFindings } from './references';
import type { ValidateOptions, Validator } from './validator';

/**
 * Validates a set of resources. Nothing is left out here; see suppressions.ts.
 * @returns findings in the order of the set; those of one resource by place, the worst first where they share one
 * @throws KnownError when the validator itself fails
 */
export async function validateResources(validator: Validator, set: readonly GivenResource[], options: ValidateOptions = {}): Promise<Finding[]> {
  const { progress = SILENT } = options;
  const linked = linkResources(set);
  progress.start(`Validating ${counted(set.length, 'resource')}`, set.length);
  const found: Finding[][] = set.map(() => []);
  for (const { index, finding } of await validator.validate(linked, { ...options, progress })) found[index]?.push(finding);
  progress.end();
  return linked.flatMap((one, index) => placed(one.given, [...(found[index] ?? []), ...outsideFindings(one)]));
}

/** Puts file, line and column to findings that so far have a path only (or, from XML, a line). */
function placed(given: GivenResource, findings: readonly Finding[]): Finding[] {
  if (findings.length === 0) return [];
  const whole = locationOf(given);
  const tree = given.source?.tree?.();
  return findings
    .map((finding): Finding => {
      const { path } = finding.location ?? {};
      const place = given.source === undefined || tree === undefined || path === undefined ? {} : placeOfPath(given.source, tree, path);
      return { ...finding, location: { ...whole, ...finding.location, ...place } };
    })
    .sort(byPlace);
}

function byPlace({ location: a, severity: worse }: Finding, { location: b, severity: than }: Finding): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0) || SEVERITY_ORDER.indexOf(worse) - SEVERITY_ORDER.indexOf(than);
}
