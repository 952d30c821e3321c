/** Studies with what they refer to in, one after the other; a transaction a study and one NDJSON file of everything out. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { localReference, type Resource } from '../core/fhir';
import { transactionOf } from './write-examples';

export interface StudyFile {
  /** Without folder and ending. */
  readonly name: string;
  /** In an order in which what is referred to stands first. */
  readonly resources: readonly Resource[];
}

export interface WrittenStudies {
  readonly folder: string;
  readonly ndjson: string;
  readonly files: number;
  readonly resources: number;
}

/** Lists the files of the last run, so that the next one removes those that it does not write again. */
const LEDGER = '.scout-generated';

/**
 * Writes OUT/dicom/NAME.json and OUT/dicom.ndjson. All of it is written aside first and put in place at the end: a run that
 * stops on the way leaves everything as it was.
 */
export async function writeStudies(out: string, studies: AsyncIterable<StudyFile>): Promise<WrittenStudies> {
  const folder = join(out, 'dicom');
  const ndjson = join(out, 'dicom.ndjson');
  const aside = join(out, `dicom.${randomUUID()}.part`);
  mkdirSync(aside, { recursive: true });
  try {
    const names: string[] = [];
    const lines = openSync(join(aside, '.ndjson'), 'wx');
    const listed = new Set<string>();
    try {
      for await (const { name, resources } of studies) {
        writeFileSync(join(aside, `${name}.json`), `${JSON.stringify(transactionOf(resources), null, 2)}\n`);
        names.push(`${name}.json`);
        for (const resource of resources) {
          const reference = localReference(resource) ?? '';
          if (listed.has(reference)) continue;
          listed.add(reference);
          writeSync(lines, `${JSON.stringify(resource)}\n`);
        }
      }
    } finally {
      closeSync(lines);
    }
    putInPlace(aside, folder, names);
    renameSync(join(aside, '.ndjson'), ndjson);
    return { folder, ndjson, files: names.length, resources: listed.size };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function putInPlace(aside: string, folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const ledger = join(folder, LEDGER);
  const earlier = existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n') : [];
  const kept = new Set(names);
  // Names of our own making only: a ledger that somebody else wrote leads nowhere else.
  for (const name of earlier) if (/^[A-Za-z0-9\-.]+\.json$/.test(name) && !kept.has(name)) rmSync(join(folder, name), { force: true });
  writeFileSync(ledger, names.map((name) => `${name}\n`).join(''));
  for (const name of names) renameSync(join(aside, name), join(folder, name));
}
