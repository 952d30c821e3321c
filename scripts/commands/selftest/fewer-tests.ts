/** A planted fault and all tests in, the tests that should catch it out: most faults need not meet the others. */
import type { PlantedRow } from '../../server/planted';
import { FOCUS } from '../../tester/harvest';
import type { TestCase } from '../../tester/test-case';

/**
 * Ids of the tests that should catch a fault, fewest first: those of the requirement that it breaks; where one of them looks at what the others
 * brought, one test of each requirement with them, which brings something of everything, then all but the searches for further types, which ask the
 * same again. All tests are asked only where none of these catches it.
 */
export function fewerTests({ kind, breaks, service }: PlantedRow, tests: readonly TestCase[]): string[][] {
  if (kind !== 'fault' || service !== undefined) return [];
  const own = tests.filter(({ requirement, also }) => requirement === breaks || also?.some((key) => key === breaks) === true);
  const looksAtOthers = own.some(({ phase }) => phase === 'last');
  const wider = looksAtOthers ? tests.filter(({ group, resourceType }) => group !== 'search' || resourceType === undefined || resourceType === FOCUS) : [];
  const ofEach = new Set(wider.filter(({ requirement }, place) => wider.findIndex((other) => other.requirement === requirement) === place));
  const few = looksAtOthers ? tests.filter((test) => own.includes(test) || ofEach.has(test)) : [];
  return [own, few, wider].filter(({ length }) => length > 0).map((chosen) => chosen.map(({ id }) => id));
}
