/** What an answer says in; its text, and from the text back what it says, out: what is kept is written once, and what was just written need not be read. */
import { parseExactly, stringifyExactly } from '../core/exact-json';
import type { Bundle, Resource } from '../core/fhir';
import type { ServerResponse } from './request';

/** Texts of what is kept; undefined until it is written for the first time. */
const texts = new WeakMap<object, string | undefined>();

/** Lets nothing change a resource any more, so that its text stays true. The same resource is given back. */
export function kept<T extends Resource>(resource: T): T {
  if (!texts.has(resource)) {
    freeze(resource);
    texts.set(resource, undefined);
  }
  return resource;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const key in value) freeze((value as Record<string, unknown>)[key]);
}

/** A resource as JSON; in a Bundle, what is kept is written once and for all. */
export function textOf(resource: Resource): string {
  if (texts.has(resource)) return textOfKept(resource);
  const { entry } = resource as Bundle;
  if (resource.resourceType !== 'Bundle' || !Array.isArray(entry)) return stringifyExactly(resource);
  const parts: string[] = [];
  const marked = entry.map((one) => (typeof one?.resource === 'object' && texts.has(one.resource) ? { ...one, resource: MARK + String(parts.push(textOfKept(one.resource)) - 1) } : one));
  if (parts.length === 0) return stringifyExactly(resource);
  return stringifyExactly({ ...resource, entry: marked }).replace(MARKED, (_, place: string) => parts[Number(place)] ?? '');
}

const MARK = '\u0000kept:';
const MARKED = /"\\u0000kept:(\d+)"/g;

function textOfKept(resource: Resource): string {
  let text = texts.get(resource);
  if (text === undefined) texts.set(resource, (text = stringifyExactly(resource)));
  return text;
}

/** A response whose body is the resource, and known to be so. */
export function saying(resource: Resource, rest: Omit<ServerResponse, 'body' | 'said'>): ServerResponse {
  freeze(resource);
  const body = textOf(resource);
  return { ...rest, body, said: { body, resource } };
}

/** What the body of a response says; a change of it goes into a copy. @throws SyntaxError where it is no JSON */
export function saidIn({ body, said }: ServerResponse): Resource {
  // A body that was changed since is another text.
  return said?.body === body ? said.resource : (parseExactly(body) as Resource);
}
