import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../../scripts/core/write-whole';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scout-whole-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('writes a text, or its pieces, and leaves nothing else', () => {
  writeWhole(join(folder, 'a'), 'größer');
  writeWhole(join(folder, 'b'), ['größ', '', 'er']);
  expect(['a', 'b'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['größer', 'größer']);
  expect(readdirSync(folder)).toEqual(['a', 'b']);
});

test('the file stays as it was where making the text or taking its name fails', () => {
  writeFileSync(join(folder, 'a'), 'old');
  function* broken() {
    yield 'new';
    throw new TypeError('no more');
  }
  expect(() => writeWhole(join(folder, 'a'), broken())).toThrow(TypeError);
  mkdirSync(join(folder, 'taken', 'inner'), { recursive: true });
  expect(() => writeWhole(join(folder, 'taken'), 'text')).toThrow();
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a', 'taken']);
});
