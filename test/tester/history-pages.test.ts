/** The pages of a history that grows while they are read: a server may move its pages along, and must not be accused of it. */
import type { Exchange } from '../../scripts/core/result';
import type { TestContext } from '../../scripts/tester/context';
import { askHistory } from '../../scripts/tester/gather/ask-history';

const BASE = 'http://server.example/fhir';
const PER_PAGE = 2;

/** A server whose pages are counted from the newest version, as it is when the page is asked for; it grows before some of its answers. */
function growing(growsBefore: readonly number[], repeats = false): TestContext {
  let newest = 4;
  let answered = 0;
  const send = ({ url }: { url: string }): Promise<Exchange> => {
    answered += 1;
    if (growsBefore.includes(answered)) newest += 1;
    const from = repeats ? 0 : Number(new URL(url, `${BASE}/`).searchParams.get('from') ?? 0);
    const versions = Array.from({ length: newest }, (_, index) => newest - index).slice(from, from + PER_PAGE);
    const bundle = {
      resourceType: 'Bundle',
      type: 'history',
      link: from + PER_PAGE < newest ? [{ relation: 'next', url: `${BASE}/_history?from=${from + PER_PAGE}` }] : [],
      entry: versions.map((version) => ({
        fullUrl: `${BASE}/Patient/p`,
        resource: { resourceType: 'Patient', id: 'p', meta: { versionId: String(version), lastUpdated: `2026-01-01T00:00:0${version}Z` } },
        request: { method: 'PUT', url: 'Patient/p' },
        response: { status: '200', etag: `W/"${version}"`, lastModified: `2026-01-01T00:00:0${version}Z` },
      })),
    };
    const response = { status: 200, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(bundle) };
    return Promise.resolve({ request: { method: 'GET', url, headers: {} }, response } as unknown as Exchange);
  };
  return { client: { base: BASE }, send } as unknown as TestContext;
}

const read = async (context: TestContext) => {
  const { entries, complete, trouble } = await askHistory(context, '_history', {}, 5);
  return { versions: entries.map(({ resource }) => resource?.meta?.versionId).join(' '), complete, trouble: trouble?.message };
};

test('a history at rest is read to its end', async () => {
  expect(await read(growing([]))).toEqual({ versions: '4 3 2 1', complete: true, trouble: undefined });
});

test('one that grew between two pages is read anew', async () => {
  expect(await read(growing([2]))).toEqual({ versions: '5 4 3 2 1', complete: true, trouble: undefined });
});

test('of one that never rests the versions are kept once, as a part', async () => {
  expect(await read(growing([2, 5, 8]))).toEqual({ versions: '6 5 4', complete: false, trouble: undefined });
});

test('a second page that is no Bundle is told as what it is', async () => {
  const whole = growing([]);
  const half = { ...whole, send: async (request: { url: string }) => (request.url.includes('from=') ? ({ request, response: { status: 200, headers: {}, body: 'busy' } } as unknown as Exchange) : whole.send(request as never)) } as unknown as TestContext;
  expect((await read(half)).trouble).toMatch(/page 2 of GET _history is answered by 200, but the answer is not JSON/);
});

test('pages that repeat without any change are wrong', async () => {
  expect((await read(growing([], true))).trouble).toContain('Patient/p version 4 stands twice');
});
