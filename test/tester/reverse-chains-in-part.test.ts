/** Reverse chains where not all studies are known: judged on a few patients of whom the server names every study. */
import type { Override } from '../../scripts/server/behaviour';
import { onBundle, responding, searchingFor } from '../../scripts/server/faults/rewriting';
import { FAULTS } from '../../scripts/server/faults';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const TESTS = ['has-imagingstudy', 'has-has', 'has-beside', 'has-several'].map((id) => `combination.patient.${id}`);

async function about(overrides: readonly Override[], only = TESTS): Promise<{ requests: { url: string }[]; results: readonly { verdict: string }[]; verdicts: Record<string, string> }> {
  const { transport, requests } = embedded({ overrides });
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, runId: 'part', unfinished: ['ImagingStudy'], only });
  return { requests, results, verdicts: Object.fromEntries(results.map(({ id, verdict }): [string, string] => [id.split('.').at(-1) ?? id, verdict])) };
}

const planted = (id: string) => FAULTS.filter((fault) => fault.id === id).map(({ override }) => override);
const everywhere = (verdict: string) => ({ 'has-imagingstudy': verdict, 'has-has': verdict, 'has-beside': verdict, 'has-several': verdict });
const isOfReferrers = (url: string) => /ImagingStudy\?patient=[^&]*,/.test(decodeURIComponent(url));

test('a server that joins rightly passes, and is asked once who refers to the patients', async () => {
  const { verdicts, requests } = await about([]);
  expect(verdicts).toEqual(everywhere('pass'));
  expect(requests.filter(({ url }) => isOfReferrers(url))).toHaveLength(1);
});

test.each(['has-ignores-filter', 'has-dropped'])('%s', async (fault) => {
  const { verdicts } = await about(planted(fault));
  expect(verdicts).toMatchObject({ 'has-imagingstudy': 'fail', 'has-beside': 'fail' });
});

test('endpoints and practitioners too', async () => {
  const only = ['combination.endpoint.has-imagingstudy', 'combination.practitioner.has-imagingstudy'];
  expect((await about([], only)).results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  expect((await about(planted('has-dropped'), only)).results.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
});

test('where the search by patient does not surely bring all, nothing is said', async () => {
  const shortened = responding((answer, request) => (isOfReferrers(request.url) ? onBundle(answer, (bundle) => ({ ...bundle, entry: bundle.entry?.slice(1) })) : answer));
  expect((await about([shortened, ...planted('has-dropped')])).verdicts).toEqual(everywhere('no-data'));
  const refusing = searchingFor((pairs) => pairs.map(([name, value]) => [name === 'patient' && value.includes(',') ? 'patient:scout' : name, value]));
  expect((await about([refusing, ...planted('has-dropped')])).verdicts).toEqual(everywhere('no-data'));
});
