/** An ETag header in, what it says out: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */

export interface EntityTag {
  readonly weak: boolean;
  /** What stands between the quotes; in FHIR the version id. */
  readonly tag: string;
}

/** Undefined where it is no entity tag, such as one without quotes. */
export function entityTag(header: string): EntityTag | undefined {
  const match = /^(W\/)?"(.*)"$/.exec(header);
  return match === null ? undefined : { weak: match[1] !== undefined, tag: match[2] ?? '' };
}

/** The version id in an ETag such as `W/"3"`, read leniently, to go on with it, where its form is not what is judged: https://hl7.org/fhir/R4/http.html#versioning */
export function versionOfEtag(etag: string | undefined): string | undefined {
  return /"([^"]*)"/.exec(etag ?? '')?.[1];
}
