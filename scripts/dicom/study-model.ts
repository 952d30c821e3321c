/** Data sets in, one after the other; the studies they belong to out: series joined, duplicates and contradictions noted. */
import { isDicomUid } from '../core/dicom-uid';
import type { Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { attributeRows, mergeAttributes, SERIES_ATTRIBUTES, STUDY_ATTRIBUTES, type Merged } from './attributes';
import { text, type DataSet } from './data-set';
import { instanceTitle } from './instance-title';
import { keyObjects, type KeyObjects } from './key-objects';
import { KEY_OBJECT_SELECTION } from './sop-class-name';
import { tagLabel, type TagName } from './tags';
import { isWritableUid } from './writable-uid';

/** Only what FHIR says of an instance is kept, so that a study takes little memory however large its files are. */
export interface InstanceModel {
  readonly uid: string;
  readonly sopClass: string;
  readonly number?: number;
  readonly title?: string;
}

export interface SeriesModel extends Merged {
  readonly uid: string;
  readonly instances: InstanceModel[];
}

export interface StudyModel extends Merged {
  readonly uid: string;
  readonly series: Map<string, SeriesModel>;
  readonly keyObjects: KeyObjects[];
}

/** Everything that was read so far. */
export interface StudySet {
  readonly studies: Map<string, StudyModel>;
  /** What was found on the way; `findingsOf` adds what only the whole shows. */
  readonly findings: Finding[];
  /** Every instance with its series, by SOP Instance UID. */
  readonly instances: Map<string, { readonly instance: InstanceModel; readonly series: SeriesModel }>;
  readonly studyOfSeries: Map<string, string>;
  /** Copies by Series Instance UID. */
  readonly copies: Map<string, { count: number; origin: string }>;
}

export function emptyStudySet(): StudySet {
  return { studies: new Map(), findings: [], instances: new Map(), studyOfSeries: new Map(), copies: new Map() };
}

const STUDY_ROWS = attributeRows(STUDY_ATTRIBUTES);
const SERIES_ROWS = attributeRows(SERIES_ATTRIBUTES);

/**
 * Adds an instance; or, where a data set without instance comes from a search answer, a series or a study.
 * @param origin where it comes from, as a user knows it: a path, an address
 * @throws KnownError `missing-tag` or `illegal-uid`: then nothing of it was added
 */
export function addDataSet(set: StudySet, dataSet: DataSet, origin: string): void {
  const studyUid = uidOf(dataSet, 'StudyInstanceUID', true);
  const seriesUid = uidOf(dataSet, 'SeriesInstanceUID', false);
  const instance = seriesUid === undefined ? undefined : instanceOf(dataSet, seriesUid);
  if (seriesUid === undefined && isFile(dataSet)) throw missing('SeriesInstanceUID');
  if (instance === undefined && isFile(dataSet)) throw missing('SOPInstanceUID');
  const known = instance === undefined ? undefined : set.instances.get(instance.uid);
  if (instance !== undefined && known !== undefined) return repeated(set, instance, known, { studyUid, seriesUid }, origin);
  const study = studyAt(set, studyUid, origin);
  mergeAttributes(study, dataSet, STUDY_ROWS, origin);
  if (seriesUid === undefined) return;
  const series = seriesAt(set, study, seriesUid, origin);
  mergeAttributes(series, dataSet, SERIES_ROWS, origin);
  if (instance === undefined) return;
  noteIllegal(set, instance.uid, 'SOPInstanceUID', origin);
  series.instances.push(instance);
  set.instances.set(instance.uid, { instance, series });
  if (instance.sopClass === KEY_OBJECT_SELECTION) study.keyObjects.push(...keyObjects(dataSet, instance));
}

/** A data set of an instance has its class, and so does the meta information of its file; an answer about a study or series has none. */
function isFile(dataSet: DataSet): boolean {
  return text(dataSet, 'SOPClassUID') !== undefined || text(dataSet, 'MediaStorageSOPClassUID') !== undefined || text(dataSet, 'SOPInstanceUID') !== undefined;
}

function instanceOf(dataSet: DataSet, seriesUid: string | undefined): InstanceModel | undefined {
  const uid = uidOf(dataSet, 'SOPInstanceUID', false) ?? uidOf(dataSet, 'MediaStorageSOPInstanceUID', false);
  if (uid === undefined || seriesUid === undefined) return undefined;
  const sopClass = uidOf(dataSet, 'SOPClassUID', false) ?? uidOf(dataSet, 'MediaStorageSOPClassUID', false);
  if (sopClass === undefined) throw missing('SOPClassUID');
  const number = wholeNumber(text(dataSet, 'InstanceNumber'));
  const title = instanceTitle(dataSet);
  return { uid, sopClass, ...(number !== undefined && { number }), ...(title !== undefined && { title }) };
}

function uidOf(dataSet: DataSet, name: TagName, mandatory: true): string;
function uidOf(dataSet: DataSet, name: TagName, mandatory: boolean): string | undefined;
function uidOf(dataSet: DataSet, name: TagName, mandatory: boolean): string | undefined {
  const uid = text(dataSet, name);
  if (uid === undefined) {
    if (mandatory) throw missing(name);
    return undefined;
  }
  if (!isWritableUid(uid)) throw new KnownError('illegal-uid', `Its ${tagLabel(name)} "${uid.slice(0, 80)}" is no UID: ${uid.length > 64 ? 'it is longer than 64 characters' : 'it has characters other than digits and dots'}.`);
  return uid;
}

function missing(name: TagName): KnownError {
  return new KnownError('missing-tag', `It has no ${tagLabel(name)}, without which no ImagingStudy can list it.`);
}

function studyAt(set: StudySet, uid: string, origin: string): StudyModel {
  const known = set.studies.get(uid);
  if (known !== undefined) return known;
  noteIllegal(set, uid, 'StudyInstanceUID', origin);
  const study: StudyModel = { uid, values: new Map(), conflicts: new Map(), series: new Map(), keyObjects: [] };
  set.studies.set(uid, study);
  return study;
}

function seriesAt(set: StudySet, study: StudyModel, uid: string, origin: string): SeriesModel {
  const known = study.series.get(uid);
  if (known !== undefined) return known;
  noteIllegal(set, uid, 'SeriesInstanceUID', origin);
  const elsewhere = set.studyOfSeries.get(uid);
  if (elsewhere !== undefined) note(set, 'series-in-two-studies', `Series ${uid} is in study ${elsewhere} and in study ${study.uid}; a Series Instance UID names one series of one study.`, origin);
  else set.studyOfSeries.set(uid, study.uid);
  const series: SeriesModel = { uid, values: new Map(), conflicts: new Map(), instances: [] };
  study.series.set(uid, series);
  return series;
}

/** The same SOP Instance UID again: a copy, or two different things under one name. */
function repeated(set: StudySet, instance: InstanceModel, { instance: first, series: known }: { instance: InstanceModel; series: SeriesModel }, { studyUid, seriesUid }: { studyUid: string; seriesUid: string | undefined }, origin: string): void {
  const elsewhere = known.uid !== seriesUid || set.studies.get(studyUid)?.series.get(known.uid) !== known;
  if (elsewhere || first.sopClass !== instance.sopClass) {
    const difference = elsewhere ? `stands in series ${known.uid} already` : `is of SOP class ${first.sopClass} already`;
    note(set, 'conflicting-instance', `SOP Instance UID ${instance.uid} ${difference}; this one is left out.`, origin);
    return;
  }
  const copies = set.copies.get(known.uid);
  if (copies === undefined) set.copies.set(known.uid, { count: 1, origin });
  else copies.count += 1;
}

function noteIllegal(set: StudySet, uid: string, name: TagName, origin: string): void {
  if (!isDicomUid(uid)) note(set, 'illegal-uid', `${tagLabel(name)} "${uid}" breaks the rules of PS3.5 section 9.1; it is kept as it is.`, origin);
}

function note(set: StudySet, code: string, message: string, file: string): void {
  set.findings.push({ severity: 'warning', code, message, location: { file }, source: 'dicom' });
}

/** An integer string from zero on, as FHIR's unsignedInt holds it. */
export function wholeNumber(value: string | undefined): number | undefined {
  if (value === undefined || !/^\+?\d{1,10}$/.test(value)) return undefined;
  const number = Number(value);
  return number <= 0x7fffffff ? number : undefined;
}

/** What was found while reading, and what only the whole shows: contradictions and copies. */
export function findingsOf(set: StudySet): Finding[] {
  const findings = [...set.findings];
  const add = (code: string, message: string, file: string) => findings.push({ severity: 'warning', code, message, location: { file }, source: 'dicom' });
  for (const study of set.studies.values()) {
    for (const [part, merged] of [[`Study ${study.uid}`, study] as const, ...[...study.series.values()].map((series) => [`Series ${series.uid}`, series] as const)]) {
      for (const { name, kept, others } of merged.conflicts.values()) {
        for (const [value, { count, origin }] of others) {
          add('conflicting-tag', `${part} has more than one ${tagLabel(name)}: "${shown(kept)}" was taken; ${count === 1 ? 'one instance says' : `${count} instances say`} "${shown(value)}".`, origin);
        }
      }
    }
  }
  for (const [uid, { count, origin }] of set.copies) {
    add('duplicate-instance', `Series ${uid}: ${count === 1 ? 'one file is a copy' : `${count} files are copies`} of an instance that was read before; each instance counts once.`, origin);
  }
  return findings;
}

function shown(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}...` : value;
}
