import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { packagesCommand } from '../../scripts/commands/packages';
import { startRegistry, type FakeRegistry } from './fake-registry';

// The command wants the real names; small stand-ins under these names come from a registry of our own.
const STAND_INS = [
  ['hl7.fhir.r4.core', '4.0.1'],
  ['hl7.terminology.r4', '7.0.1'],
  ['hl7.fhir.uv.extensions.r4', '5.3.0-ballot-tc1'],
  ['hl7.fhir.xver-extensions', '0.1.0'],
] as const;

let registry: FakeRegistry;
let folder: string;
let common: string[];

beforeEach(async () => {
  registry = await startRegistry();
  for (const [name, version] of STAND_INS) {
    await registry.publish(name, version, { 'package/package.json': { name, version }, 'package/Basic-b.json': { resourceType: 'Basic', id: 'b' } });
  }
  folder = mkdtempSync(join(tmpdir(), 'packages-command-'));
  common = ['packages', '--cache', join(folder, 'cache'), '--lock', join(folder, 'lock.json')];
});

afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scout(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli([...common, ...args], { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } }, [packagesCommand]);
  return { code, out, err };
}

test('--check exits 1 on an empty cache, 0 on a filled one, and the filling exits 0', async () => {
  const empty = await scout('--check');
  expect([empty.code, empty.out]).toEqual([1, expect.stringContaining('4 of 4 packages are missing or damaged; mend it with: scout packages') as string]);
  const filled = await scout('--registry', registry.url);
  expect([filled.code, filled.out]).toEqual([0, expect.stringContaining('All packages are there.') as string]);
  expect((await scout('--check')).code).toBe(0);
});

test('--json prints the report and nothing else', async () => {
  const { code, out } = await scout('--json', '--quiet', '--registry', registry.url);
  const report = JSON.parse(out) as { complete: boolean; packages: { name: string; status: string }[] };
  expect([code, report.complete, report.packages.map(({ status }) => status)]).toEqual([0, true, ['fetched', 'fetched', 'fetched', 'fetched']]);
});

test('a package more is asked for by name#version', async () => {
  await registry.publish('hl7.fhir.us.core', '6.1.0', { 'package/package.json': { name: 'hl7.fhir.us.core', version: '6.1.0' } });
  const { code, out } = await scout('hl7.fhir.us.core#6.1.0', '--registry', registry.url);
  expect([code, out]).toEqual([0, expect.stringMatching(/hl7\.fhir\.us\.core#6\.1\.0 +fetched/) as string]);
});

test.each([
  [['no-version'], '"no-version" is not a FHIR package in a version'],
  [['../../etc#1'], 'is not a FHIR package in a version'],
  [['--source', 'cache,moon'], '"moon" is not a source of packages'],
  [['--registry', 'ftp://example.org'], '"ftp://example.org" is not the address of a registry'],
  [['--offline', '--source', 'cache'], '--offline asks nobody'],
  [['--fhir', 'R9'], 'FHIR version "R9" is not known'],
])('%j is refused with exit code 2', async (args, said) => {
  const { code, err } = await scout(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(said) as string]);
});

describe('a process that ends in the middle of a download', () => {
  const startAndEnd = async (signal: NodeJS.Signals) => {
    registry.misbehave('stall');
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/cli.ts', ...common, '--registry', registry.url], { stdio: 'ignore' });
    const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
    while (!registry.requests.some((path) => path.endsWith('.tgz')) && child.exitCode === null) await new Promise((done) => setTimeout(done, 10));
    child.kill(signal);
    return ended;
  };
  const inCache = () => readdirSync(join(folder, 'cache'));

  test('by Ctrl-C leaves nothing behind and exits 2', async () => {
    expect(await startAndEnd('SIGINT')).toBe(2);
    expect(inCache()).toEqual([]);
  });

  test('by kill -9 leaves no package, and the next run removes the rest', async () => {
    await startAndEnd('SIGKILL');
    expect(inCache().filter((name) => name.includes('#'))).toEqual([]);
    expect(inCache()).toHaveLength(1);
    registry.misbehave(undefined);
    expect((await scout('--registry', registry.url)).code).toBe(0);
    expect(inCache().sort()).toEqual(STAND_INS.map(([name, version]) => `${name}#${version}`).sort());
  });

  test('the folder of a process that still runs, here or elsewhere, is left alone', async () => {
    const alive = [join(folder, 'cache', `.scout-staging-${hostname()}-${process.ppid}-abc`), join(folder, 'cache', '.scout-staging-elsewhere-1-abc')];
    for (const path of alive) mkdirSync(path, { recursive: true });
    await scout('--registry', registry.url);
    expect(alive.map((path) => existsSync(path))).toEqual([true, true]);
  });
});
