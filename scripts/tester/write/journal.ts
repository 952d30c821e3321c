/** What a run with --write has done to a server, written down line by line before each step, so that any crash can be cleaned up after. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Coding } from '../../core/fhir';
import { KnownError } from '../../core/known-error';

/** Tag system of everything that a run writes (CodeSystem ScoutTestRun of the guide); the code is the run's id. */
export const RUN_TAG_SYSTEM = 'https://fhir-scout.org/test-run';

/** Tag of data that a user has added because a run asked for it; it is the user's, and no cleanup touches it. */
export const MISSING_DATA_TAG = { system: RUN_TAG_SYSTEM, code: 'missing-data' } as const;

export interface JournalHeader {
  kind: 'fhir-scout-journal';
  version: 1;
  base: string;
  tag: Required<Pick<Coding, 'system' | 'code'>>;
  startedAt: string;
}

export type JournalLine =
  /** About to be sent. `references` are those whose ids are chosen by us; `types` those for which the server chooses. */
  | { kind: 'write'; method: string; url: string; references: string[]; types: string[] }
  /** The server has made it. */
  | { kind: 'made'; reference: string }
  /** No answer came: whether the server has made something, or will yet, is not known. */
  | { kind: 'unanswered'; method: string; url: string }
  /** It is known to be gone. */
  | { kind: 'gone'; reference: string };

export interface Journal {
  readonly path: string;
  readonly header: JournalHeader;
  add(line: JournalLine): void;
}

/** Milliseconds of lines that a power cut may take along. */
const FLUSH_MS = 100;

/**
 * Starts a journal. The header is on disk before anything is sent. A line is the operating system's before `add` returns, so that it
 * outlives this process however that ends; on disk, where a power cut spares it too, it is soon after: a run that waited for the disk at
 * each line would stand still for a tenth of its time.
 * @throws KnownError `journal-not-written`: then nothing is sent either
 */
export function createJournal(path: string, header: JournalHeader): Journal {
  const guarded = (write: () => void) => {
    try {
      write();
    } catch (error) {
      throw new KnownError('journal-not-written', `The journal ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, 'Without it nothing is written to the server. Choose another folder with --out.', { cause: error });
    }
  };
  guarded(() => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(header)}\n`, { flag: 'wx', flush: true });
  });
  const flush = flushingBehind(path);
  return {
    path,
    header,
    add: (line) =>
      guarded(() => {
        appendFileSync(path, `${JSON.stringify(line)}\n`);
        flush();
      }),
  };
}

/** A function that has the file written to disk a little later, once for all that is added until then. @throws what the disk said the last time */
function flushingBehind(path: string): () => void {
  let pending = false;
  let trouble: Error | undefined;
  const flush = async () => {
    pending = false;
    const file = await open(path, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  };
  return () => {
    if (trouble !== undefined) throw trouble;
    if (pending) return;
    pending = true;
    setTimeout(() => {
      flush().catch((error: NodeJS.ErrnoException) => {
        // After a clean run the journal is gone, and nothing of it has to be kept.
        if (error.code !== 'ENOENT') trouble = error;
      });
    }, FLUSH_MS).unref();
  };
}

/** Adds lines to a journal that is there already. They tell what is gone: should one be lost, that is asked for once more. */
export function appendJournal(path: string): Pick<Journal, 'add'> {
  return { add: (line) => appendFileSync(path, `\n${JSON.stringify(line)}\n`) };
}

export interface JournalContent {
  header: JournalHeader;
  /** `Type/id` of what may still be there, in the order in which it was made. */
  remaining: string[];
  /** Types of which the server may hold resources with ids that were never learnt. */
  types: string[];
  /** Writes of which nobody knows what came of them. */
  unanswered: number;
}

/**
 * Reads a journal.
 * @throws KnownError `no-journal`, `bad-journal`
 */
export function readJournal(path: string): JournalContent {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new KnownError('no-journal', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'Give the journal that scout test --write has named.', { cause: error });
  }
  const [first, ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  const header = parseLine(first ?? '', path, 1) as JournalHeader | undefined;
  if (header?.kind !== 'fhir-scout-journal') throw new KnownError('bad-journal', `${path} is not a journal of fhir-scout.`, 'Give the journal that scout test --write has named.');
  const remaining = new Set<string>();
  const types = new Set<string>();
  let unanswered = 0;
  rest.forEach((line, i) => {
    // The last line may be half-written: then what it tells of was not sent yet.
    const entry = parseLine(line, path, i + 2, i === rest.length - 1) as JournalLine | undefined;
    if (entry === undefined) return;
    if (entry.kind === 'gone') remaining.delete(entry.reference);
    else if (entry.kind === 'made') remaining.add(entry.reference);
    else if (entry.kind === 'unanswered') unanswered += 1;
    else {
      for (const reference of entry.references) remaining.add(reference);
      for (const type of entry.types) types.add(type);
    }
  });
  return { header, remaining: [...remaining], types: [...types], unanswered };
}

function parseLine(line: string, path: string, number: number, mayBeBroken = false): unknown {
  try {
    return JSON.parse(line);
  } catch {
    if (mayBeBroken) return undefined;
    throw new KnownError('bad-journal', `${path}:${number} is not JSON.`, 'The journal is damaged; the resources it tells of carry the run\'s tag.');
  }
}
