/** The catalogue in, which tests cover each requirement out; rules that no test covers are named too. */
import { RULES as INVARIANTS } from '../invariants/rules';
import { DECIDING_RULES } from '../search/rules';
import { CROSS_CHECKED } from './dicomweb/requirements';
import { REQUIREMENTS, type RequirementKey } from './requirements';
import type { TestCase } from './test-case';

export interface Coverage {
  readonly key: RequirementKey;
  /** Tests that stand on it, then those whose judge may name it. */
  readonly tests: readonly TestCase[];
}

/** Every requirement there is: our own rows, the rules by which a search decides, the guide's invariants. */
export function requirementKeys(): RequirementKey[] {
  return [
    ...(Object.keys(REQUIREMENTS) as (keyof typeof REQUIREMENTS)[]),
    ...DECIDING_RULES.map((id): RequirementKey => `rule:${id}`),
    ...INVARIANTS.map(({ id }): RequirementKey => `invariant:${id}`),
    ...CROSS_CHECKED.map((key): RequirementKey => `dicomweb:${key}`),
  ];
}

/** Each requirement with its tests; an empty list for one without. */
export function coverage(tests: readonly TestCase[]): Coverage[] {
  return requirementKeys().map((key) => ({
    key,
    tests: [...tests.filter(({ requirement }) => requirement === key), ...tests.filter(({ also }) => also?.includes(key) === true)],
  }));
}
