/** The package as others use it: found by name#version by SUSHI and by the HL7 validator, and the same bytes wherever it is built. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuide } from '../../scripts/build/build-guide';
import { packageRoot } from '../../scripts/core/package-root';
import { isError, type Finding } from '../../scripts/core/finding';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { installArchive } from '../../scripts/packages/install-archive';
import { openPackage } from '../../scripts/packages/open-package';
import { openOfficialValidator } from '../../scripts/validate/official/open-official-validator';
import { validateResources } from '../../scripts/validate/validate-resources';
import { CONFIG, EXAMPLE, fshProject, PROFILE, type FshProject } from './fsh-project';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

const folder = mkdtempSync(join(tmpdir(), 'scout-package-use-'));
const projects: FshProject[] = [];
afterAll(() => {
  projects.forEach(({ remove }) => remove());
  rmSync(folder, { recursive: true, force: true });
});
const project = (files: Readonly<Record<string, string>>) => {
  const made = fshProject(files);
  projects.push(made);
  return made;
};

/** A cache of its own whose standard packages lie elsewhere. */
function ownCache(): string {
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  for (const name of readdirSync(defaultCacheDir())) if (name.includes('#')) symlinkSync(join(defaultCacheDir(), name), join(cache, name));
  return cache;
}

const USER = {
  'sushi-config.yaml': CONFIG.replace('id: test.project', 'id: user.project').replace('menu:', '  fhir-scout.imaging: 0.1.0\nmenu:'),
  'input/fsh/study.fsh': 'Profile: LocalStudy\nParent: ScoutImagingStudy\nId: local-study\n* description 1..1\n',
};
const PLAIN_STUDY = { resourceType: 'ImagingStudy', id: 'plain', status: 'available', subject: { display: 'someone' } };

test('SUSHI and the HL7 validator take the guide by name#version; a second project stands on it', async () => {
  const cache = ownCache();
  const built = await buildGuide({ root: packageRoot(), out: folder, generatedIn: folder });
  const installed = await installArchive(built.package?.file ?? '', cache);
  expect(installed).toMatchObject({ name: 'fhir-scout.imaging', version: '0.1.0' });
  expect(openPackage(cache, installed.name, installed.version).packageJson).toMatchObject({ jurisdiction: 'http://unstats.un.org/unsd/methods/m49/m49.htm#001', date: '20261122000000' });

  const user = project(USER);
  const { ok, findings, package: packed } = await buildGuide({ root: user.root, out: user.out, cacheDir: cache });
  expect({ ok, errors: findings.filter(isError) }).toEqual({ ok: true, errors: [] });
  const profile = JSON.parse(readFileSync(join(user.root, 'fsh-generated/resources/StructureDefinition-local-study.json'), 'utf8')) as { snapshot: { element: { id: string; constraint?: { key: string }[] }[] } };
  expect(profile.snapshot.element.flatMap(({ constraint = [] }) => constraint.map(({ key }) => key))).toContain('scout-study-uid');
  if (spawnSync('java', ['-version']).error !== undefined) return;

  // The guide is not named: the validator has to follow the dependency into the cache.
  await installArchive(packed?.file ?? '', cache);
  const validator = await openOfficialValidator({ guides: ['user.project#1.2.3'], packageCache: cache });
  try {
    const judged: Finding[] = await validateResources(validator, [{ resource: PLAIN_STUDY }], { profiles: [{ url: 'https://example.org/test/StructureDefinition/local-study', type: 'ImagingStudy' }] });
    const codes = judged.filter(isError).map(({ code, message }) => `${code} ${message}`);
    expect(codes).toContainEqual(expect.stringContaining('ImagingStudy.description'));
    expect(codes).toContainEqual(expect.stringMatching(/ImagingStudy\.identifier:studyUID/));
  } finally {
    await validator.close();
  }
}, 600_000);

test('another time zone, and files written in another order, give the same bytes', () => {
  const files: [string, string][] = [
    ['input/fsh/a.fsh', PROFILE],
    ['input/fsh/b.fsh', EXAMPLE],
    ['input/fsh/c.fsh', 'ValueSet: Colours\nTitle: "Same title"\nDescription: "d"\n* http://example.org/c#red\n\nValueSet: Shades\nTitle: "Same title"\n* http://example.org/c#grey\n'],
    ['input/examples/one.json', '{"resourceType":"Patient","id":"one"}'],
    ['input/examples/two.json', '{"resourceType":"Patient","id":"two"}'],
  ];
  const hashes = [
    { zone: 'Pacific/Auckland', made: project(Object.fromEntries(files)) },
    { zone: 'America/Los_Angeles', made: project(Object.fromEntries([...files].reverse())) },
  ].map(({ zone, made }) => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/cli.ts', 'build', '--offline', '--quiet', '--ig-root', made.root, '--out', made.out], { cwd: packageRoot(), env: { ...process.env, TZ: zone }, stdio: 'ignore', timeout: 120_000 });
    return createHash('sha256').update(readFileSync(join(made.out, 'package.tgz'))).digest('hex');
  });
  expect(hashes[1]).toBe(hashes[0]);
}, 240_000);
