/** The body of a STOW-RS request in, the stored instances and the answer out: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.5.html */
import { attribute, textOf, type DicomJson } from '../../dicom/dicomweb-json';
import { parseMediaType, parseMultipart } from '../../dicom/dicomweb-multipart';
import { readDicomFile } from '../../dicom/dicomweb-read-file';
import type { ServerRequest, ServerResponse } from '../request';
import { DICOM, json, Problem } from './answer';
import type { Archive } from './archive';

/** Failure reasons of PS3.18 table I.2-2. */
const CANNOT_UNDERSTAND = 0xc000;
const SOP_CLASS_MISMATCH = 0xa900;

/**
 * @param studyUid of the URL: instances of other studies are refused
 * @throws Problem 415, 400
 */
export function store(archive: Archive, { headers, body = '' }: ServerRequest, base: string, studyUid: string | undefined): ServerResponse {
  const contentType = headers['content-type'] ?? '';
  const { type, parameters } = parseMediaType(contentType);
  if (type !== 'multipart/related' || parameters['type'] !== DICOM) throw new Problem(415, `Instances are taken as multipart/related; type="${DICOM}".`);
  const { parts, closed, problem } = parseMultipart(body, contentType);
  if (problem !== undefined || !closed || parts.length === 0) throw new Problem(400, `The body cannot be read: ${problem ?? (closed ? 'it has no parts' : 'its last boundary is missing')}.`);
  const stored: DicomJson[] = [];
  const failed: DicomJson[] = [];
  for (const part of parts) {
    const bytes = Buffer.from(part.body, 'latin1');
    const refused = studyUid === undefined ? undefined : otherStudy(bytes, studyUid);
    const added = refused ?? archive.add(bytes);
    if (typeof added === 'object' && 'file' in added) stored.push({ ...named(added.dataSet), ...attribute('RetrieveURL', `${base}/studies/${added.studyUid}/series/${added.seriesUid}/instances/${added.instanceUid}`) });
    else failed.push(typeof added === 'string' ? attribute('FailureReason', CANNOT_UNDERSTAND) : { ...named(added.dataSet), ...attribute('FailureReason', SOP_CLASS_MISMATCH) });
  }
  const answer = { ...attribute('RetrieveURL', studyUid === undefined ? undefined : `${base}/studies/${studyUid}`), ...(stored.length > 0 ? attribute('ReferencedSOPSequence', ...stored) : {}), ...(failed.length > 0 ? attribute('FailedSOPSequence', ...failed) : {}) };
  return json(answer, failed.length === 0 ? 200 : stored.length > 0 ? 202 : 409);
}

/** The data set of an instance that belongs to another study. */
function otherStudy(bytes: Buffer, studyUid: string): { dataSet: DicomJson } | undefined {
  try {
    const { dataSet } = readDicomFile(bytes);
    return textOf(dataSet, 'StudyInstanceUID') === studyUid ? undefined : { dataSet };
  } catch {
    return undefined;
  }
}

function named(dataSet: DicomJson): DicomJson {
  return { ...attribute('ReferencedSOPClassUID', textOf(dataSet, 'SOPClassUID')), ...attribute('ReferencedSOPInstanceUID', textOf(dataSet, 'SOPInstanceUID')) };
}
