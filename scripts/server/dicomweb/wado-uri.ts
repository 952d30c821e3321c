/** The query of a WADO-URI request in, one instance out, native or rendered: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_9.html */
import type { Pairs } from '../query-string';
import type { ServerResponse } from '../request';
import { bytes, DICOM, Problem } from './answer';
import type { Archive } from './archive';
import { negotiateDicom } from './negotiate';
import { frameCount, frameOf, numberOfPixels, PICTURE_TYPES, render, type PictureType } from './render';

/** @throws Problem 400 for a parameter that is missing or makes no sense, 404, 406 */
export function retrieveByUri(archive: Archive, query: Pairs, accept: string | undefined): ServerResponse {
  const value = (wanted: string) => query.find(([name]) => name === wanted)?.[1];
  if (value('requestType') !== 'WADO') throw new Problem(400, 'requestType=WADO is missing.');
  const [studyUid, seriesUid, instanceUid] = ['studyUID', 'seriesUID', 'objectUID'].map(value);
  if (!studyUid || !seriesUid || !instanceUid) throw new Problem(400, 'studyUID, seriesUID and objectUID are mandatory.');
  const [instance] = archive.of({ studyUid, seriesUid, instanceUid });
  if (instance === undefined) throw new Problem(404, 'There is no such instance.');
  const image = frameOf(instance, 1) !== undefined;
  const single = image ? [...PICTURE_TYPES, DICOM] : [DICOM];
  // The parameter comes first; the header says what is acceptable where there is none.
  const chosen = negotiateDicom(value('contentType') ?? accept, { single });
  if (chosen === undefined) throw new Problem(406, `Not acceptable; on offer: ${single.join(', ')}.`);
  if (chosen.type === DICOM) return bytes(Buffer.from(instance.file, 'latin1'), DICOM);
  const number = (name: string) => {
    const text = value(name);
    if (text !== undefined && !/^[1-9]\d*$/.test(text)) throw new Problem(400, `${name}=${text} is no whole number from 1.`);
    return text === undefined ? undefined : Number(text);
  };
  const [rows, columns, frame = 1] = [number('rows'), number('columns'), number('frameNumber')];
  if (frame > frameCount(instance)) throw new Problem(404, `The instance has ${frameCount(instance)} frames.`);
  const source = regionOf(value('region'), numberOfPixels(instance));
  const size = rows === undefined && columns === undefined ? undefined : { width: columns ?? Number.MAX_SAFE_INTEGER, height: rows ?? Number.MAX_SAFE_INTEGER };
  const shown = render(instance, chosen.type as PictureType, { frame, ...(size === undefined ? {} : { size }), ...(source === undefined ? {} : { source }) });
  if (shown === undefined) throw new Problem(406, 'The instance cannot be rendered.');
  return bytes(shown, chosen.type);
}

/** Shares of the image to pixels of it. */
function regionOf(text: string | undefined, { width, height }: { width: number; height: number }): readonly [number, number, number, number] | undefined {
  if (text === undefined) return undefined;
  const edges = text.split(',').map(Number);
  const [left = 0, top = 0, right = 0, bottom = 0] = edges;
  if (edges.length !== 4 || edges.some((edge) => !(edge >= 0 && edge <= 1)) || left >= right || top >= bottom) throw new Problem(400, `region=${text} is no region.`);
  return [Math.round(left * width), Math.round(top * height), Math.max(1, Math.round((right - left) * width)), Math.max(1, Math.round((bottom - top) * height))];
}
