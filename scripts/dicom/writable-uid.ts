/** What FHIR can hold as an id, or after urn:oid: - wider than what DICOM allows, so that careless archives' UIDs are kept. */
const WRITABLE = /^[A-Za-z0-9\-.]{1,64}$/;

export function isWritableUid(text: string): boolean {
  return WRITABLE.test(text);
}
