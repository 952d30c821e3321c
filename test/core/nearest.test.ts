import { allowedSentence, closest, probablyMeant } from '../../scripts/core/nearest';

test('the first of equally near words is meant, and none that is far off or of quite another length', () => {
  expect(closest('bat', ['cat', 'hat'])).toBe('cat');
  expect(closest('STATSU', ['series', 'status'])).toBe('status');
  expect(closest('x', ['modality', 'status'])).toBeUndefined();
  expect(closest('anything', [])).toBeUndefined();
});

test('a URL with a slip of the pen is recognised among many', () => {
  const urls = Array.from({ length: 50 }, (_, index) => `http://hl7.org/fhir/StructureDefinition/Profile${index}`);
  expect(closest('https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-stuyd', [...urls, 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-study'])).toMatch(/scout-imaging-study$/);
});

test('the sentence names what was meant and what is allowed, a long list cut', () => {
  expect(allowedSentence('CTT', ['CT', 'MR'])).toBe('Did you mean "CT"? Allowed: CT, MR.');
  expect(allowedSentence('zzzzzz', [])).toBe('Nothing is allowed here.');
  expect(allowedSentence('zzzzzz', Array.from({ length: 30 }, (_, index) => `word${index}`))).toMatch(/word23 and 6 more\.$/);
});

test.each([
  ['search.study.modality', 'search.study.modality.*'],
  ['search.study.modaliti.or', 'search.study.modality.or'],
  ['serach.*', 'search.*'],
  ['search.studi.*', 'search.study.*'],
  ['capabilty', 'capability'],
  ['search.*', undefined],
  ['*', undefined],
  ['', undefined],
  ['quite.another.thing', undefined],
])('the pattern %j was meant as %j', (pattern, meant) => {
  expect(probablyMeant(pattern, ['search', 'search.study.modality.or', 'search.study.modality.not', 'capability', 'capability.kind'])).toBe(meant);
});
