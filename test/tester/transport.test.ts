/** The network transport against a real server that answers as servers do, and as they should not. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { networkError } from '../../scripts/tester/http/network-trouble';
import { networkTransport, type WireRequest } from '../../scripts/tester/http/transport';

const TEXT = JSON.stringify({ resourceType: 'Bundle', note: 'größer '.repeat(2000) });
const ENCODED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

let heard: IncomingMessage[] = [];
/** Ports of the clients' ends, to see which connections were used again. */
let ports: (number | undefined)[] = [];
const ANSWERS: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/plain': (response) => response.setHeader('Content-Type', 'application/fhir+json').end(TEXT),
  '/gzip': (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(TEXT)),
  '/deflate': (response) => response.setHeader('Content-Encoding', 'deflate').end(deflateSync(TEXT)),
  '/br': (response) => response.setHeader('Content-Encoding', 'br').end(brotliCompressSync(TEXT)),
  '/unknown': (response) => response.setHeader('Content-Encoding', 'zstd-of-ours').end('as it is'),
  '/no-gzip': (response) => response.setHeader('Content-Encoding', 'gzip').end('not compressed at all'),
  '/cut-gzip': (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(TEXT).subarray(0, 40)),
  '/empty-gzip': (response) => response.setHeader('Content-Encoding', 'gzip').end(),
  '/binary': (response) => response.setHeader('Content-Type', 'application/dicom').end(Buffer.from([0, 128, 255])),
  '/cookies': (response) => response.setHeader('Set-Cookie', ['a=1', 'b=2']).writeHead(204).end(),
  '/latin1': (response) => response.setHeader('Content-Type', 'application/fhir+json').end(Buffer.from(TEXT, 'latin1')),
  '/broken': (response) => {
    response.setHeader('Content-Length', '1000').write('{"resourceType":');
    setImmediate(() => response.destroy());
  },
  '/switching': (_, { socket }) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
  '/headers': (_, { socket }) => socket.on('error', () => undefined).end(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(1_000_000)}\r\n\r\n`),
  '/stalled': (response) => response.write('{'),
  '/echo': (response, request) => request.pipe(response),
};

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push(request);
    ports.push(request.socket.remotePort);
    ANSWERS[request.url ?? '']?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  (server as Server & { closeAllConnections(): void }).closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard = [];
  ports = [];
});

const never = new AbortController().signal;
const send = (path: string, { signal = never, maxBytes = 1 << 24, ...more }: Partial<WireRequest & { signal: AbortSignal; maxBytes: number }> = {}) =>
  networkTransport({ method: 'GET', url: `${base}${path}`, headers: {}, ...more }, { signal, maxBytes });

test('an answer comes with its status, its headers in lower case and its text', async () => {
  const { status, headers, body } = await send('/plain');
  expect({ status, type: headers['content-type'], body }).toEqual({ status: 200, type: 'application/fhir+json', body: TEXT });
});

test('text that is no UTF-8 is marked, but not where it was cut within a character', async () => {
  expect((await send('/latin1')).notUtf8).toBe(true);
  expect((await send('/plain')).notUtf8).toBeUndefined();
  expect(await send('/plain', { maxBytes: TEXT.indexOf('ö') + 1 })).toMatchObject({ truncatedAt: TEXT.indexOf('ö') + 1 });
  expect((await send('/plain', { maxBytes: TEXT.indexOf('ö') + 1 })).notUtf8).toBeUndefined();
});

test('nothing is sent that the curl line of a report would not send', async () => {
  await send('/plain', { headers: { Accept: 'application/fhir+json' } });
  expect(heard[0]?.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()).sort()).toEqual(['accept', 'connection', 'host']);
});

test.each(Object.keys(ENCODED))('a body compressed by %s is read', async (coding) => {
  expect((await send(`/${coding}`)).body).toBe(TEXT);
});

test('a coding that nobody knows is left as it is', async () => {
  expect((await send('/unknown')).body).toBe('as it is');
});

test.each(['/no-gzip', '/cut-gzip'])('%s: what is not as its Content-Encoding says is named so', async (path) => {
  await expect(send(path)).rejects.toMatchObject({ code: 'bad-encoding' });
});

test('no body is no compressed body', async () => {
  expect(await send('/empty-gzip')).toMatchObject({ status: 200, body: '' });
  expect(await send('/gzip', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
});

test.each(['/plain', '/gzip', '/br'])('%s: only so many decoded bytes are kept', async (path) => {
  const answer = await send(path, { maxBytes: 500 });
  expect(answer.truncatedAt).toBe(500);
  expect(Buffer.byteLength(answer.body)).toBeLessThanOrEqual(502);
  expect(TEXT.startsWith(answer.body.slice(0, 400))).toBe(true);
});

test('bytes stay bytes, both ways', async () => {
  expect(await send('/binary')).toMatchObject({ body: '\u0000\u0080\u00ff', encoding: 'latin1' });
  expect((await send('/echo', { method: 'POST', body: '\u0080\u00ff', encoding: 'latin1', headers: { 'Content-Type': 'application/dicom' } })).body).toBe('\ufffd\ufffd');
  expect((await send('/echo', { method: 'PUT', body: 'größer' })).body).toBe('größer');
});

test('several cookies are one header', async () => {
  expect(await send('/cookies')).toMatchObject({ status: 204, headers: { 'set-cookie': 'a=1, b=2' }, body: '' });
});

test('a connection that breaks off in the middle is lost', async () => {
  await expect(send('/broken')).rejects.toMatchObject({ code: 'connection-lost' });
});

test.each([
  ['/switching', 'not-http', /switches to another protocol \(101\)/],
  ['/headers', 'headers-too-long', /^the headers of the answer are longer than is read/],
])('%s: what is no answer is said, and nothing hangs', async (path, code, message) => {
  await expect(send(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test('https where http is spoken is said on one line', async () => {
  await expect(networkTransport({ method: 'GET', url: `${base.replace('http:', 'https:')}/echo`, headers: {} }, { signal: AbortSignal.timeout(10_000), maxBytes: 1000 })).rejects.toMatchObject({ code: 'no-tls', message: 'what answers there does not speak TLS (EPROTO: wrong version number)' });
});

test('an answer that stops in the middle ends with the time-out', async () => {
  await expect(send('/stalled', { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ code: 'time-out' });
});

test('nothing is sent once the run was interrupted', async () => {
  await expect(send('/plain', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
  expect(heard).toEqual([]);
});

test('connections are used again', async () => {
  for (let round = 0; round < 3; round++) await send('/plain');
  expect(new Set(ports).size).toBe(1);
});

test.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'write 80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/x.c:1:', 'client-certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match certificate\'s altnames', 'certificate-of-another-host'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'certificate-out-of-date'],
  ['EPROTO', 'write EPROTO 80:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/x.c:1:', 'tls-error'],
])('%s: the trouble of TLS is told apart', (code, message, trouble) => {
  expect(networkError(Object.assign(new Error(message), { code })).code).toBe(trouble);
});

const openssl = spawnSync('openssl', ['version']).status === 0;
(openssl ? test : test.skip)('a certificate that nobody vouches for ends in a sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=127.0.0.1'], { stdio: 'ignore' });
  const secure = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end());
  rmSync(folder, { recursive: true });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  try {
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`;
    await expect(networkTransport({ method: 'GET', url, headers: {} }, { signal: never, maxBytes: 100 })).rejects.toMatchObject({ code: 'tls-error' });
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
});
