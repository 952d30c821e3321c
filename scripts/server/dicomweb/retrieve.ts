/** What a WADO-RS URL names in, the answer out: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.4.html */
import type { DicomTarget } from '../../dicom/urls-wado-rs';
import type { Pairs } from '../query-string';
import type { ServerResponse } from '../request';
import { bytes, DICOM, DICOM_JSON, json, multipart, OCTETS, Problem } from './answer';
import type { Archive, StoredInstance } from './archive';
import { negotiateDicom } from './negotiate';
import { frameCount, frameOf, PICTURE_TYPES, render, type Picture, type PictureType } from './render';

export interface Retrieval {
  readonly target: DicomTarget;
  /** Frame numbers from 1. */
  readonly frames?: readonly number[];
  readonly form: 'dicom' | 'metadata' | 'frames' | 'rendered' | 'thumbnail';
}

const THUMBNAIL = { width: 128, height: 128 };

/** @throws Problem 404, 406, 400 */
export function retrieve(archive: Archive, { target, frames, form }: Retrieval, accept: string | undefined, query: Pairs): ServerResponse {
  const instances = archive.of(target);
  if (instances.length === 0) throw new Problem(404, `There is no ${target.instanceUid !== undefined ? 'instance' : target.seriesUid !== undefined ? 'series' : 'study'} with these UIDs.`);
  const wanted = query.find(([name]) => name === 'accept')?.[1] ?? accept;
  if (form === 'metadata') {
    offered(wanted, { single: [DICOM_JSON, 'application/json'] });
    return json(instances.map(({ dataSet }) => dataSet));
  }
  if (form === 'rendered' || form === 'thumbnail') return picture(instances, wanted, frames, form === 'thumbnail' ? { size: THUMBNAIL } : pictureOf(query));
  if (form === 'frames') return pixels(instances[0] as StoredInstance, frames ?? [], wanted);
  const chosen = offered(wanted, { single: target.instanceUid === undefined ? [] : [DICOM], multipart: [DICOM] });
  if (!chosen.multipart) return bytes(Buffer.from(instances[0]?.file ?? '', 'latin1'), DICOM);
  return multipart(instances.map(({ file, transferSyntax }) => ({ headers: { 'content-type': `${DICOM}; transfer-syntax=${transferSyntax}` }, body: file })), DICOM);
}

/** @throws Problem 406 */
function offered(accept: string | undefined, offer: Parameters<typeof negotiateDicom>[1]): NonNullable<ReturnType<typeof negotiateDicom>> {
  const chosen = negotiateDicom(accept, offer);
  if (chosen === undefined) throw new Problem(406, `Not acceptable; on offer: ${[...(offer.single ?? []), ...(offer.multipart ?? []).map((type) => `multipart/related; type="${type}"`)].join(', ')}.`);
  return chosen;
}

function pixels(instance: StoredInstance, frames: readonly number[], accept: string | undefined): ServerResponse {
  if (instance.pixels === undefined) throw new Problem(404, 'The instance has no frames that this server can take apart.');
  const count = frameCount(instance);
  if (frames.length === 0 || frames.some((frame) => frame < 1 || frame > count)) throw new Problem(404, `The instance has ${count} frames, numbered from 1.`);
  const chosen = offered(accept, { single: frames.length === 1 ? [OCTETS] : [], multipart: [OCTETS] });
  const bodies = frames.map((frame) => frameOf(instance, frame) ?? Buffer.alloc(0));
  if (!chosen.multipart) return bytes(bodies[0] as Buffer, OCTETS);
  return multipart(bodies.map((body) => ({ headers: { 'content-type': `${OCTETS}; transfer-syntax=${instance.transferSyntax}` }, body: body.toString('latin1') })), OCTETS);
}

/** One picture as it is, several as multipart/related; of a study or series its first image that can be shown. */
function picture(instances: readonly StoredInstance[], accept: string | undefined, frames: readonly number[] | undefined, how: Picture): ServerResponse {
  const shown = instances.find((instance) => frameOf(instance, 1) !== undefined);
  const chosen = offered(accept, { single: PICTURE_TYPES, multipart: frames === undefined || frames.length === 1 ? [] : PICTURE_TYPES });
  if (shown === undefined) throw new Problem(406, 'There is nothing here that this server can render.');
  const numbers = frames ?? [1];
  if (numbers.some((frame) => frame < 1 || frame > frameCount(shown))) throw new Problem(404, `The instance has ${frameCount(shown)} frames, numbered from 1.`);
  const images = numbers.map((frame) => render(shown, chosen.type as PictureType, { ...how, frame }) ?? Buffer.alloc(0));
  if (images.length === 1) return bytes(images[0] as Buffer, chosen.type);
  return multipart(images.map((image) => ({ headers: { 'content-type': chosen.type }, body: image.toString('latin1') })), chosen.type);
}

/** @throws Problem 400 for a viewport that is none */
function pictureOf(query: Pairs): Picture {
  const viewport = query.find(([name]) => name === 'viewport')?.[1];
  if (viewport === undefined) return {};
  const numbers = viewport.split(',').map((part) => (part === '' ? undefined : Number(part)));
  const [width, height, left, top, across, down] = numbers;
  if (![2, 6].includes(numbers.length) || numbers.some((value) => Number.isNaN(value)) || width === undefined || height === undefined || width < 1 || height < 1) throw new Problem(400, `viewport=${viewport} is no viewport.`);
  return { size: { width, height }, ...(across === undefined || down === undefined ? {} : { source: [left ?? 0, top ?? 0, across, down] as const }) };
}
