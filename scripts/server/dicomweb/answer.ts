/** Contents in, the answers of a DICOMweb server out. */
import { bodyOfBytes } from '../../core/binary-body';
import { writeMultipart, type Part } from '../../dicom/dicomweb-multipart';
import type { ServerResponse } from '../request';

export const DICOM = 'application/dicom';
export const DICOM_JSON = 'application/dicom+json';
export const OCTETS = 'application/octet-stream';
const BOUNDARY = 'fhir-scout-part';

/** A problem that ends the handling of a request. */
export class Problem extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): ServerResponse {
  return { status, headers: { 'content-type': DICOM_JSON, ...headers }, body: JSON.stringify(value) };
}

export function problem(status: number, message: string): ServerResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status, message }) };
}

export function bytes(content: Buffer, contentType: string): ServerResponse {
  return { status: 200, headers: { 'content-type': contentType }, ...bodyOfBytes(content, contentType) };
}

/** @param type of every part */
export function multipart(parts: readonly Pick<Part, 'headers' | 'body'>[], type: string): ServerResponse {
  const { contentType, body } = writeMultipart(parts, type, BOUNDARY);
  return { status: 200, headers: { 'content-type': contentType }, body, encoding: 'latin1' };
}
