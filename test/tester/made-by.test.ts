/** What an answer says was made: the journal and the wait for the index both rest on it. */
import type { Exchange } from '../../scripts/core/result';
import { namedAsMade } from '../../scripts/tester/write/newness';
import { madeBy } from '../../scripts/tester/write/writer';

const BASE = 'http://server.test/fhir';
const exchange = (url: string, status: number, headers: Record<string, string>, body: unknown): Exchange => ({
  request: { method: 'POST', url, headers: {}, body: '' },
  response: { status, headers, body: JSON.stringify(body) },
  durationMs: 1,
});

test('the locations of the entries of a transaction, not the name that a server gives to its answer', () => {
  const answer = { resourceType: 'Bundle', id: 'b', type: 'transaction-response', entry: [{ response: { status: '201', location: 'Patient/1/_history/1' } }] };
  expect(madeBy(exchange(BASE, 200, { 'content-location': `${BASE}/Bundle/b` }, answer), BASE)).toEqual(['Patient/1']);
});

test('a Bundle that is created as a resource is made itself, and nothing in it', () => {
  const answer = { resourceType: 'Bundle', id: 'b', type: 'collection', entry: [{ response: { status: '201', location: 'Patient/1/_history/1' } }] };
  expect(madeBy(exchange(`${BASE}/Bundle`, 201, { location: `${BASE}/Bundle/b/_history/1` }, answer), BASE)).toEqual(['Bundle/b']);
});

test('a refused request has made nothing', () => {
  expect(madeBy(exchange(`${BASE}/Patient`, 422, { location: `${BASE}/Patient/1` }, { resourceType: 'OperationOutcome', issue: [] }), BASE)).toEqual([]);
});

test.each([
  ['4_0_0/Patient/1', ['Patient/1']],
  ['/deep/inside/Patient/1/_history/2', ['Patient/1']],
  ['http://proxy.test/other/Patient/1/_history/2', ['Patient/1']],
  ['Patient/1', ['Patient/1']],
  ['Patient', []],
  ['somewhere/Basic/1', []],
])('the Location %s of a created patient says %j, whatever leads to it', (location, made) => {
  expect(madeBy(exchange(`${BASE}/Patient`, 201, { location }, null), BASE)).toEqual(made);
});

test.each([7, null, {}, [null], [{ response: 7 }], [{ response: { location: {}, status: { a: 1 }, etag: [] } }]])('an answer of any shape (entries %j) names nothing and breaks nothing', (entry) => {
  const answer = exchange(BASE, 200, {}, { resourceType: 'Bundle', id: { a: 1 }, meta: { versionId: {} }, type: 'transaction-response', entry });
  expect(madeBy(answer, BASE)).toEqual([]);
  expect(namedAsMade(answer, ['Patient/1'])).toEqual([{ reference: 'Patient/1', status: 200, versionId: undefined }]);
  expect(madeBy(exchange(`${BASE}/Patient`, 201, {}, { resourceType: 'Patient', id: { toString: null } }), BASE)).toEqual([]);
});
