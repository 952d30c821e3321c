/** One search whose matches are wrong: how severe that is depends on what the expectation stands on. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Exchange } from '../../scripts/core/result';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
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
