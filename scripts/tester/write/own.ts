/** A resource, a reference or a request in, whether it is the run's own out: nothing else is ever changed or deleted. */
import { localReference, type Coding, type Resource } from '../../core/fhir';

/** Tag of a run. */
export type RunTag = Required<Pick<Coding, 'system' | 'code'>>;

const REFERENCE = /^[A-Z][A-Za-z]+\/([^/?#%\\\s\p{Cc}]+)$/u;

/**
 * Whether a text is `Type/id` and nothing else; the id may have characters that FHIR does not allow, for some servers do. The ids `.` and `..` are legal (https://hl7.org/fhir/R4/datatypes.html#id), but in an address
 * they lead elsewhere: `DELETE base/Patient/.` is a deletion of all patients.
 */
export function isReference(text: string): boolean {
  const id = REFERENCE.exec(text)?.[1];
  return id !== undefined && !/^\.{1,2}$/.test(id);
}

/** System of the identifiers that a run gives to what it writes. */
export const TEST_IDENTIFIER_SYSTEM = 'https://fhir-scout.org/test-identifier';

/** What every id and every identifier that a run makes begins with. */
export function ownPrefix({ code }: RunTag): string {
  return `scout-${code}-`.replace(/[^A-Za-z0-9\-.]/g, '-');
}

/** Whether the id was chosen by the run: nobody else has it. */
export function hasOwnId(reference: string, tag: RunTag): boolean {
  return isReference(reference) && reference.slice(reference.indexOf('/') + 1).startsWith(ownPrefix(tag));
}

export function carriesTag(resource: Resource, tag: RunTag): boolean {
  return items<Coding>(resource.meta?.tag).some(({ system, code }) => system === tag.system && code === tag.code);
}

/**
 * Whether what was read at a reference is the run's: it is what was asked for, and has the tag or, where a server keeps no tags, an identifier
 * that the run has made. A server may answer with any resource, and may name any as the one that it has created.
 */
export function isOwn(resource: Resource, reference: string, tag: RunTag): boolean {
  if (localReference(resource) !== reference) return false;
  return carriesTag(resource, tag) || hasOwnId(reference, tag) || items<{ value?: unknown }>(resource['identifier']).some(({ value }) => typeof value === 'string' && value.startsWith(ownPrefix(tag)));
}

function items<T extends object>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((item): item is T => typeof item === 'object' && item !== null) : [];
}
