/** What one page of a history may say by the letter of the specification, and what it may not. */
import type { BundleEntry } from '../../scripts/core/fhir';
import type { Exchange } from '../../scripts/core/result';
import { historyTrouble, type HistoryQuestion } from '../../scripts/tester/judge/history';

const version = (lastModified: string, method = 'PUT'): BundleEntry => ({
  fullUrl: 'http://server.example/fhir/Patient/p',
  ...(method === 'PUT' ? { resource: { resourceType: 'Patient', id: 'p', meta: { lastUpdated: lastModified } } } : {}),
  request: { method, url: 'Patient/p' },
  response: { status: '200', lastModified },
});

function troubleWith(entry: BundleEntry[], question: Partial<HistoryQuestion> = {}): string | undefined {
  const response = { status: 200, headers: {}, body: JSON.stringify({ resourceType: 'Bundle', type: 'history', entry }) };
  return historyTrouble({ request: { method: 'GET', url: '_history', headers: {} }, response } as unknown as Exchange, { asked: 'GET _history', ...question })?.message;
}

test('_since has the precision of a second: what was made earlier in it may come, what is older may not', () => {
  const since = '2026-01-01T10:00:07.700+01:00';
  expect(troubleWith([version('2026-01-01T09:00:07.900Z'), version('2026-01-01T09:00:07.200Z')], { since })).toBeUndefined();
  expect(troubleWith([version('2026-01-01T09:00:06.999Z')], { since })).toContain('before _since');
});

test('the newest comes first; of two resources changed in the same second either may', () => {
  const of = (id: string, at: string): BundleEntry => ({ ...version(at, 'DELETE'), fullUrl: `http://server.example/fhir/Patient/${id}`, request: { method: 'DELETE', url: `Patient/${id}` } });
  expect(troubleWith([of('p', '2026-01-01T09:00:07.100Z'), of('q', '2026-01-01T09:00:07.900Z')])).toBeUndefined();
  expect(troubleWith([of('p', '2026-01-01T09:00:07.100Z'), of('p', '2026-01-01T09:00:07.900Z')])).toContain('newest first');
  expect(troubleWith([of('p', '2026-01-01T09:00:07.100Z'), of('q', '2026-01-01T09:00:08.100Z')])).toContain('newest first');
});

test('a patch may be told of by its request alone, as a deletion; an update may not', () => {
  expect(troubleWith([version('2026-01-01T09:00:07Z', 'PATCH')])).toBeUndefined();
  expect(troubleWith([version('2026-01-01T09:00:07Z', 'DELETE')])).toBeUndefined();
  expect(troubleWith([version('2026-01-01T09:00:07Z', 'POST')])).toContain('no resource');
});
