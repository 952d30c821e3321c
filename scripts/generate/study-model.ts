/** A study as a scenario states it in, the study with UIDs, instances and counts out: what its template writes. */
import { ACQUISITION_MODALITIES, DCM } from '../core/dicom-modality';
import type { Coding } from '../core/fhir';
import { entryOf, type Vocabulary } from './code-entry';
import { deriveUid } from './dicom-uid';
import type { SeriesRecord, StudyRecord } from './record-fields';

export interface InstanceModel {
  uid: string;
  sopClass: Coding;
  number: number;
  title?: string;
}

export interface SeriesModel extends Omit<SeriesRecord, 'instances' | 'listInstances' | 'countInstances' | 'sopClass'> {
  uid: string;
  number: number;
  /** Absent where the scenario wants no count. */
  numberOfInstances?: number;
  /** Empty where the scenario wants no list. */
  instance: InstanceModel[];
}

export interface StudyModel {
  /** Absent where the study has none yet. */
  studyUid?: string;
  /** Distinct acquisition modalities: what R4 means by the study's own modality element. */
  modalities: Coding[];
  seriesCount?: number;
  instanceCount?: number;
  listedSeries: SeriesModel[];
}

/** What a study states cannot be modelled; the message names the field and what was allowed. */
export class StudyFault extends Error {}

/** @throws StudyFault where a series has no SOP class */
export function modelStudy(study: StudyRecord, seed: number, vocabulary: Vocabulary): StudyModel {
  const listedSeries = (study.series ?? []).map((series, i) => modelSeries(study, series, i, seed, vocabulary));
  return counted(study, study.hasUid ? (study.uid ?? deriveUid(seed, study.id)) : undefined, listedSeries);
}

/**
 * The same DICOM study with some of its series only, or with some of their instances:
 * an ImagingStudy "MAY reference a subset of that Study" (https://hl7.org/fhir/R4/imagingstudy.html#bnr).
 * @throws StudyFault where the whole study has no such series or instance
 */
export function modelSubset(study: StudyRecord, whole: StudyModel): StudyModel {
  const listedSeries = (study.subsetOf?.series ?? []).map(({ number, instances }) => {
    const series = whole.listedSeries.find((candidate) => candidate.number === number);
    if (series === undefined) {
      throw new StudyFault(`subsetOf.series: ${number} is not a series of the study. Allowed: ${whole.listedSeries.map((known) => known.number).join(', ')}.`);
    }
    if (instances === undefined) return series;
    const instance = instances.map((wanted) => {
      const found = series.instance.find((candidate) => candidate.number === wanted);
      if (found === undefined) throw new StudyFault(`subsetOf.series: series ${number} lists no instance ${wanted}; it has ${series.instance.length}.`);
      return found;
    });
    return { ...series, instance, numberOfInstances: instance.length };
  });
  return counted(study, whole.studyUid, listedSeries);
}

function counted(study: StudyRecord, studyUid: string | undefined, listedSeries: SeriesModel[]): StudyModel {
  const computed = study.counts === 'computed' && listedSeries.length > 0;
  return {
    studyUid,
    modalities: study.modality ?? acquisitionModalities(listedSeries),
    seriesCount: study.numberOfSeries ?? (computed ? listedSeries.length : undefined),
    instanceCount: study.numberOfInstances ?? (computed ? totalOf(listedSeries) : undefined),
    listedSeries,
  };
}

/** Known only where every series is counted, and stated only where the lists agree with the counts (ist-4 and ist-5 of the R6 draft). */
function totalOf(series: readonly SeriesModel[]): number | undefined {
  const counts = series.map(({ numberOfInstances }) => numberOfInstances);
  const listed = series.filter(({ instance }) => instance.length > 0).length;
  if (counts.includes(undefined) || (listed !== 0 && listed !== series.length)) return undefined;
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}

function acquisitionModalities(series: readonly SeriesModel[]): Coding[] {
  const distinct = new Map(series.map(({ modality }) => [`${modality.system}|${modality.code}`, modality]));
  return [...distinct.values()].filter(({ system, code }) => system !== DCM || ACQUISITION_MODALITIES.has(code ?? ''));
}

function modelSeries(study: StudyRecord, series: SeriesRecord, index: number, seed: number, vocabulary: Vocabulary): SeriesModel {
  const { instances = [], listInstances, countInstances, sopClass, ...stated } = series;
  const number = series.number ?? index + 1;
  const uid = series.uid ?? deriveUid(seed, study.id, number);
  const total = instances.reduce((sum, group) => sum + group.count, 0);
  const expanded = listInstances ? instances.flatMap((group) => Array.from({ length: group.count }, (_, i) => ({ group, i }))) : [];
  const instance = expanded.map(({ group, i }, position) => ({
    uid: deriveUid(seed, study.id, number, position + 1),
    sopClass: group.sopClass ?? sopClass ?? usualSopClass(series.modality, vocabulary),
    number: position + 1,
    title: group.title?.[i],
  }));
  return { ...stated, uid, number, instance, numberOfInstances: countInstances && instances.length > 0 ? total : undefined };
}

function usualSopClass(modality: Coding, vocabulary: Vocabulary): Coding {
  const name = entryOf(vocabulary, 'modality', modality)?.sopClass;
  const sopClass = name === undefined ? undefined : vocabulary.groups.get('sopClass')?.get(name)?.codings[0];
  if (sopClass === undefined) throw new StudyFault(`series: modality ${modality.code} has no SOP class in codes.yaml; give the series a sopClass.`);
  return sopClass;
}
