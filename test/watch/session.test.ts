/** Watching a project as an author does: saves, broken saves, mended ones, pages, and the official validator in the background. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { openSession, type RebuildReport, type Session, type SessionOptions } from '../../scripts/commands/watch/session';
import { EXAMPLE, fshProject, PROFILE, type FshProject } from '../build/fsh-project';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

const TIMEOUT = 120_000;
let project: FshProject;
let session: Session;
const reports: RebuildReport[] = [];

async function open(files: Readonly<Record<string, string>>, options: Partial<SessionOptions> = { withoutValidator: 'not wanted here.' }, withoutFsh = false): Promise<void> {
  project = fshProject({ 'input/pagecontent/index.md': 'Welcome.\n', ...files });
  if (withoutFsh) rmSync(join(project.root, 'sushi-config.yaml'));
  reports.splice(0);
  session = await openSession({ root: project.root, port: 0, cache: defaultCacheDir(), offline: true, onRebuild: (report) => reports.push(report), onValidator: () => undefined, note: () => undefined, signal: new AbortController().signal, ...options });
  await session.settled();
}
const page = async (path: string) => (await fetch(`${session.url}${path}`)).text();
afterEach(async () => {
  await session?.close();
  project?.remove();
});

test('a folder that is no project is said at once', async () => {
  project = fshProject({});
  rmSync(join(project.root, 'sushi-config.yaml'));
  await expect(openSession({ root: project.root, port: 0, cache: defaultCacheDir(), offline: true, onRebuild: () => undefined, onValidator: () => undefined, note: () => undefined, signal: new AbortController().signal })).rejects.toMatchObject({ code: 'no-guide' });
});

test('each save is on the page at once; a broken one shows its error over the last good page', async () => {
  await open({ 'input/fsh/profile.fsh': PROFILE, 'input/fsh/example.fsh': EXAMPLE });
  expect(await page('')).toContain('Welcome.');
  expect(await page('StructureDefinition-NamedPatient.html')).toContain('Up to date');

  project.write('input/fsh/profile.fsh', `${PROFILE}* gender ^short = "Asked at the desk"\n`);
  expect(await page('StructureDefinition-NamedPatient.html')).toContain('Asked at the desk');
  expect(reports.at(-1)).toMatchObject({ files: [join(project.root, 'input/fsh/profile.fsh')], current: true });

  project.write('input/fsh/profile.fsh', `${PROFILE}* nonsense 1..1\n`);
  const broken = await page('StructureDefinition-NamedPatient.html');
  expect(broken).toContain('Asked at the desk');
  expect(broken).toContain('it is not what the sources say now.');
  expect(broken).toContain('No element found at path nonsense');
  expect(broken).toContain('&gt; 4 | * nonsense 1..1');
  expect(reports.at(-1)).toMatchObject({ current: false, changed: [] });

  project.write('input/fsh/profile.fsh', PROFILE);
  const mended = await page('StructureDefinition-NamedPatient.html');
  expect(mended).toContain('Up to date');
  expect(mended).not.toContain('Asked at the desk');
}, TIMEOUT);

test('a narrative page is rendered without compiling; a new one and a removed one are noticed', async () => {
  await open({ 'input/fsh/profile.fsh': PROFILE });
  const archive = await fetch(`${session.url}full-ig.zip`);
  expect([archive.status, archive.headers.get('content-type'), Buffer.from(await archive.arrayBuffer()).toString('latin1', 0, 2)]).toEqual([200, 'application/zip', 'PK']);
  project.write('input/pagecontent/index.md', 'Welcome back.\n');
  expect(await page('')).toContain('Welcome back.');
  expect(reports.at(-1)).toMatchObject({ compiled: false, changed: ['index.html'] });

  project.write('input/pagecontent/more.md', '### More to read\n');
  expect(await page('more.html')).toContain('More to read');
  rmSync(join(project.root, 'input/pagecontent/more.md'));
  expect((await fetch(`${session.url}more.html`)).status).toBe(404);
}, TIMEOUT);

test('many saves in a row end with the last one on the page', async () => {
  await open({ 'input/fsh/profile.fsh': PROFILE });
  for (let number = 1; number <= 12; number++) {
    project.write('input/fsh/profile.fsh', `${PROFILE}* gender ^short = "Number ${number}"\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await page('StructureDefinition-NamedPatient.html')).toContain('Number 12');
  expect(reports.length).toBeLessThan(12);
}, TIMEOUT);

test('FSH that the project has in common with another one is watched where it stands', async () => {
  const other = fshProject({ 'shared/rules.fsh': 'RuleSet: Desk\n* gender ^short = "Asked at the desk"\n', 'more/rules.fsh': 'RuleSet: Desk\n* gender ^short = "Asked elsewhere"\n' });
  try {
    await open({ 'shared-fsh.txt': `${join(other.root, 'shared')}\n`, 'input/fsh/profile.fsh': `${PROFILE}* insert Desk\n` });
    const profile = () => page('StructureDefinition-NamedPatient.html');
    expect(await profile()).toContain('Asked at the desk');
    other.write('shared/rules.fsh', 'RuleSet: Desk\n* gender ^short = "Asked on the telephone"\n');
    expect(await profile()).toContain('Asked on the telephone');
    project.write('shared-fsh.txt', `${join(other.root, 'more')}\n`);
    expect(await profile()).toContain('Asked elsewhere');
    other.write('more/rules.fsh', 'RuleSet: Desk\n* gender ^short = "Asked by letter"\n');
    expect(await profile()).toContain('Asked by letter');
    project.write('shared-fsh.txt', `${join(other.root, 'nowhere')}\n`);
    expect(await profile()).toContain('shared-fsh.txt, line 1: there is no');
  } finally {
    other.remove();
  }
}, TIMEOUT);

test('a project without FSH is watched too', async () => {
  await open({
    'ig.ini': '[IG]\nig = guide.json\n', 'guide.json': JSON.stringify({ resourceType: 'ImplementationGuide', id: 'r', url: 'http://example.org/r/ImplementationGuide/r', name: 'R', title: 'Ready', status: 'draft', packageId: 'r', fhirVersion: ['4.0.1'], definition: {} }),
    'input/resources/ValueSet-v.json': '{"resourceType":"ValueSet","id":"v","url":"http://example.org/r/ValueSet/v","title":"Before","status":"draft"}',
  }, { withoutValidator: 'not wanted here.' }, true);
  expect(await page('ValueSet-v.html')).toContain('Before');
  project.write('input/resources/ValueSet-v.json', '{"resourceType":"ValueSet","id":"v","url":"http://example.org/r/ValueSet/v","title":"After","status":"draft"}');
  expect(await page('ValueSet-v.html')).toContain('After');
  project.write('input/resources/ValueSet-v.json', '{');
  expect(await page('ValueSet-v.html')).toMatch(/After[\s\S]*ValueSet-v\.json cannot be read/);
  project.write('input/resources/ValueSet-v.json', '{"resourceType":"ValueSet","id":"v","url":"http://example.org/r/ValueSet/v","title":"Mended","status":"draft"}');
  project.write('guide.json', readFileSync(join(project.root, 'guide.json'), 'utf8').replace('Ready', 'Renamed'));
  expect(await page('ValueSet-v.html')).toMatch(/Renamed[\s\S]*Mended/);
}, TIMEOUT);

test('a project that is broken from the start, and one whose configuration goes, are told and not thrown', async () => {
  await open({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n` });
  expect(await page('')).toMatch(/No page yet.*No element found at path nonsense/s);
  rmSync(join(project.root, 'sushi-config.yaml'));
  expect(await page('')).toContain('holds no sushi-config.yaml');
}, TIMEOUT);

const noJava = spawnSync('java', ['-version']).error !== undefined;
(noJava ? test.skip : test)(`the official validator follows profiles that change${noJava ? ' - skipped: there is no Java here' : ''}`, async () => {
  await open({ 'input/fsh/profile.fsh': PROFILE, 'input/fsh/example.fsh': EXAMPLE }, {});
  expect(session.state().validator).toMatchObject({ state: 'done', errors: 0 });

  project.write('input/fsh/profile.fsh', `${PROFILE}* obeys born\n\nInvariant: born\nDescription: "Everybody was born."\nSeverity: #error\nExpression: "birthDate.exists()"\n`);
  await page('');
  await session.settled();
  const { validator } = session.state();
  expect(validator).toMatchObject({ state: 'done', errors: 1 });
  expect(JSON.stringify(validator)).toContain('Everybody was born.');
  expect(await page('Patient-someone.html')).toContain('Everybody was born.');

  project.write('input/fsh/profile.fsh', PROFILE);
  await page('');
  await session.settled();
  expect(session.state().validator).toMatchObject({ state: 'done', errors: 0 });

  // What a binding allows is said by another resource than the profile.
  const coloured = `${PROFILE}* maritalStatus from Paint (required)\n`;
  const paint = (...codes: string[]) => `CodeSystem: Colours\n* #red\n* #blue\n\nValueSet: Paint\n${codes.map((code) => `* Colours#${code}\n`).join('')}`;
  project.write('input/fsh/paint.fsh', paint('red', 'blue'));
  project.write('input/fsh/profile.fsh', coloured);
  project.write('input/fsh/example.fsh', `${EXAMPLE}* maritalStatus = Colours#blue\n`);
  await page('');
  await session.settled();
  expect(session.state().validator).toMatchObject({ state: 'done', errors: 0 });
  project.write('input/fsh/paint.fsh', paint('red'));
  await page('');
  await session.settled();
  expect(session.state().validator).toMatchObject({ state: 'done', errors: 1 });
  expect(await page('Patient-someone.html')).toContain('Paint');
  project.write('input/fsh/paint.fsh', paint('red', 'blue'));
  await page('');
  await session.settled();
  expect(session.state().validator).toMatchObject({ state: 'done', errors: 0 });
}, 10 * 60_000);
