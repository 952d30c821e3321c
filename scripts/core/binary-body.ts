/** A media type in, whether bodies of it are bytes rather than text out; such bodies travel through the program as strings of one character a byte. */

/** Marks a body that holds one character a byte. */
export type BodyEncoding = 'latin1';

const BINARY = /^(multipart\/related|application\/(dicom|octet-stream|pdf|zip|gzip)|image\/(?!svg)[a-z0-9.+-]+|video\/[a-z0-9.+-]+|audio\/[a-z0-9.+-]+)\s*(;|$)/i;

/** True for DICOM, images, video and multipart/related, whose parts may be any of these. */
export function isBinaryMediaType(contentType: string | undefined): boolean {
  return contentType !== undefined && BINARY.test(contentType.trim());
}

/** The bytes of a body. */
export function bytesOf({ body = '', encoding }: { readonly body?: string; readonly encoding?: BodyEncoding }): Buffer {
  return Buffer.from(body, encoding ?? 'utf8');
}

/** Bytes as a body of that media type: text where it is text. */
export function bodyOfBytes(bytes: Buffer, contentType: string | undefined): { body: string; encoding?: BodyEncoding } {
  return isBinaryMediaType(contentType) ? { body: bytes.toString('latin1'), encoding: 'latin1' } : { body: bytes.toString('utf8') };
}
