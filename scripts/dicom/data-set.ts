/** A DICOM data set as decoded text: the one shape that files, DICOM JSON and tests share. */
import { TAGS, type TagName } from './tags';

/**
 * Values by tag number (`0x00080060`), character sets resolved: texts, or the items of a sequence. Person names stand as in
 * files, their groups joined by `=`. An element without a value has an empty list.
 */
export type DataSet = ReadonlyMap<number, DataValues>;
export type DataValues = readonly string[] | readonly DataSetItem[];

/** An item of a sequence: itself a data set. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a type alias cannot refer to itself through another one
export interface DataSetItem extends ReadonlyMap<number, DataValues> {}

/** Characters that no FHIR string may hold, and that mean nothing in DICOM's either: https://hl7.org/fhir/R4/datatypes.html#string */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** A value as it is kept: without padding and control characters. */
export function cleanText(value: string): string {
  return value.replace(CONTROLS, '').trim();
}

/** The texts of an element that say something; none for an absent or empty one, or a sequence. */
export function texts(dataSet: DataSet, name: TagName): string[] {
  const values = dataSet.get(TAGS[name].tag);
  if (values === undefined) return [];
  const found: string[] = [];
  for (const value of values) if (typeof value === 'string' && value !== '') found.push(value);
  return found;
}

/** The first text of an element. */
export function text(dataSet: DataSet, name: TagName): string | undefined {
  const values = dataSet.get(TAGS[name].tag);
  if (values === undefined) return undefined;
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return undefined;
}

/** The items of a sequence. */
export function items(dataSet: DataSet, name: TagName): DataSetItem[] {
  return (dataSet.get(TAGS[name].tag) ?? []).filter((value): value is DataSetItem => typeof value !== 'string');
}
