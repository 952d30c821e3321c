/** What is validated: a resource, where it was given, and the text as it stood there. */
import type { FindingLocation } from '../core/finding';
import { localReference, type Resource } from '../core/fhir';
import type { JsonNode } from './json-tree';
import type { TextPlace } from './text-place';

export interface GivenResource {
  readonly resource: Resource;
  /** As findings name it: a path as given, `bundle.json#entry[3]`, `<stdin>`. */
  readonly file?: string;
  /** 1-based line where it begins, for resources without `source`. */
  readonly line?: number;
  readonly source?: SourceText;
  /** Its `Bundle.entry.fullUrl`, if it came in a Bundle. */
  readonly fullUrl?: string;
  /**
   * Set for a Bundle whose entries are given too, each as a resource of its own: only what is wrong with the Bundle itself
   * is reported for it.
   */
  readonly entriesGiven?: boolean;
}

/** The resource's own text: it is sent to a validator unchanged, because rewriting loses what may be wrong (1.10, duplicates). */
export interface SourceText {
  readonly format: 'json' | 'xml';
  readonly text: string;
  /** Place in the file of an offset into `text`. */
  place(offset: number): TextPlace;
  /** The tree of JSON text, made anew at each call: kept trees would need many times the text's memory. */
  tree?(): JsonNode | undefined;
}

/** The text to send, and its format. */
export function textOf(given: GivenResource): { text: string; format: 'json' | 'xml' } {
  return given.source ?? { text: JSON.stringify(given.resource), format: 'json' };
}

/** Where a finding about the resource as a whole is. */
export function locationOf(given: GivenResource): FindingLocation {
  const place = given.source?.format === 'json' ? given.source.place(0) : given.line === undefined ? undefined : { line: given.line };
  const resource = localReference(given.resource);
  return {
    ...(given.file !== undefined && { file: given.file }),
    ...place,
    ...(resource !== undefined && given.source?.format !== 'xml' && { resource }),
  };
}
