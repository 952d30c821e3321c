/** Orders over much data: a sample holds the studies by which a wrong order shows. */
import type { Bundle, BundleEntry, Resource } from '../../scripts/core/fhir';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

/** More than are searched whole: an hour apart in one zone, but for one in another zone and one without a time. */
const MANY = 200;
const STUDIES: Resource[] = Array.from({ length: MANY }, (_, i) => {
  const at = new Date(Date.UTC(2024, 0, 1, i)).toISOString().slice(0, 19);
  // Nine hours west of the others, it is later than those that are written after it.
  const started = i === 71 ? undefined : i === 95 ? `${at}-09:00` : `${at}Z`;
  return { resourceType: 'ImagingStudy', id: `s${i}`, status: 'available', subject: { reference: 'Patient/p' }, ...(started === undefined ? {} : { started }) };
});

async function about(change: (entries: BundleEntry[]) => BundleEntry[]) {
  const { transport } = embedded({ resources: [{ resourceType: 'Patient', id: 'p' }, ...STUDIES] });
  const changed: Transport = async (request, limits) => {
    const response = await transport(request, limits);
    if (!request.url.includes('_sort=')) return response;
    const bundle = JSON.parse(response.body) as Bundle;
    return { ...response, body: JSON.stringify({ ...bundle, entry: change(bundle.entry ?? []) }) };
  };
  const { results } = await runTests({ url: EMBEDDED, transport: changed, wait: noWait, runId: 'sort', only: ['paging.imagingstudy.sort-started'] });
  return results[0];
}

const startedOf = ({ resource }: BundleEntry) => (typeof resource?.['started'] === 'string' ? resource['started'] : '~');

test('times that are sorted as they are written', async () => {
  expect(await about((entries) => entries)).toMatchObject({ verdict: 'pass' });
  expect(await about((entries) => entries.toSorted((a, b) => (startedOf(a) < startedOf(b) ? -1 : 1)))).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/s95/) as string });
});

test('a study without a time, which an order leaves out', async () => {
  expect(await about((entries) => entries.filter((entry) => startedOf(entry) !== '~'))).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/leaves out 1 resource/) as string });
});
