/** All studies of a set in, their models by id out: whole studies first, then the subsets of them; UIDs that stand for two things are findings. */
import type { Finding } from '../core/finding';
import type { Vocabulary } from './code-entry';
import type { StudyRecord } from './record-fields';
import { mistake, type Mistake, type Place } from './source-text';
import { modelStudy, modelSubset, StudyFault, type StudyModel } from './study-model';

interface PlacedStudy {
  readonly study: StudyRecord;
  readonly place: Place;
}

export function modelStudies(studies: readonly PlacedStudy[], seed: number, vocabulary: Vocabulary): { models: Map<string, StudyModel>; findings: Finding[] } {
  const findings: Finding[] = [];
  const models = new Map<string, StudyModel>();
  const put = (code: Mistake, message: string, { study, place }: PlacedStudy) => findings.push(mistake(code, message, place, `ImagingStudy/${study.id}`));
  const model = (placed: PlacedStudy, make: () => StudyModel | undefined) => {
    try {
      const made = make();
      if (made !== undefined) models.set(placed.study.id, made);
    } catch (error) {
      if (!(error instanceof StudyFault)) throw error;
      put('unknown-value', error.message, placed);
    }
  };
  const whole = studies.filter(({ study }) => study.subsetOf === undefined);
  for (const placed of whole) model(placed, () => modelStudy(placed.study, seed, vocabulary));
  reportRepeated(whole, models, put);
  for (const placed of studies.filter(({ study }) => study.subsetOf !== undefined)) {
    const id = placed.study.subsetOf?.study.reference?.split('/')[1] ?? '';
    const base = models.get(id);
    if (base === undefined && whole.every(({ study }) => study.id !== id)) put('unknown-reference', `subsetOf.study: ${id} is itself a subset or has mistakes; name a whole study.`, placed);
    model(placed, () => base && modelSubset(placed.study, base));
  }
  return { models, findings };
}

/** A DICOM UID names one thing in the world; only subsets share those of their study. */
function reportRepeated(studies: readonly PlacedStudy[], models: ReadonlyMap<string, StudyModel>, put: (code: Mistake, message: string, study: PlacedStudy) => void): void {
  const owner = new Map<string, string>();
  for (const placed of studies) {
    const model = models.get(placed.study.id);
    if (model === undefined) continue;
    for (const uid of [...(model.studyUid === undefined ? [] : [model.studyUid]), ...model.listedSeries.flatMap(({ uid: own, instance }) => [own, ...instance.map((one) => one.uid)])]) {
      const earlier = owner.get(uid);
      if (earlier !== undefined) put('duplicate-uid', `UID ${uid} stands already in ImagingStudy/${earlier}; a part of a study is stated with subsetOf.`, placed);
      owner.set(uid, placed.study.id);
    }
  }
}
