/** Whether the resources seen are valid: what the caller's validator says of them, one result a type. Only with a validator. */
import { withArticle } from '../../../core/grammar';
import { isError, type Finding } from '../../../core/finding';
import { localReference, type Resource } from '../../../core/fhir';
import type { TestContext } from '../../context';
import { COMPANIONS, FOCUS } from '../../harvest';
import { fail, info, noData, pass } from '../../judge/judgements';
import { few } from '../../judge/search-set';
import { allOfOther, ofVersion } from '../../stated-version';
import type { Judgement, TestCase } from '../../test-case';

export const DATA_VALID_TESTS: readonly TestCase[] = [FOCUS, ...COMPANIONS].map((type) => ({
  id: `data.${type.toLowerCase()}.valid`,
  title: `${type}: every resource seen is valid against its FHIR version and the profiles that it claims`,
  group: 'data',
  resourceType: type,
  requirement: 'valid-resource',
  needs: [{ kind: 'type', type }],
  tags: ['validate'],
  validates: true,
  // Last, so that what other tests bring to light is validated too.
  phase: 'last',
  run: (context) => judgeValidity(context, type),
}));

async function judgeValidity(context: TestContext, type: string): Promise<Judgement> {
  const seen = context.known.index.all(type);
  if (seen.length === 0) return noData(`Needed: ${withArticle(type)}.`);
  const resources = ofVersion(seen, context.version);
  if (resources.length === 0) return noData(allOfOther(type, seen.length));
  const validation = await context.validation?.();
  if (validation === undefined) return noData('Needed: --validate.');
  if (validation.unavailable !== undefined) return noData(`Not validated: ${validation.unavailable}`);
  return judgeFindings(type, resources, validation.findings);
}

/** Errors fail; warnings are worth knowing. The smallest resource that shows an error is the witness. */
export function judgeFindings(type: string, resources: readonly Resource[], findings: readonly Finding[]): Judgement {
  const own = new Map(resources.flatMap((resource) => (localReference(resource) === undefined ? [] : [[localReference(resource) as string, resource] as const])));
  const about = findings.filter(({ location }) => own.has(location?.resource ?? ''));
  const errors = about.filter(isError);
  const warnings = about.filter(({ severity }) => severity === 'warning');
  if (errors.length === 0) {
    const counted = `${resources.length} ${type} ${resources.length === 1 ? 'resource is' : 'resources are'} valid`;
    const [first] = warnings;
    return first === undefined ? pass(`${counted}.`) : info(`${counted}, with ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}, e.g. ${inWords(first)}`);
  }
  const size = (reference: string) => JSON.stringify(own.get(reference)).length;
  const invalid = [...new Set(errors.map(({ location }) => location?.resource ?? ''))].sort((a, b) => size(a) - size(b) || (a < b ? -1 : 1));
  const [reference = type, ...others] = invalid;
  const first = errors.find(({ location }) => location?.resource === reference);
  if (first === undefined) return pass(`${resources.length} ${type} resources are valid.`);
  return {
    ...fail(`${inWords(first)}${others.length > 0 ? ` Not valid either: ${few(others)}.` : ''}`),
    actual: [...invalid].sort(),
    witness: { reference, excerpt: own.get(reference), why: `${first.location?.path ?? type}: ${first.message} (${first.code})` },
  };
}

function inWords({ location, message, code }: Finding): string {
  return `${location?.resource ?? 'A resource'}: ${message.replace(/\s+/g, ' ').trim().replace(/\.?$/, '')} (${[location?.path, code].filter((part) => part !== undefined).join(', ')}).`;
}
