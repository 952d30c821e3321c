/** The DICOM JSON model, and what is read from it by attribute: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html */

export interface DicomJsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** Attributes by tag: eight upper-case hexadecimal digits. */
export type DicomJson = Readonly<Record<string, DicomJsonAttribute>>;

/** Attributes that DICOMweb's resources and the cross-check read: keyword, tag and value representation. */
export const ATTRIBUTES = {
  SpecificCharacterSet: ['00080005', 'CS'],
  SOPClassUID: ['00080016', 'UI'],
  SOPInstanceUID: ['00080018', 'UI'],
  StudyDate: ['00080020', 'DA'],
  SeriesDate: ['00080021', 'DA'],
  StudyTime: ['00080030', 'TM'],
  SeriesTime: ['00080031', 'TM'],
  AccessionNumber: ['00080050', 'SH'],
  InstanceAvailability: ['00080056', 'CS'],
  Modality: ['00080060', 'CS'],
  ModalitiesInStudy: ['00080061', 'CS'],
  ReferringPhysicianName: ['00080090', 'PN'],
  TimezoneOffsetFromUTC: ['00080201', 'SH'],
  StudyDescription: ['00081030', 'LO'],
  SeriesDescription: ['0008103E', 'LO'],
  RetrieveURL: ['00081190', 'UR'],
  FailedSOPSequence: ['00081198', 'SQ'],
  ReferencedSOPSequence: ['00081199', 'SQ'],
  FailureReason: ['00081197', 'US'],
  ReferencedSOPClassUID: ['00081150', 'UI'],
  ReferencedSOPInstanceUID: ['00081155', 'UI'],
  PatientName: ['00100010', 'PN'],
  PatientID: ['00100020', 'LO'],
  PatientBirthDate: ['00100030', 'DA'],
  PatientSex: ['00100040', 'CS'],
  StudyInstanceUID: ['0020000D', 'UI'],
  SeriesInstanceUID: ['0020000E', 'UI'],
  StudyID: ['00200010', 'SH'],
  SeriesNumber: ['00200011', 'IS'],
  InstanceNumber: ['00200013', 'IS'],
  NumberOfStudyRelatedSeries: ['00201206', 'IS'],
  NumberOfStudyRelatedInstances: ['00201208', 'IS'],
  NumberOfSeriesRelatedInstances: ['00201209', 'IS'],
  SamplesPerPixel: ['00280002', 'US'],
  PhotometricInterpretation: ['00280004', 'CS'],
  NumberOfFrames: ['00280008', 'IS'],
  Rows: ['00280010', 'US'],
  Columns: ['00280011', 'US'],
  BitsAllocated: ['00280100', 'US'],
  BitsStored: ['00280101', 'US'],
  HighBit: ['00280102', 'US'],
  PixelRepresentation: ['00280103', 'US'],
  WindowCenter: ['00281050', 'DS'],
  WindowWidth: ['00281051', 'DS'],
  PixelData: ['7FE00010', 'OW'],
} as const;
export type Keyword = keyof typeof ATTRIBUTES;

/** Tag of a keyword. */
export function tagOf(keyword: Keyword): string {
  return ATTRIBUTES[keyword][0];
}

/** The texts of an attribute; numbers as text, person names as their alphabetic group, nothing of sequences and empty values. */
export function textsOf(dataSet: DicomJson, keyword: Keyword): string[] {
  const values: unknown = dataSet[tagOf(keyword)]?.Value;
  return (Array.isArray(values) ? (values as unknown[]) : []).flatMap((value) => {
    if (typeof value === 'number') return [String(value)];
    const text: unknown = typeof value === 'object' && value !== null ? (value as { Alphabetic?: unknown }).Alphabetic : value;
    return typeof text === 'string' && text.trim() !== '' ? [text.trim()] : [];
  });
}

export function textOf(dataSet: DicomJson, keyword: Keyword): string | undefined {
  return textsOf(dataSet, keyword)[0];
}

/** A whole number of an attribute; undefined where there is none. */
export function numberOf(dataSet: DicomJson, keyword: Keyword): number | undefined {
  const text = textOf(dataSet, keyword);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The items of a sequence. */
export function itemsOf(dataSet: DicomJson, keyword: Keyword): DicomJson[] {
  const values: unknown = dataSet[tagOf(keyword)]?.Value;
  return (Array.isArray(values) ? (values as unknown[]) : []).filter((item): item is DicomJson => typeof item === 'object' && item !== null);
}

/** An attribute with these values; none leaves the value out, as an empty element. */
export function attribute(keyword: Keyword, ...values: readonly (string | number | DicomJson | undefined)[]): DicomJson {
  const [tag, vr] = ATTRIBUTES[keyword];
  const present = values.filter((value): value is string | number | DicomJson => value !== undefined && value !== '');
  const written = vr === 'PN' ? present.map((value) => ({ Alphabetic: value })) : present;
  return { [tag]: { vr, ...(written.length === 0 ? {} : { Value: written }) } };
}

const VR = /^(AE|AS|AT|CS|DA|DS|DT|FD|FL|IS|LO|LT|OB|OD|OF|OL|OV|OW|PN|SH|SL|SQ|SS|ST|SV|TM|UC|UI|UL|UN|UR|US|UT|UV)$/;

/** What is wrong with a value as a data set of the DICOM JSON model; undefined where nothing is. */
export function faultOfDicomJson(value: unknown, place = ''): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${place === '' ? 'The data set' : place} is not an object.`;
  for (const [tag, attribute_] of Object.entries(value)) {
    const here = `${place}${tag}`;
    if (!/^[0-9A-F]{8}$/.test(tag)) return `"${here}" is no tag of eight upper-case hexadecimal digits.`;
    if (typeof attribute_ !== 'object' || attribute_ === null) return `${here} is not an object.`;
    const { vr, Value: values } = attribute_ as { vr?: unknown; Value?: unknown };
    if (typeof vr !== 'string' || !VR.test(vr)) return `${here} has no vr.`;
    if (values === undefined) continue;
    if (!Array.isArray(values)) return `${here}.Value is not a list.`;
    for (const item of vr === 'SQ' ? (values as unknown[]) : []) {
      const fault = item === null ? undefined : faultOfDicomJson(item, `${here}.`);
      if (fault !== undefined) return fault;
    }
    if (vr === 'PN' && (values as unknown[]).some((name) => name !== null && typeof name !== 'object')) return `${here} is a person's name, which is written as an object of its groups.`;
  }
  return undefined;
}
