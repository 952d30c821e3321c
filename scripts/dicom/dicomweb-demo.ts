/** Nothing in, a few small valid DICOM studies out, made in memory: CT with a key object selection, radiography, multi-frame ultrasound. */
import { createHash } from 'node:crypto';
import { attribute, type DicomJson, type Keyword } from './dicomweb-json';
import { writeDicomFile } from './dicomweb-write-file';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const CR = '1.2.840.10008.5.1.4.1.1.1';
const US_MULTIFRAME = '1.2.840.10008.5.1.4.1.1.3.1';
const KEY_OBJECTS = '1.2.840.10008.5.1.4.1.1.88.59';
const SIZE = 32;

/** A UID under a UUID made of a name, so that every run makes the same: PS3.5 section B.2. */
export function uidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${hex}`)}`;
}

interface DemoStudy {
  readonly name: string;
  readonly description: string;
  readonly date: string;
  readonly time: string;
  readonly accession: string;
  readonly referrer: string;
  readonly patient: { readonly name: string; readonly id: string; readonly birthDate: string; readonly sex: 'F' | 'M' | 'O' };
  readonly series: readonly DemoSeries[];
}

interface DemoSeries {
  readonly name: string;
  readonly modality: string;
  readonly sopClass: string;
  readonly instances: number;
  readonly frames?: number;
}

const ALEX = { name: 'Amari^Alex', id: 'SCOUT-0001', birthDate: '19780412', sex: 'M' } as const;

export const DEMO_STUDIES: readonly DemoStudy[] = [
  { name: 'ct', description: 'CT of the chest', date: '20260110', time: '081500', accession: 'SCOUT-A1', referrer: 'Referrer^Robin', patient: ALEX,
    series: [{ name: 'axial', modality: 'CT', sopClass: CT, instances: 3 }, { name: 'coronal', modality: 'CT', sopClass: CT, instances: 2 }, { name: 'key', modality: 'KO', sopClass: KEY_OBJECTS, instances: 1 }] },
  { name: 'cr', description: 'Hand in two planes', date: '20260211', time: '143000', accession: 'SCOUT-A2', referrer: 'Physician^Kim', patient: { name: 'Müller^Zoë', id: 'SCOUT-0002', birthDate: '19910330', sex: 'F' },
    series: [{ name: 'hand', modality: 'CR', sopClass: CR, instances: 2 }] },
  { name: 'us', description: 'Stress echo', date: '20260312', time: '101112', accession: 'SCOUT-A3', referrer: 'Referrer^Robin', patient: ALEX,
    series: [{ name: 'loops', modality: 'US', sopClass: US_MULTIFRAME, instances: 2, frames: 3 }] },
];

/** The data sets of all demo instances, pixels included. */
export function demoDataSets(): DicomJson[] {
  return DEMO_STUDIES.flatMap((study) => study.series.flatMap((series, index) => Array.from({ length: series.instances }, (_, number) => instance(study, series, index + 1, number + 1))));
}

/** The same as files. */
export function demoFiles(): Buffer[] {
  return demoDataSets().map(writeDicomFile);
}

function instance(study: DemoStudy, series: DemoSeries, seriesNumber: number, number: number): DicomJson {
  const put = (keyword: Keyword, ...values: (string | number)[]) => attribute(keyword, ...values);
  return {
    ...put('SpecificCharacterSet', 'ISO_IR 192'),
    ...put('SOPClassUID', series.sopClass),
    ...put('SOPInstanceUID', uidOf(`${study.name}/${series.name}/${number}`)),
    ...put('StudyDate', study.date),
    ...put('StudyTime', study.time),
    ...put('SeriesDate', study.date),
    ...put('SeriesTime', study.time),
    ...put('AccessionNumber', study.accession),
    ...put('Modality', series.modality),
    ...put('ReferringPhysicianName', study.referrer),
    ...put('TimezoneOffsetFromUTC', '+0100'),
    ...put('StudyDescription', study.description),
    ...put('SeriesDescription', series.name),
    ...put('PatientName', study.patient.name),
    ...put('PatientID', study.patient.id),
    ...put('PatientBirthDate', study.patient.birthDate),
    ...put('PatientSex', study.patient.sex),
    ...put('StudyInstanceUID', uidOf(study.name)),
    ...put('SeriesInstanceUID', uidOf(`${study.name}/${series.name}`)),
    ...put('StudyID', study.name.toUpperCase()),
    ...put('SeriesNumber', seriesNumber),
    ...put('InstanceNumber', number),
    ...(series.modality === 'KO' ? keyObjects(study) : image(series, number)),
  };
}

/** A selection of the study's first image: https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_A.html#sect_TID_2010 */
function keyObjects(study: DemoStudy): DicomJson {
  const code = (value: string, scheme: string, meaning: string): DicomJson => ({ '00080100': { vr: 'SH', Value: [value] }, '00080102': { vr: 'SH', Value: [scheme] }, '00080104': { vr: 'LO', Value: [meaning] } });
  const [first] = study.series;
  const reference: DicomJson = { ...attribute('ReferencedSOPClassUID', first?.sopClass), ...attribute('ReferencedSOPInstanceUID', uidOf(`${study.name}/${first?.name}/1`)) };
  const series: DicomJson = { ...attribute('ReferencedSOPSequence', reference), ...attribute('SeriesInstanceUID', uidOf(`${study.name}/${first?.name}`)) };
  return {
    '0040A040': { vr: 'CS', Value: ['CONTAINER'] },
    '0040A043': { vr: 'SQ', Value: [code('113000', 'DCM', 'Of Interest')] },
    '0040A050': { vr: 'CS', Value: ['SEPARATE'] },
    '0040A375': { vr: 'SQ', Value: [{ '00081115': { vr: 'SQ', Value: [series] }, ...attribute('StudyInstanceUID', uidOf(study.name)) }] },
    '0040A730': { vr: 'SQ', Value: [{ ...attribute('ReferencedSOPSequence', reference), '0040A010': { vr: 'CS', Value: ['CONTAINS'] }, '0040A040': { vr: 'CS', Value: ['IMAGE'] } }] },
  };
}

/** Eight bits a pixel: a gradient that differs with instance and frame. */
function image({ frames }: DemoSeries, number: number): DicomJson {
  const pixels = Buffer.alloc(SIZE * SIZE * (frames ?? 1));
  for (let at = 0; at < pixels.length; at += 1) {
    const frame = Math.floor(at / (SIZE * SIZE));
    const [x, y] = [at % SIZE, Math.floor(at / SIZE) % SIZE];
    pixels[at] = (x * (7 - frame) + y * number * 3 + frame * 40) % 256;
  }
  return {
    ...attribute('SamplesPerPixel', 1),
    ...attribute('PhotometricInterpretation', 'MONOCHROME2'),
    ...(frames === undefined ? {} : attribute('NumberOfFrames', frames)),
    ...attribute('Rows', SIZE),
    ...attribute('Columns', SIZE),
    ...attribute('BitsAllocated', 8),
    ...attribute('BitsStored', 8),
    ...attribute('HighBit', 7),
    ...attribute('PixelRepresentation', 0),
    ...attribute('WindowCenter', 128),
    ...attribute('WindowWidth', 256),
    '7FE00010': { vr: 'OW', InlineBinary: pixels.toString('base64') },
  };
}
