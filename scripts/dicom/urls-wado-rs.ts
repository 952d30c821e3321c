/** A WADO-RS base address and DICOM UIDs in, the URLs of its resources out: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.4.html */
import { KnownError } from '../core/known-error';
import { queryString, withQuery } from './urls-query';

/** What a URL is about; with a series comes its study, with an instance its series. */
export interface DicomTarget {
  readonly studyUid: string;
  readonly seriesUid?: string;
  readonly instanceUid?: string;
}

/** `viewport=vw,vh[,sx,sy,sw,sh]` (PS3.18 section 8.3.5.1.3): size of the rendered image, and the part of the source that is shown. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Left edge, top edge, width and height in pixels of the source; a negative width or height flips. */
  readonly source?: readonly [x: number, y: number, width: number, height: number];
}

/** Query parameters of rendered resources: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.5.html */
export interface Rendering {
  readonly viewport?: Viewport;
  /** 1 to 100. */
  readonly quality?: number;
  readonly window?: { readonly center: number; readonly width: number; readonly shape: 'linear' | 'linear-exact' | 'sigmoid' };
  readonly annotation?: readonly ('patient' | 'technique')[];
  readonly iccprofile?: 'no' | 'yes' | 'srgb' | 'adobergb' | 'rommrgb';
  /** Media type, for clients that cannot set the Accept header. */
  readonly accept?: string;
}

/** The study, series or instance itself. @throws KnownError `bad-url-parameter` for an instance without its series */
export function wadoRsUrl(base: string, target: DicomTarget): string {
  if (target.instanceUid !== undefined && target.seriesUid === undefined) throw badParameter('an instance needs the UID of its series');
  const parts = [['studies', target.studyUid], ['series', target.seriesUid], ['instances', target.instanceUid]] as const;
  const path = parts.flatMap(([name, uid]) => (uid === undefined ? [] : [name, segment(uid)]));
  return `${base.replace(/\/+$/, '')}/${path.join('/')}`;
}

/** All attributes without bulk data, as DICOM JSON. */
export function wadoRsMetadataUrl(base: string, target: DicomTarget): string {
  return `${wadoRsUrl(base, target)}/metadata`;
}

/** The resource as JPEG, PNG or the like; of a series or study its representative or all images. */
export function wadoRsRenderedUrl(base: string, target: DicomTarget, rendering: Rendering = {}): string {
  return withQuery(`${wadoRsUrl(base, target)}/rendered`, renderingQuery(rendering));
}

/** Frames of an instance, numbered from 1. @param form as pixel data, or rendered */
export function wadoRsFramesUrl(base: string, target: Required<DicomTarget>, frames: readonly number[], form: 'frames' | 'rendered' = 'frames', rendering: Rendering = {}): string {
  if (frames.length === 0 || !frames.every((frame) => Number.isInteger(frame) && frame >= 1)) throw badParameter(`frames are numbered from 1, not ${frames.join(',') || 'nothing'}`);
  const url = `${wadoRsUrl(base, target)}/frames/${frames.join(',')}`;
  return form === 'frames' ? url : withQuery(`${url}/rendered`, renderingQuery(rendering));
}

/** A small image of the resource, by way of `rendered`: the thumbnail resource itself is optional in PS3.18 and not everywhere. */
export function wadoRsThumbnailUrl(base: string, target: DicomTarget, size = 128): string {
  return wadoRsRenderedUrl(base, target, { viewport: { width: size, height: size } });
}

function renderingQuery({ viewport, quality, window, annotation, iccprofile, accept }: Rendering): string {
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100)) throw badParameter(`quality is a whole number from 1 to 100, not ${quality}`);
  return queryString({
    accept,
    annotation: annotation?.join(','),
    quality,
    viewport: viewport && viewportText(viewport),
    window: window && `${window.center},${window.width},${window.shape}`,
    iccprofile,
  });
}

function viewportText({ width, height, source }: Viewport): string {
  if (![width, height].every((size) => Number.isInteger(size) && size > 0)) throw badParameter(`a viewport has whole numbers of pixels, not ${width},${height}`);
  return [width, height, ...(source ?? [])].join(',');
}

function segment(uid: string): string {
  if (uid === '') throw badParameter('a UID is missing');
  return encodeURIComponent(uid);
}

export function badParameter(says: string): KnownError {
  return new KnownError('bad-url-parameter', `The URL cannot be made: ${says}.`);
}
