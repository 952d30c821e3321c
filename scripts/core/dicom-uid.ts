/** What a DICOM unique identifier looks like and how FHIR writes one. */

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_9.html */
export const DICOM_UID_CLAUSE = 'https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_9.html';

/** Identifier system of DICOM UIDs: https://hl7.org/fhir/R4/imagingstudy.html#notes */
export const DICOM_UID_SYSTEM = 'urn:dicom:uid';

const COMPONENTS = /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*$/;

/** True for digits and dots, 1 to 64 characters, no component with a leading zero (PS3.5 section 9.1). */
export function isDicomUid(text: string): boolean {
  return text.length <= 64 && COMPONENTS.test(text);
}

/** The bare UID of `urn:oid:1.2.3`; undefined where the prefix is missing. */
export function uidOfUrn(text: string): string | undefined {
  return text.startsWith('urn:oid:') ? text.slice('urn:oid:'.length) : undefined;
}
