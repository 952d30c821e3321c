/** Servers that speak HTTP or TLS wrongly, late, without end or in other characters: a plain sentence, soon, and nothing else happens. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { KnownError } from '../../scripts/core/known-error';
import { networkTransport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { noWait, statement } from './fake-server';

const JSON_TEXT = JSON.stringify(statement());
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n';
const sized = (body: Buffer | string, more = '') => Buffer.concat([Buffer.from(`${HEAD}${more}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`), Buffer.from(body)]);
const all = (bytes: Buffer | string) => (socket: Socket) => void socket.end(bytes);
const BOMB_BYTES = 200_000_000;

/** What is done with a connection once its request has come, by the first part of the path. */
const BEHAVIOURS: Record<string, (socket: Socket, path: string) => void> = {
  silent: () => undefined,
  'byte-by-byte': (socket) => {
    socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n`);
    const timer = setInterval(() => socket.write(' '), 20);
    socket.on('close', () => clearInterval(timer));
  },
  'cut-in-header': all('HTTP/1.1 200 OK\r\nContent-Ty'),
  'cut-in-body': all(`${HEAD}Content-Length: ${JSON_TEXT.length}\r\n\r\n${JSON_TEXT.slice(0, 100)}`),
  'too-long-length': (socket) => socket.write(`${HEAD}Content-Length: ${JSON_TEXT.length + 10}\r\n\r\n${JSON_TEXT}`),
  'too-short-length': all(`${HEAD}Content-Length: 20\r\n\r\n${JSON_TEXT}`),
  'length-no-number': all(`${HEAD}Content-Length: many\r\n\r\n${JSON_TEXT}`),
  'bad-chunk': all(`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n${JSON_TEXT}\r\n0\r\n\r\n`),
  'endless-chunks': (socket) => {
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const more = () => void (socket.writable && socket.write(`4000\r\n${' '.repeat(0x4000)}\r\n`, () => setImmediate(more)));
    more();
  },
  garbage: all('\u0000\u0001\u0002SSH-2.0-OpenSSH_9\r\n'),
  'gzip-bomb': all(sized(gzipSync(Buffer.alloc(BOMB_BYTES)), 'Content-Encoding: gzip\r\n')),
  'brotli-bomb': all(sized(brotliCompressSync(Buffer.alloc(BOMB_BYTES), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }), 'Content-Encoding: br\r\n')),
  'utf-16': all(sized(Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le'))),
  // What is odd, and yet can be read.
  'http-1.0': all(`HTTP/1.0 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n${JSON_TEXT}`),
  trailers: all(`${HEAD}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n${JSON_TEXT.length.toString(16)};note=1\r\n${JSON_TEXT}\r\n0\r\nX-Sum: 1\r\n\r\n`),
  'byte-order-mark': all(sized(`\ufeff${JSON_TEXT}`)),
  'early-hints': all(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${sized(JSON_TEXT).toString()}`),
};

let server: Server;
let port: number;
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', (data) => {
      const [, kind = '', path = ''] = /^\S+ \/([^/ ]*)(\S*)/.exec(data.toString('latin1')) ?? [];
      BEHAVIOURS[kind]?.(socket, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const run = (url: string, timeoutMs: number) => runTests({ url, timeoutMs, maxBytes: 100_000, wait: noWait, only: ['capability.status'] });
const failure = async (url: string, timeoutMs: number) => (await run(url, timeoutMs).then(() => undefined, (error: unknown) => error)) as KnownError | undefined;
const LONG = 60_000;

test.each([
  ['silent', 150, 'no-answer', /no answer came in time \(0\.15 s\)/],
  ['byte-by-byte', 150, 'no-answer', /no answer came in time/],
  ['too-long-length', 150, 'no-answer', /no answer came in time/],
  ['cut-in-header', LONG, 'no-answer', /the connection broke off/],
  ['cut-in-body', LONG, 'no-answer', /the connection broke off/],
  ['too-short-length', LONG, 'no-answer', /what came back is not HTTP/],
  ['length-no-number', LONG, 'no-answer', /what came back is not HTTP/],
  ['bad-chunk', LONG, 'no-answer', /what came back is not HTTP/],
  ['garbage', LONG, 'no-answer', /what came back is not HTTP/],
  ['endless-chunks', LONG, 'no-fhir', /longer than the limit of 100 kB/],
  ['gzip-bomb', LONG, 'no-fhir', /longer than the limit of 100 kB/],
  ['brotli-bomb', LONG, 'no-fhir', /longer than the limit of 100 kB/],
  ['utf-16', LONG, 'no-fhir', /UTF-16/],
])('%s is said in a plain sentence', async (kind, timeoutMs, code, message) => {
  const error = await failure(`http://127.0.0.1:${port}/${kind}`, timeoutMs);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect(error?.message).not.toMatch(/[\u0000-\u0008\ufffd]/);
}, LONG);

test.each(['http-1.0', 'trailers', 'byte-order-mark', 'early-hints'])('%s is read', async (kind) => {
  expect((await run(`http://127.0.0.1:${port}/${kind}`, LONG)).results.map(({ verdict }) => verdict)).toEqual(['pass']);
}, LONG);

test('of what a few bytes unpack to no more is unpacked than is read', async () => {
  const before = process.cpuUsage();
  const { truncatedAt, body } = await networkTransport({ method: 'GET', url: `http://127.0.0.1:${port}/brotli-bomb/`, headers: {} }, { signal: new AbortController().signal, maxBytes: 1000 });
  const { user, system } = process.cpuUsage(before);
  expect([truncatedAt, body.length]).toEqual([1000, 1000]);
  // All of it would take whole seconds.
  expect(user + system).toBeLessThan(1_000_000);
});

const openssl = spawnSync('openssl', ['version']).status === 0;
describe('TLS', () => {
  /** A server whose certificate is made by these arguments of openssl. */
  async function secure(names: string, dates: readonly string[]): Promise<{ url: string; close: () => void }> {
    const folder = mkdtempSync(join(tmpdir(), 'scout-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=scout', '-addext', `subjectAltName=${names}`, ...dates], { stdio: 'ignore' });
    const pem = readFileSync(cert);
    const https = createTlsServer({ key: readFileSync(key), cert: pem }, (_, response) => response.end(JSON_TEXT));
    rmSync(folder, { recursive: true });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    return {
      url: `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
      close: () => {
        https.closeAllConnections();
        https.close();
      },
    };
  }

  (openssl ? test : test.skip)('of a certificate that nobody vouches for it is said what to do', async () => {
    const { url, close } = await secure('IP:127.0.0.1', ['-days', '1']);
    try {
      expect(await failure(url, LONG)).toMatchObject({ code: 'no-answer', message: expect.stringMatching(/the TLS connection could not be made \(DEPTH_ZERO_SELF_SIGNED_CERT/) as string, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string });
    } finally {
      close();
    }
  });

  test('a handshake that never ends does, by the time-out', async () => {
    expect(await failure(`https://127.0.0.1:${port}/silent`, 150)).toMatchObject({ code: 'no-answer', message: expect.stringMatching(/no answer came in time/) as string });
  });

  test.each([
    ['CERT_HAS_EXPIRED', /the certificate of the server is not valid today/, /Renew/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /the certificate of the server is for another host name/, /host name that the certificate is for/],
  ])('%s says what is wrong with the certificate', async (code, message, hint) => {
    const transport = () => Promise.reject(Object.assign(new Error('as Node says it'), { code }));
    await expect(runTests({ url: 'https://server.test/fhir', transport, wait: noWait })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringMatching(message) as string, hint: expect.stringMatching(hint) as string });
  });
});
