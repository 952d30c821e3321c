/** Artifacts in, the names of their pages and files out: the IG Publisher's names, so that links written for it lead somewhere. */
import type { Resource } from '../core/fhir';

/** `StructureDefinition-x` of `StructureDefinition/x`. */
export function stem(reference: string): string {
  return reference.replace('/', '-');
}

export function pageOf(reference: string): string {
  return `${stem(reference)}.html`;
}

export const RAW_FORMATS = { json: 'JSON', xml: 'XML', ttl: 'Turtle' } as const;
export type RawFormat = keyof typeof RAW_FORMATS;

/** The page that shows a resource in a format; of profiles the IG Publisher says `.profile.json.html`. */
export function rawPageOf(reference: string, format: RawFormat): string {
  return reference.startsWith('StructureDefinition/') ? `${stem(reference)}.profile.${format}.html` : `${stem(reference)}.${format}.html`;
}

export function rawFileOf(reference: string, format: RawFormat): string {
  return `${stem(reference)}.${format}`;
}

export function definitionsPageOf(reference: string): string {
  return `${stem(reference)}-definitions.html`;
}

export function mappingsPageOf(reference: string): string {
  return `${stem(reference)}-mappings.html`;
}

/** Element ids stand in addresses as they are, but for what an address cannot hold. */
export function elementAnchor(elementId: string): string {
  return elementId.replace(/[^\w.:/[\]-]/g, '_');
}

/** A resource's own canonical address, where it has one. */
export function canonicalOf(resource: Resource): string | undefined {
  return typeof resource.url === 'string' ? resource.url : undefined;
}

/** A canonical without the version and the fragment after it. */
export function bareCanonical(canonical: string): string {
  return canonical.replace(/[|#].*$/, '');
}
