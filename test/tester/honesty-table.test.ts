/** The table of declared, echoed and done, over whole runs against servers that are honest and that are not. */
import type { Resource } from '../../scripts/core/fhir';
import type { HonestyRow } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';

async function table(faults: string[], only: string[], resources?: Resource[]): Promise<(name: string) => HonestyRow | undefined> {
  const { transport } = embedded({ faults, ...(resources === undefined ? {} : { resources }) });
  const run = await runTests({ url: EMBEDDED, transport, only });
  return (name) => run.honesty?.find((row) => row.type === 'ImagingStudy' && row.name === name);
}

const BODY_SITE = ['search.imagingstudy.bodysite.*', 'honesty.imagingstudy.*', 'read.imagingstudy.*'];

test('a parameter that is honest has yes in all four places, one that was not looked at says so', async () => {
  const row = await table([], BODY_SITE);
  expect(row('bodysite')).toMatchObject({ kind: 'parameter', declared: true, echoed: 'yes', filters: 'yes', right: 'yes' });
  expect(row('_tag')).toMatchObject({ declared: true, echoed: 'not known', filters: 'not known', right: 'not known', results: [] });
  expect(row('read')).toMatchObject({ kind: 'interaction', declared: true, right: 'yes' });
  expect(row('update')).toMatchObject({ kind: 'interaction', declared: true, right: 'not known' });
  expect(row('read')).not.toHaveProperty('echoed');
});

test('declared and echoed, but without effect: two times yes, two times no, and the tests that say so', async () => {
  const row = await table(['declared-parameter-does-not-filter'], BODY_SITE);
  expect(row('bodysite')).toMatchObject({ declared: true, echoed: 'yes', filters: 'no', right: 'no' });
  expect(row('bodysite')?.results).toContain('search.imagingstudy.bodysite.code');
  expect(row('modality')).toMatchObject({ filters: 'yes', right: 'yes' });
});

test('used, but absent from the self link', async () => {
  expect((await table(['self-link-drops-parameter'], BODY_SITE))('bodysite')).toMatchObject({ declared: true, echoed: 'no', filters: 'yes', right: 'yes' });
});

test('what works without being declared has a row of its own', async () => {
  const row = await table(['supported-parameter-undeclared', 'supported-interaction-undeclared'], BODY_SITE);
  expect(row('modality')).toMatchObject({ declared: false, filters: 'yes', right: 'yes', results: ['honesty.imagingstudy.modality'] });
  expect(row('history-instance')).toMatchObject({ declared: false, right: 'yes', results: ['honesty.imagingstudy.interactions'] });
});

test('where there is nothing to leave out, nobody is told to filter nothing', async () => {
  const row = await table([], ['search.imagingstudy.encounter.*', 'search.imagingstudy.basedon.*'], []);
  for (const name of ['encounter', 'basedon']) expect(row(name)).toMatchObject({ declared: true, filters: 'not known' });
});

test('a modifier that is passed over instead of refused makes the parameter itself no less right; a wrong :not does', async () => {
  expect((await table(['known-modifier-passed-over', 'modifier-ignored'], BODY_SITE))('bodysite')).toMatchObject({ filters: 'yes', right: 'yes' });
  expect((await table(['token-not-per-item'], BODY_SITE))('bodysite')).toMatchObject({ right: 'no' });
});
