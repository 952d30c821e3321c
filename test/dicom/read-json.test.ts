/** DICOM JSON reads like the file it was made of: PS3.18 annex F. */
import { memoryWindow } from '../../scripts/dicom/byte-window';
import { items, text, texts } from '../../scripts/dicom/data-set';
import { readHeader } from '../../scripts/dicom/read-header';
import { fromDicomJson } from '../../scripts/dicom/read-json';
import { dicomFile, WRITINGS } from './dicom-writer';
import { elements, image } from './samples';

const json = {
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00080018': { vr: 'UI', Value: ['1.2.3.1.1.1'] },
  '00080020': { vr: 'DA', Value: ['20260217'] },
  '00080030': { vr: 'TM', Value: ['081530'] },
  '00080060': { vr: 'CS', Value: ['CT'] },
  '00081070': { vr: 'PN', Value: [{ Alphabetic: 'A^B' }, null, { Alphabetic: 'C' }] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  '00100020': { vr: 'LO', Value: ['P1'] },
  '0020000D': { vr: 'UI', Value: ['1.2.3.1'] },
  '0020000e': { vr: 'UI', Value: ['1.2.3.1.1'] },
  '00200010': { vr: 'SH' },
  '00200011': { vr: 'IS', Value: [1] },
  '00200013': { vr: 'IS', Value: ['1'] },
  '00400275': { vr: 'SQ', Value: [{ '00080050': { vr: 'SH', Value: ['A1'] } }] },
  '7FE00010': { vr: 'OW', BulkDataURI: 'https://pacs.example/bulk/1' },
};

test('the same as the file', () => {
  const file = readHeader(memoryWindow(dicomFile(elements(image(1, 1, 1, { RequestAttributesSequence: [{ AccessionNumber: 'A1' }] })), WRITINGS['data set alone']!))).dataSet;
  const read = fromDicomJson(json);
  for (const [tag, values] of file) expect([tag, read.get(tag)]).toEqual([tag, values]);
  expect(items(read, 'RequestAttributesSequence').map((item) => text(item, 'AccessionNumber'))).toEqual(['A1']);
});

test('empty values, numbers as numbers, names in groups', () => {
  const read = fromDicomJson({ ...json, '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Y^T', Phonetic: 'や' }] } });
  expect(texts(read, 'OperatorsName')).toEqual(['A^B', 'C']);
  expect(text(read, 'SeriesNumber')).toBe('1');
  expect(text(read, 'PatientName')).toBe('Y^T==や');
  expect(texts(read, 'StudyID')).toEqual([]);
});

test.each([null, [], 'x', 7])('%j is no data set', (value) => {
  expect(() => fromDicomJson(value)).toThrow(/not a data set/);
});

test('nonsense in it is passed over', () => {
  expect(fromDicomJson({ '00080060': 'CT', zzz: 1, '0020000D': { vr: 'UI', Value: 'x' } }).get(0x00080060)).toBeUndefined();
});
