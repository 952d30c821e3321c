/** A project's ig.ini in, the ImplementationGuide out that it names among the sources: https://build.fhir.org/ig/FHIR/ig-guidance/using-templates.html#igroot */
import { lstatSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { TreeFile } from './source-tree';

export const IG_INI = 'ig.ini';

/** The value of `ig =`; undefined where there is no ig.ini, or no such line. */
export function namedImplementationGuide(root: string): string | undefined {
  try {
    return /^\s*ig\s*=\s*(\S.*?)\s*$/m.exec(readFileSync(join(root, IG_INI), 'utf8'))?.[1]?.replaceAll('\\', '/');
  } catch {
    return undefined;
  }
}

/** The file, where the author wrote it; undefined where SUSHI makes it, and where it is not there or lies outside of the project. */
export function ownImplementationGuide(root: string): TreeFile | undefined {
  const named = namedImplementationGuide(root);
  if (named === undefined || named.startsWith('fsh-generated/')) return undefined;
  const path = join(root, named);
  const shown = relative(root, path).split(sep).join('/');
  const status = lstatSync(path, { throwIfNoEntry: false });
  return shown.startsWith('..') || status?.isFile() !== true ? undefined : { path, name: basename(path), shown, size: status.size };
}
