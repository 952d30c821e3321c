/** `scout diff` as a person meets it: archives, folders and names, and its exit codes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tar from 'tar';
import { diffCommand } from '../../scripts/commands/diff';
import { runCli } from '../../scripts/commands/run-cli';

const folder = mkdtempSync(join(tmpdir(), 'scout-diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A package of one value set, below `folder/name#version/package`. */
function install(name: string, version: string, codes: readonly string[]): string {
  const inner = join(folder, `${name}#${version}`, 'package');
  mkdirSync(join(inner, 'example'), { recursive: true });
  writeFileSync(join(inner, 'package.json'), JSON.stringify({ name, version, fhirVersions: ['4.0.1'] }));
  writeFileSync(join(inner, 'ValueSet-v.json'), JSON.stringify({ resourceType: 'ValueSet', id: 'v', url: 'urn:v', status: 'active', compose: { include: [{ system: 'urn:s', concept: codes.map((code) => ({ code })) }] } }));
  writeFileSync(join(inner, 'example', 'Patient-x.json'), '{"resourceType":"Patient","id":"x"}');
  return inner;
}
const inner = install('a.b', '1.0.0', ['a', 'b']);
install('a.b', '1.1.0', ['a', 'b', 'c']);
const archive = join(folder, 'one.tgz');
tar.create({ sync: true, file: archive, gzip: true, cwd: join(folder, 'a.b#1.0.0') }, ['package']);

async function scout(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await runCli(['diff', '--cache', folder, '--out', join(folder, 'out'), ...argv], { stdout: stream('stdout'), stderr: stream('stderr') }, [diffCommand]);
  return { exitCode, ...written };
}

test('an archive, its folder and its name in the cache are the same package', async () => {
  for (const other of [inner, join(folder, 'a.b#1.0.0'), 'a.b#1.0.0']) {
    expect(await scout(archive, other)).toMatchObject({ exitCode: 0, stdout: 'a.b#1.0.0 and a.b#1.0.0 say the same.\n' });
  }
});

test('exit 1 for what breaks whom one minds', async () => {
  const { exitCode, stdout } = await scout('a.b#1.0.0', 'a.b#1.1.0');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('loosened  codes: urn:s|c  breaks consumers');
  expect((await scout('a.b#1.0.0', 'a.b#1.1.0', '--for', 'producers,servers')).exitCode).toBe(0);
  expect((await scout('a.b#1.0.0', 'a.b#1.1.0', '--for', 'nobody')).exitCode).toBe(0);
});

test('--quiet leaves the changes: they are the result', async () => {
  const { stdout, stderr } = await scout('a.b#1.0.0', 'a.b#1.1.0', '--quiet');
  expect(stdout).toContain('loosened  codes: urn:s|c  breaks consumers');
  expect(stderr).toBe('');
});

test('JSON holds every change', async () => {
  expect(JSON.parse((await scout('a.b#1.0.0', 'a.b#1.1.0', '--json')).stdout)).toEqual({
    from: 'a.b#1.0.0',
    to: 'a.b#1.1.0',
    changes: [{ artifact: 'ValueSet/v', kind: 'loosened', aspect: 'codes', items: ['urn:s|c'], breaks: ['consumers'] }],
  });
});

test.each([
  ['a file that is not there', ['no-such.tgz', 'a.b#1.0.0'], 'There is no package at no-such.tgz.'],
  ['a package that the cache lacks', ['a.b#1.0.0', 'a.b#9.9.9'], 'a.b#9.9.9 is not in the FHIR package cache'],
  ['a misspelt party', ['a.b#1.0.0', 'a.b#1.1.0', '--for', 'everybody'], '--for everybody names nobody known.'],
])('%s: exit 2 and a sentence', async (_what, argv, sentence) => {
  const { exitCode, stderr } = await scout(...argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(sentence);
});

test('an archive that is cut off, and a folder without resources', async () => {
  writeFileSync(join(folder, 'cut.tgz'), 'not an archive');
  mkdirSync(join(folder, 'empty'));
  expect((await scout(join(folder, 'cut.tgz'), archive)).stderr).toContain('cannot be unpacked');
  expect((await scout(join(folder, 'empty'), archive)).stderr).toContain('There are no FHIR resources in');
});
