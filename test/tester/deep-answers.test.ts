/** Answers that go deeper than any walk through them could follow, or have other things where lists and texts belong. */
import { runTests } from '../../scripts/tester/run-tests';
import { BASE, fakeServer, noWait, searchset, statement } from './fake-server';

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test.each([3_000, 100_000])('a resource of %i levels breaks no run: what cannot be read is said', async (levels) => {
  const bundle = JSON.stringify(searchset([{ resourceType: 'ImagingStudy', id: 'deep', description: 'here' }])).replace('"here"', deep(levels));
  const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: statement() } : { body: bundle }));
  const run = await runTests({ url: BASE, transport, wait: noWait, only: ['search.imagingstudy.modality.*', 'read.*', 'data.*'] });
  expect(run.results.map(({ message }) => message).filter((message) => message.includes('The test itself broke'))).toEqual([]);
  expect(run.notes.join('\n')).toContain('the answer goes deeper than 500 levels of lists and objects');
});

test('a statement that goes so deep is no statement', async () => {
  const { transport } = fakeServer(() => ({ body: `{"resourceType":"CapabilityStatement","rest":${deep(100_000)}}` }));
  await expect(runTests({ url: BASE, transport, wait: noWait })).rejects.toMatchObject({ code: 'no-fhir', message: expect.stringContaining('goes deeper than 500 levels') as string });
});

test.each([null, [null], 7, { relation: 'next' }])('a searchset whose link is %j breaks no run', async (link) => {
  const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: statement() } : { json: searchset([{ resourceType: 'ImagingStudy', id: { toString: null } }], { link }) }));
  const run = await runTests({ url: BASE, transport, wait: noWait, only: ['search.imagingstudy.modality.*', 'result.*'] });
  expect(run.results.map(({ message }) => message).filter((message) => message.includes('The test itself broke'))).toEqual([]);
});
