import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStage, replaceFolder } from '../../scripts/core/replace-folder';

let parent: string;
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'scout-replace-'))));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const staged = (text: string) => {
  const stage = makeStage(parent, '.stage-');
  writeFileSync(join(stage, 'file'), text);
  return stage;
};
const folder = () => join(parent, 'site');

test('a folder takes the place of the one that is there, or of none', () => {
  for (const text of ['first', 'second']) {
    replaceFolder(staged(text), folder());
    expect(readFileSync(join(folder(), 'file'), 'utf8')).toBe(text);
    expect(readdirSync(parent)).toEqual(['site']);
  }
});

test('what is made is as open as the umask lets it be', () => {
  mkdirSync(join(parent, 'plain'));
  replaceFolder(staged('x'), folder());
  expect(statSync(folder()).mode).toBe(statSync(join(parent, 'plain')).mode);
});

test('a stage that is not there changes nothing', () => {
  replaceFolder(staged('kept'), folder());
  expect(() => replaceFolder(join(parent, 'none'), folder())).toThrow(/ENOENT/);
  expect(readFileSync(join(folder(), 'file'), 'utf8')).toBe('kept');
});

test('of several programs that replace it at the same time none fails, and one folder stays whole', async () => {
  const script = `
    require('tsx/cjs');
    const { makeStage, replaceFolder } = require(${JSON.stringify(join(__dirname, '../../scripts/core/replace-folder.ts'))});
    const { writeFileSync } = require('node:fs');
    for (let i = 0; i < 100; i += 1) {
      const stage = makeStage(${JSON.stringify(parent)}, '.stage-');
      for (const name of ['a', 'b', 'c']) writeFileSync(stage + '/' + name, process.pid + ' ' + i);
      replaceFolder(stage, ${JSON.stringify(join(parent, 'site'))});
    }`;
  const codes = await Promise.all([1, 2, 3].map(() => new Promise((resolve) => spawn(process.execPath, ['-e', script], { cwd: join(__dirname, '../..'), stdio: 'ignore' }).on('exit', resolve))));
  expect(codes).toEqual([0, 0, 0]);
  expect(readdirSync(parent)).toEqual(['site']);
  expect(new Set(['a', 'b', 'c'].map((name) => readFileSync(join(folder(), name), 'utf8'))).size).toBe(1);
}, 60_000);
