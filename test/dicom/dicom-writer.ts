/** A data set as plain values in, the bytes of a DICOM file out: every way of writing one that a reader meets. */
import { deflateRawSync } from 'node:zlib';

export interface Element {
  readonly tag: number;
  readonly vr: string;
  /** Bytes, text (Latin-1), or the items of a sequence. */
  readonly value: Buffer | string | readonly (readonly Element[])[];
}

export interface Writing {
  readonly explicit: boolean;
  readonly bigEndian?: boolean;
  readonly deflated?: boolean;
  /** Sequences and items end with delimiters instead of saying their length. */
  readonly undefinedLength?: boolean;
  readonly preamble?: boolean;
  readonly meta?: boolean;
}

export const WRITINGS: Readonly<Record<string, Writing & { transferSyntax: string }>> = {
  implicit: { explicit: false, transferSyntax: '1.2.840.10008.1.2' },
  'explicit little endian': { explicit: true, transferSyntax: '1.2.840.10008.1.2.1' },
  'explicit big endian': { explicit: true, bigEndian: true, transferSyntax: '1.2.840.10008.1.2.2' },
  deflated: { explicit: true, deflated: true, transferSyntax: '1.2.840.10008.1.2.1.99' },
  'undefined lengths': { explicit: true, undefinedLength: true, transferSyntax: '1.2.840.10008.1.2.1' },
  'implicit, undefined lengths': { explicit: false, undefinedLength: true, transferSyntax: '1.2.840.10008.1.2' },
  'without preamble': { explicit: true, preamble: false, transferSyntax: '1.2.840.10008.1.2.1' },
  'data set alone': { explicit: true, preamble: false, meta: false, transferSyntax: '1.2.840.10008.1.2.1' },
  'data set alone, big endian': { explicit: true, bigEndian: true, preamble: false, meta: false, transferSyntax: '1.2.840.10008.1.2.2' },
  'data set alone, implicit': { explicit: false, preamble: false, meta: false, transferSyntax: '1.2.840.10008.1.2' },
};

const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** The file; elements are written in the order of their tags. */
export function dicomFile(elements: readonly Element[], writing: Writing & { transferSyntax: string }): Buffer {
  const { preamble = true, meta = true, deflated = false, transferSyntax } = writing;
  const body = dataSetBytes(elements, writing);
  const group = dataSetBytes([{ tag: 0x00020010, vr: 'UI', value: transferSyntax }], { explicit: true });
  return Buffer.concat([...(preamble ? [Buffer.alloc(128), Buffer.from('DICM')] : []), ...(meta ? [group] : []), deflated ? deflateRawSync(body) : body]);
}

function dataSetBytes(elements: readonly Element[], writing: Writing): Buffer {
  return Buffer.concat([...elements].sort((a, b) => a.tag - b.tag).map((element) => elementBytes(element, writing)));
}

function elementBytes({ tag, vr, value }: Element, writing: Writing): Buffer {
  const isSequence = typeof value !== 'string' && !Buffer.isBuffer(value);
  const content = isSequence ? Buffer.concat(value.map((item) => itemBytes(item, writing))) : padded(value, vr);
  const open = isSequence && writing.undefinedLength === true;
  const length = open ? 0xffffffff : content.length;
  const parts = [number16(tag >>> 16, writing), number16(tag & 0xffff, writing)];
  if (!writing.explicit) parts.push(number32(length, writing));
  else if (LONG.has(vr)) parts.push(Buffer.from(vr), Buffer.alloc(2), number32(length, writing));
  else parts.push(Buffer.from(vr), number16(length, writing));
  return Buffer.concat([...parts, content, ...(open ? [mark(0xe0dd, 0, writing)] : [])]);
}

function itemBytes(item: readonly Element[], writing: Writing): Buffer {
  const content = dataSetBytes(item, writing);
  return writing.undefinedLength === true ? Buffer.concat([mark(0xe000, 0xffffffff, writing), content, mark(0xe00d, 0, writing)]) : Buffer.concat([mark(0xe000, content.length, writing), content]);
}

function mark(element: number, length: number, writing: Writing): Buffer {
  return Buffer.concat([number16(0xfffe, writing), number16(element, writing), number32(length, writing)]);
}

function padded(value: Buffer | string, vr: string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);
}

function number16(value: number, { bigEndian = false }: Writing): Buffer {
  const bytes = Buffer.alloc(2);
  if (bigEndian) bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

function number32(value: number, { bigEndian = false }: Writing): Buffer {
  const bytes = Buffer.alloc(4);
  if (bigEndian) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}
