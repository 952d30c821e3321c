/** Searches within compartments: who does not know them is left alone, who answers them is held to it. */
import type { Bundle, Resource } from '../../scripts/core/fhir';
import type { HttpResponse } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import type { Transport } from '../../scripts/tester/http/transport';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

type Change = (response: HttpResponse, path: string) => Partial<HttpResponse>;
const WITHIN = /\/Patient\/[^/?]+\/ImagingStudy/;
const refusal = { body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported' }] }) };

/** The statement of a server that declares no compartment. */
const undeclared: Change = ({ body }, path) => (path.endsWith('/metadata') ? { body: body.replace(/"compartment":\[[^\]]*\],?/, '').replace(/,\}/g, '}') } : {});

/** `verdict` of each test of compartments, and the messages, where answers are changed on their way. */
async function about(...changes: Change[]): Promise<{ verdicts: string[]; messages: string; asked: string[] }> {
  const { transport, requests } = embedded();
  const changed: Transport = async (request, limits) => {
    const response = await transport(request, limits);
    return changes.reduce((before, change) => ({ ...before, ...change(before, request.url) }), response);
  };
  const { results } = await runTests({ url: EMBEDDED, transport: changed, wait: noWait, runId: 'within', only: ['search.compartment.*'] });
  return { verdicts: results.map(({ verdict }) => verdict), messages: results.map(({ message }) => message).join('\n'), asked: requests.flatMap(({ url }) => (WITHIN.test(url) ? [url] : [])) };
}

const within = (change: (response: HttpResponse) => Partial<HttpResponse>): Change => (response, path) => (WITHIN.test(path) ? change(response) : {});

test('a server that searches in compartments passes, with one request for each question', async () => {
  const { verdicts, asked } = await about();
  expect(verdicts).toEqual(['pass', 'pass', 'pass']);
  expect(asked).toHaveLength(4);
});

test.each([404, 400, 405, 501])('a server that does not know compartments and answers %d is asked once and accused of nothing', async (status) => {
  const { verdicts, asked } = await about(undeclared, within(() => ({ status, ...refusal })));
  expect(verdicts).toEqual(['not-declared', 'not-declared', 'not-declared']);
  expect(asked).toHaveLength(1);
});

test('one that declares the compartment and does not search in it is warned, once', async () => {
  expect((await about(within(() => ({ status: 404, ...refusal })))).verdicts).toEqual(['warn', 'not-declared', 'not-declared']);
});

test('what is answered with success has to be a search set', async () => {
  const patient = within(() => ({ body: JSON.stringify({ resourceType: 'Patient', id: 'p' }) }));
  expect((await about(undeclared, patient)).verdicts[0]).toBe('warn');
  expect((await about(patient)).verdicts[0]).toBe('fail');
});

test('one that loses studies of the patient, or adds those of another, fails though it declares nothing', async () => {
  const entries = (change: (entry: NonNullable<Bundle['entry']>) => NonNullable<Bundle['entry']>) => within(({ body }) => {
    const bundle = JSON.parse(body) as Bundle;
    return { body: JSON.stringify({ ...bundle, total: undefined, entry: change(bundle.entry ?? []) }) };
  });
  const lost = await about(undeclared, entries((entry) => entry.slice(1)));
  expect(lost.verdicts[0]).toBe('fail');
  expect(lost.messages).toMatch(/Patient\/[^ ]+\/ImagingStudy leaves out ImagingStudy\//);
  const foreign: Resource = { resourceType: 'ImagingStudy', id: 'ct-water-phantom' };
  const added = await about(undeclared, entries((entry) => [...entry, { fullUrl: `${EMBEDDED}/ImagingStudy/ct-water-phantom`, resource: foreign, search: { mode: 'match' } }]));
  expect(added.messages).toMatch(/returns ImagingStudy\/ct-water-phantom, which must not match/);
});

test('parameters that are passed over are a warning where the self link says so', async () => {
  const passing: Transport = ((inner) => (request, limits) => inner({ ...request, url: WITHIN.test(request.url) ? request.url.replace(/modality=[^&]*&?/, '') : request.url }, limits))(embedded().transport);
  const { results } = await runTests({ url: EMBEDDED, transport: passing, wait: noWait, runId: 'within', only: ['search.compartment.criteria'] });
  expect(results[0]).toMatchObject({ verdict: 'warn', message: expect.stringContaining('self link says') as string });
});
