/** The files of a site in, its folder on disk out: all of it, or the folder as it was before. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileContent } from './archives';

/** @param files content by path in the site */
export function writeSite(folder: string, files: ReadonlyMap<string, FileContent>): void {
  mkdirSync(dirname(folder), { recursive: true });
  const stage = mkdtempSync(join(dirname(folder), '.site-'));
  try {
    for (const [path, content] of files) {
      const file = join(stage, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const old = `${stage}.old`;
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(stage, folder);
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}
