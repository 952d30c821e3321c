/** What is said of every answer to a search. */
import type { Exchange, HttpResponse } from '../../scripts/core/result';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import { ANSWER_RULES } from '../../scripts/tester/judge/answer-rules';

const exchange = (response: Partial<HttpResponse>): Exchange => ({ request: { method: 'GET', url: 'http://server.test/fhir/Patient', headers: {} }, response: { status: 200, headers: {}, body: '', ...response }, durationMs: 1 });

/** What the rule of Bundle types says; undefined where it has nothing to look at. */
function said(...exchanges: readonly [Exchange, ...Exchange[]]): string[] | undefined {
  const rule = ANSWER_RULES.find(({ id }) => id === 'result.bundle-type');
  return rule?.check({ type: 'Patient', pairs: [], answer: searchAnswer('Patient', exchanges) })?.map(({ message }) => message);
}

const page = exchange({ body: '{"resourceType":"Bundle","type":"searchset"}' });
const half = '{"resourceType":"Bundle","ty';

test('an answer that is no Bundle is told, one that was cut is not', () => {
  expect(said(exchange({ body: half }))).toEqual([expect.stringContaining('is answered with 200, but') as string]);
  expect(said(exchange({ body: half, truncatedAt: half.length }))).toBeUndefined();
  expect(said(page, exchange({ body: half, truncatedAt: half.length }))).toEqual([]);
});

test('the type of each page is looked at', () => {
  expect(said(page, exchange({ body: '{"resourceType":"Bundle","type":"collection"}' }))).toEqual(['The Bundle has type "collection" instead of "searchset".']);
});
