/** Files in, a ZIP file out: stored or deflated, with as much of the format as a reader must understand. */
import { deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly content: Buffer;
  readonly stored?: boolean;
  readonly encrypted?: boolean;
}

export function zipFile(files: readonly ZipFile[], { wide = false, comment = '' }: { wide?: boolean; comment?: string } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, stored = false, encrypted = false } of files) {
    const data = stored ? content : deflateRawSync(content);
    const title = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(wide ? 0xffffffff : data.length, 14);
    common.writeUInt32LE(wide ? 0xffffffff : content.length, 18);
    common.writeUInt16LE(title.length, 22);
    const extra = wide ? wideExtra(content.length, data.length, at) : Buffer.alloc(0);
    common.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([signature(0x04034b50), common, title, extra, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(wide ? 0xffffffff : at, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), common, tail, title, extra]));
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(wide ? 0xffff : files.length, 4);
  end.writeUInt16LE(wide ? 0xffff : files.length, 6);
  end.writeUInt32LE(wide ? 0xffffffff : list.length, 8);
  end.writeUInt32LE(wide ? 0xffffffff : at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...parts, list, ...(wide ? [wideEnd(files.length, list.length, at)] : []), signature(0x06054b50), end, Buffer.from(comment)]);
}

function wideExtra(size: number, compressed: number, at: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  [size, compressed, at].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + i * 8));
  return extra;
}

function wideEnd(count: number, length: number, at: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  [count, count, length, at].forEach((value, i) => record.writeBigUInt64LE(BigInt(value), 24 + i * 8));
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + length), 8);
  return Buffer.concat([record, locator]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
