/** Which attributes a study and a series are remembered by, and how those of many instances become one. */
import type { DataSet, DataValues } from './data-set';
import { TAGS, type TagName } from './tags';

/**
 * `same`: all instances have to agree, the first one's value is kept. `each`: instances may differ, all distinct values are kept.
 */
export type Merging = 'same' | 'each';

/** Attributes of the patient and of the study (PS3.3 C.7.1, C.7.2), of its request, and what an archive adds to an answer. */
export const STUDY_ATTRIBUTES = {
  PatientID: 'same',
  IssuerOfPatientID: 'same',
  IssuerOfPatientIDQualifiersSequence: 'same',
  PatientName: 'same',
  PatientBirthDate: 'same',
  PatientSex: 'same',
  StudyID: 'same',
  StudyDate: 'same',
  StudyTime: 'same',
  TimezoneOffsetFromUTC: 'each',
  AccessionNumber: 'same',
  IssuerOfAccessionNumberSequence: 'same',
  ReferringPhysicianName: 'same',
  ReferringPhysicianIdentificationSequence: 'same',
  NameOfPhysiciansReadingStudy: 'same',
  PhysiciansReadingStudyIdentificationSequence: 'same',
  StudyDescription: 'same',
  ProcedureCodeSequence: 'each',
  RequestedProcedureDescription: 'each',
  RequestedProcedureCodeSequence: 'each',
  RequestAttributesSequence: 'each',
  ReasonForTheRequestedProcedure: 'each',
  ReasonForRequestedProcedureCodeSequence: 'each',
  InstitutionalDepartmentName: 'each',
  InstitutionalDepartmentTypeCodeSequence: 'each',
  InstanceAvailability: 'each',
  ModalitiesInStudy: 'each',
  NumberOfStudyRelatedSeries: 'same',
  NumberOfStudyRelatedInstances: 'same',
} as const satisfies Partial<Record<TagName, Merging>>;

/** Attributes of the series and its equipment (PS3.3 C.7.3, C.7.5); anatomy and specimens may differ from image to image. */
export const SERIES_ATTRIBUTES = {
  Modality: 'same',
  SeriesNumber: 'same',
  SeriesDate: 'same',
  SeriesTime: 'same',
  TimezoneOffsetFromUTC: 'each',
  SeriesDescription: 'same',
  BodyPartExamined: 'same',
  AnatomicRegionSequence: 'each',
  Laterality: 'same',
  ImageLaterality: 'each',
  PerformingPhysicianName: 'same',
  PerformingPhysicianIdentificationSequence: 'same',
  OperatorsName: 'same',
  OperatorIdentificationSequence: 'same',
  Manufacturer: 'same',
  ManufacturerModelName: 'same',
  StationName: 'same',
  DeviceSerialNumber: 'same',
  SoftwareVersions: 'same',
  InstitutionName: 'same',
  SpecimenDescriptionSequence: 'each',
  NumberOfSeriesRelatedInstances: 'same',
} as const satisfies Partial<Record<TagName, Merging>>;

/** Two values of one attribute within one study or series. */
export interface Conflict {
  readonly name: TagName;
  readonly kept: string;
  /** The other values, how often each was met, and where first. */
  readonly others: Map<string, { count: number; origin: string }>;
}

/** What is remembered of many data sets. */
export interface Merged {
  readonly values: Map<number, DataValues>;
  readonly conflicts: Map<number, Conflict>;
}

type Row = readonly [name: TagName, tag: number, merging: Merging];

/** The attributes of a level as rows that are quick to walk. */
export function attributeRows(attributes: Partial<Record<TagName, Merging>>): readonly Row[] {
  return (Object.entries(attributes) as [TagName, Merging][]).map(([name, merging]) => [name, TAGS[name].tag, merging]);
}

/** Adds a data set's attributes to what is remembered; an empty value neither adds nor contradicts. */
export function mergeAttributes({ values, conflicts }: Merged, dataSet: DataSet, rows: readonly Row[], origin: string): void {
  for (const [name, tag, merging] of rows) {
    const given = dataSet.get(tag);
    if (given === undefined || isEmpty(given)) continue;
    const held = values.get(tag);
    if (held === undefined) {
      values.set(tag, given);
      continue;
    }
    if (sameTexts(held, given)) continue;
    if (merging === 'each') {
      const more = distinct(held, given);
      if (more !== undefined) values.set(tag, more);
    } else if (valueText(held) !== valueText(given)) {
      const conflict: Conflict = conflicts.get(tag) ?? { name, kept: valueText(held), others: new Map() };
      const other = conflict.others.get(valueText(given));
      if (other === undefined) conflict.others.set(valueText(given), { count: 1, origin });
      else other.count += 1;
      conflicts.set(tag, conflict);
    }
  }
}

function isEmpty(values: DataValues): boolean {
  for (const value of values) if (value !== '') return false;
  return true;
}

/** The usual case, and quick to see: both are the same texts. */
function sameTexts(left: DataValues, right: DataValues): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (typeof left[i] !== 'string' || left[i] !== right[i]) return false;
  return true;
}

/** `held` with the values of `given` that it lacks; undefined where it lacks none. */
function distinct(held: DataValues, given: DataValues): DataValues | undefined {
  const known = new Set([...held].map(keyOf));
  const added = [...given].filter((value) => value !== '' && !known.has(keyOf(value)));
  return added.length === 0 ? undefined : ([...held, ...added] as DataValues);
}

function keyOf(value: string | DataSet): string {
  return typeof value === 'string' ? value : `{${[...value].map(([tag, values]) => `${tag}:${valueText(values)}`).join(';')}}`;
}

/** A value as one text: to compare, and to show. */
export function valueText(values: DataValues): string {
  return [...values].map(keyOf).join('\\');
}
