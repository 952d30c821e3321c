import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Resource } from '../../scripts/core/fhir';
import type { Run } from '../../scripts/core/result';
import { KnownError } from '../../scripts/core/known-error';
import { RULES } from '../../scripts/search/rules';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { cleanUpByJournal } from '../../scripts/tester/write/clean-up-by-journal';
import { readJournal, RUN_TAG_SYSTEM } from '../../scripts/tester/write/journal';
import { embedded, EMBEDDED, exampleResources, type Embedded } from './embedded';
import { noWait } from './fake-server';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-write-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const journalOf = () => join(dir, readdirSync(dir).find((name) => name.startsWith('journal-')) ?? '');
const contents = ({ server }: Embedded) => [...server.store.all()].map((resource) => JSON.stringify(resource)).sort();
const failures = (run: Run) => run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error').map(({ id, message }) => `${id}: ${message}`);
const write = (transport: Transport, more: object = {}) => runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: exampleResources(), journalDir: dir, runId: 'run1', ...more });
/** Some quick tests of each kind. */
const SOME = ['write.*', 'search.imagingstudy.modality.*', 'search.imagingstudy.patient.*'];

const isWrite = ({ method, url }: { method: string; url: string }) => !(method === 'GET' || method === 'HEAD' || (method === 'POST' && /\/_search(\?|$)/.test(url)));

describe('a run with --write', () => {
  test('on a server that holds data: all is right, and all that was written is gone again', async () => {
    const server = embedded();
    const before = contents(server);
    const bodies: string[] = [];
    const transport: Transport = (request, limits) => {
      if (isWrite(request) && request.method !== 'DELETE' && request.method !== 'PATCH' && request.body !== undefined) bodies.push(request.body);
      return server.transport(request, limits);
    };
    const run = await write(transport);
    expect(failures(run)).toEqual([]);
    expect(run.mode).toBe('write');
    expect(run.results.filter(({ group, verdict }) => group === 'write' && verdict === 'pass').length).toBeGreaterThan(25);
    expect(run.results.find(({ id }) => id === 'search.imagingstudy.patient.stored-absolute')?.verdict).toBe('pass');
    expect(contents(server)).toEqual(before);
    // Every body that could become a resource carries the tag.
    for (const body of bodies.filter((text) => text.endsWith('}') && isJson(text))) expect(body).toContain(`{"system":"${RUN_TAG_SYSTEM}","code":"run1"}`);
    // What names nothing any more is no use to anybody.
    expect(readdirSync(dir)).toEqual([]);
  }, 60_000);

  test('on a server that chooses all ids and takes no transactions', async () => {
    const server = embedded({ resources: [], variants: ['update-as-create-refused'] });
    const statement: Transport = async (request, limits) => {
      const answer = await server.transport(request, limits);
      return request.url.endsWith('/metadata') ? { ...answer, body: answer.body.replaceAll('"updateCreate":true', '"updateCreate":false').replaceAll('"code":"transaction"', '"code":"search-system"') } : answer;
    };
    const run = await write(statement, { only: SOME });
    expect(failures(run)).toEqual([]);
    expect(run.results.filter(({ id, verdict }) => id.startsWith('search.') && verdict === 'pass').length).toBeGreaterThan(20);
    expect(contents(server)).toEqual([]);
  }, 60_000);

  test('where absolute references are not found, all that lacks them alone has that cause', async () => {
    const server = embedded({ resources: [] });
    const forgetful: Transport = async (request, limits) => {
      const answer = await server.transport(request, limits);
      if (!/ImagingStudy\?patient=/.test(request.url) || answer.status !== 200) return answer;
      const bundle = JSON.parse(answer.body) as { total?: number; entry?: { resource: Resource }[] };
      const entry = (bundle.entry ?? []).filter(({ resource }) => !JSON.stringify(resource['subject']).includes(EMBEDDED));
      return { ...answer, body: JSON.stringify({ ...bundle, total: entry.length, entry }) };
    };
    const run = await write(forgetful, { only: ['search.imagingstudy.patient.*'] });
    const causes = new Map(run.results.filter(({ verdict }) => verdict === 'fail').map(({ id, cause }) => [id, cause]));
    expect([...causes.keys()]).toEqual(expect.arrayContaining(['search.imagingstudy.patient.stored-absolute', 'search.imagingstudy.patient.or']));
    expect(new Set(causes.values())).toEqual(new Set([RULES['reference-url'].text]));
  }, 60_000);

  test('so it is where the server shows them relative, as HAPI does, and for every parameter and what is included', async () => {
    const server = embedded({ resources: [] });
    const asReference = /ImagingStudy\?(patient|interpreter|referrer)[:=.]|_revinclude=/;
    const forgetful: Transport = async (request, limits) => {
      const answer = await server.transport(request, limits);
      if (!answer.body.includes('"resourceType":"Bundle"') && !answer.body.includes('"resourceType":"ImagingStudy"')) return answer;
      const relative = (body: string) => body.replaceAll(`"reference":"${EMBEDDED}/`, '"reference":"');
      if (!asReference.test(request.url) || answer.status !== 200) return { ...answer, body: relative(answer.body) };
      const bundle = JSON.parse(answer.body) as { total?: number; entry?: { resource: Resource }[] };
      const entry = (bundle.entry ?? []).filter(({ resource }) => !JSON.stringify(resource['subject'] ?? '').includes(EMBEDDED));
      return { ...answer, body: relative(JSON.stringify({ ...bundle, ...(bundle.total === undefined ? {} : { total: entry.length }), entry })) };
    };
    const run = await write(forgetful, { only: ['search.imagingstudy.patient.*', 'search.imagingstudy.interpreter.*', 'combination.imagingstudy.patient-*', 'include.patient.*'] });
    const causes = new Map(run.results.filter(({ verdict }) => verdict === 'fail').map(({ id, cause }) => [id, cause]));
    expect([...causes.keys()]).toEqual(expect.arrayContaining(['search.imagingstudy.patient.stored-absolute', 'search.imagingstudy.interpreter.type-id', 'include.patient.imagingstudy']));
    expect(new Set(causes.values())).toEqual(new Set([RULES['reference-url'].text]));
  }, 60_000);

  test('a server on which ids cannot be joined is not waited for in vain', async () => {
    const server = embedded({ resources: [] });
    let waited = 0;
    const joined: Transport = (request, limits) => server.transport({ ...request, url: request.url.replace(/_id=[^&]*(%2C|,)[^&]*/, '_id=none') }, limits);
    const run = await write(joined, { only: ['write.patient.create'], wait: (ms: number) => { waited += ms; return Promise.resolve(); } });
    expect(run.notes.filter((note) => /Searches|searches/.test(note))).toEqual([]);
    expect(waited).toBeLessThan(1000);
  }, 60_000);

  test.each(['updates-name-their-version', 'changes-name-their-version'])('on a server with %s: nothing is left undecided for it, and nothing stays', async (variant) => {
    const server = embedded({ variants: [variant] });
    const before = contents(server);
    const [plain, strict] = [await write(embedded().transport, { only: ['write.*'], runId: 'run0' }), await write(server.transport, { only: ['write.*'] })];
    const undecided = (run: Run) => run.results.filter(({ verdict }) => verdict === 'no-data').map(({ id }) => id);
    expect(undecided(strict)).toEqual(undecided(plain));
    expect(failures(strict)).toEqual([]);
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('on a server that refuses some resources: no failure, and the report says why', async () => {
    const server = embedded({ resources: [] });
    const picky: Transport = (request, limits) => {
      if (isWrite(request) && (request.body?.includes('"Endpoint"') === true || (request.method === 'POST' && request.url === EMBEDDED)))
        return Promise.resolve({ status: 422, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'business-rule', diagnostics: `No endpoints here, not "${request.url}".` }] }) });
      return server.transport(request, limits);
    };
    const run = await write(picky, { only: ['search.imagingstudy.modality.*', 'search.endpoint.*', 'write.patient.*'] });
    expect(failures(run)).toEqual([]);
    const notLoaded = run.notes.filter((note) => note.includes('not loaded'));
    expect(notLoaded).toEqual([expect.stringMatching(/fixtures were not loaded \(Endpoint\/.*422 \(No endpoints here/)]);
    expect(run.results.find(({ id }) => id === 'search.endpoint.name.start')?.verdict).toBe('no-data');
    expect(contents(server)).toEqual([]);
  }, 60_000);

  test('on a server that validates and does not know the profiles of the guide: what it holds against a resource is the claim alone', async () => {
    const server = embedded({ resources: [] });
    const strict: Transport = (request, limits) =>
      isWrite(request) && request.body?.includes('fhir-scout.org/ig/imaging/StructureDefinition') === true
        ? Promise.resolve({ status: 422, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics: 'The profile is not known.' }] }) })
        : server.transport(request, limits);
    const run = await write(strict, { only: ['search.imagingstudy.modality.*'] });
    expect(failures(run)).toEqual([]);
    expect(run.results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(5);
    expect(run.notes.join('\n')).toMatch(/\d+ fixtures were loaded without the profile claimed, for the server refuses the claim: 422 \(The profile is not known\.\)/);
    expect(run.notes.join('\n')).not.toMatch(/not loaded/);
    expect(contents(server)).toEqual([]);
  }, 60_000);

  test('on a server that checks its Bundles: each entry with a resource has a fullUrl', async () => {
    const server = embedded();
    const bundles: { entry?: { fullUrl?: string; resource?: unknown }[] }[] = [];
    const transport: Transport = (request, limits) => {
      if (request.method === 'POST' && request.url === EMBEDDED && request.body?.startsWith('{') === true) bundles.push(JSON.parse(request.body) as typeof bundles[number]);
      return server.transport(request, limits);
    };
    await write(transport, { only: ['write.transaction.*', 'write.batch.*'] });
    const entries = bundles.flatMap(({ entry }) => entry ?? []);
    expect(entries.length).toBeGreaterThan(10);
    expect(entries.filter(({ resource, fullUrl }) => resource !== undefined && fullUrl === undefined)).toEqual([]);
  }, 60_000);

  test('that is interrupted cleans up', async () => {
    const server = embedded();
    const before = contents(server);
    const abort = new AbortController();
    let writes = 0;
    const transport: Transport = (request, limits) => {
      if (isWrite(request) && (writes += 1) === 8) abort.abort();
      return limits.signal.aborted ? Promise.reject(limits.signal.reason as Error) : server.transport(request, limits);
    };
    const run = await write(transport, { signal: abort.signal, only: SOME });
    expect(run.notes.join(' ')).toMatch(/stopped before all tests were done/);
    expect(run.summary.error).toBeGreaterThan(0);
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('that is interrupted before there is anything to report names its journal, where a write was not answered', async () => {
    const server = embedded();
    const abort = new AbortController();
    const transport: Transport = (request, limits) => {
      if (request.method === 'POST' && request.url === EMBEDDED) abort.abort(new KnownError('interrupted', 'Interrupted.'));
      return limits.signal.aborted ? Promise.reject(limits.signal.reason as Error) : server.transport(request, limits);
    };
    await expect(write(transport, { signal: abort.signal, only: SOME })).rejects.toMatchObject({ code: 'interrupted', message: 'Interrupted.', hint: expect.stringContaining('scout cleanup ') as string });
    expect(readdirSync(dir)).toHaveLength(1);
  }, 60_000);

  test('that uses up its budget cleans up', async () => {
    const server = embedded();
    const before = contents(server);
    const run = await write(server.transport, { budget: 60, only: SOME });
    expect(run.summary.error).toBeGreaterThan(0);
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('keeps its journal where a write was not answered: something may come of it later', async () => {
    const server = embedded();
    let dropped = 0;
    const droppy: Transport = async (request, limits) => {
      if (request.method === 'POST' && request.url.endsWith('/Patient') && (dropped += 1) === 1) throw new Error('connection reset');
      return server.transport(request, limits);
    };
    const run = await write(droppy, { only: ['write.patient.create'], fixtures: [] });
    expect(dropped).toBeGreaterThan(0);
    expect(readJournal(journalOf())).toMatchObject({ remaining: [], unanswered: 1 });
    expect(run.notes).toContainEqual(`The server has not answered 1 write. Should something come of it later, it is removed by: scout cleanup ${journalOf()}`);
  }, 60_000);

  test('leaves no journal where nothing can be tested', async () => {
    const { transport } = embedded();
    const older: Transport = async (request, limits) => {
      const answer = await transport(request, limits);
      return { ...answer, body: answer.body.replace('"fhirVersion":"4.0.1"', '"fhirVersion":"0.5.0"') };
    };
    await expect(write(older, { only: ['write.*'] })).rejects.toMatchObject({ code: 'no-such-test' });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('writes nothing where no journal can be kept', async () => {
    const server = embedded();
    writeFileSync(join(dir, 'file'), '');
    await expect(write(server.transport, { journalDir: join(dir, 'file') })).rejects.toMatchObject({ code: 'journal-not-written' });
    expect(server.requests.filter(isWrite)).toEqual([]);
  });
});

describe('scout cleanup', () => {
  /** A run whose machine is lost after some writes: nothing gets through any more, cleaning up included. */
  const killed = async (server: Embedded, after: number) => {
    let writes = 0;
    const transport: Transport = (request, limits) => ((isWrite(request) && (writes += 1) > after) || writes > after ? Promise.reject(new Error('gone')) : server.transport(request, limits));
    await write(transport, { only: ['write.*', 'search.imagingstudy.modality.*'] }).catch(() => undefined);
  };

  // The second write is the removal of the trial, after which there is nothing.
  test.each([1, 3, 5, 20])('removes all that a run has left that was killed after %i writes, and nothing else', async (after) => {
    const server = embedded();
    const before = contents(server);
    await killed(server, after);
    expect(contents(server)).not.toEqual(before);
    const { cleaned } = await cleanUpByJournal(journalOf(), { transport: server.transport, wait: noWait });
    expect(cleaned.left).toEqual([]);
    expect(contents(server)).toEqual(before);
    // Once more: there is nothing to do.
    expect((await cleanUpByJournal(journalOf(), { transport: server.transport, wait: noWait })).cleaned).toMatchObject({ removed: [], left: [] });
  }, 60_000);

  test('finds by the tag what was made while the answer was lost', async () => {
    const server = embedded();
    const before = contents(server);
    const deaf: Transport = async (request, limits) => {
      const answer = await server.transport(request, limits);
      if (isWrite(request)) throw new Error('the answer is lost');
      return answer;
    };
    await write(deaf, { only: ['write.patient.create', 'write.patient.conditional-create'], fixtures: [] });
    // The run's own cleaning up was deaf, too, but its deletions were heard: make the loss again without them.
    const lost = await server.transport({ method: 'POST', url: `${EMBEDDED}/Patient`, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Patient', meta: { tag: [{ system: RUN_TAG_SYSTEM, code: 'run1' }] } }) }, { signal: new AbortController().signal, maxBytes: 1e6 });
    expect(lost.status).toBe(201);
    const { cleaned } = await cleanUpByJournal(journalOf(), { transport: server.transport, wait: noWait });
    expect(cleaned.removed.length).toBeGreaterThan(0);
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('leaves alone what does not carry the tag, whatever the journal says', async () => {
    const server = embedded();
    const before = contents(server);
    await killed(server, 1);
    appendFileSync(journalOf(), `${JSON.stringify({ kind: 'made', reference: 'Patient/joe-angina' })}\n`);
    const { cleaned } = await cleanUpByJournal(journalOf(), { transport: server.transport, wait: noWait });
    expect(cleaned.left).toEqual([{ reference: 'Patient/joe-angina', says: expect.stringMatching(/not ours/) as string }]);
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('takes nothing for gone where no FHIR server answers: a gateway whose server is down says 404 to everything', async () => {
    const server = embedded();
    await killed(server, 20);
    const journal = readFileSync(journalOf(), 'utf8');
    const gateway: Transport = () => Promise.resolve({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>No such service</body></html>', trailers: {} } as never);
    const silent: Transport = () => Promise.reject(new Error('connection refused'));
    for (const transport of [gateway, silent]) {
      await expect(cleanUpByJournal(journalOf(), { transport, wait: noWait })).rejects.toMatchObject({ code: 'no-fhir-there', message: expect.stringContaining(EMBEDDED) as string });
      expect(readFileSync(journalOf(), 'utf8')).toBe(journal);
    }
  }, 60_000);

  test('asks a server that has no search whether it is there', async () => {
    const server = embedded();
    const before = contents(server);
    await killed(server, 20);
    const unsearchable: Transport = (request, limits) => (request.url.includes('?') ? Promise.resolve({ status: 403, headers: {}, body: '' }) : server.transport(request, limits));
    await cleanUpByJournal(journalOf(), { transport: unsearchable, wait: noWait });
    expect(contents(server)).toEqual(before);
  }, 60_000);

  test('reads a journal whose last line is half-written, and refuses other files', async () => {
    const server = embedded();
    await killed(server, 3);
    const path = journalOf();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"write","me`);
    await expect(cleanUpByJournal(path, { transport: server.transport, wait: noWait })).resolves.toMatchObject({ cleaned: { left: [] } });
    writeFileSync(join(dir, 'other.json'), '{"resourceType":"Bundle"}');
    await expect(cleanUpByJournal(join(dir, 'other.json'), {})).rejects.toMatchObject({ code: 'bad-journal' });
    await expect(cleanUpByJournal(join(dir, 'none'), {})).rejects.toMatchObject({ code: 'no-journal' });
  }, 60_000);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
