/** The files to read in, the studies in them out; a file that cannot be read is a finding, and the rest goes on. */
import { closeSync, openSync } from 'node:fs';
import type { Finding } from '../core/finding';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import { SILENT, type Progress } from '../core/progress';
import { nextTurn } from '../core/turn';
import { fileWindow, type ByteWindow } from './byte-window';
import { text, type DataSet } from './data-set';
import type { DicomSource } from './find-sources';
import { dicomStart, readHeader } from './read-header';
import { zipWindow } from './read-zip';
import { MEDIA_DIRECTORY } from './sop-class-name';
import { addDataSet, type StudySet } from './study-model';

export interface ReadOptions {
  /** What is done to a data set before anything of it is kept: de-identification. */
  readonly prepare?: (dataSet: DataSet) => DataSet;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ReadSummary {
  /** Files that were read into the set. */
  readonly read: number;
  /** Files that are no DICOM, and that nobody said were. */
  readonly passedOver: number;
  /** Files that should be DICOM and could not be read; each is an error among the findings. */
  readonly broken: number;
}

/** Files between two looks at the clock and the user. */
const TURN = 64;

/** Reads the headers one after the other into the set. */
export async function readFiles(sources: readonly DicomSource[], set: StudySet, { prepare = (dataSet) => dataSet, progress = SILENT, signal }: ReadOptions = {}): Promise<ReadSummary> {
  const summary = { read: 0, passedOver: 0, broken: 0 };
  const scratch = Buffer.allocUnsafe(8192);
  const archive = { file: '', handle: -1 };
  progress.start('Reading DICOM headers', sources.length);
  try {
    for (let i = 0; i < sources.length; i++) {
      if (i % TURN === 0) {
        progress.step(i, counted(set.studies.size, 'study', 'studies'));
        await nextTurn(signal);
      }
      const source = sources[i];
      if (source !== undefined) summary[readSource(source, set, prepare, scratch, archive)] += 1;
    }
  } finally {
    if (archive.handle >= 0) closeSync(archive.handle);
  }
  progress.end(`${summary.read} files, ${set.studies.size} ${set.studies.size === 1 ? 'study' : 'studies'}`);
  return summary;
}

function readSource(source: DicomSource, set: StudySet, prepare: (dataSet: DataSet) => DataSet, scratch: Buffer, archive: { file: string; handle: number }): keyof ReadSummary {
  let handle = -1;
  try {
    if (source.entry === undefined) handle = openSync(source.file, 'r');
    else if (archive.file !== source.file) {
      if (archive.handle >= 0) closeSync(archive.handle);
      Object.assign(archive, { file: source.file, handle: openSync(source.file, 'r') });
    }
    const window = source.entry === undefined ? fileWindow(handle, scratch) : zipWindow(archive.handle, source.entry);
    return readWindow(window, source, set, prepare);
  } catch (error) {
    set.findings.push(fault(source, error));
    return 'broken';
  } finally {
    if (handle >= 0) closeSync(handle);
  }
}

function readWindow(window: ByteWindow, { origin, expected }: DicomSource, set: StudySet, prepare: (dataSet: DataSet) => DataSet): keyof ReadSummary {
  if (!expected && dicomStart(window) === undefined) return 'passedOver';
  const { dataSet, remarks } = readHeader(window);
  if (text(dataSet, 'MediaStorageSOPClassUID') === MEDIA_DIRECTORY) return 'passedOver';
  addDataSet(set, prepare(dataSet), origin);
  for (const remark of remarks) set.findings.push({ severity: 'information', code: 'unusual-file', message: remark, location: { file: origin }, source: 'dicom' });
  return 'read';
}

function fault({ origin }: DicomSource, error: unknown): Finding {
  const { message, syscall } = error as Partial<NodeJS.ErrnoException>;
  const known = error instanceof KnownError;
  // What a file system refuses names the call; anything else is a mistake of ours, and is not swallowed.
  if (!known && syscall === undefined) throw error;
  return { severity: 'error', code: known ? error.code : 'unreadable-file', message: `${message ?? 'It cannot be read.'} It is skipped.`, location: { file: origin }, source: 'dicom' };
}
