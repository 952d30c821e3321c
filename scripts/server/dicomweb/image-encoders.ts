/** Grey pixels in, a PNG or baseline JPEG file out. */
import { crc32, deflateSync } from 'node:zlib';

/** Eight bits a pixel, row by row from the top. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** https://www.w3.org/TR/png-3/ */
export function encodePng({ width, height, pixels }: GreyImage): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc(body), body.length + 4);
  return frame;
}

/** Node has crc32 from 20.15 on. */
function crc(bytes: Buffer): number {
  if (typeof crc32 === 'function') return crc32(bytes);
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

// The tables of ITU-T T.81 annex K: luminance quantisation, and Huffman codes for DC and AC coefficients.
const QUANTISATION = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99];
const ZIGZAG = [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63];
const DC = { counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] };
const AC = {
  counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  values: [...Buffer.from('01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa', 'hex')],
};
type Codes = ReadonlyMap<number, { readonly code: number; readonly length: number }>;
const DC_CODES = codesOf(DC);
const AC_CODES = codesOf(AC);
const COSINES = Array.from({ length: 8 }, (_, u) => Array.from({ length: 8 }, (__, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)));

/** Baseline, one component: https://www.w3.org/Graphics/JPEG/itu-t81.pdf. @param quality 1 to 100 */
export function encodeJpeg({ width, height, pixels }: GreyImage, quality = 90): Buffer {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const table = QUANTISATION.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
  const segment = (marker: number, data: readonly number[]) => Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data]);
  const head = [
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0', 'latin1'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...ZIGZAG.map((at) => table[at] ?? 1)]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    segment(0xc4, [0x00, ...DC.counts, ...DC.values]),
    segment(0xc4, [0x10, ...AC.counts, ...AC.values]),
    segment(0xda, [1, 1, 0x00, 0, 63, 0]),
  ];
  const bits = bitWriter();
  let previous = 0;
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      const sample = (x: number, y: number) => (pixels[Math.min(height - 1, top + y) * width + Math.min(width - 1, left + x)] ?? 0) - 128;
      const block = transform(sample).map((value, at) => Math.round(value / (table[at] ?? 1)));
      previous = writeBlock(bits, block, previous);
    }
  }
  return Buffer.concat([...head, bits.end(), Buffer.from([0xff, 0xd9])]);
}

/** The discrete cosine transform of an 8 x 8 block, rows then columns. */
function transform(sample: (x: number, y: number) => number): number[] {
  const rows = Array.from({ length: 8 }, (_, y) => COSINES.map((wave) => wave.reduce((sum, cosine, x) => sum + cosine * sample(x, y), 0)));
  return COSINES.flatMap((wave) => Array.from({ length: 8 }, (_, u) => wave.reduce((sum, cosine, y) => sum + cosine * (rows[y]?.[u] ?? 0), 0)));
}

function writeBlock(bits: ReturnType<typeof bitWriter>, block: readonly number[], previous: number): number {
  const dc = block[0] ?? 0;
  writeValue(bits, DC_CODES, 0, dc - previous);
  let zeros = 0;
  for (const at of ZIGZAG.slice(1)) {
    const value = block[at] ?? 0;
    if (value === 0) zeros += 1;
    else {
      for (; zeros > 15; zeros -= 16) writeCode(bits, AC_CODES, 0xf0);
      writeValue(bits, AC_CODES, zeros << 4, value);
      zeros = 0;
    }
  }
  if (zeros > 0) writeCode(bits, AC_CODES, 0);
  return dc;
}

function writeValue(bits: ReturnType<typeof bitWriter>, codes: Codes, run: number, value: number): void {
  const size = value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
  writeCode(bits, codes, run | size);
  bits.write(value < 0 ? value + (1 << size) - 1 : value, size);
}

function writeCode(bits: ReturnType<typeof bitWriter>, codes: Codes, symbol: number): void {
  const row = codes.get(symbol);
  if (row !== undefined) bits.write(row.code, row.length);
}

function codesOf({ counts, values }: typeof DC): Codes {
  const codes = new Map<number, { code: number; length: number }>();
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (let one = 0; one < count; one += 1) codes.set(values[next++] ?? 0, { code: code++, length: index + 1 });
    code <<= 1;
  });
  return codes;
}

function bitWriter() {
  const bytes: number[] = [];
  let held = 0;
  let count = 0;
  const write = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      held = (held << 1) | ((value >> bit) & 1);
      count += 1;
      if (count < 8) continue;
      // A byte of ones would look like a marker: a zero follows it.
      bytes.push(held, ...(held === 0xff ? [0] : []));
      held = 0;
      count = 0;
    }
  };
  return {
    write,
    end: () => {
      if (count > 0) write((1 << (8 - count)) - 1, 8 - count);
      return Buffer.from(bytes);
    },
  };
}
