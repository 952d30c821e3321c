/** A data set of the DICOM JSON model in, a DICOM file in explicit VR little endian out: https://dicom.nema.org/medical/dicom/current/output/chtml/part10/chapter_7.html */
import { textOf, type DicomJson, type DicomJsonAttribute } from './dicomweb-json';

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** Our own implementation, under a UUID. */
const IMPLEMENTATION = '2.25.211806429137512986245714783429710354';

/** Value representations with a length of four bytes, after two reserved ones (PS3.5 section 7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const NUMBERS: Record<string, { size: number; write(bytes: Buffer, value: number, at: number): unknown }> = {
  US: { size: 2, write: (bytes, value, at) => bytes.writeUInt16LE(value, at) },
  SS: { size: 2, write: (bytes, value, at) => bytes.writeInt16LE(value, at) },
  UL: { size: 4, write: (bytes, value, at) => bytes.writeUInt32LE(value, at) },
  SL: { size: 4, write: (bytes, value, at) => bytes.writeInt32LE(value, at) },
  FL: { size: 4, write: (bytes, value, at) => bytes.writeFloatLE(value, at) },
  FD: { size: 8, write: (bytes, value, at) => bytes.writeDoubleLE(value, at) },
};

/** The file, with preamble and meta information; texts are written as UTF-8, so the data set should say ISO_IR 192. */
export function writeDicomFile(dataSet: DicomJson): Buffer {
  const meta: DicomJson = {
    '00020001': { vr: 'OB', InlineBinary: Buffer.from([0, 1]).toString('base64') },
    '00020002': { vr: 'UI', Value: [textOf(dataSet, 'SOPClassUID') ?? ''] },
    '00020003': { vr: 'UI', Value: [textOf(dataSet, 'SOPInstanceUID') ?? ''] },
    '00020010': { vr: 'UI', Value: [EXPLICIT_LITTLE_ENDIAN] },
    '00020012': { vr: 'UI', Value: [IMPLEMENTATION] },
    '00020013': { vr: 'SH', Value: ['FHIR_SCOUT'] },
  };
  const head = elements(meta);
  const length = elements({ '00020000': { vr: 'UL', Value: [head.length] } });
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), length, head, elements(dataSet)]);
}

/** The elements in the order of their tags, without preamble and meta information. */
export function elements(dataSet: DicomJson): Buffer {
  return Buffer.concat(Object.keys(dataSet).sort().flatMap((tag) => element(tag, dataSet[tag] as DicomJsonAttribute)));
}

function element(tag: string, attribute: DicomJsonAttribute): Buffer[] {
  const { vr } = attribute;
  const value = valueOf(attribute);
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (LONG.has(vr)) head.writeUInt32LE(value.length, 8);
  else if (value.length > 0xffff) throw new Error(`the value of ${tag} has ${value.length} bytes, more than ${vr} can hold`);
  else head.writeUInt16LE(value.length, 6);
  return [head, value];
}

function valueOf({ vr, Value: values = [], InlineBinary: inline }: DicomJsonAttribute): Buffer {
  if (inline !== undefined) return even(Buffer.from(inline, 'base64'), 0);
  if (vr === 'SQ') return Buffer.concat((values as DicomJson[]).flatMap(item));
  if (vr === 'AT') return Buffer.concat((values as string[]).map((tag) => Buffer.from(new Uint16Array([Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)]).buffer)));
  const numbers = NUMBERS[vr];
  if (numbers !== undefined) {
    const bytes = Buffer.alloc(numbers.size * values.length);
    values.forEach((value, index) => numbers.write(bytes, Number(value), index * numbers.size));
    return bytes;
  }
  const text = values.map((value) => (vr === 'PN' ? personName(value) : String(value as string | number))).join('\\');
  return even(Buffer.from(text, 'utf8'), vr === 'UI' ? 0 : 0x20);
}

/** Groups joined by `=`; trailing empty ones are left out. */
function personName(value: unknown): string {
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = (value ?? {}) as Record<string, string>;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
}

function item(dataSet: DicomJson): Buffer[] {
  const value = elements(dataSet);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(value.length, 4);
  return [head, value];
}

/** Values have an even length (PS3.5 section 7.1.1). */
function even(bytes: Buffer, padding: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([padding])]);
}
