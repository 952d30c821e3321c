import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { askRegistry, downloadArchive, type Offer } from '../../scripts/packages/registry-client';
import { startRegistry, type FakeRegistry } from './fake-registry';

const TIMEOUTS = { answer: 2000, stall: 2000, archive: 5000 };
const ID = { name: 'a.b', version: '1.0.0' };
let registry: FakeRegistry;
let folder: string;

beforeEach(async () => {
  registry = await startRegistry();
  folder = mkdtempSync(join(tmpdir(), 'registry-client-'));
});

afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['fhir', '/a.b/1.0.0'],
  ['npm', '/a.b/-/a.b-1.0.0.tgz'],
] as const)('a registry of the %s kind serves an archive at %s', async (protocol, path) => {
  const sha256 = await registry.publish('a.b', '1.0.0', { 'package/package.json': ID });
  const source = protocol === 'fhir' ? 'fhir-registry' : 'npm-registry';
  const answer = await askRegistry({ source, url: registry.url, protocol }, ID, TIMEOUTS);
  expect(answer).toMatchObject({ offer: { url: `${registry.url}${path}` } });
  const { offer } = answer as { offer: Offer };
  expect(await downloadArchive(offer, join(folder, 'x.tgz'), TIMEOUTS)).toBe(sha256);
});

test('an archive labelled as gzip-encoded is kept as it is', async () => {
  const bytes = gzipSync('not really an archive');
  const server = createServer((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.tgz`;
  await downloadArchive({ registry: { source: 'registry', url, protocol: 'npm' }, id: ID, url }, join(folder, 'x.tgz'), TIMEOUTS);
  server.close();
  expect(readFileSync(join(folder, 'x.tgz')).equals(bytes)).toBe(true);
});

test('a download never writes over a file that is there', async () => {
  await registry.publish('a.b', '1.0.0', { 'package/package.json': ID });
  const { offer } = (await askRegistry({ source: 'registry', url: registry.url, protocol: 'npm' }, ID, TIMEOUTS)) as { offer: Offer };
  const file = join(folder, 'x.tgz');
  await downloadArchive(offer, file, TIMEOUTS);
  await expect(downloadArchive(offer, file, TIMEOUTS)).rejects.toThrow('EEXIST');
  expect(existsSync(file)).toBe(true);
});
