/** The first bytes of an image file in, its kind and size out; undefined for what is no image. */

export interface ImageInfo {
  readonly kind: 'jpeg' | 'png' | 'gif' | 'jp2' | 'video';
  readonly width?: number;
  readonly height?: number;
}

/** Recognises what rendered resources may be (PS3.18 section 8.7.4); the size only where the head of the file has it. */
export function imageInfo(bytes: Buffer): ImageInfo | undefined {
  if (bytes.length < 24) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { kind: 'jpeg', ...jpegSize(bytes) };
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return { kind: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))) return { kind: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (bytes.toString('latin1', 4, 8) === 'jP  ' || bytes.readUInt32BE(0) === 0xff4fff51) return { kind: 'jp2' };
  if (bytes.toString('latin1', 4, 8) === 'ftyp' || bytes.readUInt32BE(0) === 0x000001ba) return { kind: 'video' };
  return undefined;
}

/** Walks the segments to the start of frame. */
function jpegSize(bytes: Buffer): { width?: number; height?: number } {
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return {};
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return {};
}
