/** DICOM files in, an archive in memory out: instances by study and series, in the order in which they came. */
import { textOf, type DicomJson } from '../../dicom/dicomweb-json';
import { identityOf, readDicomFile, type DicomFile } from '../../dicom/dicomweb-read-file';
import type { DicomTarget } from '../../dicom/urls-wado-rs';

export interface StoredInstance extends DicomFile {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly sopClass: string;
  /** The file's bytes, one character a byte: that is how bodies travel. */
  readonly file: string;
}

export interface Archive {
  /** Adds a file; one with the same SOP Instance UID is replaced. @returns the instance, or why it is not taken */
  add(bytes: Buffer): StoredInstance | string;
  remove(instanceUid: string): boolean;
  /** The instances of a study, series or instance; all of them without a target. */
  of(target?: Partial<DicomTarget>): StoredInstance[];
}

export function createArchive(files: Iterable<Buffer> = []): Archive {
  const instances = new Map<string, StoredInstance>();
  const archive: Archive = {
    add(bytes) {
      const read = instanceOf(bytes);
      if (typeof read !== 'string') instances.set(read.instanceUid, read);
      return read;
    },
    remove: (instanceUid) => instances.delete(instanceUid),
    of: ({ studyUid, seriesUid, instanceUid } = {}) =>
      [...instances.values()].filter(
        (one) => (studyUid === undefined || one.studyUid === studyUid) && (seriesUid === undefined || one.seriesUid === seriesUid) && (instanceUid === undefined || one.instanceUid === instanceUid),
      ),
  };
  for (const file of files) archive.add(file);
  return archive;
}

function instanceOf(bytes: Buffer): StoredInstance | string {
  try {
    const file = readDicomFile(bytes);
    const { studyUid, seriesUid, instanceUid } = identityOf(file);
    const sopClass = textOf(file.dataSet, 'SOPClassUID');
    if (studyUid === undefined || seriesUid === undefined || instanceUid === undefined || sopClass === undefined) return 'a UID of study, series, instance or SOP class is missing';
    if (file.truncated) return 'the file is cut off';
    return { ...file, studyUid, seriesUid, instanceUid, sopClass, file: bytes.toString('latin1') };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Patient's and study's attributes of a study, its counts, and the like: what a search returns on a level beside the keys asked for. */
export function studyCounts(instances: readonly { readonly seriesUid: string; readonly dataSet: DicomJson }[]): { series: number; instances: number; modalities: string[] } {
  return {
    series: new Set(instances.map(({ seriesUid }) => seriesUid)).size,
    instances: instances.length,
    modalities: [...new Set(instances.flatMap(({ dataSet }) => textOf(dataSet, 'Modality') ?? []))],
  };
}
