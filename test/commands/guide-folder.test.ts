/** Which folder commands work on, in a clone and installed; how the copy of the guide follows the program. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editableProject, guideFolder, projectFolder } from '../../scripts/commands/demo/guide-folder';

let folder: string;
let installed: string;
let out: string;

const write = (path: string, text: string) => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-guide-'));
  [installed, out] = [join(folder, 'installed'), join(folder, 'out')];
  for (const name of ['sushi-config.yaml', 'ig.ini', 'input/fsh/a.fsh', 'input/examples/Patient-packed.json', 'ig-r5/sushi-config.yaml']) write(join(installed, name), name);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the copy holds the sources, follows the program, and keeps what was generated into it', () => {
  const copy = guideFolder(out, installed);
  expect(readFileSync(join(copy, 'input/fsh/a.fsh'), 'utf8')).toBe('input/fsh/a.fsh');
  write(join(copy, 'input/examples/Patient-made.json'), '{}');
  write(join(copy, 'fsh-generated/resources/x.json'), '{}');
  write(join(copy, 'input/fsh/old.fsh'), 'of an earlier version');
  const untouched = join(copy, 'ig.ini');
  utimesSync(untouched, 1, 1);
  write(join(installed, 'input/fsh/a.fsh'), 'newer');
  guideFolder(out, installed);
  expect(readFileSync(join(copy, 'input/fsh/a.fsh'), 'utf8')).toBe('newer');
  expect(readdirSync(join(copy, 'input/fsh'))).toEqual(['a.fsh']);
  expect(readdirSync(join(copy, 'input/examples'))).toEqual(['Patient-made.json']);
  expect(readdirSync(join(copy, 'fsh-generated/resources'))).toEqual(['x.json']);
  // Another run may be reading: what is right already is not written again.
  expect(statSync(untouched).mtimeMs).toBe(1000);
});

test('--ig-root goes before the project in the folder, and that before our own guide', () => {
  const here = join(folder, 'here');
  mkdirSync(here);
  expect(projectFolder({ out }, installed, here)).toBe(join(out, 'guide'));
  expect(projectFolder({ out, igRoot: 'ig-r5' }, installed, here)).toBe(join(out, 'guide', 'ig-r5'));
  write(join(here, 'sushi-config.yaml'), 'id: mine');
  expect(projectFolder({ out }, installed, here)).toBe(here);
  expect(projectFolder({ out, igRoot: 'other' }, installed, here)).toBe('other');
});

test('what edits sources demands a project, but in a clone', () => {
  const here = join(folder, 'here');
  mkdirSync(here);
  expect(() => editableProject({ out }, installed, here)).toThrow(expect.objectContaining({ code: 'no-project' }) as Error);
  write(join(installed, 'scripts/cli.ts'), '');
  expect(editableProject({ out }, installed, here)).toBe(installed);
});
