/** A study read from DICOM in; the ImagingStudy, those of its key object selections, and all they refer to out. */
import { DICOM_UID_SYSTEM } from '../core/dicom-uid';
import type { Resource } from '../core/fhir';
import type { Finding } from '../core/finding';
import { text } from './data-set';
import type { KeyObjects } from './key-objects';
import { idOf, warn, type Draft, type MappingContext, type MappingOptions, type MappingRow } from './mapping-context';
import { INSTANCE_ROWS, instanceElement, SERIES_ROWS, sopClassCoding } from './mapping-series';
import { STUDY_ROWS } from './mapping-study';
import { modalityCoding } from './modality-code';
import { wholeNumber, type InstanceModel, type SeriesModel, type StudyModel, type StudySet } from './study-model';
import { tagText, TAGS } from './tags';

/** The whole mapping, one row an element, in the order of FHIR's elements. */
export const MAPPING: readonly MappingRow[] = [...STUDY_ROWS, ...SERIES_ROWS, ...INSTANCE_ROWS];

export interface MappedStudy {
  readonly study: Resource;
  /** One for each study that a key object selection of this study chose from. */
  readonly selections: readonly Resource[];
  /** What they refer to: Patient first, each once. */
  readonly related: readonly Resource[];
  readonly findings: readonly Finding[];
}

/** Maps one study of a set; the whole set is at hand for what refers across studies. */
export function mapStudy(study: StudyModel, set: StudySet, options: MappingOptions): MappedStudy {
  const context: MappingContext = { options, set, study, resources: new Map(), findings: [] };
  const draft = head(study.uid, options);
  for (const row of STUDY_ROWS) row.write(draft, study.values, context);
  const series = inOrder([...study.series.values()], ({ values }) => wholeNumber(text(values, 'SeriesNumber'))).map((one) => seriesElement(one, context));
  if (series.length > 0) draft['series'] = series;
  const resource = draft as Resource;
  const selections = study.keyObjects.map((chosen) => selection(chosen, resource, context));
  return { study: resource, selections, related: [...context.resources.values()].map((one) => aboutPatient(one, draft)), findings: context.findings };
}

function head(id: string, { security }: MappingOptions): Draft {
  return { resourceType: 'ImagingStudy', id, ...(security !== undefined && { meta: { security: [...security] } }) };
}

function seriesElement(series: SeriesModel, context: MappingContext): Draft {
  const element: Draft = {};
  for (const row of SERIES_ROWS) row.write(element, series, context);
  if (series.instances.length > 0) element['instance'] = inOrder(series.instances, ({ number }: InstanceModel) => number).map(instanceElement);
  return element;
}

/** By number, what has none last; then by UID, so that the order of files makes no difference. */
function inOrder<T extends { readonly uid: string }>(all: readonly T[], numberOf: (one: T) => number | undefined): T[] {
  const rank = (one: T) => numberOf(one) ?? Infinity;
  return [...all].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left === right ? (a.uid < b.uid ? -1 : 1) : left - right;
  });
}

/** A specimen is the patient's; said here, for the patient is known only after all rows are written. */
function aboutPatient(resource: Resource, draft: Draft): Resource {
  return resource.resourceType === 'Specimen' ? { ...resource, subject: draft['subject'] } : resource;
}

/**
 * The chosen instances as an ImagingStudy: it has the identifier of the study they are in, for it is a part of that one
 * (https://hl7.org/fhir/R4/imagingstudy.html#notes), and an id of its own.
 */
function selection(chosen: KeyObjects, own: Resource, context: MappingContext): Resource {
  const { set, options } = context;
  const study = set.studies.get(chosen.studyUid);
  const sameStudy = chosen.studyUid === context.study.uid;
  const series = chosen.series.map(({ uid, instances }) => {
    const known = study?.series.get(uid);
    const modality = known === undefined ? undefined : text(known.values, 'Modality');
    const number = known === undefined ? undefined : wholeNumber(text(known.values, 'SeriesNumber'));
    return {
      uid,
      ...(number !== undefined && { number }),
      modality: modality === undefined ? { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } : modalityCoding(modality),
      numberOfInstances: instances.length,
      instance: instances.map((instance) => ({ uid: instance.uid, sopClass: sopClassCoding(instance.sopClass) })),
    };
  });
  const absent = chosen.series.flatMap(({ instances }) => instances).filter(({ uid }) => !set.instances.has(uid)).length;
  if (absent > 0) warn(context, 'key-object-absent', `Key object selection ${chosen.documentUid} chose ${absent === 1 ? 'an instance that is' : `${absent} instances that are`} not among those read.`, 'information');
  const modality = new Map(series.flatMap((one) => ('code' in one.modality ? [[one.modality.code, one.modality] as const] : [])));
  const words = [chosen.title ?? 'Key objects', chosen.description].filter((part) => part !== undefined);
  return {
    ...head(idOf('key-objects', chosen.documentUid, chosen.studyUid), options),
    resourceType: 'ImagingStudy',
    identifier: [{ system: DICOM_UID_SYSTEM, value: `urn:oid:${chosen.studyUid}` }],
    status: 'available',
    ...(modality.size > 0 && { modality: [...modality.values()] }),
    subject: own['subject'],
    ...(sameStudy && own['started'] !== undefined && { started: own['started'] }),
    ...(own['endpoint'] !== undefined && { endpoint: own['endpoint'] }),
    numberOfSeries: series.length,
    numberOfInstances: series.reduce((sum, { instance }) => sum + instance.length, 0),
    note: [{ text: `Chosen by Key Object Selection ${chosen.documentUid}.` }],
    description: words.join(': '),
    series,
  };
}

/** The mapping as a table for readers. */
export function mappingTable(): string {
  const rows = MAPPING.map(({ tags, element, note }) => `| ${tags.map((name) => `${name} ${tagText(TAGS[name].tag)}`).join(', ') || '-'} | \`${element}\` | ${note} |`);
  return ['| DICOM attributes | FHIR R4 element | Note |', '|---|---|---|', ...rows].join('\n');
}
