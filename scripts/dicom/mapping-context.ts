/** What the rows of the mapping are given besides values: the study, the user's choices, and a place for resources and findings. */
import { createHash } from 'node:crypto';
import { localReference, type Coding, type Reference, type Resource } from '../core/fhir';
import type { Finding } from '../core/finding';
import { text, texts, type DataSet } from './data-set';
import { fhirDate, fhirDateTime, isDicomTime, offsetZone, type Zone } from './date-time';
import type { SeriesModel, StudyModel, StudySet } from './study-model';
import { tagLabel, type TagName } from './tags';

/** What a user may choose. */
export interface MappingOptions {
  /** For data that do not state their offset from UTC. */
  readonly zone: Zone;
  /** Endpoint resources that each study refers to. */
  readonly endpoints: readonly Resource[];
  /** Namespace of patient ids whose issuer the data do not name by a universal id. */
  readonly patientSystem?: string;
  /** Likewise of accession numbers. */
  readonly accessionSystem?: string;
  /** Whether numberOfSeries and numberOfInstances say what an archive states, where it does, or what is present. */
  readonly counts: 'archive' | 'present';
  /** Made as R4, to become R5: what R5 has in another place, or in none, is written accordingly. */
  readonly forR5?: boolean;
  /** Labels for Patient and ImagingStudy: that they were de-identified. */
  readonly security?: readonly Coding[];
}

export interface MappingContext {
  readonly options: MappingOptions;
  readonly set: StudySet;
  readonly study: StudyModel;
  /** What the study refers to, by `Type/id`, in the order of first mention. */
  readonly resources: Map<string, Resource>;
  readonly findings: Finding[];
}

/** An element under construction: elements are added in FHIR's order. */
export type Draft = Record<string, unknown>;

/** One row of the mapping: which attributes become which element, and how. */
export interface MappingRow {
  readonly level: 'study' | 'series' | 'instance';
  readonly tags: readonly TagName[];
  /** FHIR path of the element, or elements, that the attributes become. */
  readonly element: string;
  /** What a reader should know of it, in one line. */
  readonly note: string;
}

export interface StudyRow extends MappingRow {
  readonly level: 'study';
  write(draft: Draft, values: DataSet, context: MappingContext): void;
}

export interface SeriesRow extends MappingRow {
  readonly level: 'series';
  write(draft: Draft, series: SeriesModel, context: MappingContext): void;
}

/** Keeps a resource and refers to it. */
export function refer({ resources }: MappingContext, resource: Resource, display?: string): Reference {
  const reference = localReference(resource) ?? '';
  if (!resources.has(reference)) resources.set(reference, resource);
  return { reference, ...(display !== undefined && { display }) };
}

/** An id that is the same whenever the same thing is meant: `practitioner-3f9ac2...`. */
export function idOf(kind: string, ...parts: readonly (string | undefined)[]): string {
  return `${kind}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20)}`;
}

export function warn({ findings, study }: MappingContext, code: string, message: string, severity: Finding['severity'] = 'warning'): void {
  findings.push({ severity, code, message, location: { resource: `ImagingStudy/${study.uid}` }, source: 'dicom' });
}

/** Date and time of a study or series as one dateTime; the date alone where no zone is known. */
export function startOf(values: DataSet, dateName: TagName, timeName: TagName, what: string, context: MappingContext): string | undefined {
  const date = text(values, dateName);
  const time = text(values, timeName);
  if (date === undefined) return undefined;
  if (fhirDate(date) === undefined) {
    warn(context, 'bad-date', `${what}: ${tagLabel(dateName)} "${date}" is no date; it is left out.`);
    return undefined;
  }
  if (time !== undefined && !isDicomTime(time)) warn(context, 'bad-time', `${what}: ${tagLabel(timeName)} "${time}" is no time; the date stands alone.`);
  return fhirDateTime(date, time, zoneOf(values, what, context));
}

/** The offset that the data state, where they state one; the user's zone where they state none. */
function zoneOf(values: DataSet, what: string, context: MappingContext): Zone {
  const stated = texts(values, 'TimezoneOffsetFromUTC');
  const [only] = stated;
  if (only === undefined) return context.options.zone;
  if (stated.length > 1) {
    warn(context, 'several-offsets', `${what}: instances state several offsets from UTC (${stated.join(', ')}); dates stand alone.`);
    return () => undefined;
  }
  const zone = offsetZone(only);
  if (zone === undefined) warn(context, 'bad-offset', `${what}: ${tagLabel('TimezoneOffsetFromUTC')} "${only}" is no offset.`);
  return zone ?? context.options.zone;
}
