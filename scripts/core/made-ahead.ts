/** What was computed when the package was built in, the same value out again while it still comes of the same sources: a start need not compute it anew. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeWhole } from './write-whole';

/** `dist/made-ahead/`, written by scripts/make-ahead.ts; run from source there is none, and everything is computed. */
const FOLDER = join(__dirname, '..', '..', 'made-ahead');

interface MadeAhead<T> {
  readonly sources: string;
  readonly value: T;
}

/**
 * The value that was made ahead.
 * @param sources all texts that it comes of, in a fixed order
 * @returns undefined where nothing was made ahead, or from other texts: then it is computed
 */
export function madeAhead<T>(name: string, sources: readonly string[], folder = FOLDER): T | undefined {
  const file = join(folder, `${name}.js`);
  if (!existsSync(file)) return undefined;
  const made = createRequire(__filename)(file) as MadeAhead<T>;
  return made.sources === fingerprint(sources) ? made.value : undefined;
}

/**
 * Keeps a value for `madeAhead`.
 * @param expression the value as JavaScript
 */
export function makeAhead(name: string, sources: readonly string[], expression: string, folder = FOLDER): void {
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, `${name}.js`), `module.exports = { sources: '${fingerprint(sources)}', value: ${expression} };\n`);
}

/** Of the lengths too: texts that only together are the same are not. */
function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(`${source.length}:${source}`);
  return hash.digest('hex');
}
