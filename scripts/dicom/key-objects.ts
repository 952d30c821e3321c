/** A Key Object Selection document in, the instances it chose out, by study and series: PS3.3 C.17.6.2. */
import { items, text, texts, type DataSet } from './data-set';
import type { TagName } from './tags';
import { isWritableUid } from './writable-uid';

/** What one document chose of one study. */
export interface KeyObjects {
  /** SOP Instance UID of the document. */
  readonly documentUid: string;
  readonly studyUid: string;
  readonly series: readonly ChosenSeries[];
  /** Why they were chosen: `For Referring Provider`. */
  readonly title?: string;
  /** What the chooser wrote (Key Object Description). */
  readonly description?: string;
}

export interface ChosenSeries {
  readonly uid: string;
  readonly instances: readonly { readonly uid: string; readonly sopClass: string }[];
}

/** The code of Key Object Description in DICOM's terminology. */
const KEY_OBJECT_DESCRIPTION = '113012';

/** One entry a study, for a document may choose from several; references that are incomplete or no UIDs are passed over. */
export function keyObjects(dataSet: DataSet, document: { readonly uid: string; readonly title?: string }): KeyObjects[] {
  const description = descriptionOf(dataSet);
  return items(dataSet, 'CurrentRequestedProcedureEvidenceSequence').flatMap((study) => {
    const studyUid = uidIn(study, 'StudyInstanceUID');
    const series = items(study, 'ReferencedSeriesSequence').flatMap((item) => chosenSeries(item));
    if (studyUid === undefined || series.length === 0) return [];
    const { uid, title } = document;
    return [{ documentUid: uid, studyUid, series, ...(title !== undefined && { title }), ...(description !== undefined && { description }) }];
  });
}

function chosenSeries(item: DataSet): ChosenSeries[] {
  const uid = uidIn(item, 'SeriesInstanceUID');
  const instances = items(item, 'ReferencedSOPSequence').flatMap((reference) => {
    const instanceUid = uidIn(reference, 'ReferencedSOPInstanceUID');
    const sopClass = uidIn(reference, 'ReferencedSOPClassUID');
    return instanceUid === undefined || sopClass === undefined ? [] : [{ uid: instanceUid, sopClass }];
  });
  return uid === undefined || instances.length === 0 ? [] : [{ uid, instances: [...new Map(instances.map((one) => [one.uid, one])).values()] }];
}

function uidIn(item: DataSet, name: TagName): string | undefined {
  const uid = text(item, name);
  return uid !== undefined && isWritableUid(uid) ? uid : undefined;
}

function descriptionOf(dataSet: DataSet): string | undefined {
  for (const item of items(dataSet, 'ContentSequence')) {
    const named = items(item, 'ConceptNameCodeSequence').some((name) => texts(name, 'CodeValue').includes(KEY_OBJECT_DESCRIPTION));
    const description = text(item, 'TextValue');
    if (named && description !== undefined) return description;
  }
  return undefined;
}
