import { runTests } from '../../scripts/tester/run-tests';
import { BASE, fakeServer, noWait, searchset, statement } from './fake-server';

const CUT = { resourceType: 'ImagingStudy', id: 's', status: 'available', subject: { reference: 'Patient/p' } };
const STUDY = { ...CUT, started: '2024-01-01' };

/** What the test says of a server that echoes the URL it was asked by and answers these parameters otherwise. */
async function about(otherwise: (name: string) => Record<string, unknown> | number | undefined) {
  const { transport } = fakeServer(({ path }) => {
    if (path === 'metadata') return { json: statement() };
    const name = /[?&](_(?!count)[^=]*)=[^&]*(?:scout|x&)/.exec(path)?.[1];
    const answer = name === undefined ? undefined : otherwise(name);
    if (typeof answer === 'number') return { status: answer, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid' }] } };
    return { json: searchset([answer ?? STUDY], { link: [{ relation: 'self', url: `${BASE}/${answer === undefined ? path : 'ImagingStudy'}` }] }) };
  });
  const { results } = await runTests({ url: BASE, transport, wait: noWait, only: ['honesty.unknown-result-values'] });
  return results[0];
}

test('an order, and a parameter, that do not exist are not to be claimed', async () => {
  const result = await about(() => undefined);
  expect(result).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/_sort=scout-unknown, _scout-unknown=x, _include=.*_summary=.*_total=.*_elements=/) as string });
  expect(result?.requirement.id).toBe('fhir-r4-search-self-link');
});

test('where it is only what adds or leaves out, a warning will do', async () => {
  expect(await about((name) => (/^_(sort|scout)/.test(name) ? STUDY : undefined))).toMatchObject({ verdict: 'warn' });
});

test('an element that does not exist may be claimed where the answer was cut by it', async () => {
  expect(await about((name) => (name === '_elements' ? undefined : STUDY))).toMatchObject({ verdict: 'warn', message: expect.stringContaining('_elements') as string });
  const { transport } = fakeServer(({ path }) => {
    if (path === 'metadata') return { json: statement() };
    const elements = path.includes('_elements');
    return { json: searchset([elements ? CUT : STUDY], { link: [{ relation: 'self', url: `${BASE}/${elements ? path : 'ImagingStudy'}` }] }) };
  });
  const { results } = await runTests({ url: BASE, transport, wait: noWait, only: ['honesty.unknown-result-values'] });
  expect(results[0]).toMatchObject({ verdict: 'pass' });
});

test('to refuse them all is legal, to break down is not', async () => {
  expect(await about(() => 400)).toMatchObject({ verdict: 'info' });
  const broken = await about((name) => (name === '_total' ? 500 : 400));
  expect(broken).toMatchObject({ verdict: 'warn', message: expect.stringContaining('_total') as string });
  expect(broken?.requirement.id).toBe('fhir-r4-status-server-error');
});
