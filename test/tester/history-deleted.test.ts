import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const STUDY = { resourceType: 'ImagingStudy', id: 'gone', status: 'available', subject: { reference: 'Patient/p' } };
const STAYS = [{ resourceType: 'Patient', id: 'p' }, { ...STUDY, id: 'stays' }];

/** What the test says after some writes, each a method with the study as its body. */
async function after(methods: readonly ('PUT' | 'DELETE')[], faults: string[] = []) {
  const { transport } = embedded({ resources: STAYS, faults });
  for (const method of methods) {
    const body = method === 'PUT' ? { body: JSON.stringify(STUDY) } : {};
    await transport({ method, url: `${EMBEDDED}/ImagingStudy/gone`, headers: { 'Content-Type': 'application/fhir+json' }, ...body }, { signal: new AbortController().signal, maxBytes: 100_000 });
  }
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, only: ['read.imagingstudy.deleted'] });
  return results[0];
}

test('a study that is gone is asked for by read, search and _has', async () => {
  expect(await after(['PUT', 'DELETE'])).toMatchObject({ verdict: 'pass', message: expect.stringContaining('1 deleted study') as string });
});

test('what was made again after its deletion accuses nobody', async () => {
  expect(await after(['PUT', 'DELETE', 'PUT'])).toMatchObject({ verdict: 'no-data' });
});

test('nor does a server on which nothing was deleted', async () => {
  expect(await after([])).toMatchObject({ verdict: 'no-data' });
});

test.each([['deleted-read-is-200', /still read, as version 1/], ['vread-of-deletion-is-former', /_history\/2, where the resource was deleted, is answered by 200/], ['deleted-still-found', /a search still finds it/], ['has-counts-deleted', /_has still finds a patient/]])('%s', async (fault, message) => {
  expect(await after(['PUT', 'DELETE'], [fault])).toMatchObject({ verdict: expect.stringMatching(/fail|warn/) as string, message: expect.stringMatching(message) as string });
});
