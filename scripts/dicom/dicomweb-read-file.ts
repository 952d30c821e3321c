/** The bytes of a DICOM file in, its data set in the DICOM JSON model and where its pixels are out. */
import { parseDicom, type DataSet, type Element } from 'dicom-parser';
import { KnownError } from '../core/known-error';
import { ATTRIBUTES, textsOf, type DicomJson, type DicomJsonAttribute } from './dicomweb-json';

export interface DicomFile {
  /** Without file meta information and without pixel data. */
  readonly dataSet: DicomJson;
  readonly transferSyntax: string;
  /** Uncompressed pixels of all frames, or nothing. */
  readonly pixels?: Buffer;
  /** The file ended before its data set did. */
  readonly truncated: boolean;
}

const IMPLICIT_VR = new Map<string, string>(Object.values(ATTRIBUTES).map(([tag, vr]) => [tag, vr]));
const BINARY = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);
const PIXEL_GROUP = '7FE0';
/** Bulk beyond this length stays out of the JSON. */
const LONGEST_INLINE = 1024;

/**
 * @param bytes the whole file, or its beginning: then what stands in it is read
 * @throws KnownError `not-dicom`
 */
export function readDicomFile(bytes: Buffer): DicomFile {
  if (bytes.toString('latin1', 128, 132) !== 'DICM') throw new KnownError('not-dicom', 'It is not a DICOM file: no "DICM" after 128 bytes.');
  let parsed: DataSet;
  let truncated = false;
  try {
    // The parser inflates deflated data sets with Node's zlib, and wants Node's own kind of bytes for it.
    parsed = parseDicom(bytes);
  } catch (error) {
    // The parser hands over what it has read before it stumbled.
    const partial = (error as { dataSet?: DataSet }).dataSet;
    if (partial === undefined) throw new KnownError('not-dicom', `It cannot be read as DICOM: ${said(error)}`, undefined, { cause: error });
    parsed = partial;
    truncated = true;
  }
  const pixel = parsed.elements['x7fe00010'];
  const pixels = pixel === undefined || pixel.encapsulatedPixelData === true || truncated ? undefined : Buffer.from(parsed.byteArray.buffer, parsed.byteArray.byteOffset + pixel.dataOffset, pixel.length);
  return { dataSet: toJson(parsed), transferSyntax: parsed.string('x00020010') ?? '', truncated, ...(pixels === undefined ? {} : { pixels }) };
}

function said(error: unknown): string {
  const inner = (error as { exception?: unknown } | undefined)?.exception ?? error;
  return inner instanceof Error ? inner.message : String(inner);
}

function toJson(parsed: DataSet, inherited?: 'utf8' | 'latin1'): DicomJson {
  const json: Record<string, DicomJsonAttribute> = {};
  const charset = parsed.string('x00080005') === undefined ? (inherited ?? 'latin1') : /ISO_IR 192|GB18030/.test(parsed.string('x00080005') ?? '') ? 'utf8' : 'latin1';
  for (const [key, one] of Object.entries(parsed.elements)) {
    const tag = key.slice(1).toUpperCase();
    if (tag.startsWith('0002') || tag.startsWith(PIXEL_GROUP) || tag.endsWith('0000')) continue;
    const vr = one.vr ?? (one.items !== undefined ? 'SQ' : (IMPLICIT_VR.get(tag) ?? 'UN'));
    const value = attributeOf(parsed, one, vr, charset);
    if (value !== undefined) json[tag] = value;
  }
  return json;
}

function attributeOf(parsed: DataSet, { items, length, dataOffset }: Element, vr: string, charset: 'utf8' | 'latin1'): DicomJsonAttribute | undefined {
  if (vr === 'SQ') {
    const values = (items ?? []).flatMap(({ dataSet }) => (dataSet === undefined ? [] : [toJson(dataSet, charset)]));
    return { vr, ...(values.length === 0 ? {} : { Value: values }) };
  }
  const bytes = Buffer.from(parsed.byteArray.buffer, parsed.byteArray.byteOffset + dataOffset, Math.max(0, Math.min(length, parsed.byteArray.length - dataOffset)));
  if (bytes.length === 0) return { vr };
  if (BINARY.has(vr)) return bytes.length > LONGEST_INLINE ? undefined : { vr, InlineBinary: bytes.toString('base64') };
  const numbers = numbersOf(bytes, vr);
  if (numbers !== undefined) return { vr, Value: numbers };
  const text = bytes.toString(charset).replace(/[\0 ]+$/, '');
  if (text === '') return { vr };
  const texts = vr === 'LT' || vr === 'ST' || vr === 'UT' || vr === 'UR' ? [text] : text.split('\\').map((one) => one.trim());
  if (vr === 'PN') return { vr, Value: texts.map(groupsOf) };
  if (vr === 'IS' || vr === 'DS') return { vr, Value: texts.map((one) => (one !== '' && Number.isFinite(Number(one)) ? Number(one) : one === '' ? null : one)) };
  return { vr, Value: texts };
}

function groupsOf(name: string): object {
  const [alphabetic, ideographic, phonetic] = name.split('=');
  return Object.fromEntries(Object.entries({ Alphabetic: alphabetic, Ideographic: ideographic, Phonetic: phonetic }).filter(([, value]) => value !== undefined && value !== ''));
}

function numbersOf(bytes: Buffer, vr: string): unknown[] | undefined {
  const each = <T>(size: number, read: (at: number) => T) => Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => read(index * size));
  switch (vr) {
    case 'US': return each(2, (at) => bytes.readUInt16LE(at));
    case 'SS': return each(2, (at) => bytes.readInt16LE(at));
    case 'UL': return each(4, (at) => bytes.readUInt32LE(at));
    case 'SL': return each(4, (at) => bytes.readInt32LE(at));
    case 'FL': return each(4, (at) => bytes.readFloatLE(at));
    case 'FD': return each(8, (at) => bytes.readDoubleLE(at));
    case 'AT': return each(4, (at) => `${bytes.readUInt16LE(at).toString(16).padStart(4, '0')}${bytes.readUInt16LE(at + 2).toString(16).padStart(4, '0')}`.toUpperCase());
    default: return undefined;
  }
}

/** The UIDs that say which object a file is. */
export function identityOf({ dataSet }: Pick<DicomFile, 'dataSet'>): { studyUid?: string; seriesUid?: string; instanceUid?: string } {
  const [studyUid] = textsOf(dataSet, 'StudyInstanceUID');
  const [seriesUid] = textsOf(dataSet, 'SeriesInstanceUID');
  const [instanceUid] = textsOf(dataSet, 'SOPInstanceUID');
  return { ...(studyUid === undefined ? {} : { studyUid }), ...(seriesUid === undefined ? {} : { seriesUid }), ...(instanceUid === undefined ? {} : { instanceUid }) };
}
