/** HTTP header values in and out: entity tags, dates, preferences. */
import { Refusal } from './refusal';

/** A version id as a weak entity tag: https://hl7.org/fhir/R4/http.html#versioning */
export function entityTag(versionId: string): string {
  return `W/"${versionId}"`;
}

/**
 * The version ids of `If-Match` or `If-None-Match`, or `*`. FHIR compares weakly: https://hl7.org/fhir/R4/http.html#concurrency
 * @throws Refusal 400 for what is no list of entity tags.
 */
export function versionIdsOf(header: string, name: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => /^\s*(?:W\/)?"([^"]*)"\s*$/.exec(tag)?.[1]);
  if (tags.includes(undefined)) throw new Refusal(400, 'value', `${name}: ${header} is not a list of entity tags such as W/"3".`);
  return tags as string[];
}

/** An instant as an HTTP date, which has whole seconds: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
export function httpDate(instant: string): string {
  return new Date(instant).toUTCString();
}

export interface Preferences {
  /** https://hl7.org/fhir/R4/http.html#ops */
  return?: 'minimal' | 'representation' | 'OperationOutcome';
  /** https://hl7.org/fhir/R4/search.html#errors */
  handling?: 'strict' | 'lenient';
}

/** The `Prefer` header (RFC 7240); what is not known there is ignored, as the RFC says. */
export function preferencesOf(header: string | undefined): Preferences {
  const preferences: Preferences = {};
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=').map((text) => text.trim().replace(/^"(.*)"$/, '$1'));
    if (name.toLowerCase() === 'handling' && (value === 'strict' || value === 'lenient')) preferences.handling ??= value;
    if (name.toLowerCase() !== 'return') continue;
    if (value === 'minimal' || value === 'representation') preferences.return ??= value;
    if (value.toLowerCase() === 'operationoutcome') preferences.return ??= 'OperationOutcome';
  }
  return preferences;
}
