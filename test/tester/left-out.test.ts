/** A budget that does not suffice in, fewer verdicts out, none of them another than with enough; the notes say what was left out. */
import type { Resource } from '../../scripts/core/fhir';
import type { Run } from '../../scripts/core/result';
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
