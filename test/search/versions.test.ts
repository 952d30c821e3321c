/** Where R5 leaves to servers what R4 decides: the same data and queries under both. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { RULES, ruleUrl } from '../../scripts/search/rules';
import { createSearchIndex } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import { orderFault } from '../../scripts/search/sort';

const BASE = 'http://example.org/fhir';
const PEOPLE = [
  { resourceType: 'Patient', id: 'two', name: [{ prefix: ['Prof.'], family: 'Lovelace', given: ['Ada'] }, { given: ['Zoe'] }] },
  { resourceType: 'Patient', id: 'one', name: [{ family: 'Hopper', given: ['Mary'] }] },
];

function under(version: 'R4' | 'R5' | '6.0-draft') {
  const definitions = loadSearchDefinitions(FHIR_VERSIONS[version]);
  const index = createSearchIndex(definitions, BASE, PEOPLE);
  const query = (name: string, value: string) => parseQuery(definitions, 'Patient', [[name, value]], { base: BASE });
  return {
    must: (name: string, value: string) => [...predict(index, query(name, value)).must],
    either: (name: string, value: string) => [...predict(index, query(name, value)).either],
    ours: (name: string, value: string) => select(index, query(name, value)).map(({ id }) => id),
    legal: (sort: string, ...ids: string[]) => orderFault(index, query('_sort', sort), ids.map((id) => `Patient/${id}`)) === undefined,
  };
}

test('which parts of a name are searched by the whole of it is open since R5, and before of what stands beside given and family names', () => {
  expect(under('R4').must('name', 'Ada')).toEqual(['Patient/two']);
  expect(under('R4').must('name', 'Prof')).toEqual([]);
  expect(under('R4').either('name', 'Prof')).toEqual([['Patient/two', RULES['open-string-parts'].text]]);
  expect(under('R4').ours('name', 'Prof')).toEqual(['two']);
  expect(under('R4').must('name', 'Nobody')).toEqual([]);
  for (const later of [under('R5'), under('6.0-draft')]) {
    expect(later.must('name', 'Ada')).toEqual([]);
    expect(later.either('name', 'Ada')).toEqual([['Patient/two', RULES['open-string-parts'].text]]);
    expect(later.either('name:exact', 'Ada')).toHaveLength(1);
    expect(later.either('name', 'Nobody')).toEqual([]);
    // A part by its own name is decided as ever, and our own server finds both.
    expect(later.must('given', 'Ada')).toEqual(['Patient/two']);
    expect(later.ours('name', 'Ada')).toEqual(['two']);
  }
});

test('by which of several values is sorted is open since R5', () => {
  // Ada and Zoe stand around Mary.
  for (const version of ['R4', 'R5'] as const) expect(under(version).legal('given', 'two', 'one')).toBe(true);
  expect(under('R4').legal('given', 'one', 'two')).toBe(false);
  expect(under('R5').legal('given', 'one', 'two')).toBe(true);
  expect(under('R4').legal('-given', 'one', 'two')).toBe(false);
  expect(under('R5').legal('-given', 'one', 'two')).toBe(true);
  // Hopper comes before Lovelace under both.
  for (const version of ['R4', 'R5'] as const) expect(under(version).legal('family', 'two', 'one')).toBe(false);
});

test('all values of one before those of another stay in order', () => {
  const definitions = loadSearchDefinitions(FHIR_VERSIONS.R5);
  const index = createSearchIndex(definitions, BASE, [{ resourceType: 'Patient', id: 'low', name: [{ given: ['ab', 'ad'] }] }, { resourceType: 'Patient', id: 'high', name: [{ given: ['ba', 'bd'] }] }]);
  const query = parseQuery(definitions, 'Patient', [['_sort', 'given']], { base: BASE });
  expect(orderFault(index, query, ['Patient/low', 'Patient/high'])).toBeUndefined();
  expect(orderFault(index, query, ['Patient/high', 'Patient/low'])).toMatchObject({ first: 'Patient/high', second: 'Patient/low' });
});

test('a rule names the section of each version that says it', () => {
  expect(ruleUrl(RULES['token-not'], FHIR_VERSIONS.R4)).toBe('https://hl7.org/fhir/R4/search.html#token');
  expect(ruleUrl(RULES['token-not'], FHIR_VERSIONS.R4B)).toBe('https://hl7.org/fhir/R4B/search.html#token');
  expect(ruleUrl(RULES['token-not'], FHIR_VERSIONS.R5)).toBe('https://hl7.org/fhir/R5/search.html#modifiernot');
  expect(ruleUrl(RULES['token-code'], FHIR_VERSIONS.R5)).toBe('https://hl7.org/fhir/R5/search.html#token');
});

test('_in of R5 is looked up elsewhere, so what it finds is left to the server', () => {
  const definitions = loadSearchDefinitions(FHIR_VERSIONS.R5);
  const index = createSearchIndex(definitions, BASE, PEOPLE);
  const { must, either, issues } = predict(index, parseQuery(definitions, 'Patient', [['_in', 'List/friends']], { base: BASE }));
  expect([...must]).toEqual([]);
  expect([...either.keys()]).toEqual(['Patient/two', 'Patient/one']);
  expect(issues).toMatchObject([{ code: 'not-computable' }]);
});
