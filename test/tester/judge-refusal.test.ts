/** What a server makes of a query that it has to refuse, or should. */
import type { Exchange } from '../../scripts/core/result';
import type { Pair } from '../../scripts/tester/gather/query';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import { judgeRefusal } from '../../scripts/tester/judge/refusal';

const OUTCOME = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported', diagnostics: 'no such modifier' }] };
const PAIRS: readonly Pair[] = [['status:foo', 'a']];
const bundle = (more: object = {}) => JSON.stringify({ resourceType: 'Bundle', type: 'searchset', ...more });
const found = { entry: [{ resource: { resourceType: 'ImagingStudy', id: '1' }, search: { mode: 'match' } }] };
const toldInside = { entry: [{ resource: OUTCOME, search: { mode: 'outcome' } }] };

function judged(status: number | undefined, body: string, otherwise: 'fail' | 'warn' | 'info' = 'fail', fhirVersion = '4.0.1') {
  const exchange: Exchange = { request: { method: 'GET', url: 'http://server.test/fhir/ImagingStudy', headers: {} }, ...(status === undefined ? { error: 'no answer: time-out' } : { response: { status, headers: {}, body } }), durationMs: 1 };
  return judgeRefusal({ fhirVersion, type: 'ImagingStudy', pairs: PAIRS, answer: searchAnswer('ImagingStudy', [exchange]), otherwise, because: 'the modifier :foo does not exist' });
}

test.each([400, 403, 404, 422, 501])('%i refuses it', (status) => {
  expect(judged(status, '')).toMatchObject({ verdict: 'pass' });
});

test('a breakdown is one, unless it says why', () => {
  expect(judged(500, '<html>Oops</html>')).toMatchObject({ verdict: 'fail', requirement: 'status-server-error' });
  expect(judged(500, JSON.stringify(OUTCOME))).toMatchObject({ verdict: 'pass' });
});

test.each([[429], [503], [undefined]])('%s says nothing of what it would answer', (status) => {
  expect(judged(status, '')).toMatchObject({ verdict: 'error' });
});

test.each(['fail', 'warn', 'info'] as const)('carried out as if it were in order, or answered by no search set, it is "%s"', (otherwise) => {
  expect(judged(200, bundle(found), otherwise)).toMatchObject({ verdict: otherwise, actual: ['ImagingStudy/1'], message: expect.stringMatching(/is answered with 1 match as if it were in order, though the modifier :foo does not exist/) as string });
  expect(judged(200, JSON.stringify(OUTCOME), otherwise)).toMatchObject({ verdict: otherwise, message: expect.stringMatching(/neither refused nor answered by a search set/) as string });
});

test('a self link without it says so, which makes it no better', () => {
  const link = (url: string) => ({ link: [{ relation: 'self', url }] });
  expect(judged(200, bundle({ ...found, ...link('ImagingStudy') })).message).toMatch(/says so in the self link/);
  expect(judged(200, bundle({ ...found, ...link('ImagingStudy?status:foo=a') })).message).toMatch(/as if it were in order/);
  expect(judged(200, bundle({ ...found, ...link('ImagingStudy') }))).toMatchObject({ verdict: 'fail' });
});

// "MAY either return an error for the request or return success with an outcome": https://hl7.org/fhir/R5/search.html#errors
test('from R5 on an outcome in an empty search set may tell of what only should be refused', () => {
  expect(judged(200, bundle(toldInside), 'warn', '5.0.0')).toMatchObject({ verdict: 'pass' });
  expect(judged(200, bundle(toldInside), 'fail', '5.0.0')).toMatchObject({ verdict: 'fail' });
  expect(judged(200, bundle(toldInside), 'warn', '4.0.1')).toMatchObject({ verdict: 'warn' });
  expect(judged(200, bundle({ entry: [...found.entry, ...toldInside.entry] }), 'warn', '5.0.0')).toMatchObject({ verdict: 'warn' });
  expect(judged(200, bundle(), 'warn', '5.0.0')).toMatchObject({ verdict: 'warn' });
});
