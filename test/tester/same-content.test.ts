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
