/** Bytes of a file or of memory, read piece by piece as a header reader walks through them. */
import { readSync } from 'node:fs';
import { inflateRawSync, constants } from 'node:zlib';
import { KnownError } from '../core/known-error';

/** A piece of the data that is at hand, and the way to the rest. */
export interface ByteWindow {
  /** The piece at hand. */
  bytes: Buffer;
  /** Where in the data it begins. */
  start: number;
  /** Moves the piece so that it holds `length` bytes from `position`; false where the data end before. */
  fetch(position: number, length: number): boolean;
}

/** A header of an ordinary image fits; what lies behind it is fetched only when it is walked to. */
const PIECE = 8192;

/** All of it is at hand. */
export function memoryWindow(bytes: Buffer): ByteWindow {
  return { bytes, start: 0, fetch: () => false };
}

/** A file that is open, read in pieces into one reused buffer. */
export function fileWindow(handle: number, scratch: Buffer = Buffer.allocUnsafe(PIECE)): ByteWindow {
  const window: ByteWindow = {
    bytes: scratch.subarray(0, readInto(handle, scratch, 0)),
    start: 0,
    fetch(position, length) {
      const target = length > scratch.length ? Buffer.allocUnsafe(length) : scratch;
      const count = readInto(handle, target, position);
      window.bytes = target.subarray(0, count);
      window.start = position;
      return count >= length;
    },
  };
  return window;
}

/** A read may give less than there is. */
function readInto(handle: number, target: Buffer, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = readSync(handle, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** A header never is that long; what inflates to more is not inflated further. */
const MOST_INFLATED = 1 << 28;

/**
 * Raw deflated data (RFC 1951), of which only as much is inflated as is walked through.
 * @param prefix the first bytes of the deflated data, at most so many; fewer where there are no more
 * @throws KnownError `broken-deflate`
 */
export function inflatedWindow(prefix: (length: number) => Buffer): ByteWindow {
  let asked = 0;
  let ended = false;
  const window: ByteWindow = {
    bytes: Buffer.alloc(0),
    start: 0,
    fetch(position, length) {
      while (window.bytes.length < position + length && !ended) {
        asked = asked === 0 ? PIECE : asked * 4;
        const deflated = prefix(asked);
        ended = deflated.length < asked;
        window.bytes = inflate(deflated);
      }
      return window.bytes.length >= position + length;
    },
  };
  return window;
}

function inflate(deflated: Buffer): Buffer {
  try {
    return inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_INFLATED });
  } catch (error) {
    throw new KnownError('broken-deflate', `The deflated data cannot be inflated: ${(error as Error).message}.`, undefined, { cause: error });
  }
}
