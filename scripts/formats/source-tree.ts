/** A folder of a project in, its files out; links that lead out of the project are findings and are not followed. */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Finding } from '../core/finding';

export interface TreeFile {
  /** Path on disk. */
  readonly path: string;
  /** Path inside the folder, with `/`. */
  readonly name: string;
  /** Path inside the project, with `/`: what findings show. */
  readonly shown: string;
  readonly size: number;
}

/** Files below `folder`, in the order of their names; nothing where there is no such folder. */
export function treeFiles(root: string, folder: string, findings: Finding[]): TreeFile[] {
  if (!existsSync(root)) return [];
  const realRoot = realpathSync(root);
  const start = join(root, folder);
  const shownOf = (path: string) => relative(root, path).split(sep).join('/');
  const inside = (path: string): boolean => {
    const shown = shownOf(path);
    try {
      const real = realpathSync(path);
      if (real === realRoot || real.startsWith(realRoot + sep)) return true;
      findings.push({ severity: 'error', code: 'link-out-of-tree', message: `${shown} is a link to ${real}, outside of the project: it is left out.`, location: { file: shown, line: 1 }, source: 'site' });
    } catch {
      findings.push({ severity: 'error', code: 'dead-link', message: `${shown} is a link to something that does not exist: it is left out.`, location: { file: shown, line: 1 }, source: 'site' });
    }
    return false;
  };
  const seen = new Set<string>();
  const walk = (path: string): TreeFile[] =>
    readdirSync(path, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry): TreeFile[] => {
        const child = join(path, entry.name);
        if (entry.name.startsWith('.') || (entry.isSymbolicLink() && !inside(child))) return [];
        const status = statSync(child);
        if (status.isFile()) return [{ path: child, name: relative(start, child).split(sep).join('/'), shown: shownOf(child), size: status.size }];
        const real = realpathSync(child);
        // A link to a folder above would be walked for ever.
        if (!status.isDirectory() || seen.has(real)) return [];
        seen.add(real);
        return walk(child);
      });
  const status = lstatSync(start, { throwIfNoEntry: false });
  if (status === undefined || (status.isSymbolicLink() && !inside(start)) || !statSync(start).isDirectory()) return [];
  return walk(start);
}
