/** The DICOM attributes that the program reads, by their keywords: https://dicom.nema.org/medical/dicom/current/output/chtml/part06/chapter_6.html */

/** What a value is, as far as reading it needs to know. */
export type ValueRepresentation = 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'DT' | 'IS' | 'LO' | 'LT' | 'PN' | 'SH' | 'SQ' | 'ST' | 'TM' | 'UC' | 'UI' | 'UR' | 'UT';

export const TAGS = {
  MediaStorageSOPClassUID: row(0x00020002, 'UI'),
  MediaStorageSOPInstanceUID: row(0x00020003, 'UI'),
  TransferSyntaxUID: row(0x00020010, 'UI'),
  DirectoryRecordSequence: row(0x00041220, 'SQ'),
  ReferencedFileID: row(0x00041500, 'CS'),
  SpecificCharacterSet: row(0x00080005, 'CS'),
  SOPClassUID: row(0x00080016, 'UI'),
  SOPInstanceUID: row(0x00080018, 'UI'),
  StudyDate: row(0x00080020, 'DA'),
  SeriesDate: row(0x00080021, 'DA'),
  StudyTime: row(0x00080030, 'TM'),
  SeriesTime: row(0x00080031, 'TM'),
  AccessionNumber: row(0x00080050, 'SH'),
  IssuerOfAccessionNumberSequence: row(0x00080051, 'SQ'),
  InstanceAvailability: row(0x00080056, 'CS'),
  Modality: row(0x00080060, 'CS'),
  ModalitiesInStudy: row(0x00080061, 'CS'),
  Manufacturer: row(0x00080070, 'LO'),
  InstitutionName: row(0x00080080, 'LO'),
  ReferringPhysicianName: row(0x00080090, 'PN'),
  ReferringPhysicianIdentificationSequence: row(0x00080096, 'SQ'),
  CodeValue: row(0x00080100, 'SH'),
  CodingSchemeDesignator: row(0x00080102, 'SH'),
  CodeMeaning: row(0x00080104, 'LO'),
  CodingSchemeUID: row(0x0008010c, 'UI'),
  LongCodeValue: row(0x00080119, 'UC'),
  URNCodeValue: row(0x00080120, 'UR'),
  TimezoneOffsetFromUTC: row(0x00080201, 'SH'),
  StationName: row(0x00081010, 'SH'),
  StudyDescription: row(0x00081030, 'LO'),
  ProcedureCodeSequence: row(0x00081032, 'SQ'),
  SeriesDescription: row(0x0008103e, 'LO'),
  InstitutionalDepartmentName: row(0x00081040, 'LO'),
  InstitutionalDepartmentTypeCodeSequence: row(0x00081041, 'SQ'),
  PerformingPhysicianName: row(0x00081050, 'PN'),
  PerformingPhysicianIdentificationSequence: row(0x00081052, 'SQ'),
  NameOfPhysiciansReadingStudy: row(0x00081060, 'PN'),
  PhysiciansReadingStudyIdentificationSequence: row(0x00081062, 'SQ'),
  OperatorsName: row(0x00081070, 'PN'),
  OperatorIdentificationSequence: row(0x00081072, 'SQ'),
  ManufacturerModelName: row(0x00081090, 'LO'),
  ReferencedSeriesSequence: row(0x00081115, 'SQ'),
  ReferencedSOPClassUID: row(0x00081150, 'UI'),
  ReferencedSOPInstanceUID: row(0x00081155, 'UI'),
  ReferencedSOPSequence: row(0x00081199, 'SQ'),
  AnatomicRegionSequence: row(0x00082218, 'SQ'),
  PatientName: row(0x00100010, 'PN'),
  PatientID: row(0x00100020, 'LO'),
  IssuerOfPatientID: row(0x00100021, 'LO'),
  IssuerOfPatientIDQualifiersSequence: row(0x00100024, 'SQ'),
  PatientBirthDate: row(0x00100030, 'DA'),
  PatientSex: row(0x00100040, 'CS'),
  BodyPartExamined: row(0x00180015, 'CS'),
  DeviceSerialNumber: row(0x00181000, 'LO'),
  SoftwareVersions: row(0x00181020, 'LO'),
  StudyInstanceUID: row(0x0020000d, 'UI'),
  SeriesInstanceUID: row(0x0020000e, 'UI'),
  StudyID: row(0x00200010, 'SH'),
  SeriesNumber: row(0x00200011, 'IS'),
  InstanceNumber: row(0x00200013, 'IS'),
  Laterality: row(0x00200060, 'CS'),
  ImageLaterality: row(0x00200062, 'CS'),
  NumberOfStudyRelatedSeries: row(0x00201206, 'IS'),
  NumberOfStudyRelatedInstances: row(0x00201208, 'IS'),
  NumberOfSeriesRelatedInstances: row(0x00201209, 'IS'),
  RequestedProcedureDescription: row(0x00321060, 'LO'),
  RequestedProcedureCodeSequence: row(0x00321064, 'SQ'),
  LocalNamespaceEntityID: row(0x00400031, 'UT'),
  UniversalEntityID: row(0x00400032, 'UT'),
  UniversalEntityIDType: row(0x00400033, 'CS'),
  RequestAttributesSequence: row(0x00400275, 'SQ'),
  SpecimenIdentifier: row(0x00400551, 'LO'),
  SpecimenUID: row(0x00400554, 'UI'),
  SpecimenDescriptionSequence: row(0x00400560, 'SQ'),
  IssuerOfTheSpecimenIdentifierSequence: row(0x00400562, 'SQ'),
  ReasonForTheRequestedProcedure: row(0x00401002, 'LO'),
  ReasonForRequestedProcedureCodeSequence: row(0x0040100a, 'SQ'),
  PersonIdentificationCodeSequence: row(0x00401101, 'SQ'),
  ValueType: row(0x0040a040, 'CS'),
  ConceptNameCodeSequence: row(0x0040a043, 'SQ'),
  TextValue: row(0x0040a160, 'UT'),
  CurrentRequestedProcedureEvidenceSequence: row(0x0040a375, 'SQ'),
  ContentSequence: row(0x0040a730, 'SQ'),
  DocumentTitle: row(0x00420010, 'ST'),
  ContentLabel: row(0x00700080, 'CS'),
} as const satisfies Record<string, TagRow>;

export interface TagRow {
  readonly tag: number;
  readonly vr: ValueRepresentation;
}

export type TagName = keyof typeof TAGS;

function row(tag: number, vr: ValueRepresentation): TagRow {
  return { tag, vr };
}

/** Value representation by tag number, for what is read. */
export const REPRESENTATIONS: ReadonlyMap<number, ValueRepresentation> = new Map(Object.values(TAGS).map(({ tag, vr }) => [tag, vr]));

/** Nothing that is read stands behind this tag in a data set, whose elements ascend; pixel data are far behind it. */
export const LAST_TAG: number = Math.max(...REPRESENTATIONS.keys());

/** `(0008,0060)` */
export function tagText(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/** `Modality (0008,0060)` */
export function tagLabel(name: TagName): string {
  return `${name} ${tagText(TAGS[name].tag)}`;
}
