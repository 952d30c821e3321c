/** The folder of --out in; a plain sentence where nothing can be written there, before any work is done for it. */
import { mkdtempSync, rmdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DISK_TROUBLES, diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';

/**
 * Nothing is made yet: a run that cannot begin leaves no folder behind.
 * @throws KnownError `bad-out` where the folder, or the nearest one above it that exists, is none or may not be written to
 */
export function assertOutFolder(folder: string): void {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const stats = statsOf(path);
    if (stats === undefined && dirname(path) !== path) continue;
    if (stats?.isDirectory() !== true) throw new KnownError('bad-out', `Nothing can be written to ${folder}: ${path} is not a folder.`, HINT);
    try {
      // Permissions alone do not tell: root may write to what is mounted read-only, and /proc takes no files.
      rmdirSync(mkdtempSync(join(path, '.scout-')));
    } catch (error) {
      throw new KnownError('bad-out', `Nothing can be written to ${folder}: ${path}: ${diskSays(error)}.`, HINT, { cause: error });
    }
    return;
  }
}

/** Below a file there is nothing either. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const HINT = 'Choose another folder with --out DIR.';

/** A disk's refusal that nobody has put into words yet, in words; undefined for any other error. */
export function diskTrouble(error: unknown, folder: string): KnownError | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const says = code === undefined || syscall === undefined ? undefined : DISK_TROUBLES[code];
  if (says === undefined) return undefined;
  return new KnownError('disk', `${path ?? `A file in ${folder}`} cannot be read or written: ${says}.`, path === undefined || resolve(path).startsWith(resolve(folder)) ? HINT : undefined, { cause: error });
}
