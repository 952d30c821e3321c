import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPackage } from '../../scripts/packages/open-package';
import { writeFiles } from './fake-registry';
import { cache, ensure, failure, inPackage, json, lockedHashes, lockFile, registry, restartRegistry } from './fresh-cache';
import { CONTENT_FILES, CORE, TERMINOLOGY, TERMINOLOGY_FILES } from './sample-packages';

describe('an empty cache', () => {
  test('is filled: fetched, assembled, re-pinned, locked, each said in a line', async () => {
    const report = await ensure();
    expect(report.complete).toBe(true);
    expect(report.packages.map(({ name, status, source, files }) => [name, status, source, files])).toEqual([
      ['test.core', 'assembled', 'assembly', 3],
      ['test.terminology', 'fetched', 'registry', 4],
      ['test.extensions', 'fetched', 'registry', 2],
    ]);
    expect(json(inPackage('test.terminology#7.0.1', 'package.json')).dependencies).toEqual({ 'test.core': '4.0.1', 'test.extensions': '5.3.0' });
    expect(json(inPackage('test.extensions#5.3.0', 'package.json')).dependencies).toEqual({ 'test.core': '4.0.1' });
    for (const said of [/^assembled test\.core#4\.0\.1: 2 resources/, /^re-pinned test\.terminology#7\.0\.1: depends on test\.extensions 5\.3\.0 instead of 5\.2\.0/, /^re-pinned test\.extensions#5\.3\.0: depends no longer on test\.terminology 6\.5\.0/, /^locked test\.examples#4\.0\.1/]) {
      expect(report.notes.filter((note) => said.test(note))).toHaveLength(1);
    }
    expect(readdirSync(cache).sort()).toEqual(['test.core#4.0.1', 'test.extensions#5.3.0', 'test.terminology#7.0.1']);
  });

  test('an assembled core has the named resources alone, under its own name', async () => {
    await ensure({ packages: [CORE] });
    expect(readdirSync(inPackage('test.core#4.0.1')).filter((name) => !name.startsWith('.')).sort()).toEqual([
      'SearchParameter-status.json',
      'StructureDefinition-Patient.json',
      'package.json',
    ]);
    expect(json(inPackage('test.core#4.0.1', 'package.json'))).toMatchObject({ name: 'test.core', version: '4.0.1', type: 'fhir.core' });
  });

  test('an assembly that lacks more than the recipe allows is refused', async () => {
    const fewer = Object.fromEntries(Object.entries(CONTENT_FILES).filter(([path]) => !path.includes('SearchParameter')));
    await registry.publish('test.examples', '4.0.1', fewer);
    const error = await failure({ packages: [CORE] });
    expect([error.code, error.message]).toEqual(['broken-archive', expect.stringContaining('lacks 1 of the files') as string]);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a core that a registry has is taken from there, not assembled', async () => {
    await registry.publish('test.core', '4.0.1', { 'package/package.json': { name: 'test.core', version: '4.0.1' }, 'package/A.json': { resourceType: 'Basic' } });
    expect((await ensure({ packages: [CORE] })).packages[0]).toMatchObject({ status: 'fetched', source: 'registry' });
  });

  test('two runs at once end with one sound cache', async () => {
    const reports = await Promise.all([ensure(), ensure()]);
    expect(reports.map(({ complete }) => complete)).toEqual([true, true]);
    expect((await ensure({ check: 'bytes' })).complete).toBe(true);
    expect(readdirSync(cache)).toHaveLength(3);
  });

  test('folders beside package/ are moved into it', async () => {
    await registry.publish('test.terminology', '7.0.1', { ...TERMINOLOGY_FILES, 'examples/Patient-p.json': { resourceType: 'Patient', id: 'p' } });
    await ensure({ packages: [TERMINOLOGY] });
    expect(existsSync(inPackage('test.terminology#7.0.1', 'examples', 'Patient-p.json'))).toBe(true);
  });

  test('an archive that says it is another package is refused', async () => {
    await registry.publish('test.terminology', '7.0.1', { 'package/package.json': { name: 'test.other', version: '7.0.1' } });
    expect(await failure({ packages: [TERMINOLOGY] })).toMatchObject({ code: 'broken-archive', message: expect.stringContaining('test.other#7.0.1') as string });
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('a full cache', () => {
  beforeEach(async () => {
    await ensure();
    registry.requests.length = 0;
  });

  test('is left alone without a request', async () => {
    const report = await ensure();
    expect(report.packages.map(({ status }) => status)).toEqual(['present', 'present', 'present']);
    expect([registry.requests, report.notes]).toEqual([[], []]);
  });

  test('is fetched anew where the cache is not among the sources', async () => {
    const report = await ensure({ sources: ['registry', 'assembly'] });
    expect(report.packages.map(({ status }) => status)).toEqual(['assembled', 'fetched', 'fetched']);
    expect((await ensure({ check: 'bytes' })).complete).toBe(true);
  });

  const DAMAGES: Record<string, () => void> = {
    'a resource file is missing': () => rmSync(inPackage('test.terminology#7.0.1', 'CodeSystem-a.json')),
    'a file in a subfolder is missing': () => rmSync(inPackage('test.terminology#7.0.1', 'other', 'validation-summary.json')),
    'a resource file is cut off': () => truncateSync(inPackage('test.terminology#7.0.1', 'CodeSystem-a.json'), 20),
    'package.json is missing': () => rmSync(inPackage('test.terminology#7.0.1', 'package.json')),
    'package.json is empty': () => writeFileSync(inPackage('test.terminology#7.0.1', 'package.json'), ''),
    'package.json is cut off': () => truncateSync(inPackage('test.terminology#7.0.1', 'package.json'), 12),
    'package.json names another version': () => writeFileSync(inPackage('test.terminology#7.0.1', 'package.json'), '{"name":"test.terminology","version":"7.0.0"}'),
    'the index is cut off': () => truncateSync(inPackage('test.terminology#7.0.1', '.index.json'), 30),
    'the folder is empty': () => rmSync(inPackage('test.terminology#7.0.1'), { recursive: true }),
  };

  test.each(Object.keys(DAMAGES))('damage is found and replaced: %s', async (damage) => {
    DAMAGES[damage]?.();
    const checked = await ensure({ check: 'bytes' });
    expect([checked.complete, checked.packages[1]?.status]).toEqual([false, 'damaged']);
    const report = await ensure();
    expect(report.packages.map(({ status }) => status)).toEqual(['present', 'fetched', 'present']);
    expect(report.packages[1]?.damage).toBeTruthy();
    expect(report.notes).toContainEqual(expect.stringMatching(/^replaced test\.terminology#7\.0\.1/));
    expect((await ensure({ check: 'bytes' })).complete).toBe(true);
  });

  test('a file with other content of the same size is found by --check, which changes nothing', async () => {
    const file = inPackage('test.terminology#7.0.1', 'CodeSystem-a.json');
    const other = readFileSync(file, 'utf8').replace('"x"', '"y"');
    writeFileSync(file, other);
    expect((await ensure({ check: 'bytes' })).packages[1]).toMatchObject({ status: 'damaged', damage: expect.stringContaining('CodeSystem-a.json has other content') as string });
    expect(readFileSync(file, 'utf8')).toBe(other);
    expect(registry.requests).toEqual([]);
  });

  test('what the HL7 validator writes into a package is no damage', async () => {
    writeFiles(join(cache, 'test.terminology#7.0.1'), { 'package/.index.json': { 'index-version': 2, files: [] }, 'package/.index.db': 'binary', 'package/other/.index.json': '{}' });
    expect((await ensure({ check: 'bytes' })).complete).toBe(true);
  });

  test('a damaged package that no source can replace stays, and the error says what is wrong with it', async () => {
    DAMAGES['a resource file is cut off']?.();
    await registry.close();
    const error = await failure();
    expect(error).toMatchObject({ code: 'no-package-source', message: expect.stringContaining('(damaged: package/CodeSystem-a.json has 20 bytes instead of') as string });
    expect(existsSync(inPackage('test.terminology#7.0.1', 'CodeSystem-b.json'))).toBe(true);
    await restartRegistry();
  });
});

describe('a package that another program put into the cache', () => {
  const other = (files: Record<string, unknown>) => writeFiles(join(cache, 'test.terminology#7.0.1'), files);
  const look = () => ensure({ packages: [TERMINOLOGY], check: 'bytes' }).then(({ packages }) => packages[0]);

  test('is re-pinned in place, once, and said so', async () => {
    other(TERMINOLOGY_FILES);
    const report = await ensure({ packages: [TERMINOLOGY] });
    expect(report.packages[0]).toMatchObject({ status: 'present', repinned: [{ dependency: 'test.extensions', from: '5.2.0', to: '5.3.0' }] });
    expect(report.notes).toHaveLength(1);
    expect((await ensure({ packages: [TERMINOLOGY] })).notes).toEqual([]);
    expect(registry.requests).toEqual([]);
  });

  test('--check tells of a dependency to be re-pinned and leaves it', async () => {
    other(TERMINOLOGY_FILES);
    const report = await ensure({ packages: [TERMINOLOGY], check: 'bytes' });
    expect([report.complete, report.notes]).toEqual([false, [expect.stringMatching(/^would re-pin test\.terminology/)]]);
    expect(json(inPackage('test.terminology#7.0.1', 'package.json')).dependencies).toEqual({ 'test.core': '4.0.1', 'test.extensions': '5.2.0' });
  });

  test('is held against the lock file: a missing file is damage', async () => {
    await ensure({ packages: [TERMINOLOGY] });
    rmSync(cache, { recursive: true });
    other(TERMINOLOGY_FILES);
    expect(await look()).toMatchObject({ status: 'present' });
    rmSync(inPackage('test.terminology#7.0.1', 'CodeSystem-b.json'));
    expect(await look()).toMatchObject({ status: 'damaged', damage: 'its 2 files are not the 3 that belong to it' });
  });

  test('is held against its own index', async () => {
    other({ ...TERMINOLOGY_FILES, 'package/.index.json': { 'index-version': 2, files: [{ filename: 'CodeSystem-a.json', resourceType: 'CodeSystem' }, { filename: 'CodeSystem-c.json', resourceType: 'CodeSystem' }] } });
    expect(await look()).toMatchObject({ status: 'damaged', damage: 'package/CodeSystem-c.json is missing' });
  });

  test('is damaged where a JSON file is cut off or empty', async () => {
    other({ ...TERMINOLOGY_FILES, 'package/CodeSystem-a.json': '{"resourceType":"CodeSystem","id":"a"' });
    expect(await look()).toMatchObject({ status: 'damaged', damage: 'package/CodeSystem-a.json is cut off' });
    other({ 'package/CodeSystem-a.json': '' });
    expect(await look()).toMatchObject({ status: 'damaged', damage: 'package/CodeSystem-a.json is cut off' });
  });
});

describe('the lock file', () => {
  test('a hash that is not the locked one is an error, and nothing is installed', async () => {
    await ensure();
    const before = readFileSync(lockFile, 'utf8');
    rmSync(cache, { recursive: true });
    const sha256 = await registry.publish('test.terminology', '7.0.1', { ...TERMINOLOGY_FILES, 'package/CodeSystem-z.json': { resourceType: 'CodeSystem', id: 'z' } });
    const error = await failure();
    expect([error.code, error.message]).toEqual(['wrong-hash', expect.stringContaining(sha256) as string]);
    expect(existsSync(join(cache, 'test.terminology#7.0.1'))).toBe(false);
    expect(readdirSync(cache).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readFileSync(lockFile, 'utf8')).toBe(before);
  });

  test('a changed part of an assembly is an error too', async () => {
    await ensure({ packages: [CORE] });
    rmSync(cache, { recursive: true });
    await registry.publish('test.examples', '4.0.1', { ...CONTENT_FILES, 'package/Patient-more.json': { resourceType: 'Patient' } });
    expect(await failure({ packages: [CORE] })).toMatchObject({ code: 'wrong-hash', message: expect.stringContaining('test.examples#4.0.1') as string });
    expect(readdirSync(cache)).toEqual([]);
  });

  test('--update-lock takes the new archive and its hash', async () => {
    await ensure();
    rmSync(cache, { recursive: true });
    const sha256 = await registry.publish('test.terminology', '7.0.1', { ...TERMINOLOGY_FILES, 'package/CodeSystem-z.json': { resourceType: 'CodeSystem', id: 'z' } });
    await ensure({ updateLock: true });
    expect(lockedHashes()).toContainEqual(['test.terminology', sha256]);
    expect(lockedHashes().filter(([name]) => name === 'test.terminology')).toHaveLength(1);
    rmSync(cache, { recursive: true });
    expect((await ensure()).complete).toBe(true);
  });

  test('is not touched by a run that learns nothing new', async () => {
    await ensure();
    const before = readFileSync(lockFile, 'utf8');
    rmSync(cache, { recursive: true });
    const report = await ensure();
    expect(report.notes.filter((note) => note.startsWith('locked'))).toEqual([]);
    expect(readFileSync(lockFile, 'utf8')).toBe(before);
  });

  test.each(['{', '{"format":9,"archives":[]}', '{"format":1,"archives":[{"name":"x"}]}'])('one that is none is an error: %s', async (text) => {
    writeFileSync(lockFile, text);
    expect(await failure()).toMatchObject({ code: 'bad-lock-file', message: expect.stringContaining(lockFile) as string });
  });
});

test('a package is read through its index, and without one just the same', async () => {
  await ensure({ packages: [CORE] });
  const indexed = openPackage(cache, 'test.core', '4.0.1');
  expect(indexed.list().map(({ filename }) => filename)).toEqual(['SearchParameter-status.json', 'StructureDefinition-Patient.json']);
  const entry = indexed.find('StructureDefinition', 'http://example.org/Patient');
  expect(entry).toMatchObject({ id: 'Patient', kind: 'resource', type: 'Patient', derivation: 'specialization' });
  expect(indexed.read(entry ?? '')).toMatchObject({ resourceType: 'StructureDefinition', id: 'Patient' });
  rmSync(inPackage('test.core#4.0.1', '.index.json'));
  expect(openPackage(cache, 'test.core', '4.0.1').list()).toEqual(indexed.list());
  expect(() => openPackage(cache, 'test.core', '5.0.0')).toThrow(expect.objectContaining({ code: 'package-not-cached' }) as Error);
});
