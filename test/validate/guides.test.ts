/** Guides as a user names them, and the type that a profile in them constrains. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tar from 'tar';
import { checkGuide, chooseProfiles, ownGuide } from '../../scripts/validate/guides';

const STUDY = { resourceType: 'StructureDefinition', id: 's', url: 'https://g.example/StructureDefinition/my-study', type: 'ImagingStudy' };
const PATIENT = { resourceType: 'StructureDefinition', id: 'p', url: 'https://g.example/StructureDefinition/my-patient', type: 'Patient' };

let root: string;
const put = (name: string, content: unknown, time?: number) => {
  const file = join(root, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  if (time !== undefined) utimesSync(file, time, time);
  return file;
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scout-guides-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function archive(): string {
  put('tgz/package/StructureDefinition-s.json', STUDY);
  put('tgz/package/package.json', { name: 'g.example', version: '1.0.0' });
  put('tgz/package/example/StructureDefinition-x.json', PATIENT);
  const file = join(root, 'package.tgz');
  tar.create({ sync: true, gzip: true, file, cwd: join(root, 'tgz') }, ['package']);
  return file;
}

describe('our own guide', () => {
  test('is what was built last', () => {
    expect(ownGuide(root, join(root, 'out'))).toBeUndefined();
    const archived = put('out/package.tgz', '', 1000);
    expect(ownGuide(root, join(root, 'out'))).toBe(archived);
    const generated = join(put('fsh-generated/resources/a.json', {}), '..');
    utimesSync(generated, 2000, 2000);
    expect(ownGuide(root, join(root, 'out'))).toBe(generated);
    utimesSync(archived, 3000, 3000);
    expect(ownGuide(root, join(root, 'out'))).toBe(archived);
  });
});

describe('a profile', () => {
  const find = (...guides: string[]) => chooseProfiles([STUDY.url], guides, [], join(root, 'cache'));

  test('is found in a folder, among files that are no resources', async () => {
    put('ig/a.json', STUDY);
    put('ig/b.json', 'no json');
    put('ig/c.json', [1]);
    expect(await find(join(root, 'ig'))).toEqual([{ url: STUDY.url, type: 'ImagingStudy' }]);
  });

  test('is found in a file', async () => {
    expect(await find(put('a.json', STUDY))).toEqual([{ url: STUDY.url, type: 'ImagingStudy' }]);
  });

  test('is found in a package archive, whose examples are no definitions', async () => {
    const file = archive();
    expect(await find(file)).toEqual([{ url: STUDY.url, type: 'ImagingStudy' }]);
    await expect(chooseProfiles([PATIENT.url], [file], [])).rejects.toMatchObject({ code: 'unknown-profile' });
  });

  test('is found in a package of the cache, and its version does not matter for the search', async () => {
    put('cache/g.example#1.0.0/package/StructureDefinition-s.json', STUDY);
    put('cache/g.example#1.0.0/package/package.json', { name: 'g.example', version: '1.0.0' });
    expect(await chooseProfiles([`${STUDY.url}|1.0.0`], [], ['g.example#1.0.0'], join(root, 'cache'))).toEqual([{ url: `${STUDY.url}|1.0.0`, type: 'ImagingStudy' }]);
  });

  test('that is mistyped is answered with the one that was probably meant', async () => {
    put('ig/a.json', STUDY);
    put('ig/b.json', PATIENT);
    await expect(chooseProfiles(['https://g.example/StructureDefinition/my-sutdy'], [join(root, 'ig')], [])).rejects.toMatchObject({
      code: 'unknown-profile',
      hint: expect.stringContaining(`Did you mean ${STUDY.url}?`) as string,
    });
    await expect(chooseProfiles(['urn:something-else-entirely'], [], [])).rejects.toMatchObject({ hint: expect.stringContaining('No guide is loaded') as string });
  });

  test('in an archive that is damaged cannot be looked for', async () => {
    await expect(find(put('broken.tgz', 'no gzip'))).rejects.toMatchObject({ code: 'broken-archive', message: expect.stringContaining('broken.tgz') as string });
  });
});

test('a guide that is not there is named before the validator starts', () => {
  expect(() => checkGuide(put('ig.json', STUDY))).not.toThrow();
  expect(() => checkGuide(join(root, 'nowhere'))).toThrow(expect.objectContaining({ code: 'no-such-guide' }) as Error);
  expect(() => checkGuide('not.cached#9.9.9', join(root, 'cache'))).toThrow(expect.objectContaining({ code: 'package-not-cached' }) as Error);
});
