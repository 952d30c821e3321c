/** Before a run with --write loads anything: may it write, and could it remove what it wrote? */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpResponse } from '../../scripts/core/result';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { readJournal } from '../../scripts/tester/write/journal';
import { embedded, EMBEDDED, exampleResources, type Embedded } from './embedded';
import { noWait } from './fake-server';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-trial-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const refusal = (status: number, diagnostics: string): HttpResponse => ({ status, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden', diagnostics }] }) });
const CHANGES = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** The embedded server, whose writes are refused where `refuses` says so; and the writes that it was sent. */
function guarded(server: Embedded, refuses: (method: string, path: string) => HttpResponse | undefined): { transport: Transport; writes: string[] } {
  const writes: string[] = [];
  const transport: Transport = (request, limits) => {
    const path = request.url.slice(EMBEDDED.length + 1);
    if (!CHANGES.includes(request.method) || path.includes('_search')) return server.transport(request, limits);
    writes.push(`${request.method} ${path.split('/')[0]}`);
    const refused = refuses(request.method, path);
    return refused === undefined ? server.transport(request, limits) : Promise.resolve(refused);
  };
  return { transport, writes };
}

const run = (transport: Transport, more: object = {}) => runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: exampleResources(), journalDir: dir, runId: 'run1', only: ['search.imagingstudy.status.*', 'write.patient.create'], ...more });

test('an access that may not write ends the run in plain words, with nothing written', async () => {
  const server = embedded();
  const held = [...server.server.store.all()].length;
  const { transport, writes } = guarded(server, () => refusal(403, 'read only'));
  await expect(run(transport, { headers: { Authorization: 'Bearer xyz-reads-only' } })).rejects.toMatchObject({
    code: 'no-access',
    message: expect.stringMatching(/^POST http\S+\/Patient is answered by 403 \(read only\): the authorization given does not allow writing\. Nothing was written\.$/) as string,
  });
  expect([...server.server.store.all()]).toHaveLength(held);
  expect(writes.length).toBeLessThan(10);
  expect(readdirSync(dir)).toEqual([]);
}, 60_000);

test('without credentials the way out is to give some; so it is where no fixture is needed', async () => {
  const { transport } = guarded(embedded(), () => refusal(401, 'who are you?'));
  await expect(run(transport, { only: ['write.patient.create'] })).rejects.toMatchObject({ code: 'no-access', message: expect.stringContaining('writing wants authorization') as string });
}, 60_000);

test('an access that may write some types only is used for those', async () => {
  const { transport } = guarded(embedded({ resources: [] }), (_, path) => (path.startsWith('ImagingStudy') || path.startsWith('Endpoint') ? undefined : refusal(403, 'not this type')));
  const done = await run(transport, { only: ['search.imagingstudy.status.code'] });
  expect(done.results.map(({ verdict }) => verdict)).toEqual(['pass']);
}, 60_000);

test('a server that deletes nothing is not filled: one resource tells, and stays in the journal', async () => {
  const server = embedded({ resources: [] });
  const { transport, writes } = guarded(server, (method) => (method === 'DELETE' ? refusal(405, 'deletion is not permitted') : undefined));
  await expect(run(transport)).rejects.toMatchObject({ code: 'cannot-remove', message: expect.stringMatching(/cannot be removed again: DELETE Patient\/\S+ is answered by 405 \(deletion is not permitted\)/) as string });
  expect(writes.filter((line) => !line.startsWith('DELETE'))).toEqual(['POST Patient']);
  expect(readJournal(join(dir, readdirSync(dir)[0] ?? '')).remaining).toHaveLength(1);
  const done = await run(guarded(embedded({ resources: [] }), (method) => (method === 'DELETE' ? refusal(405, 'deletion is not permitted') : undefined)).transport, { mayStay: true, runId: 'run2' });
  expect(done.results.find(({ id }) => id === 'write.patient.create')?.verdict).toBe('pass');
  expect(done.notes.join('\n')).toMatch(/could not be removed/);
}, 60_000);

test('a server that still shows on reading what it has deleted is tested: no search finds it any more', async () => {
  const server = embedded({ resources: [], faults: ['deleted-read-is-200'] });
  const done = await run(server.transport, { only: ['write.patient.delete', 'write.patient.create'] });
  expect(done.results.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(expect.arrayContaining(['write.patient.create pass', 'write.patient.delete fail']));
  expect([...server.server.store.all()]).toEqual([]);
}, 60_000);

test('where no search shows either that a deletion was done, nothing more is written', async () => {
  const server = embedded({ resources: [] });
  // It finds nothing by id, and deletes nothing.
  const blind: Transport = (request, limits) => server.transport(request.method === 'DELETE' ? { method: 'GET', url: `${EMBEDDED}/metadata`, headers: {} } : { ...request, url: request.url.replace(/_id=[^&]+/, '_id=none') }, limits);
  await expect(run(blind)).rejects.toMatchObject({ code: 'cannot-remove', message: expect.stringMatching(/but afterwards it is still there\. Patient\/\S+ and Patient\/\S+ were written to try it and stay \(in \S+, for scout cleanup\); nothing else was written\.$/) as string });
  expect([...server.server.store.all()]).toHaveLength(2);
}, 60_000);

test('a server that says with 200 that something is gone is tested', async () => {
  const server = embedded({ resources: [], faults: ['error-is-200'] });
  const done = await run(server.transport, { only: ['write.patient.create', 'read.imagingstudy.not-found'] });
  expect(done.results.find(({ id }) => id === 'read.imagingstudy.not-found')?.verdict).toBe('fail');
  // One trial tells; the other is the test's.
  const posts = server.requests.filter(({ method, url }) => method === 'POST' && url === `${EMBEDDED}/Patient`);
  expect(posts).toHaveLength(2);
}, 60_000);
