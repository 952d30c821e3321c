/** A rendered site in, its folder on disk out: all of it, or the folder as it was before. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RenderedSite } from './render-site';

/** @param others files copied from disk, by their path in the site: images, package.tgz */
export function writeSite(folder: string, site: Pick<RenderedSite, 'files'>, others: ReadonlyMap<string, string>): void {
  mkdirSync(dirname(folder), { recursive: true });
  const stage = mkdtempSync(join(dirname(folder), '.site-'));
  try {
    const place = (path: string): string => {
      const file = join(stage, path);
      mkdirSync(dirname(file), { recursive: true });
      return file;
    };
    for (const [path, text] of site.files) writeFileSync(place(path), text);
    for (const [path, from] of others) if (existsSync(from)) copyFileSync(from, place(path));
    const old = `${stage}.old`;
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(stage, folder);
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}
