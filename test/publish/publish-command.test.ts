/** `scout publish` on a foreign project: two versions one after the other, with all that a version holds. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishCommand } from '../../scripts/commands/publish';
import { runCli } from '../../scripts/commands/run-cli';
import { CONFIG, EXAMPLE, fshProject, PROFILE, type FshProject } from '../build/fsh-project';

let project: FshProject;
const to = mkdtempSync(join(tmpdir(), 'scout-releases-'));
beforeAll(() => {
  project = fshProject({ 'input/fsh/profile.fsh': PROFILE, 'input/fsh/example.fsh': EXAMPLE, 'input/pagecontent/index.md': 'Welcome. See [what was checked](qa.html).\n' });
});
afterAll(() => {
  project.remove();
  rmSync(to, { recursive: true, force: true });
});

async function scout(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await runCli(['publish', '--offline', '--no-validator', '--to', to, '--ig-root', project.root, '--out', project.out, ...argv], { stdout: stream('stdout'), stderr: stream('stderr') }, [publishCommand]);
  return { exitCode, ...written };
}

test('a version is whole: pages, package, archives in three formats, quality report; the next one says what changed', async () => {
  const first = await scout('--version', '1.2.3', '--desc', 'The first');
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Published: ') as unknown });
  expect(first.stderr.match(/^Building the guide: .*finding/gm)).toHaveLength(1);
  expect(first.stderr.match(/^Rendering the site: .*pages/gm)).toHaveLength(1);
  const files = readdirSync(join(to, '1.2.3'));
  for (const name of ['index.html', 'StructureDefinition-NamedPatient.html', 'package.tgz', 'definitions.json.zip', 'definitions.xml.zip', 'definitions.ttl.zip', 'examples.json.zip', 'examples.xml.zip', 'examples.ttl.zip', 'full-ig.zip', 'qa.html', 'qa.json']) expect(files).toContain(name);

  const again = await scout('--version', '1.2.3');
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Version 1.2.3 is published already') as unknown });

  project.write('sushi-config.yaml', CONFIG.replace('1.2.3', '2.0.0'));
  project.write('input/fsh/profile.fsh', PROFILE.replace('name 1..*', 'name 1..1'));
  const next = await scout('--version', '2.0.0');
  expect(next.stdout).toContain('1 tightened; breaks producers 1.');
  expect(readFileSync(join(to, '2.0.0', 'changes-since-last.md'), 'utf8')).toContain('| tightened | Patient.name maximum: * -> 1 | producers |');
  expect(JSON.parse(readFileSync(join(to, 'package-list.json'), 'utf8'))).toMatchObject({ 'package-id': 'test.project', list: [{ version: '2.0.0', current: true }, { version: '1.2.3', desc: 'The first', fhirversion: '4.0.1' }] });
}, 240_000);

test('a version that the guide does not state is refused, with the line that does', async () => {
  const { exitCode, stderr } = await scout('--version', '9.0.0');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${join(project.root, 'sushi-config.yaml')}, line 5: the guide says it is version`)]);
}, 60_000);

test('so it is where only an ImplementationGuide states one', async () => {
  const guide = { resourceType: 'ImplementationGuide', id: 'test.project', url: 'https://example.org/test/ImplementationGuide/test.project', version: '1.2.3', name: 'TestProject', status: 'draft', packageId: 'test.project', fhirVersion: ['4.0.1'], definition: {} };
  project.write('ig.ini', '[IG]\nig = input/guide.json\n');
  project.write('input/guide.json', JSON.stringify(guide, undefined, 2));
  rmSync(join(project.root, 'sushi-config.yaml'));
  const { exitCode, stderr } = await scout('--version', '9.0.0');
  rmSync(join(project.root, 'ig.ini'));
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${join(project.root, 'input/guide.json')}, line 5: the guide says it is version 1.2.3, not 9.0.0.`)]);
}, 60_000);

test('a guide with an error is not published', async () => {
  project.write('sushi-config.yaml', CONFIG.replace('1.2.3', '3.0.0'));
  project.write('input/fsh/profile.fsh', `${PROFILE}* nonsense 1..1\n`);
  const { exitCode, stdout } = await scout('--version', '3.0.0');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Not published');
  expect(existsSync(join(to, '3.0.0'))).toBe(false);
}, 60_000);
