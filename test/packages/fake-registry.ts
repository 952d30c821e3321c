/** A package registry on 127.0.0.1 for tests: packages as maps of files in, an address out; it can also misbehave. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';

/** Files by path in the archive, e.g. `package/package.json`; objects are written as JSON. */
export type Files = Record<string, unknown>;

/** `silent`: never answers at all; `html`: answers with a page; the others concern archives only. */
export type Misbehaviour = 'silent' | 'html' | 'login' | 'stall' | 'cut' | 'cut-chunked' | 'lies';

export interface FakeRegistry {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  misbehave(how: Misbehaviour | undefined): void;
  /** Serves this package from now on. */
  publish(name: string, version: string, files: Files): Promise<string>;
  close(): Promise<void>;
}

export async function startRegistry(): Promise<FakeRegistry> {
  const archives = new Map<string, { name: string; version: string; bytes: Buffer }>();
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let misbehaviour: Misbehaviour | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    if (misbehaviour === 'silent') return;
    if (misbehaviour === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in to the hotel network</html>');
    if (misbehaviour === 'login') return void response.writeHead(401).end('{}');
    // npm's way of addressing an archive, and FHIR's own registries' way: /name/version.
    const archive = archives.get(path) ?? [...archives.values()].find(({ name, version }) => path === `/${name}/${version}`);
    if (archive) return sendArchive(response, archive.bytes, misbehaviour);
    const mine = [...archives].filter(([, { name }]) => path === `/${name}`);
    if (mine.length === 0) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    const versions = Object.fromEntries(mine.map(([tarball, { version, bytes }]) => [version, { dist: { tarball: `${url()}${tarball}`, integrity: integrityOf(bytes) } }]));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ versions }));
  });
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const integrityOf = (bytes: Buffer) => `sha512-${createHash('sha512').update(misbehaviour === 'lies' ? 'something else' : bytes).digest('base64')}`;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: url(),
    requests,
    misbehave: (how) => (misbehaviour = how),
    async publish(name, version, files) {
      const bytes = await makeArchive(files);
      archives.set(`/${name}/-/${name}-${version}.tgz`, { name, version, bytes });
      return createHash('sha256').update(bytes).digest('hex');
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

function sendArchive(response: ServerResponse, bytes: Buffer, how: Misbehaviour | undefined): void {
  const half = bytes.subarray(0, bytes.length / 2);
  const headers = how === 'cut-chunked' ? {} : { 'content-length': bytes.length };
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...headers });
  if (how === 'stall') response.write(half);
  else if (how === 'cut' || how === 'cut-chunked') response.write(half, () => response.destroy());
  else response.end(bytes);
}

async function makeArchive(files: Files): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-registry-'));
  try {
    writeFiles(folder, files);
    await create({ file: join(folder, 'archive.tgz'), cwd: folder, gzip: true, portable: true, mtime: new Date(0) }, Object.keys(files));
    return readFileSync(join(folder, 'archive.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes files below a folder; objects as JSON, text as it is. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}
