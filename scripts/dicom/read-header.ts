/** A DICOM file's bytes in, its header as a data set out; whatever stands behind the last attribute that is read stays unread. */
import { KnownError } from '../core/known-error';
import { inflatedWindow, type ByteWindow } from './byte-window';
import { textReader, type TextReader } from './character-set';
import { cleanText, type DataSet, type DataSetItem } from './data-set';
import { LAST_TAG, REPRESENTATIONS, TAGS, tagText, type ValueRepresentation } from './tags';

/** What a file says of itself. */
export interface DicomHeader {
  readonly dataSet: DataSet;
  /** Things that are not as the standard asks, and could be read all the same. */
  readonly remarks: readonly string[];
}

/** How the elements are written. */
interface Encoding {
  readonly explicit: boolean;
  readonly bigEndian: boolean;
}

/** The state of a walk through a file: changed in place, for it is changed at every element. */
interface Reading extends Encoding {
  readonly window: ByteWindow;
  readonly remarks: Set<string>;
  /** How texts are read from here on: (0008,0005) changes it. */
  text: TextReader;
  /** The last element was a delimiter, or behind the last one that is read. */
  ended: boolean;
}

type Elements = Map<number, readonly string[] | readonly DataSetItem[]>;

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const LITTLE_EXPLICIT: Encoding = { explicit: true, bigEndian: false };
const LITTLE_IMPLICIT: Encoding = { explicit: false, bigEndian: false };
/** Sequences in sequences: real ones go ten deep. */
const DEEPEST = 64;
/** As constants of this file, which are quicker to reach: they are asked for at every element. */
const LAST = LAST_TAG;
const WANTED = REPRESENTATIONS;
const CHARACTER_SET = TAGS.SpecificCharacterSet.tag;
/** Of a text that is kept: the longest that mean something have some thousands of characters. */
const LONGEST = 1 << 24;

/** Value representations whose length takes two bytes; all others, future ones included, take four (PS3.5 7.1.2). */
const SHORT_LENGTH = new Uint8Array(0x10000);
for (const name of 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ')) SHORT_LENGTH[letters(name)] = 1;
const UNKNOWN = letters('UN');
/** Texts that may hold characters of the data set's character set (PS3.5 6.1.2.3). */
const LOCAL_TEXT = new Set<ValueRepresentation>(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** Texts in which a backslash is a character like any other. */
const ONE_VALUE = new Set<ValueRepresentation>(['LT', 'ST', 'UR', 'UT']);

/** The two letters of a value representation as a number. */
function letters(name: string): number {
  return name.charCodeAt(0) * 0x100 + name.charCodeAt(1);
}

/** Where a DICOM data set begins, and whether meta information comes first; undefined for what is no DICOM. */
export function dicomStart(window: ByteWindow): { position: number; preamble: boolean } | undefined {
  if (has(window, 128, 4) && window.bytes.toString('latin1', 128 - window.start, 132 - window.start) === 'DICM') return { position: 132, preamble: true };
  if (!has(window, 0, 8)) return undefined;
  const { bytes } = window;
  const little = bytes.readUInt16LE(0);
  const big = bytes.readUInt16BE(0);
  // Files without a preamble begin with the meta information or, older still, with group 0008.
  const known = (group: number, element: number) => (group === 0x0002 || group === 0x0008) && element <= 0x0018;
  return known(little, bytes.readUInt16LE(2)) || known(big, bytes.readUInt16BE(2)) ? { position: 0, preamble: false } : undefined;
}

/**
 * Reads the header: file meta information and the attributes of `tags.ts`, nested ones included.
 * @throws KnownError `not-dicom`, `truncated`, `broken-element`, `broken-deflate`; the message names the place
 */
export function readHeader(window: ByteWindow): DicomHeader {
  const begin = dicomStart(window);
  if (begin === undefined) throw new KnownError('not-dicom', 'It is not a DICOM file: no "DICM" after 128 bytes, and no data set at its beginning.');
  const elements: Elements = new Map();
  const remarks = new Set<string>();
  if (!begin.preamble) remarks.add('The preamble with "DICM" is missing.');
  const afterMeta = readMeta(start(window, LITTLE_EXPLICIT, remarks), begin.position, elements);
  const transferSyntax = elements.get(TAGS.TransferSyntaxUID.tag)?.[0];
  if (transferSyntax === undefined) remarks.add('The transfer syntax is not stated; it was recognised by the first element.');
  const deflated = transferSyntax === DEFLATED;
  const body = deflated ? inflatedBody(window, afterMeta) : window;
  const position = deflated ? 0 : afterMeta;
  const encoding = encodingAt(body, position, transferSyntax === BIG_ENDIAN);
  readElements(start(body, encoding, remarks), position, Infinity, elements, 0);
  return { dataSet: elements, remarks: [...remarks] };
}

function start(window: ByteWindow, encoding: Encoding, remarks: Set<string>): Reading {
  return { window, ...encoding, remarks, text: textReader([]), ended: false };
}

/** Group 0002, always explicit little endian (PS3.10 7.1); its length is often wrong or absent, so the group numbers decide. */
function readMeta(reading: Reading, from: number, elements: Elements): number {
  let position = from;
  while (has(reading.window, position, 8)) {
    const { window } = reading;
    if (window.bytes.readUInt16LE(position - window.start) !== 0x0002) break;
    position = readElement(reading, position, Infinity, elements, 0);
  }
  return position;
}

/** Grows as it is walked through: how long the file is nobody has to know. */
function inflatedBody(window: ByteWindow, from: number): ByteWindow {
  return inflatedWindow((length) => {
    if (!has(window, from, length)) window.fetch(from, length);
    return window.bytes.subarray(from - window.start, from - window.start + length);
  });
}

/** What the first element itself shows: many files are not written as their transfer syntax says, and private syntaxes say nothing. */
function encodingAt(window: ByteWindow, position: number, statedBig: boolean): Encoding {
  if (!has(window, position, 8)) return LITTLE_IMPLICIT;
  const at = position - window.start;
  const explicit = isRepresentation(window.bytes, at + 4);
  const little = window.bytes.readUInt16LE(at);
  const big = window.bytes.readUInt16BE(at);
  return { explicit, bigEndian: little === big ? statedBig : big < little };
}

function isRepresentation(bytes: Buffer, at: number): boolean {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a;
}

/** Elements up to `end`, a delimiter or the last tag that is read; the position behind them. */
function readElements(reading: Reading, from: number, end: number, elements: Elements | undefined, depth: number): number {
  let position = from;
  while (position < end) {
    if (depth === 0 && !has(reading.window, position, 1)) {
      // A data set ends with an element; a position behind the last byte means that the last value is cut off.
      if (position > 0 && !has(reading.window, position - 1, 1)) throw truncated(position, 'the last element');
      break;
    }
    position = readElement(reading, position, end, elements, depth);
    if (reading.ended) break;
  }
  reading.ended = false;
  return position;
}

/** One element: kept if it is wanted, else stepped over; the position behind it. */
function readElement(reading: Reading, from: number, end: number, elements: Elements | undefined, depth: number): number {
  const { window } = reading;
  if (!has(window, from, 8)) throw truncated(from, 'an element');
  const at = from - window.start;
  const { bytes } = window;
  const tag = tagAt(bytes, at, reading.bigEndian);
  if (tag === ITEM_END || tag === SEQUENCE_END || (depth === 0 && tag > LAST)) {
    reading.ended = true;
    return depth === 0 && tag > LAST ? from : from + 8;
  }
  let position = from + 8;
  let length: number;
  const explicit = reading.explicit && isRepresentation(bytes, at + 4);
  if (!explicit) {
    // In an explicit data set: an element that was written as in an implicit one, as some devices do.
    length = longAt(bytes, at + 4, reading.bigEndian);
    if (reading.explicit) reading.remarks.add(`${tagText(tag)} has no legal value representation.`);
  } else if (SHORT_LENGTH[lettersAt(bytes, at + 4)] === 1) {
    const [first = 0, second = 0] = [bytes[at + 6], bytes[at + 7]];
    length = reading.bigEndian ? first * 0x100 + second : second * 0x100 + first;
  } else {
    need(window, from, 12, tag);
    length = longAt(window.bytes, from - window.start + 8, reading.bigEndian);
    position += 4;
  }
  if (length !== UNDEFINED_LENGTH && position + length > end) throw broken(from, `${tagText(tag)} is longer (${length} bytes) than the item it stands in`);
  const representation = elements === undefined ? undefined : WANTED.get(tag);
  if (representation === undefined && length !== UNDEFINED_LENGTH) return position + length;
  if (representation === undefined || representation === 'SQ' || length === UNDEFINED_LENGTH) {
    // Unknown sequences are written as in an implicit data set (PS3.5 6.2.2, note on UN).
    const implicit = explicit && lettersAt(bytes, at + 4) === UNKNOWN;
    const inner: Reading = implicit ? { ...reading, ...LITTLE_IMPLICIT } : reading;
    const items: DataSetItem[] | undefined = representation === 'SQ' ? [] : undefined;
    const next = readItems(inner, position, length === UNDEFINED_LENGTH ? undefined : position + length, items, depth + 1, tag);
    if (items !== undefined) elements?.set(tag, items);
    return next;
  }
  if (length > LONGEST) throw broken(from, `${tagText(tag)} says that it is ${length} bytes long`);
  need(window, position, length, tag);
  const value = window.bytes.subarray(position - window.start, position - window.start + length);
  const values = readText(value, representation, reading.text, reading.remarks);
  elements?.set(tag, values);
  if (tag === CHARACTER_SET) reading.text = characterSet(values, reading.remarks);
  return position + length;
}

function tagAt(bytes: Buffer, at: number, bigEndian: boolean): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return bigEndian ? first * 0x1000000 + second * 0x10000 + third * 0x100 + fourth : second * 0x1000000 + first * 0x10000 + fourth * 0x100 + third;
}

function longAt(bytes: Buffer, at: number, bigEndian: boolean): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return bigEndian ? first * 0x1000000 + second * 0x10000 + third * 0x100 + fourth : fourth * 0x1000000 + third * 0x10000 + second * 0x100 + first;
}

function lettersAt(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

function characterSet(terms: readonly string[], remarks: Set<string>): TextReader {
  const reader = textReader(terms);
  for (const term of reader.unknown) remarks.add(`The character set "${term}" is unknown; its texts were read as ISO_IR 100.`);
  return reader;
}

/** The items of a sequence, or the fragments of encapsulated data, up to `end` or the delimiter. */
function readItems(reading: Reading, from: number, end: number | undefined, items: DataSetItem[] | undefined, depth: number, sequence: number): number {
  if (depth > DEEPEST) throw broken(from, `${tagText(sequence)} holds sequences more than ${DEEPEST} deep`);
  const { window, text } = reading;
  let position = from;
  while (end === undefined || position < end) {
    need(window, position, 8, sequence);
    const at = position - window.start;
    const tag = tagAt(window.bytes, at, reading.bigEndian);
    const length = longAt(window.bytes, at + 4, reading.bigEndian);
    position += 8;
    if (tag === SEQUENCE_END) return position;
    if (tag !== ITEM) throw broken(position - 8, `${tagText(tag)} stands where an item of ${tagText(sequence)} should`);
    const itemEnd = length === UNDEFINED_LENGTH ? undefined : position + length;
    if (end !== undefined && itemEnd !== undefined && itemEnd > end) throw broken(position - 8, `an item of ${tagText(sequence)} is longer than the sequence`);
    if (items === undefined && itemEnd !== undefined) {
      position = itemEnd;
      continue;
    }
    const elements: Elements | undefined = items === undefined ? undefined : new Map();
    position = readElements(reading, position, itemEnd ?? end ?? Infinity, elements, depth);
    // A character set of an item holds for that item alone (PS3.5 7.5.3).
    reading.text = text;
    if (elements !== undefined) items?.push(elements);
  }
  return position;
}

/** The values of a text: decoded, parted at backslashes, without the padding. */
function readText(bytes: Buffer, representation: ValueRepresentation, text: TextReader, remarks: Set<string>): string[] {
  if (bytes.length === 0) return [];
  const local = LOCAL_TEXT.has(representation);
  if (local && text.asciiOnly && bytes.some((byte) => byte >= 0x80)) remarks.add('There are characters beyond ASCII, and no character set is stated; they were read as ISO_IR 100.');
  const whole = local ? text.read(bytes) : bytes.toString('latin1');
  if (ONE_VALUE.has(representation)) return [cleanText(whole)];
  return whole.includes('\\') ? whole.split('\\').map(cleanText) : [cleanText(whole)];
}

/** True if the bytes are at hand, fetched if need be. */
function has(window: ByteWindow, position: number, length: number): boolean {
  const at = position - window.start;
  return (at >= 0 && at + length <= window.bytes.length) || window.fetch(position, length);
}

function need(window: ByteWindow, position: number, length: number, tag: number): void {
  if (!has(window, position, length)) throw truncated(position, tagText(tag));
}

function truncated(position: number, what: string): KnownError {
  return new KnownError('truncated', `It ends in the middle of ${what}, at byte ${position}.`);
}

function broken(position: number, what: string): KnownError {
  return new KnownError('broken-element', `It is broken at byte ${position}: ${what}.`);
}
