/** A text in, a file with all of it out, or the file as it was before. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes beside the file first and renames, so that a reader never sees half of it.
 * @param text all of it, or its pieces one after the other: together they may be longer than a string can be
 * @throws what the disk or the making of the pieces says; nothing half-written stays
 */
export function writeWhole(file: string, text: string | Iterable<string>): void {
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    const handle = openSync(temporary, 'wx');
    try {
      for (const piece of typeof text === 'string' ? [text] : text) writeAll(handle, Buffer.from(piece, 'utf8'));
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * The same for pieces that take their time: other work, an interruption too, goes on between them.
 * @throws what the disk or the making of the pieces says; nothing half-written stays
 */
export async function writeWholeSlowly(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      for await (const piece of pieces) await handle.writeFile(piece, 'utf8');
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** One write may take only a part of a large buffer. */
function writeAll(handle: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
}
