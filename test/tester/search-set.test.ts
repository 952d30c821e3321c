/** One search whose matches are wrong: how severe that is depends on what the expectation stands on. */
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Exchange } from '../../scripts/core/result';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import type { RuleId } from '../../scripts/search/rules';
import { createSearchIndex } from '../../scripts/search/search-index';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import { judgeSet } from '../../scripts/tester/judge/search-set';

const BASE = 'http://server.example/fhir/R5';
const definitions = loadSearchDefinitions(FHIR_VERSIONS.R5);
const concept = { concept: { coding: [{ code: 'R' }] } };
const index = createSearchIndex(definitions, BASE, [
  { resourceType: 'ImagingStudy', id: 'a', reason: [concept], series: [{ bodySite: concept }] },
  { resourceType: 'ImagingStudy', id: 'b' },
]);

const NOTHING = { type: 'ImagingStudy', first: { request: { method: 'GET', url: BASE, headers: {} }, durationMs: 1 } as Exchange, pages: [], matches: [], includes: [], outcomes: [] };

/** The judgement over an answer without any match. */
function judged(name: string, method = 'GET') {
  const pairs = [[name, 'R']] as const;
  const answer = { ...NOTHING, first: { ...NOTHING.first, request: { ...NOTHING.first.request, method } } };
  return judgeSet({ type: 'ImagingStudy', pairs, answer, prediction: predict(index, parseQuery(definitions, 'ImagingStudy', pairs, { base: BASE })), mustNot: 1, excerpt: () => null });
}

test('what a published definition demands fails', () => {
  expect(judged('body-site')).toMatchObject({ verdict: 'fail', message: 'ImagingStudy?body-site=R leaves out ImagingStudy/a.' });
  // Whoever repeats the request has to know how it was sent.
  expect(judged('body-site', 'POST').message).toBe('POST ImagingStudy?body-site=R leaves out ImagingStudy/a.');
});

test('where the expression is ours, for HL7 published none, it is a warning that says so', () => {
  expect(judged('reason')).toMatchObject({
    verdict: 'warn',
    message: 'ImagingStudy?reason=R leaves out ImagingStudy/a. R5 publishes the parameter reason without an expression; by its description it reads the reason for the study.',
  });
});

test('several values at once may be refused where the definition does not state that they may be given, one value may not', () => {
  const refused = { ...NOTHING, trouble: { kind: 'refused' as const, exchange: {} as Exchange, says: '400' } };
  const judgedRefusal = (pairs: readonly (readonly [string, string])[], unstatedOr: boolean) =>
    judgeSet({ type: 'ImagingStudy', pairs, answer: refused, prediction: predict(index, parseQuery(definitions, 'ImagingStudy', pairs, { base: BASE })), mustNot: 1, unstatedOr, excerpt: () => null }).verdict;
  expect(judgedRefusal([['body-site', 'R,S']], true)).toBe('not-declared');
  expect(judgedRefusal([['body-site', 'R,S']], false)).toBe('fail');
  expect(judgedRefusal([['body-site', 'R']], false)).toBe('fail');
});

describe('one search whose expected set is known', () => {
  const study = (id: string): Resource => ({ resourceType: 'ImagingStudy', id });
  const OUTCOME = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing' }] });
  const answered = (status: number | undefined, body: string): Exchange => ({ request: { method: 'GET', url: BASE, headers: {} }, ...(status === undefined ? { error: 'no answer: time-out' } : { response: { status, headers: {}, body } }), durationMs: 1 });
  const page = (ids: readonly string[]) => answered(200, JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: ids.map((id) => ({ resource: study(id), search: { mode: 'match' } })) }));

  type More = Partial<Parameters<typeof judgeSet>[0]> & { must?: readonly string[]; either?: readonly string[]; rules?: readonly RuleId[]; unfinished?: string };
  const judgedOf = (exchange: Exchange, { must = ['a'], either = [], rules = ['token-code'], unfinished, ...more }: More = {}) =>
    judgeSet({
      type: 'ImagingStudy', pairs: [['modality', 'CT']], answer: searchAnswer('ImagingStudy', [exchange], unfinished), mustNot: 1, excerpt: () => null,
      prediction: { must: new Set(must.map((id) => `ImagingStudy/${id}`)), either: new Map(either.map((id) => [`ImagingStudy/${id}`, 'open'])), issues: [], rules: [...rules] }, ...more,
    });

  test('what must match has to come, what must not may not, and the rest may', () => {
    expect(judgedOf(page(['a']))).toMatchObject({ verdict: 'pass', message: 'ImagingStudy?modality=CT finds exactly 1 of 2 known ImagingStudy resources.' });
    expect(judgedOf(page(['a']), { either: ['b'] })).toMatchObject({ verdict: 'pass', message: expect.stringMatching(/1 more are left open/) as string });
    expect(judgedOf(page(['a', 'b']), { either: ['b'] })).toMatchObject({ verdict: 'pass' });
    expect(judgedOf(page(['a', 'b']))).toMatchObject({ verdict: 'fail', message: 'ImagingStudy?modality=CT returns ImagingStudy/b, which must not match.', witness: { reference: 'ImagingStudy/b' } });
    expect(judgedOf(page(['b']))).toMatchObject({ verdict: 'fail', message: 'ImagingStudy?modality=CT leaves out ImagingStudy/a and returns ImagingStudy/b, which must not match.', witness: { reference: 'ImagingStudy/a' } });
    expect(judgedOf(page([]), { rules: ['sort'] })).toMatchObject({ verdict: 'warn' });
  });

  test('what was not read to the end may lack what must match, but not bring what must not', () => {
    expect(judgedOf(page(['a']), { must: ['a', 'c'], unfinished: 'there are more than 1 pages' })).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/Not all pages .* were read \(there are more than 1 pages\)/) as string });
    expect(judgedOf(page(['a']), { unfinished: 'there are more than 1 pages' })).toMatchObject({ verdict: 'pass' });
    expect(judgedOf(page(['a', 'b']), { must: ['a', 'c'], unfinished: 'there are more than 1 pages' })).toMatchObject({ verdict: 'fail' });
  });

  test('data that cannot show a fault is no pass, but for a query that is chosen so that a known fault would show', () => {
    expect(judgedOf(page(['a']), { mustNot: 0 })).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/an ImagingStudy that ImagingStudy\?modality=CT must not find/) as string });
    expect(judgedOf(page([]), { must: [] })).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/an ImagingStudy that ImagingStudy\?modality=CT must find/) as string });
    expect(judgedOf(page([]), { must: [], wanting: 'a CT' })).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/needed: a CT/) as string });
    expect(judgedOf(page([]), { must: [], trap: true })).toMatchObject({ verdict: 'pass', message: 'ImagingStudy?modality=CT finds nothing, as it must.' });
    expect(judgedOf(page(['a']), { mustNot: 0, trap: true })).toMatchObject({ verdict: 'pass' });
    expect(judgedOf(page(['b']), { must: [], trap: true })).toMatchObject({ verdict: 'fail' });
  });

  test.each<[string, number | undefined, string, More, string]>([
    ['a refusal', 400, '', {}, 'fail'],
    ['a refusal with 501', 501, '', {}, 'fail'],
    ['a refusal with 5xx that says why', 500, OUTCOME, {}, 'fail'],
    ['a refusal where that is a lesser thing', 400, '', { refusal: 'info' }, 'info'],
    ['a refusal of what a server need not support', 400, '', { rules: ['and', 'token-not'] }, 'not-declared'],
    ['a refusal of a repeated parameter', 400, '', { pairs: [['modality', 'CT'], ['modality', 'MR']] }, 'not-declared'],
    ['a refusal of two parameters', 400, '', { pairs: [['modality', 'CT'], ['status', 'available']] }, 'fail'],
    // "the server SHOULD process the search": https://hl7.org/fhir/R4/search.html#errors
    ['a refusal of what nothing meets', 404, '', { must: [], trap: true }, 'warn'],
    ['a refusal of a trap that something meets', 404, '', { trap: true }, 'fail'],
    ['a breakdown', 500, '', { rules: ['token-not'], refusal: 'info' }, 'fail'],
    ['no time now', 503, '', {}, 'error'],
    ['no answer', undefined, '', {}, 'error'],
    ['no Bundle', 200, OUTCOME, {}, 'fail'],
  ])('%s (%s)', (_, status, body, more, verdict) => {
    expect(judgedOf(answered(status, body), more).verdict).toBe(verdict);
  });
});
