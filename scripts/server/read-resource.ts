/** A request body in, a resource that keeps FHIR's JSON rules out. */
import { parseExactly } from '../core/exact-json';
import { isResource, type Resource } from '../core/fhir';
import { Refusal } from './refusal';

const MAX_DEPTH = 100;

/**
 * Parses JSON and says where it breaks.
 * @throws Refusal 400 with line and column
 */
export function parseJson(text: string): unknown {
  try {
    return parseExactly(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Math.min(Number(/position (\d+)/.exec(message)?.[1] ?? text.length), text.length);
    const before = text.slice(0, position).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    throw new Refusal(400, 'structure', text.trim() === '' ? 'The body is empty; a FHIR resource in JSON is needed.' : `The body is not JSON: ${message} (${place}).`);
  }
}

/**
 * A resource of the expected type.
 * @param types resource types that exist; others are refused
 * @throws Refusal 400 naming the element at fault
 */
export function readResource(value: unknown, expectedType: string | undefined, types: ReadonlySet<string>): Resource {
  if (!isResource(value)) throw new Refusal(400, 'structure', 'The body is no FHIR resource: resourceType is missing.', { expression: 'resourceType' });
  if (!types.has(value.resourceType)) throw new Refusal(400, 'structure', `There is no resource type "${value.resourceType}".`, { expression: 'resourceType' });
  if (expectedType !== undefined && value.resourceType !== expectedType) {
    // "The request body SHALL be a FHIR Resource of the named type": https://hl7.org/fhir/R4/http.html#create
    throw new Refusal(400, 'invalid', `The body is a ${value.resourceType}, but the URL says ${expectedType}.`, { expression: 'resourceType' });
  }
  if (value.id !== undefined && typeof value.id !== 'string') throw new Refusal(400, 'value', 'id is not a string.', { expression: `${value.resourceType}.id` });
  checkJson(value, value.resourceType, 0);
  if (value.meta !== undefined && (typeof value.meta !== 'object' || Array.isArray(value.meta))) {
    throw new Refusal(400, 'structure', 'meta is not an object.', { expression: `${value.resourceType}.meta` });
  }
  return value;
}

/** "Objects are never empty", "properties are never null, empty strings or empty arrays": https://hl7.org/fhir/R4/json.html */
function checkJson(value: unknown, path: string, depth: number): void {
  const refuse = (what: string) => {
    throw new Refusal(400, 'structure', `${path} ${what}; FHIR's JSON leaves such an element out.`, { expression: path });
  };
  if (depth > MAX_DEPTH) throw new Refusal(400, 'too-long', `The resource is nested deeper than ${MAX_DEPTH} levels.`);
  if (value === '') refuse('is an empty string');
  if (value === null) refuse('is null');
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (value.every((item) => item === null)) refuse('is an empty array');
    // null keeps the place of a primitive that has only an id or extensions: json.html#primitive
    value.forEach((item, position) => (item === null ? undefined : checkJson(item, `${path}[${position}]`, depth + 1)));
    return;
  }
  const names = Object.keys(value);
  if (names.length === 0) refuse('is an empty object');
  for (const name of names) checkJson((value as Record<string, unknown>)[name], `${path}.${name}`, depth + 1);
}
