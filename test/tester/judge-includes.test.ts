/** One search with _include, page by page: what its matches bring with them has to be there, more may. */
import type { Resource } from '../../scripts/core/fhir';
import type { Exchange } from '../../scripts/core/result';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import { judgeIncludes } from '../../scripts/tester/judge/includes';

const ORGANIZATION_OF: Readonly<Record<string, string>> = { a: 'north', b: 'north', c: 'south' };
const organization = (id: string): Resource => ({ resourceType: 'Organization', id });
const match = (id: string) => ({ resource: { resourceType: 'Patient', id }, search: { mode: 'match' } });
const beside = (id: string, mode?: string) => ({ resource: organization(id), ...(mode === undefined ? {} : { search: { mode } }) });

function answered(status: number, body: string): Exchange {
  return { request: { method: 'GET', url: 'http://server.test/fhir/Patient', headers: {} }, response: { status, headers: {}, body }, durationMs: 1 };
}
const page = (...entry: readonly object[]) => answered(200, JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry }));

function judged(exchanges: readonly [Exchange, ...Exchange[]], declared = true) {
  const expected = (matches: readonly Resource[]) => [...new Set(matches.flatMap(({ id }) => ORGANIZATION_OF[id ?? ''] ?? []))].map(organization);
  return judgeIncludes({ type: 'Patient', pairs: [['_include', 'Patient:organization']], answer: searchAnswer('Patient', exchanges), expected, declared });
}

test.each<[string, readonly [Exchange, ...Exchange[]]]>([
  ['each once', [page(match('a'), match('b'), match('c'), beside('north', 'include'), beside('south', 'include'))]],
  // The element is optional: https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.search.mode
  ['without a mode', [page(match('a'), beside('north'))]],
  ['more than was asked for', [page(match('a'), beside('north', 'include'), beside('west', 'include'))]],
  ['again on each page', [page(match('a'), beside('north', 'include')), page(match('b'), beside('north', 'include'))]],
  ['an outcome among them', [page(match('a'), beside('north', 'include'), { resource: { resourceType: 'OperationOutcome', issue: [] }, search: { mode: 'outcome' } })]],
])('what belongs to the matches is there, %s', (_, pages) => {
  expect(judged(pages)).toMatchObject({ verdict: 'pass' });
});

test('what is missing is a failure, on whichever page', () => {
  expect(judged([page(match('a'), match('c'), beside('north', 'include'))])).toMatchObject({ verdict: 'fail', message: 'Patient?_include=Patient:organization does not include Organization/south.', expected: ['Organization/north', 'Organization/south'], actual: ['Organization/north'], witness: { reference: 'Organization/south' } });
  expect(judged([page(match('a'), beside('north', 'include')), page(match('c'))])).toMatchObject({ verdict: 'fail', message: 'Patient?_include=Patient:organization does not include Organization/south (page 2).' });
});

test('what is missing on a later page alone is a warning: that pages stand alone is a SHOULD', () => {
  expect(judged([page(match('a'), beside('north', 'include')), page(match('b'))])).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/does not include Organization\/north again \(page 2\)/) as string });
});

test('nothing included at all is no failure of a server that does not declare it; some of it is', () => {
  expect(judged([page(match('a'))], false)).toMatchObject({ verdict: 'not-declared' });
  expect(judged([page(match('a'), match('c'), beside('north', 'include'))], false)).toMatchObject({ verdict: 'fail' });
  expect(judged([page(match('a'))])).toMatchObject({ verdict: 'fail' });
});

test('what is included may not be marked as a match, which stood before whatever is missing', () => {
  expect(judged([page(match('a'), match('c'), beside('north', 'match'))])).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/marks Organization\/north as a match/) as string });
});

test('matches without such references tell nothing', () => {
  expect(judged([page(match('z'))])).toMatchObject({ verdict: 'no-data' });
});

test.each<[number, boolean, string]>([
  [400, true, 'fail'], [400, false, 'not-declared'], [501, false, 'not-declared'], [500, false, 'fail'], [503, true, 'error'], [503, false, 'error'],
])('an answer of %i, declared: %s, is "%s"', (status, declared, verdict) => {
  expect(judged([answered(status, '')], declared).verdict).toBe(verdict);
});
