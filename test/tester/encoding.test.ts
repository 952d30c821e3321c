/** Answers in another encoding than UTF-8, or with a byte order mark: accused, and read all the same. */
import type { HttpResponse } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const encodingOf = async (change: (response: HttpResponse) => HttpResponse) => {
  const server = embedded();
  const run = await runTests({ url: EMBEDDED, wait: noWait, only: ['result.encoding', 'read.patient.*'], transport: async (request, limits) => change(await server.transport(request, limits)) });
  return { encoding: run.results.find(({ id }) => id === 'result.encoding'), others: run.results.filter(({ id, verdict }) => id !== 'result.encoding' && verdict !== 'pass' && verdict !== 'no-data').map(({ id }) => id) };
};

test.each([
  ['bytes that are no UTF-8', (response: HttpResponse): HttpResponse => ({ ...response, notUtf8: true }), /is not UTF-8/],
  ['a byte order mark', (response: HttpResponse): HttpResponse => (response.body === '' ? response : { ...response, body: `\uFEFF${response.body}` }), /byte order mark/],
  ['another charset than its own', (response: HttpResponse): HttpResponse => ({ ...response, headers: { ...response.headers, 'content-type': 'application/fhir+json; charset="ISO-8859-1"' } }), /states the charset ISO-8859-1/],
])('%s: named once, and the other tests go on', async (_, change, message) => {
  const { encoding, others } = await encodingOf(change);
  expect(encoding).toMatchObject({ verdict: 'fail', message: expect.stringMatching(message) as string });
  expect(others).toEqual([]);
}, 60_000);

test('an error in another encoding is information: something before the server may have written it', async () => {
  const { encoding } = await encodingOf((response) => (response.status >= 400 ? { ...response, notUtf8: true } : response));
  expect(encoding).toMatchObject({ verdict: 'info' });
}, 60_000);

test.each(['application/fhir+json', 'application/fhir+json;charset=UTF-8', 'application/fhir+json; fhirVersion=4.0; charset="utf-8"', 'application/fhir+json; charset=utf8'])('%s passes', async (type) => {
  expect((await encodingOf((response) => ({ ...response, headers: { ...response.headers, 'content-type': type } }))).encoding).toMatchObject({ verdict: 'pass' });
}, 60_000);

test('plain UTF-8 passes', async () => {
  expect((await encodingOf((response) => response)).encoding).toMatchObject({ verdict: 'pass' });
}, 60_000);
