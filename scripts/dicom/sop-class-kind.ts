/** A SOP Class UID in, whether its instances are images that can be rendered out: https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_B.5.html */

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
/** Arcs and classes below the storage root without pixels of their own: documents, presentation states, waveforms, registrations, plans. */
const WITHOUT_PIXELS = /^(88\.|11\.|9\.|104\.|66$|66\.[1-356]|67$|481\.[3-9]|481\.1[0-9]|481\.2[0-25-9]|131$|68\.|78\.[1-8]|79\.1|80\.1|82\.1|200\.[17]|201\.)/;
const VIDEO = new Set(['77.1.1.1', '77.1.2.1', '77.1.4.1']);

/** `image`, `video`, `other` for documents and the like, `unknown` for private and newer classes. */
export function sopClassKind(uid: string): 'image' | 'video' | 'other' | 'unknown' {
  if (!uid.startsWith(STORAGE)) return 'unknown';
  const rest = uid.slice(STORAGE.length);
  if (WITHOUT_PIXELS.test(rest)) return 'other';
  return VIDEO.has(rest) ? 'video' : 'image';
}
