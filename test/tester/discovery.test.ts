import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../../scripts/core/known-error';
import { baseUrl } from '../../scripts/tester/discovery/base-url';
import { readDeclared } from '../../scripts/tester/discovery/declared';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources } from './embedded';
import { BASE, fakeServer, noWait, statement } from './fake-server';

describe('what a person types', () => {
  test.each([
    ['http://server.test/fhir', 'http://server.test/fhir'],
    ['http://server.test/fhir/', 'http://server.test/fhir'],
    [' https://server.test/fhir/metadata ', 'https://server.test/fhir'],
    ['https://server.test/fhir/metadata/?_format=json', 'https://server.test/fhir'],
    ['HTTP://Server.Test:8080', 'http://server.test:8080'],
    ['http://server.test/fhir?x=1#top', 'http://server.test/fhir'],
  ])('%s means %s', (typed, base) => {
    expect(baseUrl(typed).base).toBe(base);
  });

  test('a user in the address becomes a header and leaves the address', () => {
    expect(baseUrl('https://anna:p%40ss@server.test/fhir')).toMatchObject({ base: 'https://server.test/fhir', authorization: `Basic ${Buffer.from('anna:p@ss').toString('base64')}` });
  });

  test.each([['100%', '100%'], ['a%zzb', 'a%zzb'], ['%E9t%C3%A9', '%E9t\u00e9']])('the password %j has a per cent sign that begins no escape', (typed, password) => {
    expect(baseUrl(`https://anna:${typed}@server.test/fhir`).authorization).toBe(`Basic ${Buffer.from(`anna:${password}`).toString('base64')}`);
  });

  test.each(['server.test/fhir', 'ftp://server.test/', 'http://', ''])('%j is refused with an example', (typed) => {
    expect(() => baseUrl(typed)).toThrow(expect.objectContaining({ code: 'bad-url' }) as Error);
  });
});

const html = '<!DOCTYPE html><html><body>Welcome</body></html>';
const run = (answer: Parameters<typeof fakeServer>[0]) => runTests({ url: BASE, transport: fakeServer(answer).transport, wait: noWait, maxBytes: 100_000 });

describe('an address where nothing can be tested', () => {
  test.each([
    ['a web page', { body: html, headers: { 'content-type': 'text/html' } }, 'no-fhir', /a web page/],
    ['404', { status: 404, json: {} }, 'no-fhir', /gave 404/],
    ['401', { status: 401, body: '' }, 'no-access', /wants authorization/],
    ['403', { status: 403, body: html }, 'no-access', /wants authorization/],
    ['429 for ever', { status: 429, body: '' }, 'too-many-requests', /too many requests/],
    ['XML', { body: '<CapabilityStatement xmlns="http://hl7.org/fhir"/>' }, 'no-json', /FHIR's XML, though JSON was asked for/],
    ['broken JSON', { body: '{"resourceType": "Capab' }, 'no-fhir', /not JSON/],
    ['a body without end', { body: `{"x": "${'x'.repeat(200_000)}"}` }, 'no-fhir', /longer than the limit/],
    ['some other resource', { json: { resourceType: 'Patient' } }, 'no-fhir', /answers with a Patient/],
    ['an OperationOutcome for everything', { json: { resourceType: 'OperationOutcome', issue: [] } }, 'no-fhir', /answers with an OperationOutcome/],
    ['DSTU2', { json: { resourceType: 'Conformance', fhirVersion: '1.0.2' } }, 'unknown-fhir-version', /1\.0\.2/],
    ['STU3', { json: statement([], { fhirVersion: '3.0.2' }) }, 'unknown-fhir-version', /3\.0\.2/],
    ['no version', { json: statement([], { fhirVersion: undefined }) }, 'unknown-fhir-version', /does not say/],
    ['a redirect to another host', { status: 301, headers: { location: 'https://elsewhere.test/fhir/metadata' } }, 'redirected', /elsewhere\.test/],
    ['a redirect in a circle', { status: 302, headers: { location: `${BASE}/metadata` } }, 'redirected', /in a circle/],
    ['a server out of order', { status: 503, body: '' }, 'no-fhir', /answers 503: the server, or what stands before it, is out of order/],
    ['an empty answer', { body: '' }, 'no-fhir', /no body/],
    ['null', { body: 'null' }, 'no-fhir', /not a FHIR resource/],
  ])('%s is said in a plain sentence', async (_, answer, code, message) => {
    const failure = await run(() => answer as never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KnownError);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  test('credentials that do not suffice are told apart from none', async () => {
    const refusing = runTests({ url: BASE, transport: fakeServer(() => ({ status: 401, body: '' })).transport, wait: noWait, headers: { Authorization: 'Bearer stale' } });
    await expect(refusing).rejects.toThrow(/the authorization given does not suffice/);
  });

  test.each([[{}, /wants authorization/], [{ Authorization: 'Bearer stale' }, /does not suffice/]])('where all data is denied nothing is tested: a token that has run out must not look like a good run (%j)', async (headers, message) => {
    const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: statement() } : { status: 401, body: '' }));
    await expect(runTests({ url: BASE, transport, wait: noWait, headers })).rejects.toMatchObject({ code: 'no-access', message: expect.stringMatching(message) as string });
    // What needs no data is tested all the same.
    expect((await runTests({ url: BASE, transport, wait: noWait, headers, only: ['capability'] })).summary.pass).toBeGreaterThan(5);
  });

  test('the rules of a version can be asked for', async () => {
    const done = await runTests({ url: BASE, fhir: 'R4', only: ['capability.fhir-version'], transport: fakeServer(() => ({ json: statement([], { fhirVersion: '3.0.2' }) })).transport });
    expect(done.results).toMatchObject([{ verdict: 'fail' }]);
  });
});

describe('a server whose address redirects within its host', () => {
  const root = new URL('/', EMBEDDED).href.replace(/\/$/, '');
  const moved = (server: ReturnType<typeof embedded>): Transport => async (request, limits) =>
    request.url.startsWith(EMBEDDED) ? server.transport(request, limits) : { status: 302, headers: { location: request.url.replace(root, EMBEDDED) }, body: '' };

  test('is tested, written to and tidied where it leads', async () => {
    const server = embedded({ resources: [] });
    const journalDir = mkdtempSync(join(tmpdir(), 'scout-moved-'));
    const { target, notes, results } = await runTests({ url: root, write: true, fixtures: exampleResources(), transport: moved(server), wait: noWait, journalDir, only: ['paging.imagingstudy.post', 'write.patient.create', 'search.imagingstudy.modality.code'] });
    rmSync(journalDir, { recursive: true });
    expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(target.url).toBe(EMBEDDED);
    expect(notes).toContainEqual(expect.stringContaining(`${root} redirects to ${EMBEDDED}`));
    expect(notes).not.toContainEqual(expect.stringMatching(/left|calls itself/));
  }, 60_000);
});

test('where data is redirected to another host nothing is known of it, and nothing is a failure', async () => {
  const { transport, heard } = fakeServer(({ path, url }) => (path === 'metadata' ? { json: statement(['status']) } : { status: 307, headers: { location: url.replace('server.test', 'other.test') }, body: '' }));
  const { summary, results } = await runTests({ url: BASE, transport, wait: noWait, only: ['search.imagingstudy.status.*', 'read.*', 'honesty.*'] });
  expect(summary.fail).toBe(0);
  expect(new Set(results.filter(({ verdict }) => verdict === 'error').map(({ cause }) => cause))).toEqual(new Set([expect.stringMatching(/^Requests are redirected to another host \(/) as string, 'The ImagingStudy resources of the server could not be read']));
  expect(heard.every(({ url }) => url.startsWith(BASE))).toBe(true);
});

describe('over a real socket', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url?.startsWith('/slow') === true) return;
      if (request.url?.startsWith('/big') === true) {
        response.writeHead(200, { 'Content-Type': 'application/fhir+json' });
        const pour = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', pour);
        pour();
        return;
      }
      response.writeHead(200, { 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(statement()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const at = (path: string, more: object = {}) => runTests({ url: `http://127.0.0.1:${port}${path}`, only: ['capability.*'], ...more });

  test('a server is asked', async () => {
    expect((await at('/fhir')).target.software).toBe('Fake 1');
  });

  test('an answer that never comes ends in a sentence', async () => {
    await expect(at('/slow', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringMatching(/no answer came in time/) as string });
  });

  test('an answer without end is cut', async () => {
    await expect(at('/big', { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'no-fhir', message: expect.stringMatching(/longer than the limit of 1 MB/) as string });
  });

  test('a port where nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const free = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    await expect(runTests({ url: `http://127.0.0.1:${free}/fhir` })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringMatching(/connection refused/) as string });
  });

  test('a host that does not exist', async () => {
    await expect(runTests({ url: 'http://no-such-host.invalid/fhir' })).rejects.toMatchObject({ code: 'no-answer' });
  });

  test('https where only http is spoken', async () => {
    await expect(runTests({ url: `https://127.0.0.1:${port}/fhir` })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringMatching(/TLS/) as string });
  });
});

test('what a server declares in several parts it declares, and what it says of its doings as a client it does not', () => {
  const of = (type: string, code: string) => ({ type, interaction: [{ code }], searchParam: [{ name: 'identifier' }] });
  const declared = readDeclared({
    resourceType: 'CapabilityStatement',
    rest: [
      { mode: 'client', resource: [of('Device', 'read')] },
      { mode: 'server', interaction: [{ code: 'batch' }], resource: [of('Patient', 'read')] },
      { mode: 'server', interaction: [{ code: 'transaction' }], searchParam: [{ name: '_tag' }], security: { cors: true }, resource: [of('ImagingStudy', 'vread'), of('Patient', 'create')] },
    ],
  });
  expect([...declared.types.keys()]).toEqual(['Patient', 'ImagingStudy']);
  expect([declared.interaction('ImagingStudy', 'vread'), declared.interaction('Patient', 'read'), declared.interaction('Patient', 'create')]).toEqual([true, true, false]);
  expect([...declared.systemInteractions]).toEqual(['batch', 'transaction']);
  expect([declared.searchParam('Patient', '_tag'), declared.cors]).toEqual([true, true]);
});
