/** A folder in, a recorder that writes each exchange down as it finishes, or a client that answers from what was written. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import type { Exchange } from '../core/result';
import { createReplayClient, parseRecording, RECORDING_FILE, recordingLine, type RecordingHeader, type ReplayClient } from './http/recording';

export interface Recorder {
  readonly add: (exchange: Exchange, scope: string) => void;
  close(): void;
}

/** Bytes that are collected before they are written, so that a fast server does not wait for the disk at every answer. */
const CHUNK = 1_000_000;

/**
 * Starts a recording; an older one in the folder is replaced.
 * @throws KnownError `recording-not-written`
 */
export function createRecorder(dir: string, header: RecordingHeader): Recorder {
  const file = join(dir, RECORDING_FILE);
  let pending = '';
  const flush = () => {
    if (pending !== '') guarded(dir, () => appendFileSync(file, pending));
    pending = '';
  };
  guarded(dir, () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(file, recordingLine(header));
  });
  return {
    add(exchange, scope) {
      pending += recordingLine({ scope, exchange });
      if (pending.length > CHUNK) flush();
    },
    close: flush,
  };
}

/**
 * Opens a recording for judging it again.
 * @throws KnownError `no-recording`, `bad-recording`
 */
export function openRecording(dir: string): { header: RecordingHeader; client: ReplayClient } {
  const file = join(dir, RECORDING_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new KnownError('no-recording', `There is no recording in ${dir} (${RECORDING_FILE} cannot be read).`, 'A recording is made by scout test URL --record DIR.', { cause: error });
  }
  const { header, entries } = parseRecording(text, file);
  return { header, client: createReplayClient(header, entries) };
}

function guarded(dir: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new KnownError('recording-not-written', `The recording cannot be written to ${dir}: ${diskSays(error)}.`, 'Choose another folder with --record DIR.', { cause: error });
  }
}
