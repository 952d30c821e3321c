/** A folder being made in, the finished folder in its place out: whole, or as it was before. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A new folder of its own in a folder that is there, to be filled and then put in place: on the same disk, and, other than one for temporary
 * files, readable by whom the user's umask lets read, for a web server is to find what becomes of it.
 * @throws what the disk says
 */
export function makeStage(parent: string, prefix: string): string {
  const stage = join(parent, `${prefix}${randomUUID()}`);
  mkdirSync(stage);
  return stage;
}

/** Another run that writes the same folder at the same time may put its own in place between two of our steps. */
const ATTEMPTS = 20;

/**
 * Puts a stage in the place of a folder, which is there or not. Of two runs that do so at the same time, one's folder stays, whole.
 * @throws what the disk says; then the folder is as it was
 */
export function replaceFolder(stage: string, folder: string): void {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${stage}.old`;
    const hadOne = renamedAway(folder, old);
    try {
      renameSync(stage, folder);
      if (hadOne) rmSync(old, { recursive: true, force: true });
      return;
    } catch (error) {
      const isTaken = TAKEN.includes((error as NodeJS.ErrnoException).code ?? '');
      if (hadOne && isTaken) rmSync(old, { recursive: true, force: true });
      else if (hadOne) renameSync(old, folder);
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

/** What is said of a folder in whose place there is another. */
const TAKEN = ['ENOTEMPTY', 'EEXIST'];

function renamedAway(folder: string, old: string): boolean {
  try {
    renameSync(folder, old);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
