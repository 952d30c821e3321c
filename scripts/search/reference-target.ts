/** The text of a reference in, its parts out: base, type, id, version, fragment - as far as the text tells. */
import type { Reference, Resource } from '../core/fhir';

/** A literal reference taken apart: https://hl7.org/fhir/R4/references.html#literal */
export interface ReferenceTarget {
  /** As written. */
  raw: string;
  /** Server base of an absolute RESTful URL, without the trailing slash. */
  base?: string;
  type?: string;
  id?: string;
  version?: string;
  /** Id of a contained resource (`#x`); empty for the container itself (`#`). */
  fragment?: string;
}

const RESTFUL = /^(?:((?:https?|ftp):\/\/[^?#]+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

/** Takes a literal reference apart; what is not RESTful keeps its raw text alone. */
export function parseReference(raw: string): ReferenceTarget {
  if (raw.startsWith('#')) return { raw, fragment: raw.slice(1) };
  const match = RESTFUL.exec(raw);
  if (match === null) return { raw };
  const [, base, type, id, version] = match;
  return { raw, ...(base === undefined ? {} : { base }), type: type, id: id, ...(version === undefined ? {} : { version }) };
}

/** True for a target on the server whose base is `base` (relative, or absolute under that base). */
export function isLocal(target: ReferenceTarget, base: string): boolean {
  return target.type !== undefined && (target.base === undefined || target.base === base);
}

/** `Type/id` of a local target. */
export function localKey(target: ReferenceTarget, base: string): string | undefined {
  return isLocal(target, base) ? `${target.type}/${target.id}` : undefined;
}

/** The contained resource that a `#id` reference means. */
export function containedTarget(fragment: string, container: Resource): Resource | undefined {
  if (fragment === '') return container;
  const contained = Array.isArray(container.contained) ? (container.contained as Resource[]) : [];
  return contained.find((resource) => resource.id === fragment);
}

/** Type of the resource that a Reference, canonical or nested resource points at, as far as the text tells. */
export function literalTargetType(value: unknown, container: Resource): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof (value as Resource).resourceType === 'string') return (value as Resource).resourceType;
  const { reference } = value as Reference;
  if (typeof reference !== 'string') return undefined;
  const target = parseReference(reference);
  if (target.fragment !== undefined) return containedTarget(target.fragment, container)?.resourceType;
  return target.type;
}
