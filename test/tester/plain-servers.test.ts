/** Servers that do little and say so: what they do not do is no fault, and what they lack is told once. */
import { mapResources, refusal, stating } from '../../scripts/server/faults/honesty';
import { responding } from '../../scripts/server/faults/rewriting';
import { splitUrl } from '../../scripts/server/query-string';
import { runTests } from '../../scripts/tester/run-tests';
import { EMBEDDED, embedded } from './embedded';

const wait = () => Promise.resolve();

test('no order where the self link claims none is information, on one page and across several', async () => {
  const { results } = await runTests({ url: EMBEDDED, transport: embedded({ variants: ['no-sorting'] }).transport, wait, only: ['paging.imagingstudy.*sort*'] });
  expect(results.filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict)).map(({ id }) => id)).toEqual([]);
  expect(results.find(({ id }) => id === 'paging.imagingstudy.sort-started')).toMatchObject({ verdict: 'info', message: expect.stringContaining('without regard to _sort') as string });
});

test('a _sort that is lost in the body of a POST alone is told', async () => {
  const { results } = await runTests({ url: EMBEDDED, transport: embedded({ faults: ['post-sort-ignored'] }).transport, wait, only: ['paging.imagingstudy.*sort*'] });
  expect(results.filter(({ verdict }) => verdict === 'warn' || verdict === 'fail').map(({ id }) => id)).toContain('paging.imagingstudy.post-sort');
});

test('references of a gateway that has studies alone have one cause', async () => {
  const studiesAlone = stating((statement) => mapResources(statement, (row: { type: string }) => (row.type === 'ImagingStudy' ? row : { ...row, type: 'Basic' })));
  const nothingElse = responding((response, request) => (/\/fhir\/(?!ImagingStudy|metadata)[A-Z]/.test(splitUrl(request.url).path) ? refusal(404, 'There is no such type.') : response));
  const { results } = await runTests({ url: EMBEDDED, transport: embedded({ overrides: [studiesAlone, nothingElse] }).transport, wait, only: ['reference.imagingstudy.*'] });
  const broken = results.filter(({ verdict }) => verdict === 'fail');
  expect(broken.length).toBeGreaterThan(5);
  expect(new Set(broken.map(({ cause }) => cause))).toEqual(new Set([expect.stringMatching(/^Relative references lead to types that this server does not have/)]));
  expect(broken.find(({ id }) => id === 'reference.imagingstudy.subject')?.message).toMatch(/The server declares no (Patient|Group|Device)/);
});
