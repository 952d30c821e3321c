/** A data set in, the same without what identifies a person out: the Basic Application Level Confidentiality Profile of PS3.15 annex E. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Coding } from '../core/fhir';
import type { DataSet, DataSetItem, DataValues } from './data-set';
import { TAGS, type TagName } from './tags';

/**
 * What table E.1-1 says of the attributes that are read here. `remove` stands for X, and for Z and for X/Z/D where an empty value
 * would say nothing in FHIR; `replace` for U and D. What is not listed is not in the table either, and is kept.
 */
export const DEIDENTIFICATION = {
  MediaStorageSOPInstanceUID: 'replace',
  SOPInstanceUID: 'replace',
  StudyInstanceUID: 'replace',
  SeriesInstanceUID: 'replace',
  ReferencedSOPInstanceUID: 'replace',
  SpecimenUID: 'replace',
  SpecimenIdentifier: 'replace',
  PatientID: 'replace',
  PatientName: 'remove',
  IssuerOfPatientID: 'remove',
  IssuerOfPatientIDQualifiersSequence: 'remove',
  PatientBirthDate: 'remove',
  PatientSex: 'remove',
  StudyID: 'remove',
  StudyDate: 'remove',
  StudyTime: 'remove',
  SeriesDate: 'remove',
  SeriesTime: 'remove',
  TimezoneOffsetFromUTC: 'remove',
  AccessionNumber: 'remove',
  IssuerOfAccessionNumberSequence: 'remove',
  ReferringPhysicianName: 'remove',
  ReferringPhysicianIdentificationSequence: 'remove',
  NameOfPhysiciansReadingStudy: 'remove',
  PhysiciansReadingStudyIdentificationSequence: 'remove',
  PerformingPhysicianName: 'remove',
  PerformingPhysicianIdentificationSequence: 'remove',
  OperatorsName: 'remove',
  OperatorIdentificationSequence: 'remove',
  PersonIdentificationCodeSequence: 'remove',
  InstitutionName: 'remove',
  InstitutionalDepartmentName: 'remove',
  InstitutionalDepartmentTypeCodeSequence: 'remove',
  StationName: 'remove',
  DeviceSerialNumber: 'remove',
  StudyDescription: 'remove',
  SeriesDescription: 'remove',
  RequestedProcedureDescription: 'remove',
  RequestAttributesSequence: 'remove',
  ReasonForTheRequestedProcedure: 'remove',
  ReasonForRequestedProcedureCodeSequence: 'remove',
  ContentSequence: 'remove',
  IssuerOfTheSpecimenIdentifierSequence: 'remove',
  // Free text, and issuers next to what was removed: beyond the table, for nobody has looked at what they say.
  DocumentTitle: 'remove',
  ContentLabel: 'remove',
} as const satisfies Partial<Record<TagName, 'remove' | 'replace'>>;

/** What FHIR says of such a resource: https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html */
export const PSEUDONYMIZED: Coding = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'PSEUDED', display: 'pseudonymized' };

const ACTIONS: ReadonlyMap<number, 'remove' | 'replace'> = new Map((Object.entries(DEIDENTIFICATION) as [TagName, 'remove' | 'replace'][]).map(([name, action]) => [TAGS[name].tag, action]));
const UIDS: ReadonlySet<number> = new Set(Object.values(TAGS).flatMap(({ tag, vr }) => (vr === 'UI' ? [tag] : [])));

/**
 * A function that takes data sets of one or many studies: what is replaced is replaced alike in all of them, so that what belonged
 * together still does.
 * @param key whoever has it can tell which value stands for which; by default nobody, for it is random and never leaves this function
 */
export function deidentifier(key: string | Buffer = randomBytes(32)): (dataSet: DataSet) => DataSet {
  const digest = (value: string) => createHmac('sha256', key).update(value).digest();
  const known = new Map<string, string>();
  const replacement = (value: string, uid: boolean): string => {
    const memory = `${uid}${value}`;
    const made = known.get(memory) ?? (uid ? derivedUid(digest(value)) : digest(value).toString('hex', 0, 8).toUpperCase());
    known.set(memory, made);
    return made;
  };
  const clean = (dataSet: DataSet): DataSet => {
    const result = new Map<number, DataValues>();
    for (const [tag, values] of dataSet) {
      const action = ACTIONS.get(tag);
      if (action === 'remove') continue;
      result.set(tag, [...values].map((value) => (typeof value !== 'string' ? clean(value) : action === 'replace' && value !== '' ? replacement(value, UIDS.has(tag)) : value)) as readonly string[] | readonly DataSetItem[]);
    }
    return result;
  };
  return clean;
}

/** A UID under 2.25, which is for UUIDs: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html */
function derivedUid(digest: Buffer): string {
  const uuid = Buffer.from(digest.subarray(0, 16));
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`;
}
