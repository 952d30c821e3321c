/** The catalogue and what the caller wants of it in, the chosen tests out. */
import { KnownError } from '../core/known-error';
import type { FhirVersionRecord } from '../core/fhir-version';
import { probablyMeant } from '../core/nearest';
import { wildcard } from '../core/wildcard';
import { requirementOf } from './requirements';
import type { TestCase } from './test-case';

/**
 * Chooses tests by patterns, each a glob (`*` for any text) over id, tag, group, resource type, expectation or requirement id; case does not count.
 * @throws KnownError `no-such-test` for a pattern that fits nothing, so that a slip of the pen does not look like a clean run
 */
export function selectTests(catalogue: readonly TestCase[], version: FhirVersionRecord, only: readonly string[] = [], skip: readonly string[] = []): TestCase[] {
  const ours = catalogue.filter(({ versions, group, mode, requirement }) => (versions === undefined || versions.includes(version.mimeVersion)) && (version.tested === undefined || (version.tested.includes(group) && mode !== 'write')) && version.untested?.includes(requirement) !== true);
  const words = only.length + skip.length === 0 ? new Map<string, TestCase[]>() : byWord(catalogue, version);
  const fitting = (pattern: string) => {
    const glob = pattern.toLowerCase();
    if (!glob.includes('*')) return new Set(words.get(glob));
    const expression = wildcard(glob);
    return new Set([...words].flatMap(([word, tests]) => (expression.test(word) ? tests : [])));
  };
  const union = (patterns: readonly string[]) => {
    const chosen = new Set<TestCase>();
    for (const pattern of patterns) for (const test of found(pattern)) chosen.add(test);
    return chosen;
  };
  const found = (pattern: string) => {
    const tests = fitting(pattern);
    if (tests.size > 0) return tests;
    const meant = probablyMeant(pattern, [...words.keys()]);
    throw new KnownError('no-such-test', `No test fits "${pattern}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`, 'scout test --list shows all of them; a pattern may name an id (search.imagingstudy.*), a group, a type, an expectation or a requirement.');
  };
  const [wanted, unwanted] = [union(only), union(skip)];
  return ours.filter((test) => (only.length === 0 || wanted.has(test)) && !unwanted.has(test));
}

/** What a run can do beside reading. */
export interface RunAbilities {
  readonly writes: boolean;
  readonly validates: boolean;
  readonly crossChecks: boolean;
}

/** The tests that such a run can carry out. */
export function usableTests(tests: readonly TestCase[], { writes, validates, crossChecks }: RunAbilities): TestCase[] {
  return tests.filter((test) => (test.mode === undefined || writes === (test.mode === 'write')) && (validates || test.validates !== true) && (crossChecks || test.crossChecks !== true));
}

function wordsOf(test: TestCase, version: FhirVersionRecord): string[] {
  const requirement = requirementOf(test.requirement, version);
  return [test.id, test.group, test.resourceType ?? '', requirement.expectation, requirement.id, ...(test.tags ?? [])].map((word) => word.toLowerCase());
}

/** Most patterns are whole words, and are looked up. */
function byWord(catalogue: readonly TestCase[], version: FhirVersionRecord): Map<string, TestCase[]> {
  const tests = new Map<string, TestCase[]>();
  for (const test of catalogue) {
    for (const word of wordsOf(test, version)) {
      const known = tests.get(word);
      if (known === undefined) tests.set(word, [test]);
      else known.push(test);
    }
  }
  return tests;
}
