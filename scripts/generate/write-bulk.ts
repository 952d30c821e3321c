/** Bulk lines in, an NDJSON file out, in pieces of a megabyte: the memory it takes does not grow with the number of studies. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Progress } from '../core/progress';
import { writeWholeSlowly } from '../core/write-whole';
import { bulkLines, type BulkOptions } from './bulk-studies';

export interface BulkResult {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
}

const PIECE = 1 << 20;

/** Writes the whole file or, where it is stopped or the disk refuses, nothing. */
export async function writeBulk(file: string, options: BulkOptions, progress: Progress, signal: AbortSignal): Promise<BulkResult> {
  await mkdir(dirname(file), { recursive: true });
  let lines = 0;
  let bytes = 0;
  const counted = (piece: string) => {
    bytes += Buffer.byteLength(piece);
    progress.step(lines, `lines, ${Math.round(bytes / 1e6)} MB`);
    return piece;
  };
  // eslint-disable-next-line @typescript-eslint/require-await -- what takes the pieces waits for the disk between them
  async function* pieces(): AsyncGenerator<string> {
    let piece = '';
    for (const line of bulkLines(options)) {
      piece += line;
      lines += 1;
      if (piece.length < PIECE) continue;
      signal.throwIfAborted();
      yield counted(piece);
      piece = '';
    }
    signal.throwIfAborted();
    yield counted(piece);
  }
  progress.start(`Writing ${options.count} studies`);
  await writeWholeSlowly(file, pieces());
  progress.end();
  return { file, lines, bytes };
}
