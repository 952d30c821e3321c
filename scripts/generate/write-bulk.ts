/** Bulk lines in, an NDJSON file out, in pieces of a megabyte: the memory it takes does not grow with the number of studies. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Progress } from '../core/progress';
import { bulkLines, type BulkOptions } from './bulk-studies';

export interface BulkResult {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
}

const PIECE = 1 << 20;

/** Writes under a temporary name and renames at the end; an abort leaves nothing. */
export async function writeBulk(file: string, options: BulkOptions, progress: Progress, signal: AbortSignal): Promise<BulkResult> {
  const draft = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(draft, 'w');
  let lines = 0;
  let bytes = 0;
  const write = async (text: string) => {
    signal.throwIfAborted();
    bytes += (await handle.write(text)).bytesWritten;
    progress.step(lines, `lines, ${Math.round(bytes / 1e6)} MB`);
  };
  try {
    progress.start(`Writing ${options.count} studies`);
    let piece = '';
    for (const line of bulkLines(options)) {
      piece += line;
      lines += 1;
      if (piece.length < PIECE) continue;
      await write(piece);
      piece = '';
    }
    await write(piece);
    await handle.close();
    await rename(draft, file);
    progress.end();
    return { file, lines, bytes };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}
