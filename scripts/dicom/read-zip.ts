/** A ZIP file in, its entries out, each read only as far as asked: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
import { fstatSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { KnownError } from '../core/known-error';
import { inflatedWindow, memoryWindow, type ByteWindow } from './byte-window';

export interface ZipEntry {
  /** As in the archive, with slashes. */
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerAt: number;
}

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const FULL = 0xffffffff;

/**
 * The files in an archive, folders left out.
 * @param handle of the open file
 * @throws KnownError `broken-zip`
 */
export function zipEntries(handle: number): ZipEntry[] {
  const { size } = fstatSync(handle);
  const { at, length, count } = centralDirectory(handle, size);
  const directory = readAt(handle, at, length);
  const entries: ZipEntry[] = [];
  let position = 0;
  for (let i = 0; i < count; i++) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== CENTRAL) throw broken('its list of files is damaged');
    const nameLength = directory.readUInt16LE(position + 28);
    const extraLength = directory.readUInt16LE(position + 30);
    const flags = directory.readUInt16LE(position + 8);
    const name = directory.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8', position + 46, position + 46 + nameLength);
    const extra = directory.subarray(position + 46 + nameLength, position + 46 + nameLength + extraLength);
    const sizes = wideSizes(extra, directory.readUInt32LE(position + 24), directory.readUInt32LE(position + 20), directory.readUInt32LE(position + 42));
    if (!name.endsWith('/')) entries.push({ name, method: directory.readUInt16LE(position + 10), encrypted: (flags & 1) !== 0, ...sizes });
    position += 46 + nameLength + extraLength + directory.readUInt16LE(position + 32);
  }
  return entries;
}

/** Sizes beyond 4 GB stand in an extra field (APPNOTE 4.5.3), in this order, only those that are full. */
function wideSizes(extra: Buffer, size: number, compressedSize: number, headerAt: number): Pick<ZipEntry, 'size' | 'compressedSize' | 'headerAt'> {
  const values = { size, compressedSize, headerAt };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    for (const name of ['size', 'compressedSize', 'headerAt'] as const) {
      if (values[name] !== FULL || field + 8 > extra.length) continue;
      values[name] = Number(extra.readBigUInt64LE(field));
      field += 8;
    }
  }
  return values;
}

function centralDirectory(handle: number, size: number): { at: number; length: number; count: number } {
  // The end record stands at the end, but for a comment of up to 64 KB.
  const from = Math.max(0, size - END_SIZE - 0xffff);
  const tail = readAt(handle, from, size - from);
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    const end = { count: tail.readUInt16LE(at + 10), length: tail.readUInt32LE(at + 12), at: tail.readUInt32LE(at + 16) };
    if (end.count !== 0xffff && end.at !== FULL && end.length !== FULL) return end;
    if (at < 20 || tail.readUInt32LE(at - 20) !== END_64_LOCATOR) return end;
    const wide = readAt(handle, Number(tail.readBigUInt64LE(at - 12)), 56);
    if (wide.readUInt32LE(0) !== END_64) throw broken('its 64-bit end record is damaged');
    return { count: Number(wide.readBigUInt64LE(32)), length: Number(wide.readBigUInt64LE(40)), at: Number(wide.readBigUInt64LE(48)) };
  }
  throw broken('its end is missing');
}

/** The bytes of an entry, inflated as they are walked through. */
export function zipWindow(handle: number, entry: ZipEntry): ByteWindow {
  const at = dataOf(handle, entry);
  const prefix = (length: number) => readAt(handle, at, Math.min(length, entry.compressedSize), true);
  if (entry.method === 8) return inflatedWindow(prefix);
  return memoryWindow(readAt(handle, at, entry.compressedSize));
}

/** The whole entry. */
export function zipBytes(handle: number, entry: ZipEntry): Buffer {
  const bytes = readAt(handle, dataOf(handle, entry), entry.compressedSize);
  return entry.method === 8 ? inflateRawSync(bytes) : bytes;
}

function dataOf(handle: number, { name, method, encrypted, headerAt }: ZipEntry): number {
  if (encrypted) throw new KnownError('broken-zip', `${name} is encrypted.`);
  if (method !== 0 && method !== 8) throw new KnownError('broken-zip', `${name} is compressed by a method (${method}) other than deflate.`);
  const header = readAt(handle, headerAt, 30);
  if (header.readUInt32LE(0) !== LOCAL) throw broken(`the header of ${name} is damaged`);
  return headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function readAt(handle: number, position: number, length: number, fewer = false): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(handle, bytes, done, length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  if (done < length && !fewer) throw broken('it ends too early');
  return bytes.subarray(0, done);
}

function broken(what: string): KnownError {
  return new KnownError('broken-zip', `It cannot be read as a ZIP file: ${what}.`);
}
