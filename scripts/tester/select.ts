/** The catalogue and what the caller wants of it in, the chosen tests out. */
import { KnownError } from '../core/known-error';
import type { FhirVersionRecord } from '../core/fhir-version';
import { requirementOf } from './requirements';
import type { TestCase } from './test-case';

/**
 * Chooses tests by patterns, each a glob (`*` for any text) over id, tag, group, resource type, expectation or requirement id; case does not count.
 * @throws KnownError `no-such-test` for a pattern that fits nothing, so that a slip of the pen does not look like a clean run
 */
export function selectTests(catalogue: readonly TestCase[], version: FhirVersionRecord, only: readonly string[] = [], skip: readonly string[] = []): TestCase[] {
  const words = new Map(catalogue.map((test) => [test, wordsOf(test, version)]));
  const fits = (test: TestCase, pattern: string) => (words.get(test) ?? []).some((word) => globToRegExp(pattern).test(word));
  for (const pattern of [...only, ...skip]) {
    if (catalogue.some((test) => fits(test, pattern))) continue;
    throw new KnownError('no-such-test', `No test fits "${pattern}".`, 'scout test --list shows all of them; a pattern may name an id (search.imagingstudy.*), a group, a type, an expectation or a requirement.');
  }
  return catalogue.filter((test) => (only.length === 0 || only.some((pattern) => fits(test, pattern))) && !skip.some((pattern) => fits(test, pattern)));
}

function wordsOf(test: TestCase, version: FhirVersionRecord): string[] {
  const requirement = requirementOf(test.requirement, version);
  return [test.id, test.group, test.resourceType ?? '', requirement.expectation, requirement.id, ...(test.tags ?? [])];
}

function globToRegExp(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'i');
}
