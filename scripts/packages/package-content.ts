/** A package folder in, its files with their sizes and hashes out: what the package must still hold later. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Number of files and one hash over their names and sizes. */
export interface ContentDigest {
  readonly files: number;
  readonly sha256: string;
}

/** Path inside the package folder with `/`, and size in bytes. */
export type FileSizes = ReadonlyMap<string, number>;

/**
 * The files of a package folder, without dot files: those (.index.json, .index.db, .oids.json) are derived ones,
 * which the HL7 validator writes and rewrites when it likes.
 */
export function fileSizes(folder: string): FileSizes {
  const sizes = new Map<string, number>();
  const walk = (relative: string) => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) sizes.set(path, lstatSync(join(folder, path)).size);
    }
  };
  walk('');
  return sizes;
}

/** The digest that the lock file keeps; package.json is left out because its dependencies may be re-pinned. */
export function contentDigest(sizes: FileSizes): ContentDigest {
  const lines = [...sizes].filter(([path]) => path !== 'package/package.json').map(([path, size]) => `${path} ${size}\n`);
  return { files: lines.length, sha256: createHash('sha256').update(lines.sort().join('')).digest('hex') };
}

/** SHA-256 of a file's bytes, hexadecimal. */
export function fileHash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
