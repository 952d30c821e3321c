/** Building FSH projects: what comes out of good ones, and where the fault is in bad ones. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tar from 'tar';
import { buildGuide, type BuildResult } from '../../scripts/build/build-guide';
import { createDefinitionStore } from '../../scripts/build/definition-store';
import { CONFIG, EXAMPLE, fshProjects, PROFILE, type FshProject } from './fsh-project';

/** Loaded once for all builds of this file. */
const definitions = createDefinitionStore();

const project = fshProjects();
const build = ({ root, out }: FshProject) => buildGuide({ root, out, definitions });
const errors = ({ findings }: BuildResult) => findings.filter(({ severity }) => severity === 'error');
const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');


describe('a good project', () => {
  let made: FshProject;
  let result: BuildResult;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    made = project({
      'input/fsh/profile.fsh': PROFILE,
      'input/fsh/example.fsh': EXAMPLE,
      'input/examples/other.json': JSON.stringify({ resourceType: 'Patient', id: 'other', name: [{ family: 'Roe' }] }),
    });
    result = await build(made);
    const unpacked = mkdtempSync(join(tmpdir(), 'scout-unpacked-'));
    tar.extract({ sync: true, file: result.package?.file ?? '', cwd: unpacked });
    for (const path of readdirSync(unpacked, { recursive: true, encoding: 'utf8' })) {
      if (/\.json$/.test(path)) files[path.replaceAll('\\', '/')] = readFileSync(join(unpacked, path), 'utf8');
    }
    rmSync(unpacked, { recursive: true });
  }, 120_000);

  test('is built without errors, and counted', () => {
    expect(result).toMatchObject({ ok: true, counts: { profiles: 1, instances: 1 }, package: { name: 'test.project', version: '1.2.3', definitions: 2, examples: 2 } });
    expect(errors(result)).toEqual([]);
  });

  test('leaves its resources where the IG Publisher looks for them, and nothing else behind', () => {
    expect(readdirSync(join(made.root, 'fsh-generated', 'resources')).sort()).toEqual(['ImplementationGuide-test.project.json', 'Patient-someone.json', 'StructureDefinition-NamedPatient.json']);
    expect(readdirSync(made.root).sort()).toEqual(['fsh-generated', 'input', 'output', 'sushi-config.yaml']);
    expect(readdirSync(made.out)).toEqual(['package.tgz']);
  });

  test('is packed with definitions and examples apart, each folder with its index', () => {
    expect(Object.keys(files).sort()).toEqual([
      'package/.index.json',
      'package/ImplementationGuide-test.project.json',
      'package/StructureDefinition-NamedPatient.json',
      'package/example/.index.json',
      'package/example/Patient-other.json',
      'package/example/Patient-someone.json',
      'package/package.json',
    ]);
    expect(JSON.parse(files['package/package.json'] ?? '')).toMatchObject({
      name: 'test.project',
      version: '1.2.3',
      canonical: 'https://example.org/test',
      fhirVersions: ['4.0.1'],
      dependencies: { 'hl7.fhir.r4.core': '4.0.1', 'hl7.terminology.r4': '7.0.1', 'hl7.fhir.uv.extensions.r4': '5.3.0-ballot-tc1' },
    });
    expect(JSON.parse(files['package/.index.json'] ?? '')).toMatchObject({
      'index-version': 2,
      files: [
        { filename: 'ImplementationGuide-test.project.json', resourceType: 'ImplementationGuide', id: 'test.project' },
        { filename: 'StructureDefinition-NamedPatient.json', resourceType: 'StructureDefinition', id: 'NamedPatient', kind: 'resource', type: 'Patient', url: 'https://example.org/test/StructureDefinition/NamedPatient' },
      ],
    });
  });

  test('has snapshots, and none when they are not wanted', async () => {
    const profile = (folder: string) => JSON.parse(readFileSync(join(folder, 'fsh-generated/resources/StructureDefinition-NamedPatient.json'), 'utf8')) as object;
    expect(profile(made.root)).toHaveProperty('snapshot');
    const bare = project({ 'input/fsh/profile.fsh': PROFILE });
    await buildGuide({ root: bare.root, out: bare.out, definitions, snapshots: false });
    expect(profile(bare.root)).not.toHaveProperty('snapshot');
    expect(profile(bare.root)).toHaveProperty('differential');
  });

  test('gives the same package byte for byte, whenever its files were written', async () => {
    const first = hash(result.package?.file ?? '');
    utimesSync(join(made.root, 'input/fsh/profile.fsh'), 1, 1);
    const again = await build(made);
    expect(hash(again.package?.file ?? '')).toBe(first);
    const bytes = readFileSync(again.package?.file ?? '');
    expect([...bytes.subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255]); // gzip header: no time, best compression, no operating system
  });
});

test('a rebuild with loaded definitions sees what changed in FSH and in examples', async () => {
  const made = project({ 'input/fsh/profile.fsh': PROFILE, 'input/examples/other.json': JSON.stringify({ resourceType: 'Patient', id: 'before' }) });
  await build(made);
  made.write('input/fsh/profile.fsh', PROFILE.replace('name 1..*', 'name 1..1'));
  made.write('input/examples/other.json', JSON.stringify({ resourceType: 'Patient', id: 'after' }));
  await build(made);
  const generated = join(made.root, 'fsh-generated', 'resources');
  expect(readFileSync(join(generated, 'StructureDefinition-NamedPatient.json'), 'utf8')).toContain('"max": "1"');
  const guide = readFileSync(join(generated, 'ImplementationGuide-test.project.json'), 'utf8');
  expect([guide.includes('Patient/after'), guide.includes('Patient/before')]).toEqual([true, false]);
});

test('definitions alone, and even none, make a package without a guide in it', async () => {
  const made = project({ 'sushi-config.yaml': `${CONFIG.replace(/menu:[\s\S]*/, '')}FSHOnly: true\n` });
  expect(await build(made)).toMatchObject({ ok: true, package: { definitions: 0, examples: 0 } });
  made.write('input/fsh/profile.fsh', PROFILE);
  expect(await build(made)).toMatchObject({ ok: true, package: { definitions: 1, examples: 0 } });
});

describe('a fault is found with its place', () => {
  test.each([
    ['an element that does not exist', 'profile.fsh', `${PROFILE}* nonsense 1..1\n`, 'path-not-found', 4],
    ['a missing parent', 'profile.fsh', '// first\nProfile: P\nParent: Nonesuch\n* name 1..*\n', 'parent-not-found', 2],
    ['text that is not FSH', 'profile.fsh', 'Profile: P\nParent: Patient\n* name 1..*\n* gender ===\n', 'fsh-syntax', 4],
  ])('%s', async (_what, file, fsh, code, line) => {
    const made = project({ [`input/fsh/${file}`]: fsh });
    const result = await build(made);
    expect(result.ok).toBe(false);
    expect(errors(result).map(({ code: found, location }) => ({ found, file: location?.file, line: location?.line }))).toContainEqual({ found: code, file: join(made.root, 'input/fsh', file), line });
    expect(result.package).toBeUndefined();
  });

  test('a rule of a RuleSet is placed where it is inserted, and its origin is named', async () => {
    const made = project({ 'input/fsh/rules.fsh': 'RuleSet: Wrong\n* nonsense 1..1\n', 'input/fsh/profile.fsh': `${PROFILE}* insert Wrong\n` });
    const [error] = errors(await build(made));
    expect(error?.location).toMatchObject({ file: join(made.root, 'input/fsh/profile.fsh'), line: 4 });
    expect(error?.message).toContain(`${join(made.root, 'input/fsh/rules.fsh')}:2`);
  });

  test('configuration that is not YAML', async () => {
    const made = project({ 'sushi-config.yaml': 'id: a\n  b: : c\n' });
    const result = await build(made);
    expect(errors(result)).toEqual([expect.objectContaining({ code: 'bad-configuration', location: expect.objectContaining({ file: join(made.root, 'sushi-config.yaml'), line: 2 }) as unknown })]);
    expect(existsSync(join(made.root, 'fsh-generated'))).toBe(false);
  });

  test('a FHIR version that SUSHI cannot build', async () => {
    const result = await build(project({ 'sushi-config.yaml': CONFIG.replace('4.0.1', '1.0.2') }));
    expect(errors(result)[0]).toMatchObject({ code: 'bad-configuration', message: expect.stringContaining('1.0.2') as unknown });
  });

  test('a dependency that the cache lacks', async () => {
    const result = await build(project({ 'sushi-config.yaml': CONFIG.replace('menu:', '  no.such.package: 1.0.0\nmenu:') }));
    expect(errors(result)[0]).toMatchObject({ code: 'missing-dependency', message: expect.stringContaining('no.such.package#1.0.0') as unknown });
  });

  test('an example that is not JSON', async () => {
    const made = project({ 'input/examples/cut.json': '{"resourceType":' });
    expect(errors(await build(made))[0]).toMatchObject({ code: 'bad-resource-file', location: { file: join(made.root, 'input/examples/cut.json') } });
  });

  test('a package of an earlier, good build does not outlive a bad one', async () => {
    const made = project({ 'input/fsh/profile.fsh': PROFILE });
    const { package: packed } = await build(made);
    made.write('input/fsh/profile.fsh', PROFILE.replace('Parent: Patient', 'Parent: Nonesuch'));
    await build(made);
    expect(existsSync(packed?.file ?? '')).toBe(false);
  });
});

test('messages that the project tells SUSHI to ignore are left out, in that project only', async () => {
  const loud = project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n` });
  const quiet = project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n`, 'sushi-ignoreErrors.txt': '# known\n/No element found at path nonsense/\n' });
  const before = errors(await build(loud)).length;
  expect([before, errors(await build(quiet)).length, errors(await build(loud)).length]).toEqual([1, 0, 1]);
});

test('a folder without configuration is refused with a way out', async () => {
  const made = project({});
  rmSync(join(made.root, 'sushi-config.yaml'));
  await expect(build(made)).rejects.toMatchObject({ code: 'no-guide', hint: expect.stringContaining('--ig-root') as unknown });
});

test('a cache without FHIR itself is refused with a way out', async () => {
  const { root, out } = project({ 'input/fsh/profile.fsh': PROFILE });
  await expect(buildGuide({ root, out, cacheDir: join(root, 'no-cache') })).rejects.toMatchObject({ code: 'missing-package', message: expect.stringContaining('hl7.fhir.r4.core#4.0.1') as unknown, hint: expect.stringContaining('scout packages') as unknown });
});

test('two builds at a time do not mix their findings', async () => {
  const [good, bad] = [project({ 'input/fsh/profile.fsh': PROFILE }), project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n` })];
  const [goodResult, badResult] = await Promise.all([build(good), build(bad)]);
  expect([errors(goodResult).length, errors(badResult).length]).toEqual([0, 1]);
});

test('an interrupted build leaves nothing behind', async () => {
  const made = project({ 'input/fsh/profile.fsh': PROFILE });
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(buildGuide({ root: made.root, out: made.out, definitions, signal })).rejects.toThrow('stopped');
  expect(readdirSync(made.root).sort()).toEqual(['input', 'sushi-config.yaml']);
});

test('an interruption is heard while SUSHI works, and leaves nothing behind', async () => {
  const made = project({ 'input/fsh/profile.fsh': PROFILE });
  const abort = new AbortController();
  // As Ctrl-C comes: between two turns of the event loop, if there are any.
  const interrupt = (_done: number, step?: string) => void (step === 'FSH' && setImmediate(() => abort.abort(new Error('stopped'))));
  await expect(buildGuide({ root: made.root, out: made.out, definitions, signal: abort.signal, progress: { start: () => undefined, step: interrupt, end: () => undefined } })).rejects.toThrow('stopped');
  expect(readdirSync(made.root).sort()).toEqual(['input', 'sushi-config.yaml']);
});
