/** Paths as typed by a user (files, folders, `-`) in, the resources in them and what could not be read out. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../core/finding';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import type { GivenResource } from './given-resource';
import { readDocument } from './read-document';

export interface GivenSet {
  readonly given: readonly GivenResource[];
  /** Unparseable files, duplicate properties and the like; the rest of the set is there all the same. */
  readonly findings: readonly Finding[];
  /** As findings name them, in the order in which they were read. */
  readonly files: readonly string[];
}

const EXTENSIONS = ['.json', '.ndjson', '.jsonl', '.xml'];
/** In a FHIR package or a project, JSON that is not meant to be a resource. */
const NOT_RESOURCES = new Set(['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules']);
/** Of the files a program reads whole; a JavaScript string ends not far above. */
const MAX_BYTES = 400 * 1024 * 1024;

/**
 * Reads everything the paths name; folders with all that is below them, without hidden files.
 * @param stdin reads standard input, for the path `-`
 * @throws KnownError `no-such-file`, `cannot-read`, `file-too-large`, or `nothing-to-validate` where a folder holds no JSON, NDJSON or XML
 */
export async function readResources(paths: readonly string[], stdin: () => Promise<Uint8Array> = readStdin): Promise<GivenSet> {
  const given: GivenResource[] = [];
  const findings: Finding[] = [];
  const files: string[] = [];
  for (const path of paths) {
    for (const { file, found } of path === '-' ? [{ file: path, found: false }] : filesOf(path)) {
      const bytes = file === '-' ? await stdin() : readWhole(file);
      const name = file === '-' ? '<stdin>' : file;
      const read = readDocument(bytes, name, { ndjson: /\.(ndjson|jsonl)$/i.test(file), found });
      // Not push(...): a bulk file has more lines than a call may have arguments.
      for (const one of read.given) given.push(one);
      for (const one of read.findings) findings.push(one);
      files.push(name);
    }
  }
  return { given, findings, files };
}

function filesOf(path: string): { file: string; found: boolean }[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new KnownError('no-such-file', `${path} does not exist.`, 'Name files, folders, or - for standard input.');
  if (!status.isDirectory()) return [{ file: path, found: false }];
  const files = filesBelow(path);
  if (files.length === 0) throw new KnownError('nothing-to-validate', `There is no ${EXTENSIONS.join(', ')} file in ${path}.`, 'scout generate makes the example resources.');
  return files.map((file) => ({ file, found: true }));
}

function filesBelow(folder: string): string[] {
  const entries = readable(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter(({ name }) => !name.startsWith('.') && !NOT_RESOURCES.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const status = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
      // Links to folders are not followed: they may lead in circles.
      if (entry.isDirectory()) return filesBelow(path);
      return status?.isFile() === true && EXTENSIONS.some((extension) => entry.name.toLowerCase().endsWith(extension)) ? [path] : [];
    });
}

function readWhole(file: string): Uint8Array {
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new KnownError('file-too-large', `${file} has ${Math.round(size / 1024 / 1024)} MiB; more than ${MAX_BYTES / 1024 / 1024} MiB is not read.`, 'Split it, e.g. with: split -l 10000');
  return readable(file, () => readFileSync(file));
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new KnownError('cannot-read', `${path} cannot be read: ${diskSays(error)}.`, undefined, { cause: error });
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
