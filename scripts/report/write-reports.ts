/** A run and a folder in, the report files on disk out: each appears whole or not at all. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import type { Run } from '../core/result';
import { writeWhole } from '../core/write-whole';
import { WRITERS, type Writer } from './writers';

/** A report file that was written. */
export interface WrittenReport {
  readonly id: string;
  readonly path: string;
}

/**
 * Writes reports into a folder, which is made if it is not there; files of an earlier run are replaced.
 * @param ids the writers wanted; all of them by default
 * @returns the files in the table's order
 * @throws KnownError `unknown-report` for an id that is not in the table, `report-not-written` where the disk refuses
 */
export function writeReports(run: Run, outDir: string, ids: readonly string[] = WRITERS.map(({ id }) => id)): WrittenReport[] {
  const table: readonly Writer[] = WRITERS;
  for (const id of ids) {
    if (table.some((writer) => writer.id === id)) continue;
    throw new KnownError('unknown-report', `There is no report "${id}".`, `Known: ${table.map((writer) => writer.id).join(', ')}.`);
  }
  const written: WrittenReport[] = [];
  for (const writer of table.filter(({ id }) => ids.includes(id))) {
    const path = join(outDir, writer.fileName);
    try {
      mkdirSync(outDir, { recursive: true });
      writeWhole(path, writer.render(run));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw new KnownError('report-not-written', `The report ${path} cannot be written: ${diskSays(error)}.`, 'Choose another folder with --out DIR.', { cause: error });
    }
    written.push({ id: writer.id, path });
  }
  return written;
}
