/** A DICOMweb server in, a sample of its studies with their series and instances out, by searches alone. */
import type { Exchange } from '../../core/result';
import { textOf, type DicomJson } from '../../dicom/dicomweb-json';
import { openDicomwebContext, pathOf, searchPath, type DicomwebContext, type DicomwebTarget } from './context';
import { dataSetsOf } from './read-answer';

export interface ArchiveInstance {
  readonly uid: string;
  readonly sopClass?: string;
  readonly dataSet: DicomJson;
}

export interface ArchiveSeries {
  readonly uid: string;
  readonly modality?: string;
  readonly dataSet: DicomJson;
  readonly instances: readonly ArchiveInstance[];
}

export interface ArchiveStudy {
  readonly uid: string;
  /** As the search for studies returned it. */
  readonly dataSet: DicomJson;
  readonly series: readonly ArchiveSeries[];
  /** All series and instances are known: no search for them was cut short. */
  readonly complete: boolean;
  /** The answers to the searches for the study, its series and its instances. */
  readonly exchanges: readonly Exchange[];
}

/** Instances asked for of one study. */
const MOST_INSTANCES = 2000;

export async function harvestArchive(target: Omit<DicomwebTarget, 'studies'>): Promise<{ studies: ArchiveStudy[]; first: Exchange }> {
  const { sample } = target;
  const context = openDicomwebContext({ ...target, studies: [] }, 'harvest');
  const first = await context.get(searchPath('studies', { limit: sample }));
  const found = dataSetsOf(first).dataSets.slice(0, sample);
  const studies: ArchiveStudy[] = [];
  const uids = found.map((dataSet) => textOf(dataSet, 'StudyInstanceUID'));
  for (const [index, dataSet] of found.entries()) {
    const uid = uids[index];
    // A UID that comes twice, for two patients say, names no one study: a test says so, the others leave it alone.
    if (uid !== undefined && uids.indexOf(uid) === uids.lastIndexOf(uid)) studies.push(await readStudy(context, uid, dataSet, first));
  }
  return { studies, first };
}

/** One study by its UID: found or not, with what is below it. */
export async function readStudy(context: Pick<DicomwebContext, 'get'>, uid: string, dataSet: DicomJson, search: Exchange): Promise<ArchiveStudy> {
  const ofSeries = await context.get(`${pathOf(uid)}/series`);
  const ofInstances = await context.get(searchPath(`${pathOf(uid)}/instances`, { limit: MOST_INSTANCES }));
  const instances = dataSetsOf(ofInstances).dataSets;
  const series = dataSetsOf(ofSeries).dataSets.flatMap((one): ArchiveSeries[] => {
    const seriesUid = textOf(one, 'SeriesInstanceUID');
    if (seriesUid === undefined) return [];
    const own = instances.filter((instance) => textOf(instance, 'SeriesInstanceUID') === seriesUid);
    const modality = textOf(one, 'Modality');
    return [{ uid: seriesUid, dataSet: one, ...(modality === undefined ? {} : { modality }), instances: own.flatMap(instanceOf) }];
  });
  const problem = [ofSeries, ofInstances].some((exchange) => dataSetsOf(exchange).problem !== undefined);
  return { uid, dataSet, series, complete: !problem && instances.length < MOST_INSTANCES && !limited(ofSeries) && !limited(ofInstances), exchanges: [search, ofSeries, ofInstances] };
}

/** "Warning: 299 ... there are N additional results that can be requested": PS3.18 section 8.3.4.4. */
export function limited({ response }: Exchange): boolean {
  return /additional results|maximum/i.test(response?.headers['warning'] ?? '');
}

function instanceOf(dataSet: DicomJson): ArchiveInstance[] {
  const uid = textOf(dataSet, 'SOPInstanceUID');
  const sopClass = textOf(dataSet, 'SOPClassUID');
  return uid === undefined ? [] : [{ uid, ...(sopClass === undefined ? {} : { sopClass }), dataSet }];
}
