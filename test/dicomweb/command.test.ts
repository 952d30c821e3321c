/** `scout test-dicomweb` and `scout serve --dicom` as a person meets them, over a socket. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { testDicomwebCommand } from '../../scripts/commands/test-dicomweb';
import { demoFiles } from '../../scripts/dicom/dicomweb-demo';
import { createArchive } from '../../scripts/server/dicomweb/archive';
import { dicomwebOverrides } from '../../scripts/server/dicomweb/planted';
import { readDicomFolders } from '../../scripts/server/dicomweb/read-folders';
import { createDicomwebServer } from '../../scripts/server/dicomweb/server';
import { listen, type Listening } from '../../scripts/server/listen';

const folder = mkdtempSync(join(tmpdir(), 'scout-dicomweb-'));
const open: Listening[] = [];
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

async function serve(...faults: string[]): Promise<string> {
  const listening = await listen(createDicomwebServer({ archive: createArchive(demoFiles()), overrides: dicomwebOverrides(faults) }), { port: 0 });
  open.push(listening);
  return listening.url;
}

async function cli(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const exitCode = await runCli(['test-dicomweb', ...args, '--out', folder], { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } }, [testDicomwebCommand]);
  return { exitCode, out, err };
}

test('over a socket: a good server is 0, a fault 1, and pixels reach no report', async () => {
  expect((await cli(await serve(), '--quiet')).exitCode).toBe(0);
  const { exitCode, out } = await cli(await serve('dicomweb-multipart-type-unquoted'), '--quiet');
  expect([exitCode, out.includes('wado.multipart')]).toEqual([1, true]);
  const report = readFileSync(join(folder, 'report.json'), 'utf8');
  expect(report).toContain('bytes of multipart/related)');
  expect(report).not.toContain('DICM');
});

test('read-only sends no store; --write says what stays', async () => {
  const url = await serve();
  const read = JSON.parse((await cli(url, '--json', '--only', '*')).out) as { results: { id: string }[]; notes: string[] };
  expect(read.results.some(({ id }) => id.startsWith('stow'))).toBe(false);
  const written = JSON.parse((await cli(url, '--json', '--write', '--only', 'stow.*')).out) as { results: { verdict: string }[]; notes: string[] };
  expect(written.results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
  expect(written.notes.join()).toMatch(/stays until the archive removes it.*2\.25\./);
});

test('the list is of the chosen tests', async () => {
  const { out } = await cli('--list', '--only', 'stow.*', '--json');
  expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id.split('.')[0])).toEqual(['stow', 'stow', 'stow', 'stow']);
});

test('what is wrong with the arguments is said', async () => {
  expect((await cli()).err).toMatch(/Which server/);
  expect((await cli('http://127.0.0.1:1/x', '--quiet')).exitCode).toBe(2);
  expect((await cli('http://127.0.0.1:9/dicom-web', '--only', 'nothing.*')).err).toMatch(/No test fits/);
  expect((await cli('--list', '--only', 'qdio.*')).err).toMatch(/No test fits "qdio\.\*"\. Did you mean "qido\.\*"/);
  expect((await cli('pacs/dicom-web')).err).toMatch(/does not begin with http.*\n.*DICOMweb server/);
  expect((await cli('http://a.example/dicom-web', '--wado-uri', 'http://b.example/wado')).err).toMatch(/not on the host/);
});

test.each([
  ['a web page', { status: 200, type: 'text/html', body: '<html><title>Portal</title></html>' }, /No DICOMweb service answers at .* gave a web page/],
  ['a FHIR server', { status: 404, type: 'application/fhir+json', body: '{"resourceType":"OperationOutcome","issue":[]}' }, /gave a FHIR OperationOutcome/],
  ['another path', { status: 404, type: 'text/plain', body: 'not here' }, /gave 404/],
  ['denied access', { status: 401, type: 'text/plain', body: '' }, /answers 401: it wants authorization.\n.*--token/],
])('%s is no DICOMweb server to test: exit 2 with the way out', async (_, { status, type, body }, message) => {
  const server = createServer((_request, response) => response.writeHead(status, { 'content-type': type }).end(body));
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  try {
    const { exitCode, err } = await cli(`http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`, '--quiet');
    expect(err).toMatch(message);
    expect(exitCode).toBe(2);
  } finally {
    server.close();
  }
});

test('a folder is served as far as its files are DICOM; each other file is named', () => {
  demoFiles().forEach((file, index) => writeFileSync(join(folder, `${index}.dcm`), file));
  writeFileSync(join(folder, 'readme.txt'), 'no DICOM');
  const archive = createArchive();
  const remarks = readDicomFolders([folder], archive);
  expect([archive.of().length, remarks.filter((remark) => remark.includes('readme.txt')).length]).toEqual([10, 1]);
  expect(() => readDicomFolders([join(folder, 'gone')], archive)).toThrow(/cannot be read/);
});
