/** `scout generate --dicomweb` against the embedded archive: the same resources as from the files, whatever breaks on the way named. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCommand } from '../../scripts/commands/generate';
import { runCli } from '../../scripts/commands/run-cli';
import { demoResources } from '../../scripts/commands/selftest/run-cross-check';
import type { Resource } from '../../scripts/core/fhir';
import { demoFiles, uidOf } from '../../scripts/dicom/dicomweb-demo';
import { textOf, type DicomJson } from '../../scripts/dicom/dicomweb-json';
import { createArchive } from '../../scripts/server/dicomweb/archive';
import { createDicomwebServer, type DicomwebOverride } from '../../scripts/server/dicomweb/server';
import { listen, type Listening } from '../../scripts/server/listen';
import { createClient } from '../../scripts/tester/http/client';
import { readArchive } from '../../scripts/tester/dicomweb/read-archive';

const folder = mkdtempSync(join(tmpdir(), 'scout-from-dicomweb-'));
const open: Listening[] = [];
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

async function serve(override: DicomwebOverride = {}): Promise<string> {
  const listening = await listen(createDicomwebServer({ archive: createArchive(demoFiles()), overrides: [override] }), { port: 0 });
  open.push(listening);
  return listening.url;
}

async function generate(...args: string[]): Promise<{ exitCode: number; json: { findings: { code: string; message: string }[]; studies: { id: string }[] }; err: string; resources: Resource[] }> {
  let [out, err] = ['', ''];
  const exitCode = await runCli(['generate', '--dicomweb', ...args, '--out', folder, '--json', '--quiet'], { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } }, [generateCommand]);
  const resources = exitCode === 2 ? [] : readFileSync(join(folder, 'dicom.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Resource);
  return { exitCode, json: JSON.parse(out) as never, err, resources };
}

test('an archive gives the studies that its files give, with itself as their endpoint', async () => {
  const url = await serve();
  const { exitCode, resources } = await generate(url);
  expect(exitCode).toBe(0);
  const studies = resources.filter(({ resourceType, id }) => resourceType === 'ImagingStudy' && !String(id).startsWith('key-objects'));
  const expected = demoResources(url, `${url}/wado`).filter(({ resourceType }) => resourceType === 'ImagingStudy');
  expect(studies.map(({ series }) => series).sort(byJson)).toEqual(expected.map(({ series }) => series).sort(byJson));
  expect(studies.map(({ numberOfInstances }) => numberOfInstances).sort()).toEqual([2, 2, 6]);
  expect(resources.filter(({ resourceType }) => resourceType === 'Endpoint').map(({ address }) => address)).toEqual([url]);
}, 60_000);

const byJson = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

test('a query chooses studies; a series that cannot be read is named, and the rest goes on', async () => {
  const broken: DicomwebOverride = { response: (response, { url }) => (url.includes(uidOf('ct/axial')) && url.endsWith('/metadata') ? { status: 500, headers: {}, body: '' } : response) };
  const { exitCode, json } = await generate(await serve(broken), '--query', 'PatientID=SCOUT-0001', '--limit', '5');
  expect(json.studies).toHaveLength(2);
  expect(json.findings.filter(({ code }) => code === 'not-retrieved').map(({ message }) => message)).toEqual(['Not read: the answer is 500.']);
  expect(exitCode).toBe(1);
}, 60_000);

test('what cannot begin is said', async () => {
  expect((await generate('ftp://x')).err).toMatch(/no address of http/);
  expect((await generate(`${await serve()}/nothing`)).err).toMatch(/cannot be searched: the answer is 404/);
  expect((await generate(await serve(), '--query', 'nonsense')).err).toMatch(/not of the form KEY=VALUE/);
});

test('an archive that passes over offset, or repeats itself, is read once and to its end', async () => {
  const asked: string[] = [];
  const server = createDicomwebServer({ archive: createArchive(demoFiles()) });
  const client = createClient({ base: 'http://pacs.invalid/dicom-web', mode: 'read-only', userAgent: 'test', concurrency: 1, timeoutMs: 1000, maxBytes: 1e6, wait: () => Promise.resolve(), transport: ({ url }) => {
    asked.push(url);
    const [study] = JSON.parse(server.handle({ method: 'GET', url: '/dicom-web/studies?limit=1', headers: {} }).body) as DicomJson[];
    // A page as long as a page can be, of one study again and again.
    if (/\/studies\?/.test(url)) return Promise.resolve({ status: 200, headers: { 'content-type': 'application/dicom+json' }, body: JSON.stringify(Array(100).fill(study)) });
    return Promise.resolve({ ...server.handle({ method: 'GET', url: url.replace('http://pacs.invalid', ''), headers: {} }), headers: {} });
  } });
  const taken: DicomJson[] = [];
  expect(await readArchive(client, {}, 1000, (dataSet) => taken.push(dataSet))).toEqual([]);
  expect(asked.filter((url) => /\/studies\?/.test(url))).toHaveLength(2);
  expect(new Set(taken.map((one) => textOf(one, 'StudyInstanceUID'))).size).toBe(1);
});
