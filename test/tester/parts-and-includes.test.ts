/** Parts of resources and includes, of servers that are wrong in ways that no planted fault shows. */
import type { Bundle, BundleEntry, Resource } from '../../scripts/core/fhir';
import { RULES } from '../../scripts/search/rules';
import { runTests } from '../../scripts/tester/run-tests';
import type { Transport } from '../../scripts/tester/http/transport';
import { embedded, EMBEDDED, exampleResources } from './embedded';
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

describe('studies of which one refers by absolute URLs', () => {
  /** The first is that of the study which refers so. */
  const [ENCOUNTER, ANOTHER] = ['Encounter/joe-cath-stay', 'Encounter/joe-echo-visit'];

  /** What is told where encounters are not included. */
  async function without(...missing: string[]) {
    const absolute = (resource: Resource) => (resource.id === 'xa-coronary-joe' ? (JSON.parse(JSON.stringify(resource).replaceAll('"reference":"', `"reference":"${EMBEDDED}/`)) as Resource) : resource);
    const { transport } = embedded({ resources: exampleResources().map(absolute) });
    const forgetful: Transport = async (request, limits) => {
      const response = await transport(request, limits);
      if (!request.url.includes('_include=')) return response;
      const bundle = JSON.parse(response.body) as Bundle;
      return { ...response, body: JSON.stringify({ ...bundle, entry: bundle.entry?.filter(({ resource }) => !missing.includes(`${resource?.resourceType}/${resource?.id}`)) }) };
    };
    const { results } = await runTests({ url: EMBEDDED, transport: forgetful, wait: noWait, runId: 'absolute', only: ['include.imagingstudy.encounter'] });
    return results[0];
  }

  test('where what they alone bring is missing, the cause is how they refer', async () => {
    expect(await without(ENCOUNTER)).toMatchObject({ verdict: 'fail', cause: RULES['reference-url'].text });
  });

  test('where something else is missing, or what they bring is there, it is not', async () => {
    for (const missing of [[ENCOUNTER, ANOTHER], [ANOTHER]]) {
      const result = await without(...missing);
      expect(result?.verdict).toBe('fail');
      expect(result?.cause).not.toBe(RULES['reference-url'].text);
    }
  });
});

test('where includes are refused, a total beside them is not the matter of a warning', async () => {
  expect(await about('paging.imagingstudy.total-include', '_include=', (entries) => entries, ['includes-refused'])).toMatchObject({ verdict: 'info', message: expect.stringMatching(/is refused/) as string });
});
