/** One root cause first, not forty rows: what lies behind results alike. */
import type { Result, Verdict } from '../../scripts/core/result';
import { byCause } from '../../scripts/report/arrangement';
import { withRootCauses } from '../../scripts/tester/root-causes';
import { runTests } from '../../scripts/tester/run-tests';
import type { Transport } from '../../scripts/tester/http/transport';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const result = (id: string, verdict: Verdict, rule: string, cause?: string): Result => ({
  id, title: id, group: 'search', expectation: 'SHALL', requirement: { id: rule, url: 'https://example.org', text: `Text of ${rule}.` }, verdict, message: '', exchanges: [], ...(cause === undefined ? {} : { cause }),
});
const grounds = (rows: Record<string, string[]>) => new Map(Object.entries(rows).map(([id, keys]) => [id, new Set(keys)]));
const ruleOf = ({ requirement }: { requirement: { id: string } }) => `rule:${requirement.id}`;

test('a rule explains the results of other rules that use it, and keeps its own text as their heading', () => {
  const results = [result('a', 'fail', 'not'), result('b', 'fail', 'not'), result('c', 'fail', 'post'), result('d', 'pass', 'post')];
  const causes = withRootCauses(results, grounds({ a: ['rule:not'], b: ['rule:not'], c: ['rule:not', 'rule:post'], d: ['rule:post'] }), ruleOf);
  expect(byCause(causes, 'fail').map(({ title, results: members }) => [title, members.length])).toEqual([['Text of not.', 3]]);
});

test('a parameter that is wrong in every way explains more than each rule it breaks', () => {
  const rows = ['code', 'not', 'or', 'missing'].map((rule) => result(`x.${rule}`, 'fail', rule, rule === 'code' ? undefined : 'T: p does not filter'));
  const right = ['code', 'not', 'or', 'missing'].flatMap((rule) => ['y', 'z'].map((parameter) => result(`${parameter}.${rule}`, 'pass', rule)));
  const all = [...rows, ...right];
  const causes = withRootCauses(all, grounds(Object.fromEntries(all.map(({ id, requirement }) => [id, [`rule:${requirement.id}`, `parameter:T.${id.charAt(0) === 'x' ? 'p' : id.charAt(0)}`]]))), ruleOf);
  expect(byCause(causes, 'fail').map(({ title, results: members }) => [title, members.length])).toEqual([['T.p does not filter', 4]]);
});

test('a parameter that was seen to filter is not said to filter nothing, however many of its forms are passed over', () => {
  const rows = ['text', 'not', 'missing'].map((form) => result(`x.${form}`, 'fail', form, 'T: p does not filter'));
  const causes = withRootCauses(rows, grounds(Object.fromEntries(rows.map(({ id }) => [id, ['parameter:T.p']]))), ruleOf, (parameter) => parameter === 'T.p');
  expect(new Set(causes.map(({ cause }) => cause))).toEqual(new Set(['T.p is right in some of its forms only']));
});

test('what a test has itself traced to a broken rule stays with it, though a parameter would explain as much', () => {
  const results = [result('a', 'fail', 'url'), ...['b', 'c', 'd'].map((id) => result(id, 'fail', 'other', 'Text of url.'))];
  const causes = withRootCauses(results, grounds(Object.fromEntries(results.map(({ id }) => [id, id === 'a' ? ['rule:url'] : ['parameter:T.p']]))), ruleOf);
  expect(causes.slice(1).map(({ cause }) => cause)).toEqual(['Text of url.', 'Text of url.', 'Text of url.']);
});

test('what mostly goes well where it is used is no cause, and a lone result keeps what it has', () => {
  const results = [result('a', 'fail', 'r1'), result('b', 'fail', 'r2', 'of its own'), ...Array.from({ length: 9 }, (_, index) => result(`ok${index}`, 'pass', 'r1'))];
  const causes = withRootCauses(results, grounds(Object.fromEntries(results.map(({ id }) => [id, ['rule:shared', 'parameter:T.p']]))), ruleOf);
  expect(causes).toEqual(results);
});

test('a rule that no result stands on is no cause, however many use it', () => {
  const results = [result('a', 'fail', 'r1'), result('b', 'fail', 'r2')];
  expect(withRootCauses(results, grounds({ a: ['rule:and'], b: ['rule:and'] }), ruleOf)).toEqual(results);
});

const answering = (id: string, rule: string, status: number, body: string, more: { method?: string; url?: string; accept?: string; location?: string } = {}): Result => ({
  ...result(id, 'fail', rule),
  exchanges: [{
    request: { method: more.method ?? 'GET', url: more.url ?? 'http://a.test/fhir/ImagingStudy', headers: { Accept: more.accept ?? 'application/fhir+json' } },
    response: { status, headers: more.location === undefined ? {} : { location: more.location }, body },
    durationMs: 1,
  }],
});
const outcome = (severity: string) => JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'invalid' }] });

test.each([
  ['an error with a status of success', 200, outcome('error'), {}, /^Errors are answered with a status of success/],
  ['no JSON, wherever it ends to be', 200, '{"a":', {}, /^Answers with a status of success hold no FHIR: the answer is not JSON$/],
  ['an empty body', 200, '', {}, /hold no FHIR: the answer has no body$/],
  ['redirects to where they come from', 307, '', { location: '/fhir/ImagingStudy' }, /^Requests are redirected in a circle$/],
  ['a search by POST without FHIR', 200, '[]', { method: 'POST', url: 'http://a.test/fhir/ImagingStudy/_search' }, /they have no resourceType$/],
])('answers that are %s are the cause of all that comes of them', (_, status, body, more, title) => {
  const causes = byCause(withRootCauses(['a', 'b', 'c'].map((id) => answering(id, id, status, body, more)), new Map(), ruleOf), 'fail');
  expect(causes).toHaveLength(1);
  expect(causes[0]?.title).toMatch(title);
});

test.each([
  ['a hint beside', 200, outcome('information'), {}],
  ['a refusal', 400, outcome('error'), {}],
  ['XML that was asked for', 200, '<Bundle xmlns="http://hl7.org/fhir"/>', { accept: 'application/fhir+xml' }],
  ['XML that was asked for by the address', 200, '<Bundle xmlns="http://hl7.org/fhir"/>', { url: 'http://a.test/fhir/Patient?_format=xml' }],
  ['a write without a body', 201, '', { method: 'POST', url: 'http://a.test/fhir/Patient' }],
  ['a HEAD', 200, '', { method: 'HEAD' }],
  ['a Bundle', 200, '{"resourceType":"Bundle"}', {}],
])('%s is an answer, and no cause', (_, status, body, more) => {
  const results = ['a', 'b', 'c'].map((id) => answering(id, id, status, body, more));
  expect(withRootCauses(results, new Map(), ruleOf)).toEqual(results);
});

test('a parameter that reads other elements than it should is the cause of whatever it finds wrongly, however much it finds rightly', () => {
  const broken = [{ ...result('path', 'fail', 'fhir-r4-imaging-modality-path') }, result('a', 'fail', 'r1'), result('b', 'fail', 'r2')];
  const results = [...broken, ...Array.from({ length: 30 }, (_, index) => result(`ok${index}`, 'pass', 'r3'))];
  const causes = withRootCauses(results, grounds(Object.fromEntries(results.map(({ id }) => [id, ['parameter:ImagingStudy.modality']]))), ruleOf);
  expect(byCause(causes, 'fail').map(({ title, results: members }) => [title, members.length])).toEqual([['Text of fhir-r4-imaging-modality-path.', 3]]);
});

/** A broad fault breaks many tests of many kinds: few headings stand over them, and the first says what it is. */
test.each([
  ['token-bare-code-needs-no-system', 'code: finds the code under any system.', 3, 0.75],
  ['chain-dropped', 'parameter.next finds resources whose referenced resource satisfies next.', 1, 0.75],
  ['declared-parameter-does-not-filter', 'ImagingStudy.bodysite does not filter', 2, 0.75],
  ['endpoint-study-only', 'The endpoint parameter reads ImagingStudy.endpoint and ImagingStudy.series.endpoint.', 1, 0.75],
  ['modality-from-study', 'The modality parameter reads ImagingStudy.series.modality.', 3, 0.6],
  ['post-body-ignored', 'A search by POST does not filter: its body is passed over', 4, 0.6],
])('%s: one root cause', async (fault, first, most, share) => {
  const { transport } = embedded({ faults: [fault] });
  const run = await runTests({ url: EMBEDDED, transport, only: ['search.imagingstudy.*', 'honesty.*', 'paging.*', 'combination.*'] });
  const causes = byCause(run.results, 'fail');
  expect(causes[0]?.title).toBe(first);
  expect(causes.length).toBeLessThanOrEqual(most);
  expect(causes[0]?.results.length).toBeGreaterThanOrEqual(run.summary.fail * share);
}, 60_000);

test('what every resource has is one cause, whatever the types and the ways of asking', async () => {
  const { transport } = embedded();
  const ignoring: Transport = (request, limits) => transport({ ...request, url: request.url.replace(/([?&])_lastUpdated[^=]*=[^&]*/g, '$1unknown=1').replace(/_sort=-?_lastUpdated/, '_sort=_id') }, limits);
  const { results } = await runTests({ url: EMBEDDED, transport: ignoring, wait: noWait, only: ['search.imagingstudy._lastupdated.*', 'paging.imagingstudy.sort-*', 'honesty.patient.parameters', 'honesty.endpoint.parameters'] });
  expect(byCause(results, 'fail').map(({ title }) => title)).toEqual(['_lastUpdated does not filter']);
  expect(results.filter(({ id }) => /sort-.*_lastupdated$/.test(id)).map(({ verdict, cause }) => [verdict, cause])).toEqual([['warn', '_lastUpdated does not filter'], ['warn', '_lastUpdated does not filter']]);
}, 60_000);
