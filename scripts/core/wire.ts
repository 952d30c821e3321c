/** Answers of node:http in, what is alike wherever they are read out: headers as one text a name, bodies decoded. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Headers by name in lower case; of those that Node reads, only Set-Cookie comes as a list. */
export function joinedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])));
}

/** Decoders by content coding: https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding */
const DECODERS: Readonly<Record<string, () => Transform>> = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** Makes the decoder of a body; undefined where it is not encoded, or in a way that is not known. */
export function decoderOf(headers: Readonly<Record<string, string>>): (() => Transform) | undefined {
  return DECODERS[headers['content-encoding']?.trim().toLowerCase() ?? ''];
}
