/** The validator's answers become findings of the right resource, element and rule; texts and ids are those of 6.10.4. */
import { entryFindings, loneFindings } from '../../../scripts/validate/official/outcome-findings';
import { ALL_OK, outcome } from './outcome';

const ENTRY = 'Bundle.entry[1].resource/*ImagingStudy/i*/';
const TYPES = ['Patient', 'ImagingStudy'];
const one = (said: Parameters<typeof outcome>[0]) => entryFindings(outcome(said), TYPES)?.map(({ entry, finding }) => [entry, finding.code, finding.location?.path]);

test.each([
  ['an invariant', { path: ENTRY, text: "Constraint failed: ist-5: 'The number of series ...'", id: 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-study#ist-5' }, 'ist-5', 'ImagingStudy'],
  ['an invariant without a message id', { path: ENTRY, text: "Constraint failed: scout-series-uid: 'A uid ...'" }, 'scout-series-uid', 'ImagingStudy'],
  ['a cardinality', { path: `${ENTRY}.series[0]`, text: 'ImagingStudy.series.uid: minimum required = 1, but only found 0 (from ...)', id: 'Validation_VAL_Profile_Minimum' }, 'Validation_VAL_Profile_Minimum', 'ImagingStudy.series[0]'],
  ['an element in a contained resource', { path: `${ENTRY}.contained[0]/*Endpoint/e*/.address`, text: 'x', id: 'X' }, 'X', 'ImagingStudy.contained[0].address'],
  ['a message of the JSON reader', { path: 'Bundle.entry[1].resource.active', text: 'This property must be a simple value, not an Array (active at ...)' }, 'wrong-json-type', 'ImagingStudy.active'],
  ['an unknown property', { path: 'Bundle.entry[1].resource', text: "Unrecognized property 'foo'" }, 'unknown-property', 'ImagingStudy'],
  ['an unknown type', { severity: 'fatal' as const, path: 'Bundle.entry[1].resource', text: "Contained resource does not appear to be a FHIR resource (unknown name 'Foo')" }, 'unknown-resource-type', 'ImagingStudy'],
  ['a message of no known kind', { code: 'not-supported', path: ENTRY, text: 'odd' }, 'not-supported', 'ImagingStudy'],
])('%s: rule and path', (_, said, rule, path) => {
  expect(one(said)).toEqual([[1, rule, path]]);
});

test.each([
  ['the Bundle', { path: 'Bundle', text: 'bdl-7', id: 'http://hl7.org/fhir/StructureDefinition/Bundle#bdl-7' }],
  ['an entry', { path: 'Bundle.entry[1]', text: 'bdl-5' }],
  ['a fullUrl', { path: 'Bundle.entry[1].fullUrl', text: 'URI values cannot have whitespace' }],
  ['the place that an unknown type leaves', { path: 'Bundle.entry[1].resource/*Resource/null*/', text: 'Resource requires an id, but none is present', id: 'Resource_RES_ID_Missing' }],
  ['versions of entries', { path: `${ENTRY}.subject`, text: 'Entries matching fullURL ...', id: 'Bundle_BUNDLE_FullUrl_NeedVersion' }],
  ['an entry that was not sent', { path: 'Bundle.entry[7].resource/*Patient/p*/', text: 'x' }],
  ['nothing', {}],
])('what is said about %s concerns the Bundle made for sending, not a resource', (_, said) => {
  expect(entryFindings('path' in said ? outcome(said) : ALL_OK, TYPES)).toEqual([]);
});

test('a fatal word about the whole leaves the entries unjudged', () => {
  expect(entryFindings(outcome({ severity: 'fatal', text: 'Error parsing JSON' }), TYPES)).toBeUndefined();
});

test('a path in the message is that of the resource too', () => {
  const found = entryFindings(outcome({ path: `${ENTRY}.code`, text: `Binding for path Bundle.entry[1].resource/*ImagingStudy/i*/.code has no source (at Bundle.entry[1].resource)` }), TYPES);
  expect(found?.[0]?.finding.message).toBe('Binding for path ImagingStudy.code has no source (at ImagingStudy)');
});

test('what a base definition and a profile both say is said once; two elements with the same fault are two', () => {
  const minimum = (from: string, series = 0) => ({ path: `${ENTRY}.series[${series}]`, text: `ImagingStudy.series.uid: minimum required = 1, but only found 0 (from ${from})`, id: 'Validation_VAL_Profile_Minimum' });
  const found = entryFindings(outcome(minimum('http://hl7.org/fhir/StructureDefinition/ImagingStudy|4.0.1'), minimum('https://p.example|1'), minimum('https://p.example|1', 1)), TYPES);
  expect(found?.map(({ finding }) => finding.location?.path)).toEqual(['ImagingStudy.series[0]', 'ImagingStudy.series[1]']);
});

test('a resource that was sent alone keeps the line and column that the validator gives', () => {
  expect(loneFindings(outcome({ path: '/f:Patient', text: "Undefined element 'foo' at /f:Patient", line: 3, column: 9 }))).toEqual([
    { severity: 'error', code: 'unknown-property', message: "Undefined element 'foo' at /f:Patient", location: { path: '/f:Patient', line: 3, column: 9 }, source: 'hl7-validator' },
  ]);
  expect(loneFindings(ALL_OK)).toEqual([]);
});
