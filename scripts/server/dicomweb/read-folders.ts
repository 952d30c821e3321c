/** Paths of DICOM files and folders in, an archive filled with them; and one listener for a FHIR and a DICOMweb server on one socket. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diskSays } from '../../core/disk-trouble';
import { KnownError } from '../../core/known-error';
import type { Listener } from '../listen';
import { splitUrl } from '../query-string';
import type { Archive } from './archive';
import type { DicomwebServer } from './server';

/**
 * @returns a remark for each file that was not taken
 * @throws KnownError `no-such-path`
 */
export function readDicomFolders(paths: readonly string[], archive: Archive): string[] {
  const remarks: string[] = [];
  for (const path of paths) {
    for (const file of filesBelow(path)) {
      const added = archive.add(readFileSync(file));
      if (typeof added === 'string') remarks.push(`${file} is not served: ${added}`);
    }
  }
  return remarks;
}

function filesBelow(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (error) {
    throw new KnownError('no-such-path', `${path} cannot be read: ${diskSays(error)}.`, 'Give DICOM files or folders of them.', { cause: error });
  }
}

/** What is the DICOMweb server's goes there, all else to the FHIR server. */
export function besides(fhir: Listener, dicomweb: DicomwebServer): Listener {
  return {
    basePath: fhir.basePath,
    bodyLimit: Math.max(fhir.bodyLimit, dicomweb.bodyLimit),
    rebase(origin) {
      fhir.rebase(origin);
      dicomweb.rebase(origin);
    },
    handle: (request) => (dicomweb.serves(splitUrl(request.url).path) ? dicomweb.handle(request) : fhir.handle(request)),
  };
}
