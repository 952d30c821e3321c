/** Paths as a user gives them in (files, folders, ZIP files, DICOMDIRs); the files to read, in a fixed order, out. */
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { fileWindow } from './byte-window';
import { items, text, texts, type DataSet } from './data-set';
import { readHeader } from './read-header';
import { MEDIA_DIRECTORY } from './sop-class-name';
import { zipEntries, type ZipEntry } from './read-zip';

/** A file, or one in a ZIP file. */
export interface DicomSource {
  /** The path as the user knows it; in a ZIP file with `#` before the name of the entry. */
  readonly origin: string;
  readonly file: string;
  readonly entry?: ZipEntry;
  /** The user named it, or its name says that it is DICOM: then it is a fault if it is not. */
  readonly expected: boolean;
}

export interface FoundSources {
  readonly sources: readonly DicomSource[];
  readonly findings: readonly Finding[];
}

const DICOM_NAME = /\.(dcm|dicom|ima)$/i;
const ZIP_MAGIC = 0x04034b50;

/**
 * Lists what is to be read. Folders are walked through, ZIP files in them too; a DICOMDIR that is named leads to the files that it lists.
 * @throws KnownError `no-such-path`
 */
export function findSources(paths: readonly string[]): FoundSources {
  const found = { sources: [] as DicomSource[], findings: [] as Finding[] };
  const seen = new Set<string>();
  for (const path of paths) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) throw new KnownError('no-such-path', `There is nothing at ${path}.`, 'Name DICOM files, folders, ZIP files or a DICOMDIR.');
    if (status.isDirectory()) walk(path, found, seen);
    else if (isZip(path)) addZip(path, found, seen);
    else if (basename(path).toUpperCase() === 'DICOMDIR') addDirectory(path, found, seen);
    else add(path, true, found, seen);
  }
  return found;
}

type Found = { sources: DicomSource[]; findings: Finding[] };

function walk(folder: string, found: Found, seen: Set<string>): void {
  const real = realpathSync(folder);
  if (seen.has(real)) return;
  seen.add(real);
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
    if (kind?.isDirectory() === true) walk(path, found, seen);
    else if (kind?.isFile() === true) {
      if (extname(entry.name).toLowerCase() === '.zip') addZip(path, found, seen);
      // The files that a DICOMDIR lists are met on the walk.
      else if (entry.name.toUpperCase() !== 'DICOMDIR') add(path, DICOM_NAME.test(entry.name), found, seen);
    }
  }
}

/** A file that two of the given paths lead to is read once; below a folder that was walked no two paths are alike. */
function add(file: string, expected: boolean, { sources }: Found, seen: Set<string>): void {
  const parent = seen.has(dirname(file)) ? file : join(realpathSync(dirname(file)), basename(file));
  if (seen.has(parent)) return;
  seen.add(parent);
  sources.push({ origin: file, file, expected });
}

function isZip(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(4);
    return readSync(handle, magic, 0, 4, 0) === 4 && magic.readUInt32LE(0) === ZIP_MAGIC;
  } finally {
    closeSync(handle);
  }
}

function addZip(file: string, found: Found, seen: Set<string>): void {
  const real = realpathSync(file);
  if (seen.has(real)) return;
  seen.add(real);
  const handle = openSync(file, 'r');
  try {
    for (const entry of zipEntries(handle)) {
      const name = basename(entry.name);
      if (name.toUpperCase() === 'DICOMDIR' || name.startsWith('.') || entry.name.startsWith('__MACOSX/')) continue;
      found.sources.push({ origin: `${file}#${entry.name}`, file, entry, expected: DICOM_NAME.test(name) });
    }
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    found.findings.push({ severity: 'error', code: error.code, message: error.message, location: { file }, source: 'dicom' });
  } finally {
    closeSync(handle);
  }
}

/** Files by the directory records of a DICOMDIR (PS3.3 F.3); their names may have lost their case on the way from the medium. */
function addDirectory(file: string, found: Found, seen: Set<string>): void {
  const miss = (code: string, message: string) => found.findings.push({ severity: 'error', code, message, location: { file }, source: 'dicom' });
  let dataSet: DataSet;
  const handle = openSync(file, 'r');
  try {
    dataSet = readHeader(fileWindow(handle)).dataSet;
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    miss(error.code, error.message);
    return;
  } finally {
    closeSync(handle);
  }
  if (text(dataSet, 'MediaStorageSOPClassUID') !== MEDIA_DIRECTORY) {
    add(file, true, found, seen);
    return;
  }
  for (const record of items(dataSet, 'DirectoryRecordSequence')) {
    const parts = texts(record, 'ReferencedFileID');
    if (parts.length === 0) continue;
    const listed = parts.reduce<string | undefined>((folder, part) => (folder === undefined ? undefined : entryOf(folder, part)), dirname(file));
    if (listed === undefined) miss('missing-file', `It lists ${parts.join('/')}, which is not there.`);
    else add(listed, true, found, seen);
  }
}

function entryOf(folder: string, name: string): string | undefined {
  // A name with a way out of the medium is none that a directory may list.
  if (name === '..' || /[/\\]/.test(name)) return undefined;
  const exact = join(folder, name);
  if (statSync(exact, { throwIfNoEntry: false }) !== undefined) return exact;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const other = readdirSync(folder).find((entry) => entry.toUpperCase() === name.toUpperCase());
  return other === undefined ? undefined : join(folder, other);
}
