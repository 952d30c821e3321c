import fc from 'fast-check';
import { deflateRawSync, inflateSync } from 'node:zlib';
import { demoDataSets, demoFiles, uidOf } from '../../scripts/dicom/dicomweb-demo';
import { imageInfo } from '../../scripts/dicom/dicomweb-image-size';
import { attribute, faultOfDicomJson, textOf, type DicomJson } from '../../scripts/dicom/dicomweb-json';
import { identityOf, readDicomFile } from '../../scripts/dicom/dicomweb-read-file';
import { elements, writeDicomFile } from '../../scripts/dicom/dicomweb-write-file';
import { isDicomUid } from '../../scripts/core/dicom-uid';
import { encodeJpeg, encodePng } from '../../scripts/server/dicomweb/image-encoders';

const IDENTITY = { ...attribute('SpecificCharacterSet', 'ISO_IR 192'), ...attribute('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7'), ...attribute('SOPInstanceUID', '1.2.3'), ...attribute('StudyInstanceUID', '1.2'), ...attribute('SeriesInstanceUID', '1.2.1') };

describe('DICOM files of our own', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((value) => value.replace(/[\\\0=^\p{C}]/gu, '').trim()).filter((value) => value !== '');

  test('law: what is written is read again, in any language', () => {
    fc.assert(fc.property(text, text, fc.integer({ min: 0, max: 65535 }), fc.integer({ min: -2147483648, max: 2147483647 }), (name, description, rows, number) => {
      const dataSet: DicomJson = { ...IDENTITY, ...attribute('PatientName', name), ...attribute('StudyDescription', description), ...attribute('Rows', rows), ...attribute('InstanceNumber', number), ...attribute('ReferencedSOPSequence', attribute('ReferencedSOPInstanceUID', '1.9')) };
      expect(readDicomFile(writeDicomFile(dataSet)).dataSet).toEqual(dataSet);
    }));
  });

  test('the demo studies are legal: UIDs, names, pixels of the stated size', () => {
    const files = demoFiles().map(readDicomFile);
    expect(files).toHaveLength(10);
    for (const file of files) {
      expect(Object.values(identityOf(file)).every(isDicomUid)).toBe(true);
      expect(faultOfDicomJson(file.dataSet)).toBeUndefined();
      if (textOf(file.dataSet, 'Modality') !== 'KO') expect(file.pixels).toHaveLength(32 * 32 * Number(textOf(file.dataSet, 'NumberOfFrames') ?? 1));
    }
    expect(new Set(files.map((file) => identityOf(file).studyUid)).size).toBe(3);
    expect(demoDataSets().map((one) => textOf(one, 'PatientName'))).toContain('Müller^Zoë');
    expect(uidOf('x')).toBe(uidOf('x'));
  });

  test('of the beginning of a file the header is read, and that it is cut off is said', () => {
    const [file] = demoFiles() as [Buffer];
    const { dataSet, truncated, pixels } = readDicomFile(file.subarray(0, 1100));
    expect([textOf(dataSet, 'PatientID'), truncated, pixels]).toEqual(['SCOUT-0001', true, undefined]);
  });

  test('deflated data sets are read', () => {
    const body = deflateRawSync(elements({ ...IDENTITY, ...attribute('PatientID', 'deflated') }));
    const meta = elements({ '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.1.99'] } });
    const file = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), elements({ '00020000': { vr: 'UL', Value: [meta.length] } }), meta, body]);
    expect(textOf(readDicomFile(file).dataSet, 'PatientID')).toBe('deflated');
  });

  test('what is no DICOM is refused', () => {
    expect(() => readDicomFile(Buffer.from('not DICOM'))).toThrow(/not a DICOM file/);
  });
});

describe('images', () => {
  const image = { width: 13, height: 9, pixels: Uint8Array.from({ length: 117 }, (_, at) => (at * 7) % 256) };

  test('a PNG holds exactly the pixels', () => {
    const png = encodePng(image);
    expect(imageInfo(png)).toEqual({ kind: 'png', width: 13, height: 9 });
    const at = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    expect([...rows].filter((_, index) => index % 14 !== 0)).toEqual([...image.pixels]);
  });

  test('a JPEG is baseline, of the right size, and ends; the same pixels make the same file', () => {
    const jpeg = encodeJpeg(image);
    expect(imageInfo(jpeg)).toEqual({ kind: 'jpeg', width: 13, height: 9 });
    expect(jpeg.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    expect(encodeJpeg(image)).toEqual(jpeg);
    expect(encodeJpeg(image, 10).length).toBeLessThan(jpeg.length);
  });

  test('no image is no image', () => {
    expect(imageInfo(Buffer.from('<html><body>a page, and long enough</body></html>'))).toBeUndefined();
  });
});

test('what is not the DICOM JSON model is said, with its place', () => {
  expect(faultOfDicomJson({ '0020000d': { vr: 'UI' } })).toMatch(/upper-case/);
  expect(faultOfDicomJson({ '0020000D': { Value: ['1'] } })).toBe('0020000D has no vr.');
  expect(faultOfDicomJson({ '0020000D': { vr: 'UI', Value: '1' } })).toBe('0020000D.Value is not a list.');
  expect(faultOfDicomJson({ '00081199': { vr: 'SQ', Value: [{ x: 1 }] } })).toMatch(/^"00081199.x"/);
  expect(faultOfDicomJson([])).toMatch(/not an object/);
});
