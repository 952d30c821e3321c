/** A folder of DICOM files as argument; converts them once and prints the CPU seconds of that, start-up left out, and the most memory held. */
import { findSources } from '../scripts/dicom/find-sources';
import { mapStudy } from '../scripts/dicom/mapping';
import { readFiles } from '../scripts/dicom/read-files';
import { emptyStudySet } from '../scripts/dicom/study-model';

/** What the worker prints. */
export interface DicomWork {
  readonly seconds: number;
  readonly instances: number;
  readonly megabytes: number;
}

/** Reads headers and makes the JSON text of all resources. */
export async function convertFolder(folder: string): Promise<DicomWork> {
  const begun = process.cpuUsage();
  const set = emptyStudySet();
  await readFiles(findSources([folder]).sources, set);
  let characters = 0;
  for (const study of set.studies.values()) characters += JSON.stringify(mapStudy(study, set, { zone: () => undefined, endpoints: [], counts: 'archive' })).length;
  const { user, system } = process.cpuUsage(begun);
  if (characters === 0) throw new Error(`There is no study in ${folder}.`);
  return { seconds: (user + system) / 1e6, instances: set.instances.size, megabytes: process.resourceUsage().maxRSS / 1024 };
}

if (require.main === module) void convertFolder(process.argv[2] ?? '').then((work) => process.stdout.write(JSON.stringify(work)));
