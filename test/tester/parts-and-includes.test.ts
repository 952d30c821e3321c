/** Parts of resources and includes, of servers that are wrong in ways that no planted fault shows. */
import type { Bundle, BundleEntry } from '../../scripts/core/fhir';
import { runTests } from '../../scripts/tester/run-tests';
import type { Transport } from '../../scripts/tester/http/transport';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

/** What a test says where the entries of searches with a parameter are changed on their way. */
async function about(only: string, parameter: string, change: (entries: BundleEntry[]) => BundleEntry[], variants: string[] = []) {
  const { transport } = embedded({ variants });
  const changed: Transport = async (request, limits) => {
    const response = await transport(request, limits);
    if (!request.url.includes(parameter) || !response.body.includes('"searchset"')) return response;
    const bundle = JSON.parse(response.body) as Bundle;
    return { ...response, body: JSON.stringify({ ...bundle, ...(bundle.entry === undefined ? {} : { entry: change(bundle.entry) }) }) };
  };
  const { results } = await runTests({ url: EMBEDDED, transport: changed, wait: noWait, runId: 'parts', only: [only] });
  return results[0];
}

const resources = (change: (resource: NonNullable<BundleEntry['resource']>) => object) => (entries: BundleEntry[]) => entries.map((entry) => ({ ...entry, ...(entry.resource === undefined ? {} : { resource: change(entry.resource) as NonNullable<BundleEntry['resource']> }) }));
const ELEMENTS = 'result.imagingstudy.elements';
const SUMMARY = 'result.imagingstudy.summary-true';

test('a part without its id is told as such, not as an answer about something else', async () => {
  expect(await about(ELEMENTS, '_elements=', resources((resource) => ({ ...resource, id: undefined })))).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/without its id/) as string });
});

test('of meta a summary has all, a list of elements what it names', async () => {
  const bare = resources(({ meta, ...resource }) => ({ ...resource, meta: { tag: meta?.tag?.filter(({ code }) => code === 'SUBSETTED') } }));
  expect(await about(SUMMARY, '_summary=', bare)).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/without meta\.\w+ .*, which stands in the whole resource/) as string });
  expect(await about(ELEMENTS, '_elements=', bare)).toMatchObject({ verdict: 'pass' });
});

test('a summary has all of its elements inside a series, and may have ids and extensions there', async () => {
  const series = (change: (series: Record<string, unknown>) => object) => resources((resource) => ({ ...resource, ...(Array.isArray(resource['series']) ? { series: (resource['series'] as Record<string, unknown>[]).map(change) } : {}) }));
  expect(await about(SUMMARY, '_summary=', series(({ uid: _lost, ...rest }) => rest))).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/without series\.uid/) as string });
  expect(await about(SUMMARY, '_summary=', series((rest) => ({ ...rest, instance: [{ uid: '1.2' }] })))).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/with series\.instance/) as string });
  expect(await about(SUMMARY, '_summary=', series((rest) => ({ ...rest, id: 's', extension: [{ url: 'urn:x', valueCode: 'x' }] })))).toMatchObject({ verdict: 'pass' });
});

test('two included resources with one id are two, where their types differ', async () => {
  const onceEachId = (entries: BundleEntry[]) => entries.filter(({ resource, search }, i) => search?.mode !== 'include' || entries.findIndex((other) => other.search?.mode === 'include' && other.resource?.id === resource?.id) === i);
  expect(await about('include.imagingstudy.subject', '_include=', onceEachId)).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/does not include (Patient|Group)\//) as string });
});

test('a server that includes subjects unasked is not told that it passes over the type of targets', async () => {
  expect(await about('include.imagingstudy.target-type', 'nothing', (entries) => entries, ['includes-more'])).toMatchObject({ verdict: 'pass' });
});
