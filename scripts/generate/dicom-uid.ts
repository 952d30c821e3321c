/** A seed and the path of a thing in, the DICOM UID of the thing out: always the same one. */
import { createHash } from 'node:crypto';

/** Our own name space for name-based UUIDs (RFC 4122 section 4.3). */
const NAMESPACE = Buffer.from('7d0f3a5c94b64f0e9a1c5e6b2d8f4c10', 'hex');

/**
 * A UID under 2.25: the decimal form of a name-based UUID (version 5), at most 44 characters.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html
 * @param path what the UID is for, e.g. the study's id, the series' number, the instance's number
 */
export function deriveUid(seed: number, ...path: readonly (string | number)[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(JSON.stringify([seed, ...path])).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${hash.subarray(0, 16).toString('hex')}`)}`;
}
