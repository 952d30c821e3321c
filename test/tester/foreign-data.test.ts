/** Servers that would turn a careful request against what others keep there: nothing but what the run has made is changed or deleted. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import type { HttpResponse, Run } from '../../scripts/core/result';
import type { Transport, WireRequest } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { cleanUpByJournal } from '../../scripts/tester/write/clean-up-by-journal';
import { embedded, EMBEDDED, exampleResources, type Embedded } from './embedded';
import { noWait } from './fake-server';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-foreign-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const LIMITS = { signal: new AbortController().signal, maxBytes: 1e8 };
const contents = ({ server }: Embedded) => [...server.store.all()].map((resource) => JSON.stringify(resource)).sort();
const journals = () => readdirSync(dir).filter((name) => name.startsWith('journal-')).map((name) => join(dir, name));
const pathOf = ({ url }: WireRequest) => url.slice(EMBEDDED.length + 1);
const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({ status, headers: { 'content-type': 'application/fhir+json', ...headers }, body: JSON.stringify(body) });
const rewritten = (answer: HttpResponse, change: (body: string) => string): HttpResponse => ({ ...answer, body: change(answer.body) });

/** A run of the tests that write, and after it `scout cleanup` of what it has left. */
async function run(transport: Transport, more: object = {}): Promise<Run | Error> {
  const done = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: [], journalDir: dir, runId: 'run1', only: ['write.*'], ...more }).catch((error: Error) => error);
  for (const path of journals()) await cleanUpByJournal(path, { transport, wait: noWait });
  return done;
}

const verdictOf = (done: Run | Error, id: string) => (done instanceof Error ? done.message : done.results.find((result) => result.id === id)?.verdict);

/** The server, with something in its way that does what no server should. */
const NASTY: Record<string, (server: Embedded) => Transport> = {
  'a delete by criteria that deletes the whole type': (server) => async (request, limits) => {
    const [, type] = /^(\w+)\?/.exec(request.method === 'DELETE' ? pathOf(request) : '') ?? [];
    if (type === undefined) return server.transport(request, limits);
    for (const { id } of [...server.server.store.all()].filter(({ resourceType }) => resourceType === type)) await server.transport({ ...request, url: `${EMBEDDED}/${type}/${id}` }, limits);
    return json(204, {});
  },
  'an update by criteria that takes the first of the type': (server) => (request, limits) => {
    const [, type] = /^(\w+)\?/.exec(request.method === 'PUT' ? pathOf(request) : '') ?? [];
    const first = [...server.server.store.all()].find(({ resourceType }) => resourceType === type);
    if (type === undefined || first === undefined) return server.transport(request, limits);
    return server.transport({ ...request, url: `${EMBEDDED}/${type}/${first.id}`, body: JSON.stringify({ ...(JSON.parse(request.body ?? '{}') as object), id: first.id }) }, limits);
  },
  'searches and changes that pass over identifier': (server) => (request, limits) => {
    const path = pathOf(request);
    return server.transport({ ...request, url: `${EMBEDDED}/${path.replace(/\?identifier=[^&]*/, /^(DELETE|PUT)$/.test(request.method) ? '?_lastUpdated=gt1900-01-01' : '?_x=')}` }, limits);
  },
  'creates that name a foreign resource as their own': (server) => async (request, limits) => {
    const answer = await server.transport(request, limits);
    return request.method === 'POST' && pathOf(request) === 'Patient' ? { ...answer, headers: { ...answer.headers, location: `${EMBEDDED}/Patient/joe-angina/_history/1` }, body: '' } : answer;
  },
  'creates that are answered with the body of a foreign resource': (server) => async (request, limits) => {
    if (request.method !== 'POST' || pathOf(request) !== 'Patient') return server.transport(request, limits);
    const foreign = await server.transport({ method: 'GET', url: `${EMBEDDED}/Patient/joe-angina`, headers: {} }, limits);
    return { ...foreign, status: 201 };
  },
  'creates whose Location leads to the whole type': (server) => async (request, limits) => {
    const answer = await server.transport(request, limits);
    return request.method === 'POST' && pathOf(request) === 'Patient' ? { ...answer, headers: { ...answer.headers, location: `${EMBEDDED}/Patient/.` }, body: '' } : answer;
  },
  'creates whose Location leads out of the base': (server) => async (request, limits) => {
    const answer = await server.transport(request, limits);
    return request.method === 'POST' && pathOf(request) === 'Patient' ? { ...answer, headers: { ...answer.headers, location: `${EMBEDDED}/Patient/..` }, body: '' } : answer;
  },
};

test.each(Object.keys(NASTY))('%s', async (name) => {
  const server = embedded();
  const before = contents(server);
  const sent: WireRequest[] = [];
  const transport: Transport = (request, limits) => {
    sent.push(request);
    return NASTY[name]?.(server)(request, limits) as Promise<HttpResponse>;
  };
  await run(transport);
  const after = contents(server);
  expect(before.filter((resource) => !after.includes(resource))).toEqual([]);
  // No address may lead anywhere but to one resource, one type or, for a transaction, the base.
  const paths = sent.filter(({ method }) => method === 'DELETE' || method === 'PUT' || method === 'PATCH').map(({ url }) => new URL(url).pathname);
  expect(paths.filter((path) => !/^\/fhir\/[A-Z]\w+(\/[^/]+)?$/.test(path))).toEqual([]);
}, 120_000);

test('that criteria are passed over is found where it does no harm', async () => {
  const server = embedded();
  const done = await run((request, limits) => (NASTY['a delete by criteria that deletes the whole type'] as (server: Embedded) => Transport)(server)(request, limits), { only: ['write.patient.conditional-delete'] });
  expect(verdictOf(done, 'write.patient.conditional-delete')).toBe('fail');
  expect((done as Run).results[0]?.message).toMatch(/^DELETE Person\?identifier=\S+ has deleted Person\/\S+ too, which does not meet the criteria/);
}, 60_000);

test('a server that merges what it is sent into what it holds: what was there before stays', async () => {
  const server = embedded();
  const held = contents(server).length;
  const merging: Transport = async (request, limits) => {
    if (request.method !== 'POST' || pathOf(request) !== 'Patient') return server.transport(request, limits);
    const foreign = JSON.parse((await server.transport({ method: 'GET', url: `${EMBEDDED}/Patient/joe-angina`, headers: {} }, limits)).body) as Resource;
    const sent = JSON.parse(request.body ?? '{}') as Resource;
    const merged = { ...foreign, meta: { ...foreign.meta, tag: sent.meta?.tag }, identifier: [...(foreign['identifier'] as object[]), ...((sent['identifier'] as object[] | undefined) ?? [])] };
    const answer = await server.transport({ ...request, method: 'PUT', url: `${EMBEDDED}/Patient/joe-angina`, body: JSON.stringify(merged) }, limits);
    return { ...answer, status: 201, headers: { ...answer.headers, location: `${EMBEDDED}/Patient/joe-angina/_history/${(JSON.parse(answer.body) as Resource).meta?.versionId}` } };
  };
  const done = await run(merging, { only: ['write.patient.create'] });
  expect(done).toMatchObject({ code: 'not-ours', message: expect.stringContaining('Patient/joe-angina, which was there before') as string });
  expect(contents(server)).toHaveLength(held);
  expect(server.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
}, 60_000);

test('a server that keeps no tags is not filled with what could not be known again', async () => {
  const server = embedded();
  const before = contents(server);
  const tagless: Transport = (request, limits) => server.transport(request.body?.startsWith('{') === true ? { ...request, body: request.body.replace(/"tag":\[\{[^\]]*\]/g, '"source":"x"') } : request, limits);
  expect(await run(tagless, { fixtures: exampleResources(), only: ['search.imagingstudy.status.*'] })).toMatchObject({ code: 'cannot-remove', message: expect.stringMatching(/created with the tag of this run \(meta\.tag\), and is read without it\. It was removed; nothing else was written\.$/) as string });
  expect(contents(server)).toEqual(before);
}, 60_000);

test('a server whose deletions are answered by success and not done is not filled', async () => {
  const server = embedded();
  const keeping: Transport = (request, limits) => (request.method === 'DELETE' ? Promise.resolve(json(204, {})) : server.transport(request, limits));
  const held = contents(server).length;
  expect(await run(keeping)).toMatchObject({ code: 'cannot-remove', message: expect.stringContaining('but afterwards it is still there') as string });
  expect(contents(server)).toHaveLength(held + 1);
  const { cleaned } = await cleanUpByJournal(journals()[0] ?? '', { transport: keeping, wait: noWait });
  expect(cleaned).toMatchObject({ removed: [], left: [{ says: 'its deletion is answered by success, but it is still there' }] });
}, 60_000);

test('a Bundle that is kept instead of carried out is removed', async () => {
  const server = embedded();
  const before = contents(server);
  const keeping: Transport = (request, limits) => server.transport(request.method === 'POST' && pathOf(request) === '' ? { ...request, url: `${EMBEDDED}/Bundle` } : request, limits);
  await run(keeping, { only: ['write.transaction.*', 'write.batch.*'], fixtures: exampleResources().slice(0, 5) });
  expect(contents(server)).toEqual(before);
}, 60_000);

describe('scout cleanup', () => {
  const header = { kind: 'fhir-scout-journal', version: 1, base: EMBEDDED, tag: { system: 'https://fhir-scout.org/test-run', code: 'run1' }, startedAt: '2026-01-01T00:00:00Z' };
  const journal = (...lines: unknown[]) => {
    const path = join(dir, 'journal-by-hand.ndjson');
    writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
    return path;
  };
  const cleaned = (path: string, transport: Transport) => cleanUpByJournal(path, { transport, wait: noWait });

  test.each<[string, unknown[]]>([
    ['a tag of somebody else', [{ ...header, tag: { system: 'https://example.org', code: 'theirs' } }]],
    ['no tag', [{ ...header, tag: {} }]],
    ['the tag of data that a user has added', [{ ...header, tag: { ...header.tag, code: 'missing-data' } }]],
    ['no server', [{ ...header, base: 'file:///etc' }]],
    ['a reference out of the base', [header, { kind: 'made', reference: '../other/Patient/1' }]],
    ['a reference to a whole type', [header, { kind: 'made', reference: 'Patient/.' }]],
    ['criteria', [header, { kind: 'made', reference: 'Patient?active=true' }]],
    ['a type that is none', [header, { kind: 'write', method: 'POST', url: 'Patient', references: [], types: ['../Patient'] }]],
    ['a line that is no object', [header, '7']],
  ])('refuses a journal that names %s, before anything is sent', async (_, lines) => {
    const { transport, requests } = embedded();
    await expect(cleaned(journal(...lines), transport)).rejects.toMatchObject({ code: 'bad-journal' });
    expect(requests).toEqual([]);
  });

  test('can be repeated after a journal whose last line is half-written', async () => {
    const { transport } = embedded();
    const path = journal(header, { kind: 'made', reference: 'Patient/gone' });
    appendFileSync(path, '{"kind":"wri');
    for (let i = 0; i < 3; i += 1) await expect(cleaned(path, transport)).resolves.toMatchObject({ cleaned: { left: [] } });
    expect(readFileSync(path, 'utf8')).toContain('"gone"');
  });

  test('asks a server that is down a few times, not for each of hundreds', async () => {
    let asked = 0;
    const path = journal(header, ...Array.from({ length: 200 }, (_, i) => ({ kind: 'made', reference: `Patient/made-${i}` })));
    const before = readFileSync(path, 'utf8');
    await expect(cleaned(path, () => Promise.reject(new Error(`down ${(asked += 1)}`)))).rejects.toMatchObject({ code: 'no-fhir-there' });
    expect(asked).toBeLessThan(10);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('waits for the index where a write has had no answer', async () => {
    const server = embedded({ resources: [] });
    await server.transport({ method: 'POST', url: `${EMBEDDED}/Patient`, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Patient', meta: { tag: [header.tag] } }) }, LIMITS);
    let searches = 0;
    const late: Transport = async (request, limits) => {
      const answer = await server.transport(request, limits);
      return request.url.includes('_tag=') && (searches += 1) < 3 ? rewritten(answer, () => JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 0 })) : answer;
    };
    const { cleaned: result } = await cleaned(journal(header, { kind: 'write', n: 1, method: 'POST', url: 'Patient', references: [], types: ['Patient'] }), late);
    expect(result.removed).toHaveLength(1);
    expect(contents(server)).toEqual([]);
  });
});
