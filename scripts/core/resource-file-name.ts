/** A resource in, the name under which it can stand in a folder out. */
import type { Resource } from './fhir';

/**
 * `Type-id`; undefined where type or id are none, so that the name could lead out of the folder. A little wider than
 * https://hl7.org/fhir/R4/datatypes.html#id: guides in use have longer ids, and ids with `_`.
 */
export function resourceFileName({ resourceType, id }: Resource): string | undefined {
  const isId = typeof id === 'string' && /^[A-Za-z0-9_.-]{1,200}$/.test(id);
  return isId && /^[A-Za-z][A-Za-z0-9_]*$/.test(resourceType) ? `${resourceType}-${id}` : undefined;
}
