/** A DICOMweb answer in, its data sets, files or picture out, or why there are none. */
import { bytesOf } from '../../core/binary-body';
import type { Exchange } from '../../core/result';
import { faultOfDicomJson, type DicomJson } from '../../dicom/dicomweb-json';
import { imageInfo, type ImageInfo } from '../../dicom/dicomweb-image-size';
import { parseMediaType, parseMultipart, type Multipart } from '../../dicom/dicomweb-multipart';
import { readDicomFile, type DicomFile } from '../../dicom/dicomweb-read-file';
import { bodyOf, shorten, succeeded } from '../answer';
import type { DataSets } from './context';

export function contentTypeOf({ response }: Exchange): string {
  return response?.headers['content-type'] ?? '';
}

/** `404`, `no answer: time-out`, `500 (message)`. */
export function statusInWords({ response, error }: Exchange): string {
  if (response === undefined) return error?.startsWith('no answer') === true ? error : `no answer: ${error ?? 'unknown reason'}`;
  const text = response.encoding === undefined && response.status >= 400 ? shorten(response.body.replace(/<[^>]*>/g, ' '), 100) : '';
  return text === '' ? String(response.status) : `${response.status} (${text})`;
}

/** Without an answer, or with one that says nothing of the server (overload), nothing can be judged. */
export function unanswered(exchange: Exchange): boolean {
  return exchange.response === undefined || [429, 502, 503, 504].includes(exchange.response.status);
}

/** Of an exchange that is unanswered: what follows "does not answer:". */
export function whyUnanswered(exchange: Exchange): string {
  return exchange.response === undefined ? (exchange.error ?? 'unknown reason') : `it is not able to at present, ${statusInWords(exchange)}`;
}

/** The data sets of a search or of metadata; 204 has none. */
export function dataSetsOf(exchange: Exchange): DataSets {
  if (exchange.response?.status === 204) return { dataSets: [] };
  if (!succeeded(exchange)) return { dataSets: [], problem: `the answer is ${statusInWords(exchange)}` };
  if (exchange.response?.encoding !== undefined) return { dataSets: [], problem: `the answer is ${contentTypeOf(exchange)}` };
  const { json, problem } = bodyOf(exchange);
  if (problem !== undefined) return { dataSets: [], problem: exchange.response?.body.trim() === '' ? 'the answer has no body' : problem };
  if (!Array.isArray(json)) return { dataSets: [], problem: 'the answer is not a list of data sets' };
  const fault = (json as unknown[]).map((one) => faultOfDicomJson(one)).find((one) => one !== undefined);
  return { dataSets: (json as unknown[]).filter((one): one is DicomJson => typeof one === 'object' && one !== null), ...(fault === undefined ? {} : { problem: fault }) };
}

export function multipartOf(exchange: Exchange): Multipart {
  return parseMultipart(exchange.response?.body ?? '', contentTypeOf(exchange));
}

export interface RetrievedFiles {
  readonly files: readonly DicomFile[];
  /** All parts are there: the answer was not cut off. */
  readonly complete: boolean;
  readonly problem?: string;
}

/** The DICOM files of an answer, multipart or single; one that was cut off gives what its beginning tells. */
export function filesOf(exchange: Exchange): RetrievedFiles {
  if (!succeeded(exchange)) return { files: [], complete: false, problem: `the answer is ${statusInWords(exchange)}` };
  const cut = exchange.response?.truncatedAt !== undefined;
  const { type } = parseMediaType(contentTypeOf(exchange));
  const multipart = type === 'application/dicom' ? undefined : multipartOf(exchange);
  if (multipart?.problem !== undefined) return { files: [], complete: false, problem: multipart.problem };
  const bodies = multipart === undefined ? [bytesOf(exchange.response ?? {})] : multipart.parts.map(({ body }) => Buffer.from(body, 'latin1'));
  const files: DicomFile[] = [];
  for (const body of bodies) {
    try {
      files.push(readDicomFile(body));
    } catch (error) {
      // The last of a cut answer may be too short to tell.
      if (cut && body.length < 1000) continue;
      return { files, complete: false, problem: `a part is no DICOM file: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  return { files, complete: !cut && (multipart === undefined || multipart.closed) };
}

/** The picture of an answer, multipart with one part included; undefined where its bytes are none. */
export function pictureOf(exchange: Exchange): { readonly contentType: string; readonly bytes: Buffer; readonly image?: ImageInfo } {
  const contentType = contentTypeOf(exchange);
  const part = contentType.toLowerCase().startsWith('multipart/') ? multipartOf(exchange).parts[0] : undefined;
  const bytes = part === undefined ? bytesOf(exchange.response ?? {}) : Buffer.from(part.body, 'latin1');
  const image = imageInfo(bytes);
  return { contentType: part === undefined ? contentType : (part.headers['content-type'] ?? contentType), bytes, ...(image === undefined ? {} : { image }) };
}

const KINDS = { jpeg: ['image/jpeg', 'image/jpg'], png: ['image/png'], gif: ['image/gif'], jp2: ['image/jp2', 'image/jpx', 'image/jph', 'image/j2c'], video: ['video/mpeg', 'video/mp4', 'video/h265'] } as const;

/** What is wrong with a rendered answer; undefined where it is a picture of the stated type. */
export function faultOfPicture(exchange: Exchange): string | undefined {
  const { contentType, bytes, image } = pictureOf(exchange);
  const { type } = parseMediaType(contentType);
  if (!/^(image|video)\//.test(type)) return `it is ${type === '' ? 'of no stated type' : type}, no image`;
  if (image === undefined) return `its ${bytes.length} bytes are no image, though its Content-Type is ${type}`;
  return (KINDS[image.kind] as readonly string[]).includes(type) ? undefined : `it is a ${image.kind.toUpperCase()} image, though its Content-Type is ${type}`;
}
