/** A text in, a file with all of it out, or the file as it was before. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes beside the file first and renames, so that a reader never sees half of it. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.part`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
