/** Headers: every way of writing reads alike; what is broken is said so and never anything worse. */
import fc from 'fast-check';
import { KnownError } from '../../scripts/core/known-error';
import { memoryWindow, type ByteWindow } from '../../scripts/dicom/byte-window';
import { items, text, texts } from '../../scripts/dicom/data-set';
import { readHeader } from '../../scripts/dicom/read-header';
import { dicomFile, WRITINGS, type Element } from './dicom-writer';
import { elements, image } from './samples';

const PIXELS: Element = { tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(64, 7) };
const PRIVATE: Element = { tag: 0x00091010, vr: 'SQ', value: [[{ tag: 0x00091011, vr: 'SQ', value: [[{ tag: 0x00080060, vr: 'CS', value: 'NO' }]] }]] };
const sample: Element[] = [
  ...elements(image(1, 2, 3, { RequestAttributesSequence: [{ AccessionNumber: 'A1' }, { AccessionNumber: 'A2' }], OperatorsName: 'One^A\\Two^B', StudyID: '' })),
  PRIVATE,
  PIXELS,
];

describe.each(Object.entries(WRITINGS))('%s', (_name, writing) => {
  const { dataSet } = readHeader(memoryWindow(dicomFile(sample, writing)));

  test('has values, several values, none, and nested ones', () => {
    expect(text(dataSet, 'SOPInstanceUID')).toBe('1.2.3.1.2.3');
    expect(texts(dataSet, 'OperatorsName')).toEqual(['One^A', 'Two^B']);
    expect(texts(dataSet, 'StudyID')).toEqual([]);
    expect(items(dataSet, 'RequestAttributesSequence').map((item) => text(item, 'AccessionNumber'))).toEqual(['A1', 'A2']);
  });

  test('keeps out what stands in private sequences', () => {
    expect(texts(dataSet, 'Modality')).toEqual(['CT']);
  });
});

test('pixel data are not read', () => {
  const bytes = dicomFile(sample, WRITINGS['explicit little endian']!);
  const seen: number[] = [];
  const piecewise: ByteWindow = {
    bytes: bytes.subarray(0, 256),
    start: 0,
    fetch(position, length) {
      seen.push(position + length);
      piecewise.bytes = bytes.subarray(position, position + Math.max(length, 16));
      piecewise.start = position;
      return piecewise.bytes.length >= length;
    },
  };
  expect(text(readHeader(piecewise).dataSet, 'InstanceNumber')).toBe('3');
  // The tag of the pixel data is looked at, so that one knows that nothing is left to read.
  expect(Math.max(...seen)).toBeLessThanOrEqual(bytes.length - 64);
});

test('a file in pieces of any size reads like the whole', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(WRITINGS)), fc.integer({ min: 16, max: 400 }), (writing, piece) => {
      const bytes = dicomFile(sample, writing);
      const window: ByteWindow = {
        bytes: bytes.subarray(0, piece),
        start: 0,
        fetch(position, length) {
          window.bytes = bytes.subarray(position, position + Math.max(length, piece));
          window.start = position;
          return window.bytes.length >= length;
        },
      };
      expect(readHeader(window).dataSet).toEqual(readHeader(memoryWindow(bytes)).dataSet);
    }),
    { numRuns: 150 },
  );
});

test('a file cut anywhere is read up to there or refused, never misread', () => {
  const whole = dicomFile(sample, WRITINGS['explicit little endian']!);
  const expected = readHeader(memoryWindow(whole)).dataSet;
  for (let length = 0; length < whole.length; length++) {
    try {
      for (const [tag, values] of readHeader(memoryWindow(whole.subarray(0, length))).dataSet) expect(values).toEqual(expected.get(tag));
    } catch (error) {
      expect(error).toBeInstanceOf(KnownError);
      expect(['not-dicom', 'truncated']).toContain((error as KnownError).code);
    }
  }
});

test('any damage is a known error or a data set', () => {
  const changes = fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(WRITINGS)), changes, (writing, edits) => {
      const bytes = dicomFile(sample, writing);
      for (const { at, value } of edits) bytes[at % bytes.length] = value;
      try {
        readHeader(memoryWindow(bytes));
      } catch (error) {
        if (!(error instanceof KnownError)) throw error;
      }
    }),
    { numRuns: 600 },
  );
});

test('sequences without end do not exhaust the stack', () => {
  const item = Buffer.from('feff00e0ffffffff', 'hex');
  const sequence = Buffer.from('0800961053510000ffffffff', 'hex');
  const deep = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), ...Array.from({ length: 5000 }, () => Buffer.concat([sequence, item]))]);
  expect(() => readHeader(memoryWindow(deep))).toThrow(/more than 64 deep/);
});

test.each([
  ['no DICOM at all', Buffer.from('plain text, and more of it, and more'), 'not-dicom'],
  ['nothing', Buffer.alloc(0), 'not-dicom'],
  ['a deflated file whose data are none', Buffer.concat([dicomFile([], WRITINGS['deflated']!).subarray(0, -2), Buffer.alloc(40, 0xff)]), 'broken-deflate'],
])('%s is refused by name', (_what, bytes, code) => {
  expect(() => readHeader(memoryWindow(bytes))).toThrow(expect.objectContaining({ code }) as Error);
});

test('a length that is a lie is refused before memory is taken for it', () => {
  const bytes = dicomFile([{ tag: 0x0040a160, vr: 'UT', value: 'x' }], WRITINGS['explicit little endian']!);
  bytes.writeUInt32LE(0x7ffffff0, bytes.length - 6);
  expect(() => readHeader(memoryWindow(bytes))).toThrow(/says that it is 2147483632 bytes long/);
});

test('what the transfer syntax says is believed less than what is there', () => {
  const implicit = dicomFile(sample, { ...WRITINGS['implicit']!, transferSyntax: '1.2.840.10008.1.2.1' });
  expect(text(readHeader(memoryWindow(implicit)).dataSet, 'Modality')).toBe('CT');
});

test('unusual files say what is unusual', () => {
  expect(readHeader(memoryWindow(dicomFile(sample, WRITINGS['data set alone']!))).remarks).toEqual(['The preamble with "DICM" is missing.', expect.stringMatching(/transfer syntax is not stated/)]);
  const accents = dicomFile([{ tag: 0x00100010, vr: 'PN', value: 'J\u00e9r\u00f4me' }], WRITINGS['implicit']!);
  expect(readHeader(memoryWindow(accents)).remarks).toEqual([expect.stringMatching(/no character set is stated/)]);
});

test('the character set of an item holds for that item alone', () => {
  const bytes = dicomFile(
    [
      { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
      { tag: 0x00081032, vr: 'SQ', value: [[{ tag: 0x00080005, vr: 'CS', value: 'ISO_IR 192' }, { tag: 0x00080104, vr: 'LO', value: Buffer.from('Hüfte', 'utf8') }], [{ tag: 0x00080104, vr: 'LO', value: 'Kn\u00f6chel' }]] },
      { tag: 0x00100010, vr: 'PN', value: 'M\u00fcller' },
    ],
    WRITINGS['explicit little endian']!,
  );
  const { dataSet } = readHeader(memoryWindow(bytes));
  expect(items(dataSet, 'ProcedureCodeSequence').map((item) => text(item, 'CodeMeaning'))).toEqual(['Hüfte', 'Knöchel']);
  expect(text(dataSet, 'PatientName')).toBe('Müller');
});

test('a deflated header is inflated as far as it goes', () => {
  // Does not deflate: many pieces have to be asked for.
  let state = 1;
  const noise = Buffer.from(Array.from({ length: 90_000 }, () => (state = (state * 48271) % 0x7fffffff) & 0xff));
  const bytes = dicomFile([...sample, { tag: 0x00091020, vr: 'OB', value: noise }], WRITINGS['deflated']!);
  expect(text(readHeader(memoryWindow(bytes)).dataSet, 'InstanceNumber')).toBe('3');
});

test('padding and control characters are no part of a value', () => {
  const bytes = dicomFile([{ tag: 0x00080080, vr: 'LO', value: ' General\u0000 \u0007Hospital \u0000\u0000' }], WRITINGS['implicit']!);
  expect(text(readHeader(memoryWindow(bytes)).dataSet, 'InstitutionName')).toBe('General Hospital');
});
