/** A project's shared-fsh.txt in, the files and folders of FSH that it has in common with another project out. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KnownError } from '../core/known-error';

/**
 * One path a line, relative to the project's folder. SUSHI reads one folder only, and a guide for another FHIR version would be full
 * of copies.
 * @throws KnownError `no-shared-fsh` for a path that leads nowhere
 */
export function sharedFsh(root: string): string[] {
  return listed(root).map(({ path, line, number }) => {
    if (!existsSync(path)) throw new KnownError('no-shared-fsh', `${listFile(root)}, line ${number}: there is no ${line}.`, 'Write files and folders of FSH, one a line, relative to the folder of this list.');
    return path;
  });
}

/** The same for those who wait for what may come: paths that lead nowhere are among them. */
export function sharedFshPaths(root: string): string[] {
  return listed(root).map(({ path }) => path);
}

const listFile = (root: string): string => join(root, 'shared-fsh.txt');

function listed(root: string): { path: string; line: string; number: number }[] {
  return textOf(listFile(root)).split(/\r?\n/).flatMap((text, index) => {
    const line = text.trim();
    return line === '' || line.startsWith('#') ? [] : [{ path: resolve(root, line), line, number: index + 1 }];
  });
}

/** Nothing for a file that is not there, or goes in this moment. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
