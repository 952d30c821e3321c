/** Studies of thousands of instances: values are chosen without comparing each with each, and of a part of the data only. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { createSearchIndex } from '../../scripts/search/search-index';
import type { Chooser } from '../../scripts/tester/choose/chooser';
import { parameterView, type ParameterView } from '../../scripts/tester/choose/parameter-view';
import { createKnowledge } from '../../scripts/tester/knowledge';
import type { TestContext } from '../../scripts/tester/context';
import { TEXT_SHAPES } from '../../scripts/tester/tests/search/text';
import { TOKEN_SHAPES } from '../../scripts/tester/tests/search/token';

const definitions = loadSearchDefinitions(FHIR_VERSIONS.R4);
const VALUES = 3000;
/** Each comparing with each reads a value 3000 times. */
const READS_A_VALUE = 60;

/** A server on which no query finds anything: a shape then goes through all that it has. */
const chooser: Chooser = {
  definitions,
  base: 'http://server.test/fhir',
  total: 1,
  outlook: (pairs) => ({ pairs, must: new Set(), mustNot: 0, open: 0 }),
  divide: () => undefined,
  any: () => undefined,
};

/** A view of one study whose values count how often they are read. */
function countedView(code: string): { view: ParameterView; reads: () => number } {
  const definition = definitions.find('ImagingStudy', code);
  if (definition === undefined) throw new Error(`no parameter ${code}`);
  let reads = 0;
  const seen = (i: number) => ({ location: `series[${i}]`, element: i, coding: i % 2 });
  const tokens = Array.from({ length: VALUES }, (_, i) => ({
    ...seen(i),
    get holder() { reads += 1; return 'ImagingStudy/s1'; },
    get token() { reads += 1; return { kind: 'coding' as const, system: 'urn:ietf:rfc:3986', code: 'same', texts: ['Same'] }; },
  }));
  const texts = Array.from({ length: VALUES }, (_, i) => ({ ...seen(i), get holder() { reads += 1; return 'ImagingStudy/s1'; }, get text() { reads += 1; return 'Same'; } }));
  const view: ParameterView = { type: 'ImagingStudy', definition, resources: [], tokens, references: [], texts, amounts: [], composites: [] };
  return { view, reads: () => reads };
}

const context = { known: createKnowledge(createSearchIndex(definitions, chooser.base)) } as unknown as TestContext;

test.each([...TOKEN_SHAPES, ...TEXT_SHAPES].map((shape) => [shape.id, shape] as const))('%s reads each value a few times', (_, shape) => {
  const { view, reads } = countedView('dicom-class');
  shape.pick?.(view, chooser, context);
  expect(reads()).toBeLessThan(VALUES * READS_A_VALUE);
});

/** What is seen of a token parameter over ten studies of 5000 instances. */
function tokensOf(code: string, instance: (study: number, i: number) => object): ParameterView['tokens'] {
  const definition = definitions.find('ImagingStudy', code);
  if (definition === undefined) throw new Error(`no parameter ${code}`);
  const known = createKnowledge(createSearchIndex(definitions, chooser.base));
  known.learn(Array.from({ length: 10 }, (_, study): Resource => ({ resourceType: 'ImagingStudy', id: `s${study}`, series: [{ instance: Array.from({ length: 5000 }, (__, i) => instance(study, i)) }] })));
  return parameterView(known, definitions, 'ImagingStudy', definition).tokens;
}

test('of many values of a resource the first and the last ones are taken', () => {
  const codes = tokensOf('instance', (study, i) => ({ uid: `1.2.${study}.${i}` })).map(({ token }) => token.code);
  expect(codes).toHaveLength(10 * 50);
  expect(codes).toEqual(expect.arrayContaining(['1.2.0.0', '1.2.0.4999', '1.2.9.0', '1.2.9.4999']));
});

test('what a resource says again is taken once where it comes first and once where it comes later', () => {
  const seen = tokensOf('dicom-class', (_, i) => ({ uid: `1.2.${i}`, sopClass: { system: 'urn:ietf:rfc:3986', code: i === 4000 ? 'urn:oid:2' : 'urn:oid:1' } }));
  expect(seen.slice(0, 3).map(({ token, element }) => [token.code, element])).toEqual([['urn:oid:1', 0], ['urn:oid:1', 1], ['urn:oid:2', 4000]]);
  expect(seen).toHaveLength(10 * 3);
});
