/** What every test reads by its FHIR type is of that type, or absent, whatever a server sent; and what was sent stays at hand. */
import type { BundleEntry, Resource } from '../../scripts/core/fhir';
import { inWords, valueAt } from '../../scripts/core/json';
import { encodePairs } from '../../scripts/tester/gather/query';
import { entriesOf, totalOf } from '../../scripts/tester/gather/search-answer';
import { asSent, wellTyped } from '../../scripts/tester/well-typed';

const resource = (more: object): Resource => ({ resourceType: 'Patient', id: 'a', active: true, ...more });

test('a resource whose id and meta are in order is itself', () => {
  const good = resource({ meta: { versionId: '1', lastUpdated: '2020-01-01', tag: [{ system: 's', code: 'c' }], profile: ['p'] } });
  expect(wellTyped(good)).toBe(good);
  expect(asSent(good)).toBe(good);
});

test.each([
  ['a number as version', { versionId: 7, lastUpdated: 'x' }, { lastUpdated: 'x' }],
  ['tags of any kind', { tag: [null, 7, { code: 'c' }, { code: 7 }] }, { tag: [{ code: 'c' }] }],
  ['a tag that is no list', { tag: { code: 'c' }, source: 's' }, { source: 's' }],
  ['objects as texts', { versionId: { toString: null }, lastUpdated: [], profile: 'p', extension: [] }, { extension: [] }],
  ['a meta that is none', 'x', undefined],
  ['null', null, undefined],
])('%s: what is of another type is left out, the rest stays', (_, meta, left) => {
  const sent = resource({ meta });
  const typed = wellTyped(sent);
  expect(typed).toStrictEqual(left === undefined ? { resourceType: 'Patient', id: 'a', active: true } : resource({ meta: left }));
  expect(asSent(typed)).toBe(sent);
});

test('entries that are none are left out; what an entry says of itself is of its type', () => {
  const entry = [null, 7, { fullUrl: 7, resource: { resourceType: 7 }, request: null, response: { status: 200, etag: ['x'], location: 'y' } }, { resource: { resourceType: 'Patient', id: 7 } }, { request: { method: 'GET', url: {} } }];
  expect(entriesOf({ resourceType: 'Bundle', entry: entry as unknown as BundleEntry[] })).toStrictEqual([{ request: {}, response: { status: '(no text: 200)', location: 'y' } }, {}, { request: { method: 'GET' } }]);
  expect(entriesOf({ resourceType: 'Bundle', entry: 'x' as unknown as BundleEntry[] })).toEqual([]);
  expect([totalOf({ total: 3 }), totalOf({ total: '3' }), totalOf({ total: { toString: null } }), totalOf({})]).toEqual([3, undefined, undefined, undefined]);
});

test('a path leads to what stands there, or to nothing', () => {
  expect(valueAt({ name: [{ given: ['A'] }] }, 'name', 0, 'given', 0)).toBe('A');
  expect([valueAt(null, 'a'), valueAt({ name: 'x' }, 'name', 0), valueAt([], 'length'), valueAt({}, 'constructor', 'name')]).toEqual([undefined, undefined, undefined, undefined]);
});

test('any value can be told in a sentence, and half a character can be sent', () => {
  expect([inWords(undefined), inWords('x'), inWords({ toString: null }), inWords('x'.repeat(500)).length]).toEqual(['nothing', '"x"', '{"toString":null}', 81]);
  expect(encodePairs([['name', '\ud800x']])).toBe('name=%EF%BF%BDx');
});
