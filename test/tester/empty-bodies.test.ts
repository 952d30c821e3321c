/** What a server makes of a body that holds nothing carries no tag: it is removed where it is certainly the run's, and else left alone. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-empty-'))));
afterEach(() => rmSync(dir, { recursive: true }));

/** A server that takes what is no resource for an empty one. @param made what it has been sent instead @param date of its answer, from when the resource was made */
function lenient(made: object, date: (made: string) => string | undefined, answer: (location: string) => string = (location) => location) {
  const { server, transport } = embedded();
  const taken: string[] = [];
  const lax: Transport = async (request, limits) => {
    const isNone = request.method === 'POST' && request.url === `${EMBEDDED}/Patient` && (request.body === '' || request.body === undefined);
    if (!isNone) return transport(request, limits);
    const response = await transport({ ...request, body: JSON.stringify(made) }, limits);
    const location = response.headers['location'] ?? '';
    taken.push(location.slice(EMBEDDED.length + 1).replace(/\/_history.*$/, ''));
    const at = date(response.headers['last-modified'] ?? '');
    return { ...response, body: '', headers: { ...response.headers, location: answer(location), ...(at === undefined ? {} : { date: at }) } };
  };
  const isThere = (reference: string) => server.handle({ method: 'GET', url: `/fhir/${reference}`, headers: {} }).status === 200;
  return { lax, taken, isThere };
}

const tested = async (transport: Transport) => {
  const run = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, journalDir: dir, runId: 'empty', only: ['write.patient.no-resource'] });
  return `${String(run.results[0]?.verdict)}: ${String(run.results[0]?.message)}`;
};
const EMPTY = { resourceType: 'Patient' };

test('it is removed where it is in its first version, holds nothing, and is as old as the answer', async () => {
  const { lax, taken, isThere } = lenient(EMPTY, (at) => at);
  expect(await tested(lax)).toMatch(/^fail: .*no body at all is answered by 201.*has no tag and no content: Patient\/assigned-\d+, which the run removes\.$/);
  expect(taken).toHaveLength(1);
  expect(taken.filter(isThere)).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});

test.each<[string, object, (made: string) => string | undefined, (location: string) => string]>([
  ['it holds something', { ...EMPTY, active: true }, (at) => at, (location) => location],
  ['the server does not say when it answers', EMPTY, () => undefined, (location) => location],
  ['it is older than the answer', EMPTY, () => 'Fri, 01 Jan 2027 00:00:00 GMT', (location) => location],
  ['the answer names another resource', EMPTY, (at) => at, () => `${EMBEDDED}/Patient/alex-amari/_history/1`],
])('it stays, and is told, where %s', async (_, made, date, answer) => {
  const { lax, taken, isThere } = lenient(made, date, answer);
  expect(await tested(lax)).toMatch(/^fail: .*has no tag and stays: Patient\//);
  expect(taken.filter(isThere)).toEqual(taken);
  expect(isThere('Patient/alex-amari')).toBe(true);
  expect(existsSync(join(dir, 'journal-empty.ndjson'))).toBe(true);
});
