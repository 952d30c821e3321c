/** The files of a site in, its folder on disk out: all of it, or the folder as it was before. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeStage, replaceFolder } from '../core/replace-folder';
import type { FileContent } from './archives';

/** @param files content by path in the site */
export function writeSite(folder: string, files: ReadonlyMap<string, FileContent>): void {
  mkdirSync(dirname(folder), { recursive: true });
  const stage = makeStage(dirname(folder), '.site-');
  try {
    for (const [path, content] of files) {
      const file = join(stage, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    replaceFolder(stage, folder);
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}
