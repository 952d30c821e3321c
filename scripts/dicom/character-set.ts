/** Bytes of a text value and the data set's Specific Character Set in, text out: PS3.5 chapter 6.1 and annexes H, I, J, K. */

import { TextDecoder } from 'node:util';

/** How a sequence of bytes becomes text. */
export interface TextReader {
  /** Text with its delimiters (`\`, `^`, `=`) still in it; those inside multi-byte characters are gone. */
  read(bytes: Buffer): string;
  /** Terms of the Specific Character Set that are unknown. */
  readonly unknown: readonly string[];
  /** True where the bytes above 0x7F have no meaning: no character set is declared. */
  readonly asciiOnly: boolean;
}

/**
 * Registration number of a single-byte set -> the encoding whose upper half it is, and its final byte in `ESC -`.
 * The upper halves of windows-1252, -1254 and -874 equal those of ISO 8859-1, -9 and TIS 620 but for control characters.
 */
const SINGLE_BYTE: Readonly<Record<string, { encoding: string; final: string }>> = {
  100: { encoding: 'iso-8859-1', final: 'A' },
  101: { encoding: 'iso-8859-2', final: 'B' },
  109: { encoding: 'iso-8859-3', final: 'C' },
  110: { encoding: 'iso-8859-4', final: 'D' },
  126: { encoding: 'iso-8859-7', final: 'F' },
  127: { encoding: 'iso-8859-6', final: 'G' },
  138: { encoding: 'iso-8859-8', final: 'H' },
  144: { encoding: 'iso-8859-5', final: 'L' },
  148: { encoding: 'iso-8859-9', final: 'M' },
  166: { encoding: 'windows-874', final: 'T' },
  203: { encoding: 'iso-8859-15', final: 'b' },
};

/** Sets that one of the two code areas can hold. */
type CodeSet = { readonly width: 1 | 2; decode(bytes: Buffer): string };

const LATIN: CodeSet = { width: 1, decode: (bytes) => bytes.toString('latin1') };
const ASCII = LATIN;
/** JIS X 0201: its backslash position shows a yen sign, but DICOM's delimiter is meant; Shift JIS holds its katakana where G1 does. */
const JIS_X0201: CodeSet = decoding('shift_jis', 1);
const JIS_X0208: CodeSet = { width: 2, decode: (bytes) => decoder('euc-jp').decode(bytes.map((byte) => byte | 0x80)) };
const JIS_X0212: CodeSet = { width: 2, decode: (bytes) => decoder('euc-jp').decode(threeByteForm(bytes)) };
const KS_X1001: CodeSet = decoding('euc-kr', 2);
const GB2312: CodeSet = decoding('gbk', 2);

/** Escape sequences without ESC, and the area and set that they switch. */
const ESCAPES: readonly (readonly [sequence: string, area: 'g0' | 'g1', set: CodeSet])[] = [
  ['(B', 'g0', ASCII],
  ['(J', 'g0', JIS_X0201],
  [')I', 'g1', JIS_X0201],
  ['$(D', 'g0', JIS_X0212],
  ['$)C', 'g1', KS_X1001],
  ['$)A', 'g1', GB2312],
  ['$B', 'g0', JIS_X0208],
  ['$@', 'g0', JIS_X0208],
  ...Object.values(SINGLE_BYTE).map(({ encoding, final }) => [`-${final}`, 'g1', decoding(encoding, 1)] as const),
];

const ESC = 0x1b;
const readers = new Map<string, TextReader>();

/** The reader for the values of (0008,0005); none or an empty one means ASCII. */
export function textReader(terms: readonly string[]): TextReader {
  const key = terms.join('\\');
  const known = readers.get(key);
  if (known !== undefined) return known;
  const made = makeReader(terms);
  readers.set(key, made);
  return made;
}

function makeReader(terms: readonly string[]): TextReader {
  const normal = terms.map(normalTerm);
  const [first = ''] = normal;
  const whole = { 'ISO_IR 192': 'utf-8', GB18030: 'gb18030', GBK: 'gbk' }[first];
  if (whole !== undefined) return { read: asciiFirst((bytes) => decoder(whole).decode(bytes)), unknown: [], asciiOnly: false };
  const unknown = normal.flatMap((term, i) => (isKnown(term) ? [] : [terms[i] ?? term]));
  const upper = initialUpper(first);
  const initial = { g0: first.endsWith(' 13') ? JIS_X0201 : ASCII, g1: upper ?? LATIN };
  const asciiOnly = upper === undefined && normal.length <= 1;
  return { read: asciiFirst((bytes) => readIso2022(bytes, initial)), unknown, asciiOnly };
}

/** Writings that are met in files (`ISO IR 100`, `ISO-2022-IR-87`) brought to the defined terms. */
function normalTerm(term: string): string {
  const [, extended, number] = /^ISO[ _-]?(2022[ _-]?)?IR[ _-]?(\d+)$/i.exec(term.trim()) ?? [];
  if (number === undefined) return term.trim().toUpperCase();
  return extended === undefined ? `ISO_IR ${number}` : `ISO 2022 IR ${number}`;
}

const MULTI_BYTE_NUMBERS = new Set(['58', '87', '149', '159']);

function isKnown(term: string): boolean {
  if (term === '') return true;
  const [, extended, number = ''] = /^(?:ISO_IR|(ISO 2022 IR)) (\d+)$/.exec(term) ?? [];
  return number === '6' || number === '13' || number in SINGLE_BYTE || (extended !== undefined && MULTI_BYTE_NUMBERS.has(number));
}

function initialUpper(term: string): CodeSet | undefined {
  const number = / (\d+)$/.exec(term)?.[1] ?? '';
  if (number === '13') return JIS_X0201;
  const row = SINGLE_BYTE[number];
  return row === undefined ? undefined : decoding(row.encoding, 1);
}

function asciiFirst(read: (bytes: Buffer) => string): (bytes: Buffer) => string {
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (byte >= 0x80 || byte === ESC) return read(bytes);
    }
    return bytes.toString('latin1');
  };
}

/** Runs of bytes of one area, with the sets that escape sequences put there; delimiters put the first sets back (PS3.5 6.1.2.5.3). */
function readIso2022(bytes: Buffer, initial: { g0: CodeSet; g1: CodeSet }): string {
  let { g0, g1 } = initial;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      const rest = bytes.toString('latin1', at + 1, at + 4);
      const row = ESCAPES.find(([sequence]) => rest.startsWith(sequence));
      if (row === undefined) {
        at += 1;
        continue;
      }
      if (row[1] === 'g0') g0 = row[2];
      else g1 = row[2];
      at += 1 + row[0].length;
      continue;
    }
    const set = byte >= 0x80 ? g1 : g0;
    if (byte < 0x80 && (g0.width === 1 || byte <= 0x20)) {
      if (isDelimiter(byte)) ({ g0, g1 } = initial);
      result += byte === 0x5c ? '\\' : ASCII.decode(bytes.subarray(at, at + 1));
      at += 1;
      continue;
    }
    const end = endOfRun(bytes, at, byte >= 0x80);
    result += set.decode(bytes.subarray(at, end));
    at = end;
  }
  return result;
}

function endOfRun(bytes: Buffer, from: number, upper: boolean): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC || byte >= 0x80 !== upper || (!upper && byte <= 0x20)) break;
    at += 1;
  }
  return at;
}

/** `\`, `^`, `=` and the control characters of text: TAB, LF, FF, CR. */
function isDelimiter(byte: number): boolean {
  return byte === 0x5c || byte === 0x5e || byte === 0x3d || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d;
}

/** JIS X 0212 in EUC-JP: each pair behind 0x8F. */
function threeByteForm(bytes: Buffer): Buffer {
  const wide = Buffer.alloc((bytes.length >> 1) * 3);
  for (let i = 0; i * 2 + 1 < bytes.length; i++) {
    wide[i * 3] = 0x8f;
    wide[i * 3 + 1] = (bytes[i * 2] ?? 0) | 0x80;
    wide[i * 3 + 2] = (bytes[i * 2 + 1] ?? 0) | 0x80;
  }
  return wide;
}

function decoding(encoding: string, width: 1 | 2): CodeSet {
  return { width, decode: (bytes) => decoder(encoding).decode(bytes) };
}

const decoders = new Map<string, TextDecoder>();

function decoder(encoding: string): TextDecoder {
  const known = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, known);
  return known;
}
