/** Two copies of a resource: what a server may write in another way, and what is a difference. */
import { firstDifference, holdsAll } from '../../scripts/tester/judge/same-content';

const BASE = 'http://server.test/fhir';
const study = (started: string, more: Record<string, unknown> = {}) => ({ resourceType: 'ImagingStudy', id: 's1', started, ...more });
const difference = (a: string, b: string) => firstDifference(study(a), study(b), BASE);

test.each([
  ['2024-07-01T09:40:00.250-04:00', '2024-07-01T09:40:00.250000-04:00'],
  ['2024-07-01T09:40:00-04:00', '2024-07-01T09:40:00.000-04:00'],
  ['2024-07-01T09:40:00.5Z', '2024-07-01T09:40:00.500+00:00'],
])('%s and %s are one value', (a, b) => {
  expect(difference(a, b)).toBeUndefined();
  expect(difference(b, a)).toBeUndefined();
});

test.each([
  ['2024-07-01T09:40:00.250-04:00', '2024-07-01T09:40:00.205-04:00'],
  ['2024-07-01T09:40:10Z', '2024-07-01T09:40:1Z'],
  // The same instant, but the local time, which a reader needs, is gone.
  ['2024-07-01T09:40:00-04:00', '2024-07-01T13:40:00Z'],
  ['2024-07-01', '2024-07-01T00:00:00Z'],
])('%s and %s are not', (a, b) => {
  expect(difference(a, b)).toBe('ImagingStudy.started');
});

test("references on the server's own base are the same relative and absolute; the narrative does not count", () => {
  const subject = (reference: string, div: string) => study('2024', { subject: { reference }, text: { status: 'generated', div } });
  expect(firstDifference(subject('Patient/1', 'a'), subject(`${BASE}/Patient/1`, 'b'), BASE)).toBeUndefined();
  expect(firstDifference(subject('Patient/1', 'a'), subject('http://other.test/fhir/Patient/1', 'a'), BASE)).toBe('ImagingStudy.subject.reference');
});

describe('profiles, tags and labels', () => {
  const tagged = (meta: object) => study('2024', { meta });
  const [a, b] = [{ system: 'urn:x', code: 'a', extension: [{ url: 'urn:e', valueCode: 'c' }] }, { system: 'urn:x', code: 'b' }];
  test('are sets, whose members have no order within either, as a database may keep them', () => {
    const turned = { extension: [{ valueCode: 'c', url: 'urn:e' }], code: 'a', system: 'urn:x' };
    expect(firstDifference(tagged({ profile: ['p', 'q'], tag: [a, b], security: [b] }), tagged({ versionId: '3', lastUpdated: '2024-01-01T00:00:00Z', profile: ['q', 'p'], tag: [b, turned], security: [b] }), BASE)).toBeUndefined();
  });
  test.each([['profile', ['p'], ['q']], ['tag', [a], [b]], ['tag', [a, b], [a]], ['security', [a], undefined]])('of another content differ: %s %j, %j', (name, one, other) => {
    expect(firstDifference(tagged({ [name]: one }), tagged({ [name]: other }), BASE)).toMatch(`ImagingStudy.meta.${name}`);
    expect(firstDifference(tagged({ [name]: other }), tagged({ [name]: one }), BASE)).toMatch(`ImagingStudy.meta.${name}`);
  });
});

test('an element that only one copy has is a difference, whichever it is', () => {
  expect(firstDifference(study('2024', { description: 'x' }), study('2024'), BASE)).toBe('ImagingStudy.description');
  expect(firstDifference(study('2024'), study('2024', { description: 'x' }), BASE)).toBe('ImagingStudy.description');
  expect(firstDifference(study('2024', { subject: 'x' }), study('2024', { subject: { display: 'x' } }), BASE)).toBe('ImagingStudy.subject');
});

test.each([
  ['an element more', { note: [{ text: 'a' }] }, true],
  ['an item more, before and after', { identifier: [{ value: '0' }, { value: '1' }, { value: '2' }, { value: '3' }] }, true],
  ['an element more in an item', { identifier: [{ system: 'urn:a', value: '1' }, { value: '2' }] }, true],
  ['items in another order', { identifier: [{ value: '2' }, { value: '1' }] }, false],
  ['an item less', { identifier: [{ value: '2' }, { value: '3' }] }, false],
  ['another value', { identifier: [{ value: '1' }, { value: '02' }] }, false],
  ['no list', { identifier: { value: '1' } }, false],
])('what was sent beside %s', (_, more, expected) => {
  expect(holdsAll(study('2024', { identifier: [{ value: '1' }, { value: '2' }] }), study('2024', { identifier: [{ value: '1' }, { value: '2' }], ...more }), BASE)).toBe(expected);
});
