/** The catalogue: every test there is for a FHIR version, in the order in which reports show them; it needs no server. */
import type { SearchDefinitions } from '../../search/types';
import { COMPANIONS, FOCUS } from '../harvest';
import { TEST_GROUPS, type TestCase } from '../test-case';
import { CAPABILITY_TESTS } from './capability';
import { searchTests } from './search';
import { SWEEP_TESTS } from './sweep';

/** All tests, groups in the table's order; the order within a group is that of the files. */
export function catalogue(definitions: SearchDefinitions): TestCase[] {
  const tests = [
    ...CAPABILITY_TESTS,
    ...searchTests(definitions, FOCUS, true),
    ...COMPANIONS.flatMap((type) => searchTests(definitions, type, false)),
    ...SWEEP_TESTS,
  ];
  const groups = Object.keys(TEST_GROUPS);
  return tests.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}
