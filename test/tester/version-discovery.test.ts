/** Which FHIR version a server is tested by: its statement, then its media type, then its address; asked over a real socket. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { runTests } from '../../scripts/tester/run-tests';
import { statement } from './fake-server';

/** What the server answers to any metadata request. */
let answer: { status?: number; type: string; body: string };
let server: Server;
let origin: string;
let dir: string;
const asked: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scout-version-'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const isMetadata = (request.url ?? '').endsWith('/metadata');
    response.writeHead(isMetadata ? (answer.status ?? 200) : 404, { 'Content-Type': answer.type }).end(isMetadata ? answer.body : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const JSON_TYPE = 'application/fhir+json';
const says = (fhirVersion: string | undefined, type = JSON_TYPE) => (answer = { type, body: JSON.stringify(statement([], { fhirVersion })) });
const test1 = (path: string, fhir?: string) => runTests({ url: `${origin}${path}`, only: ['capability.fhir-version'], ...(fhir === undefined ? {} : { fhir }) });
const versionAt = async (path: string, fhir?: string) => (await test1(path, fhir)).target.fhirVersion;

describe('the statement', () => {
  test.each([['4.0.1', '4.0.1'], ['4.0.0', '4.0.1'], ['4.3.0', '4.3.0'], ['5.0.0', '5.0.0'], ['6.0.0-ballot3', '6.0.0'], ['4.0', '4.0.1']])('fhirVersion %s is tested as %s', async (stated, version) => {
    says(stated);
    expect(await versionAt('/fhir')).toBe(version);
  });

  test.each(['1.0.2', '3.0.2', '4.6.0', 'seven'])('fhirVersion %s is not known: the error lists the known ones, and nothing more is asked', async (stated) => {
    says(stated);
    asked.length = 0;
    await expect(versionAt('/fhir')).rejects.toMatchObject({
      code: 'unknown-fhir-version',
      message: `${origin}/fhir speaks FHIR ${stated} by fhirVersion of its statement, which this program does not test.`,
      hint: 'Known: R4 (4.0.1), R4B (4.3.0), R5 (5.0.0), 6.0-draft (6.0.0), 0.5 (0.5.0). To test by other rules all the same: --fhir R4',
    });
    expect(asked).toEqual(['/fhir/metadata']);
  });
});

describe('the media type, where the statement has no fhirVersion', () => {
  test.each([
    [`${JSON_TYPE}; fhirVersion=5.0`, '5.0.0'],
    [`${JSON_TYPE};charset=utf-8;fhirVersion=4.3`, '4.3.0'],
    [`${JSON_TYPE}; fhirVersion="4.0"; charset=utf-8`, '4.0.1'],
    [`${JSON_TYPE}; FHIRVERSION=6.0`, '6.0.0'],
  ])('%s', async (type, version) => {
    says(undefined, type);
    expect(await versionAt('/fhir')).toBe(version);
  });

  test('one that is not known is an error', async () => {
    says(undefined, `${JSON_TYPE}; fhirVersion=3.0`);
    await expect(versionAt('/fhir')).rejects.toMatchObject({ code: 'unknown-fhir-version', message: expect.stringMatching(/FHIR 3\.0 by fhirVersion in the Content-Type/) as string, hint: expect.stringContaining('R4B (4.3.0)') as string });
  });
});

describe('the address, where neither says it', () => {
  test.each([
    ['/R5', '5.0.0'], ['/fhir/R5', '5.0.0'], ['/fhir/R5/', '5.0.0'], ['/r4b/fhir', '4.3.0'], ['/baseR4', '4.0.1'], ['/hapi/baseR5', '5.0.0'], ['/fhir-r4', '4.0.1'], ['/api/fhir_r4b', '4.3.0'], ['/fhirR5/v2', '5.0.0'], ['/R6', '6.0.0'],
  ])('%s is tested as %s', async (path, version) => {
    says(undefined);
    expect(await versionAt(path)).toBe(version);
  });

  test.each(['/baseDstu3', '/stu3', '/fhir/R3'])('%s names a version that is not known', async (path) => {
    says(undefined);
    await expect(versionAt(path)).rejects.toMatchObject({ code: 'unknown-fhir-version', message: expect.stringMatching(/by its address, which this program does not test/) as string, hint: expect.stringContaining('Known: R4 (4.0.1)') as string });
  });

  test.each(['/fhir', '/', '/v4/fhir', '/r45', '/myR4server'])('%s says nothing: the error asks for --fhir and lists what it takes', async (path) => {
    says(undefined);
    await expect(versionAt(path)).rejects.toMatchObject({ code: 'unknown-fhir-version', message: expect.stringMatching(/does not say its fhirVersion/) as string, hint: 'Say which rules apply: --fhir R4, R4B, R5, 6.0-draft, 0.5.' });
  });
});

describe('evidence that contradicts itself', () => {
  test('the statement goes before the media type, the media type before the address; the test of the statement tells of it', async () => {
    says('4.0.1', `${JSON_TYPE}; fhirVersion=5.0`);
    const run = await test1('/fhir/R4B');
    expect(run.target.fhirVersion).toBe('4.0.1');
    expect(run.results).toMatchObject([{ verdict: 'info', message: 'fhirVersion is 4.0.1, though fhirVersion in the Content-Type of its answer says 5.0, its address says R4B.' }]);
    says(undefined, `${JSON_TYPE}; fhirVersion=4.3`);
    expect(await versionAt('/baseR5')).toBe('4.3.0');
  });

  test('what agrees is no news', async () => {
    says('5.0.0', `${JSON_TYPE}; fhirVersion=5.0`);
    expect((await test1('/fhir/R5')).results).toMatchObject([{ verdict: 'pass', message: 'fhirVersion is 5.0.0.' }]);
  });
});

describe('--fhir', () => {
  test('overrides all of it, and the statement fails for saying otherwise', async () => {
    says('5.0.0', `${JSON_TYPE}; fhirVersion=5.0`);
    const run = await test1('/fhir/R5', 'R4B');
    expect(run.target.fhirVersion).toBe('4.3.0');
    expect(run.results).toMatchObject([{ verdict: 'fail', message: 'fhirVersion is "5.0.0", but the server was tested as R4B.' }]);
    says('3.0.2');
    expect(await versionAt('/fhir', '4.0.1')).toBe('4.0.1');
    says(undefined);
    expect(await versionAt('/fhir', 'r5')).toBe('5.0.0');
  });

  test('an unknown one is exit code 2 and the list of the known ones, before anything is asked', async () => {
    says('4.0.1');
    asked.length = 0;
    const text = { stdout: '', stderr: '' };
    const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
    const code = await runCli(['test', `${origin}/fhir`, '--fhir', 'R7', '--out', dir], { stdout: stream('stdout'), stderr: stream('stderr') });
    expect([code, asked]).toEqual([2, []]);
    expect(text.stderr).toContain('FHIR version "R7" is not known.');
    expect(text.stderr).toContain('Known: R4 (4.0.1), R4B (4.3.0), R5 (5.0.0), 6.0-draft (6.0.0), 0.5 (0.5.0).');
  });
});

describe('no statement at all', () => {
  test.each([
    ['404', { status: 404, type: JSON_TYPE, body: '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}' }, /GET .*\/fhir\/R5\/metadata gave 404/],
    ['no resource', { type: JSON_TYPE, body: '{}' }, /JSON that is not a FHIR resource/],
    ['an empty answer with a telling media type', { type: `${JSON_TYPE}; fhirVersion=5.0`, body: '' }, /no body/],
  ])('%s: without it nothing is known of what the server does, whatever the version; --fhir does not help', async (_, given, message) => {
    answer = given;
    for (const fhir of [undefined, 'R5']) await expect(versionAt('/fhir/R5', fhir)).rejects.toMatchObject({ code: 'no-fhir', message: expect.stringMatching(message) as string });
  });
});
