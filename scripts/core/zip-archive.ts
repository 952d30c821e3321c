/** Files as names and bytes in, a ZIP archive out whose bytes depend on them alone. */
import { deflateRawSync } from 'node:zlib';

export interface ZipFile {
  /** Path inside the archive, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1 January 1980, 0:00: the first time that a ZIP archive can state (PKWARE APPNOTE 4.4.6). */
const TIME = { date: 0x21, time: 0 };
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const VERSION = 20;
/** An ordinary file that its owner may write and everybody read, as a Unix archiver says it. */
const MADE_BY_UNIX = 3 << 8;
const FILE_MODE = 0o100644;
/** Above these a ZIP needs the larger ZIP64 records. */
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffffffff;

/**
 * Packs files in the order of their names: equal files give equal bytes, whatever the clock, the time zone and the order given.
 * @throws Error for more files or bytes than a ZIP without its 64-bit records holds
 */
export function zipArchive(files: readonly ZipFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (sorted.length > MOST_FILES) throw new Error(`A ZIP archive holds ${MOST_FILES} files, not ${sorted.length}.`);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of sorted) {
    const path = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(bytes, { level: 9 });
    const common = commonFields(path, bytes, packed);
    const local = Buffer.concat([numbers([4, 0x04034b50], [2, VERSION]), common, numbers([2, 0]), path, packed]);
    directory.push(
      Buffer.concat([numbers([4, 0x02014b50], [2, MADE_BY_UNIX | VERSION], [2, VERSION]), common, numbers([2, 0], [2, 0], [2, 0], [2, 0], [4, FILE_MODE * 0x10000], [4, offset]), path]),
    );
    parts.push(local);
    offset += local.length;
    if (offset > MOST_BYTES) throw new Error('A ZIP archive holds 4 GiB, not more.');
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, sorted.length], [2, sorted.length], [4, size], [4, offset], [2, 0]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** What stands in both headers of a file, from its flags to the length of its name. */
function commonFields(path: Buffer, bytes: Uint8Array, packed: Buffer): Buffer {
  return numbers([2, UTF8_NAMES], [2, DEFLATED], [2, TIME.time], [2, TIME.date], [4, crc32(bytes)], [4, packed.length], [4, bytes.length], [2, path.length]);
}

/** Little-endian numbers of the widths given. */
function numbers(...fields: readonly (readonly [width: number, value: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) at = buffer.writeUIntLE(value, at, width);
  return buffer;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** Node has one of its own only from 20.15 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
