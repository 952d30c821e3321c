/**
 * The program's sources in, the program as JavaScript out, in a folder of its own: without a compiler at each start, without what tsx adds to each
 * function, and with what an installed program has made ahead.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

const ROOT = join(__dirname, '..', '..', '..');
/** Below the root, so that the program finds its definitions, its guide and its dependencies; no tool of ours looks in here. */
const FOLDER = join(ROOT, 'node_modules', '.cache');

/** @returns the folder; its `scripts/cli.js` is the program. The caller removes it. */
export function compiledProgram(): string {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'scout-'));
  for (const name of readdirSync(join(ROOT, 'scripts'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))) {
    const { code } = transformFileSync(join(ROOT, 'scripts', name), { swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } });
    const file = join(folder, 'scripts', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  execFileSync(process.execPath, [join(folder, 'scripts', 'make-ahead.js')], { cwd: ROOT });
  return folder;
}
