/** Which tests a planted fault meets, and in which order: few first, so that the matrix is quick; all of them only where those do not tell. */
import { fewerTests } from '../../scripts/commands/selftest/fewer-tests';
import type { PlantedRow } from '../../scripts/server/planted';
import { REQUIREMENTS } from '../../scripts/tester/requirements';
import type { TestCase } from '../../scripts/tester/test-case';

const fault: PlantedRow = { kind: 'fault', id: 'f', group: 'results', does: 'x', breaks: 'search-duplicates', url: 'https://x', http: false };
const testOf = (id: string, requirement: keyof typeof REQUIREMENTS, more: Partial<TestCase> = {}): TestCase => ({
  id, title: id, group: 'search', requirement, needs: [], run: () => Promise.reject(new Error('Nobody asks this.')), ...more,
});

test('a fault meets the tests of what it breaks, also those that look at it beside something else', () => {
  const tests = [testOf('other', 'search-paging'), testOf('own', 'search-duplicates'), testOf('beside', 'search-paging', { also: ['search-duplicates'] })];
  expect(fewerTests(fault, tests)).toEqual([['own', 'beside']]);
});

test('where one of them looks at what the others brought, one of each requirement is asked with them, then all but searches for further types', () => {
  const tests = [
    testOf('patients', 'search-self-link', { resourceType: 'Patient' }),
    testOf('pages', 'search-paging', { resourceType: 'ImagingStudy' }),
    testOf('more pages', 'search-paging', { resourceType: 'ImagingStudy' }),
    testOf('reading', 'read', { group: 'read', resourceType: 'Patient' }),
    testOf('own', 'search-duplicates', { phase: 'last' }),
    testOf('own too', 'search-duplicates'),
  ];
  expect(fewerTests(fault, tests)).toEqual([['own', 'own too'], ['pages', 'reading', 'own', 'own too'], ['pages', 'more pages', 'reading', 'own', 'own too']]);
});

test('legal behaviour, and what no test stands on, meets all tests', () => {
  expect(fewerTests({ ...fault, kind: 'variant' }, [testOf('own', 'search-duplicates')])).toEqual([]);
  expect(fewerTests(fault, [testOf('other', 'search-paging')])).toEqual([]);
});
