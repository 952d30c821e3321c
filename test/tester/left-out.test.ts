/** A budget that does not suffice in, fewer verdicts out, none of them another than with enough; the notes say what was left out. */
import type { Resource } from '../../scripts/core/fhir';
import type { HttpResponse, Run } from '../../scripts/core/result';
import { troubleError } from '../../scripts/tester/http/network-trouble';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const resources: Resource[] = [
  { resourceType: 'Patient', id: 'a' },
  { resourceType: 'Patient', id: 'b' },
  ...['a', 'b', 'none'].map((patient, i): Resource => ({ resourceType: 'ImagingStudy', id: `s${i}`, status: 'available', subject: { reference: `Patient/${patient}` }, started: `2021-0${i + 1}-01T10:00:30Z` })),
];
const ONLY = ['search.imagingstudy.started.*', 'search.imagingstudy.reason.code', 'reference.*', 'read.*'];
const ask = (more: object): Promise<Run> => runTests({ url: EMBEDDED, transport: embedded({ resources }).transport, wait: noWait, runId: 'cut', only: ONLY, ...more });
const verdictOf = (run: Run, id: string) => run.results.find((result) => result.id === id)?.verdict;

test.each([3, 10, 40, 70])('a budget of %d', async (budget) => {
  const full = await ask({});
  const run = await ask({ budget });
  expect(run.requests).toBe(budget);
  for (const { id, verdict } of run.results) if (verdict !== 'error') expect([id, verdict]).toEqual([id, verdictOf(full, id)]);
  const { error } = run.summary;
  expect(error).toBeGreaterThan(0);
  expect(run.notes.join('\n')).toContain(`The request budget was used up: ${error} tests of ${run.results.length} could not be carried out (`);
  expect(full.notes.join('\n')).not.toContain('used up');
});

test('what was not read is not said to be lacking, and one cause lies behind all that was left out', async () => {
  const run = await ask({ budget: 3 });
  expect(verdictOf(run, 'search.imagingstudy.reason.code')).toBe('error');
  expect(new Set(run.results.filter(({ verdict }) => verdict === 'error').map(({ cause }) => cause))).toEqual(new Set(['the request budget is used up']));
});

test('a run that is stopped says of how many tests of which groups nothing is known', async () => {
  const stop = new AbortController();
  const { transport } = embedded({ resources });
  let asked = 0;
  const run = await ask({ signal: stop.signal, concurrency: 1, transport: (...request: Parameters<typeof transport>) => { if ((asked += 1) === 60) stop.abort(new Error('enough')); return transport(...request); } });
  expect(run.notes.join('\n')).toMatch(/The run was stopped before all tests were done: \d+ tests of \d+ were left out \(.*search \d+/);
});

describe('what the server does not answer is not said to be lacking', () => {
  const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy');
  const asking = (answer: Partial<HttpResponse> | Error) => {
    const { transport } = embedded({ resources: [...resources, { resourceType: 'Endpoint', id: 'e', status: 'active' }] });
    let clock = 0;
    const wait = async (ms: number) => {
      await new Promise(setImmediate);
      clock += ms;
    };
    return ask({
      only: ['search.endpoint.status.*', 'read.endpoint.*', 'search.imagingstudy.started.*'], wait, now: () => clock,
      transport: (...request: Parameters<typeof transport>) => (!/\/Endpoint\b/.test(request[0].url) ? transport(...request) : answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ status: 200, headers: {}, body: '', ...answer })),
    });
  };

  test.each<[string, Partial<HttpResponse> | Error, RegExp]>([
    ['a breakdown', { status: 500 }, /came to this: 500\./],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html><title>Login</title></html>' }, /web page/],
    ['nothing', troubleError('time-out', '30 s'), /no answer came in time/],
    ['a limit of its own', { status: 429, headers: { 'retry-after': '600' } }, /cannot answer at present: 429/],
  ])('%s', async (_, answer, says) => {
    const run = await asking(answer);
    const ofEndpoints = run.results.filter(({ id, verdict }) => id.includes('endpoint') && verdict !== 'fail' && id !== 'read.endpoint.not-found');
    expect(ofEndpoints.length).toBeGreaterThan(1);
    for (const { verdict, cause, message } of ofEndpoints) expect([verdict, cause, message]).toEqual(['error', 'The Endpoint resources of the server could not be read', expect.stringMatching(says)]);
    expect(verdictOf(run, 'search.imagingstudy.started.ge-day')).toBe(verdictOf(await ask({}), 'search.imagingstudy.started.ge-day'));
    expect(run.results.filter(({ resourceType, verdict }) => resourceType === 'ImagingStudy' && verdict === 'pass').length).toBeGreaterThan(studies.length);
  });

  test('a refusal is no such thing: what is lacking then is data', async () => {
    const run = await asking({ status: 403 });
    expect(run.results.filter(({ verdict }) => verdict === 'error')).toEqual([]);
  });

  test('a limit of one type alone ends no run, and is told in a note', async () => {
    const run = await asking({ status: 429, headers: { 'retry-after': '600' } });
    expect(run.notes.filter((note) => /^Requests to Endpoint were answered by 429/.test(note))).toHaveLength(1);
    expect(run.notes.join()).not.toContain('ended early');
  });
});

test('more requests at a time than there are tests are as good as that many', async () => {
  const run = await ask({ concurrency: 1_000_000_000, only: ['read.imagingstudy.*'] });
  expect(run.summary.pass).toBeGreaterThan(0);
});
