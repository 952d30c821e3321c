/** A server that makes small pages, and forgets the next link of some searches, as HAPI does where a resource meets a criterion several times. */
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

test('a set that is cut off at a full page is told as such, under the clause of paging', async () => {
  const { transport } = embedded({ variants: ['small-pages'] });
  const forgetful: Transport = async (request, limits) => {
    const answer = await transport(request, limits);
    if (!/ImagingStudy\?bodysite:missing=false/.test(request.url)) return answer;
    const bundle = JSON.parse(answer.body) as { link?: { relation: string }[] };
    return { ...answer, body: JSON.stringify({ ...bundle, link: (bundle.link ?? []).filter(({ relation }) => relation !== 'next') }) };
  };
  const run = await runTests({ url: EMBEDDED, transport: forgetful, wait: noWait, only: ['search.imagingstudy.bodysite.*'] });
  const failed = run.results.filter(({ verdict }) => verdict === 'fail');
  expect(failed.map(({ id }) => id)).toEqual(['search.imagingstudy.bodysite.missing-false']);
  expect(failed[0]?.requirement.id).toContain('search-paging');
  expect(failed[0]?.message).toMatch(/The 3 that came are as many as this server puts on a page, and there is no next link: the rest cannot be reached\.$/);
}, 60_000);

test('a set that is cut off without any next link on the server is told as such where the total counts more', async () => {
  const { transport } = embedded({ variants: ['small-pages'] });
  const unlinked: Transport = async (request, limits) => {
    const answer = await transport(request, limits);
    const bundle = JSON.parse(answer.body) as { type?: string; link?: { relation: string }[] };
    return bundle.type === 'searchset' ? { ...answer, body: JSON.stringify({ ...bundle, link: (bundle.link ?? []).filter(({ relation }) => relation !== 'next') }) } : answer;
  };
  const run = await runTests({ url: EMBEDDED, transport: unlinked, wait: noWait, only: ['search.imagingstudy.bodysite.*', 'search.imagingstudy.modality.*', 'search.imagingstudy.started.*'] });
  const failed = run.results.filter(({ verdict }) => verdict === 'fail');
  expect(failed.length).toBeGreaterThan(0);
  expect(new Set(failed.map(({ requirement }) => requirement.id))).toEqual(new Set(['fhir-r4-search-paging']));
}, 60_000);

test('what is missing on a server that pages nothing is told as missing', async () => {
  const { transport } = embedded({ faults: ['self-link-missing'] });
  const run = await runTests({ url: EMBEDDED, transport, wait: noWait, only: ['search.imagingstudy.bodysite.*'] });
  expect(run.results.filter(({ message }) => message.includes('no next link'))).toEqual([]);
}, 60_000);
