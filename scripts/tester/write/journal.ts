/** What a run with --write has done to a server, written down line by line before each step, so that any crash can be cleaned up after. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Coding } from '../../core/fhir';
import { diskSays } from '../../core/disk-trouble';
import { KnownError } from '../../core/known-error';
import { isReference } from './own';

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
  /** About to be sent. `references` are those whose ids are chosen by us; `types` all of which something may come to be; `n` numbers the writes. */
  | { kind: 'write'; n?: number; method: string; url: string; references: string[]; types: string[] }
  /** The write of this number has been answered: what it has made is written down. */
  | { kind: 'answered'; n: number }
  /** The server has made it. */
  | { kind: 'made'; reference: string }
  /** It was made of a body that held nothing, and so carries no tag: it is the run's own as long as it holds nothing. */
  | { kind: 'empty'; reference: string }
  /** The server has answered a create with it, though it was there before: it is somebody else's, whatever it carries now. */
  | { kind: 'foreign'; reference: string }
  /** It is known to be gone. */
  | { kind: 'gone'; reference: string };

export interface Journal {
  readonly path: string;
  readonly header: JournalHeader;
  /** The number of the next write. */
  nextWrite(): number;
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
      throw new KnownError('journal-not-written', `The journal ${path} cannot be written: ${diskSays(error)}.`, 'Without it nothing is written to the server. Choose another folder with --out.', { cause: error });
    }
  };
  guarded(() => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(header)}\n`, { flag: 'wx', flush: true });
  });
  const flush = flushingBehind(path);
  let writes = 0;
  return {
    path,
    header,
    nextWrite: () => (writes += 1),
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
  /** `Type/id` of what was there before, though a create was answered with it. */
  foreign: string[];
  /** `Type/id` of what was made of bodies that held nothing. */
  empty: string[];
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
    throw new KnownError('no-journal', `${path} cannot be read: ${diskSays(error)}.`, 'Give the journal that scout test --write has named.', { cause: error });
  }
  const [first, ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  const header = headerOf(parse(first ?? ''), path);
  const remaining = new Set<string>();
  const foreign = new Set<string>();
  const empty = new Set<string>();
  const types = new Set<string>();
  const open = new Set<number>();
  rest.forEach((line, i) => {
    const entry = parse(line);
    if (entry === undefined) {
      // A line may be half-written where the run was killed: what it tells of was not sent yet. After it come only the lines of a cleanup.
      if (rest.slice(i + 1).every((later) => later.startsWith('{"kind":"gone"'))) return;
      throw new KnownError('bad-journal', `${path}:${i + 2} is not JSON.`, DAMAGED);
    }
    if (!isLine(entry)) throw new KnownError('bad-journal', `${path}:${i + 2} is no line of a journal: ${line.slice(0, 120)}`, DAMAGED);
    if (entry.kind === 'gone') remaining.delete(entry.reference);
    else if (entry.kind === 'made') remaining.add(entry.reference);
    else if (entry.kind === 'empty') empty.add(entry.reference);
    else if (entry.kind === 'foreign') foreign.add(entry.reference);
    else if (entry.kind === 'answered') open.delete(entry.n);
    else {
      for (const reference of entry.references) remaining.add(reference);
      for (const type of entry.types) types.add(type);
      if (entry.n !== undefined) open.add(entry.n);
    }
  });
  return { header, remaining: [...remaining].filter((reference) => !foreign.has(reference)), foreign: [...foreign], empty: [...empty], types: [...types], unanswered: open.size };
}

const DAMAGED = 'The journal is damaged or was changed; the resources it tells of carry the run\'s tag.';

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The header, if it is one: by another tag than a run's own, a cleanup would take what is somebody else's. */
function headerOf(value: unknown, path: string): JournalHeader {
  const header = (value ?? {}) as Partial<JournalHeader>;
  const hint = 'Give the journal that scout test --write has named.';
  if (header.kind !== 'fhir-scout-journal') throw new KnownError('bad-journal', `${path} is not a journal of fhir-scout.`, hint);
  const { base, tag } = header;
  if (typeof base !== 'string' || !/^https?:\/\//.test(base) || !URL.canParse(base)) throw new KnownError('bad-journal', `${path}:1 does not name the server.`, hint);
  if (tag?.system !== RUN_TAG_SYSTEM || typeof tag.code !== 'string' || !/^[A-Za-z0-9\-._]+$/.test(tag.code) || tag.code === MISSING_DATA_TAG.code) {
    throw new KnownError('bad-journal', `${path}:1 does not name the tag of a run.`, hint);
  }
  return header as JournalHeader;
}

/** Whether a line says what this program writes: nothing else in a file decides what is asked of a server. */
function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, reference, references, types, n } = value as Record<string, unknown>;
  if (kind === 'made' || kind === 'empty' || kind === 'foreign' || kind === 'gone') return typeof reference === 'string' && isReference(reference);
  if (kind === 'answered') return typeof n === 'number';
  const all = (list: unknown, is: (text: string) => boolean) => Array.isArray(list) && list.every((item) => typeof item === 'string' && is(item));
  return kind === 'write' && (n === undefined || typeof n === 'number') && all(references, isReference) && all(types, (type) => /^[A-Z][A-Za-z]+$/.test(type));
}
