import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole, writeWholeSlowly } from '../../scripts/core/write-whole';

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

test('pieces that take their time are written the same way, whole or not at all', async () => {
  async function* pieces(broken: boolean) {
    yield 'größ';
    await new Promise((done) => setImmediate(done));
    if (broken) throw new TypeError('no more');
    yield 'er';
  }
  await writeWholeSlowly(join(folder, 'a'), pieces(false));
  await expect(writeWholeSlowly(join(folder, 'a'), pieces(true))).rejects.toThrow(TypeError);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('größer');
  expect(readdirSync(folder)).toEqual(['a']);
});
