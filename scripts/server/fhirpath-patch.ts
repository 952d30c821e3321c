/** A resource and a FHIRPath Patch (a Parameters resource) in, the patched resource out: https://hl7.org/fhir/R4/fhirpatch.html */
import { isResource, type Resource } from '../core/fhir';
import { structureOf, type Structure } from '../formats/structures';
import type { FhirVersionName } from '../core/fhir-version';
import { elementTypes } from '../search/element-types';
import { fhirPathExtractor } from '../search/fhirpath-extractor';
import { listPlace, placeOf, prune, type Place } from './patch-place';
import { Refusal } from './refusal';
import type { Service } from './service';

interface Part {
  readonly name?: string;
  readonly part?: readonly Part[];
  readonly [value: string]: unknown;
}

/** One operation, its parts by name. */
interface Operation {
  readonly type: string;
  readonly path: string;
  readonly part: (name: string) => Part | undefined;
  /** Throws a refusal that names the operation. */
  readonly refuse: (status: 400 | 422, what: string) => never;
}

const TYPES = ['add', 'insert', 'delete', 'replace', 'move'] as const;

/**
 * The resource after all operations; the one given stays as it is.
 * @throws Refusal 400 for what is no FHIRPath Patch, 422 for one that does not fit the resource
 */
export function applyFhirPathPatch(service: Service, resource: Resource, patch: unknown): Resource {
  if (!isResource(patch) || patch.resourceType !== 'Parameters') throw new Refusal(400, 'structure', 'A FHIRPath Patch is a Parameters resource (https://hl7.org/fhir/R4/fhirpatch.html).');
  const changed = structuredClone(resource);
  const parameters = Array.isArray(patch.parameter) ? (patch.parameter as Part[]) : [];
  for (const [index, parameter] of parameters.entries()) apply(service, changed, readOperation(parameter, index));
  return prune(changed) as Resource;
}

function readOperation(parameter: Part, index: number): Operation {
  const parts = Array.isArray(parameter.part) ? (parameter.part as readonly Part[]) : [];
  const part = (name: string) => parts.find((one) => one.name === name);
  const text = (name: string) => {
    const found = Object.entries(part(name) ?? {}).find(([key, value]) => key.startsWith('value') && typeof value === 'string')?.[1];
    return typeof found === 'string' ? found : undefined;
  };
  const type = text('type');
  const refuse = (status: 400 | 422, what: string): never => {
    throw new Refusal(status, status === 400 ? 'structure' : 'processing', `Operation ${index} (${type ?? 'no type'} ${text('path') ?? ''}): ${what}.`, { expression: `Parameters.parameter[${index}]` });
  };
  if (parameter.name !== 'operation') refuse(400, 'each parameter of a FHIRPath Patch is called "operation"');
  if (type === undefined || !(TYPES as readonly string[]).includes(type)) return refuse(400, `its type is not one of ${TYPES.join(', ')}`);
  const path = text('path');
  return path === undefined ? refuse(400, 'it has no path') : { type, path, part, refuse };
}

function apply(service: Service, resource: Resource, operation: Operation): void {
  const { type, refuse } = operation;
  if (type === 'add') return add(service, resource, operation);
  if (type === 'insert') return insert(service, resource, operation);
  if (type === 'move') return move(service, resource, operation);
  const [place, ...more] = locate(service, resource, operation, operation.path);
  // "Path of the element to delete (if found)"
  if (place === undefined) return type === 'delete' ? undefined : refuse(422, 'the path selects nothing');
  if (more.length > 0) refuse(422, `the path selects ${more.length + 1} elements; it must select one`);
  if (place.holder === undefined) return refuse(422, 'a whole resource is not patched but updated');
  if (type === 'delete') place.remove();
  else {
    const { name, value } = valueFor(service, operation, place.structure, place.stem);
    place.replace(name, value);
  }
}

/** "The content will be appended to the element identified in the path, using the name specified" */
function add(service: Service, resource: Resource, operation: Operation): void {
  const { refuse } = operation;
  const stem = Object.values(operation.part('name') ?? {}).find((value, index) => index > 0 && typeof value === 'string');
  if (typeof stem !== 'string') return refuse(400, 'it has no name');
  const places = locate(service, resource, operation, operation.path);
  const place = places[0];
  if (place === undefined || places.length > 1) return refuse(422, `the path selects ${places.length} elements; it must select one`);
  if (typeof place.value !== 'object' || place.value === null) return refuse(422, 'the path selects a value, which has no elements');
  const target = place.value as Record<string, unknown>;
  const structure = place.inner;
  const { name, value, repeats } = valueFor(service, operation, structure, stem);
  // "Add can used for non-repeating elements as long as they do not already exist"
  const present = Object.keys(target).find((key) => key === name || isSpelling(structure, stem, key));
  if (!repeats && present !== undefined) return refuse(422, `"${present}" is there already, and does not repeat`);
  target[name] = repeats ? [...((target[name] as unknown[] | undefined) ?? []), value] : value;
}

/** "The index must be equal or less than the number of elements in the list" */
function insert(service: Service, resource: Resource, operation: Operation): void {
  const { refuse } = operation;
  const { list, shadow, structure, name } = listPlace(operation.path, (path) => locate(service, resource, operation, path)) ?? refuse(422, 'the path selects no single list');
  const index = integerOf(operation, 'index');
  if (index > list.length) refuse(422, `the index ${index} is beyond the end of a list of ${list.length}`);
  list.splice(index, 0, valueFor(service, operation, structure, name).value);
  shadow?.splice(index, 0, null);
}

/** "Move an element within a single list" */
function move(service: Service, resource: Resource, operation: Operation): void {
  const { refuse } = operation;
  const { list, shadow } = listPlace(operation.path, (path) => locate(service, resource, operation, path)) ?? refuse(422, 'the path selects no single list');
  const [source, destination] = [integerOf(operation, 'source'), integerOf(operation, 'destination')];
  if (source >= list.length || destination >= list.length) refuse(422, `source ${source} and destination ${destination} must lie in a list of ${list.length}`);
  for (const each of [list, shadow]) each?.splice(destination, 0, ...each.splice(source, 1));
}

function integerOf({ part, refuse }: Operation, name: string): number {
  const value = part(name)?.['valueInteger'];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : refuse(400, `it has no ${name} that is a whole number from 0`);
}

/** The elements that a path selects. */
function locate(service: Service, resource: Resource, { refuse }: Operation, path: string): Place[] {
  let found: ReturnType<ReturnType<typeof fhirPathExtractor>>;
  try {
    found = fhirPathExtractor(path, elementTypes(service.version.name as FhirVersionName))(resource);
  } catch (error) {
    return refuse(400, `the path is no FHIRPath: ${(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''}`);
  }
  return found.map(({ location, value }) => {
    if (location === '' && value !== resource) return refuse(422, 'the path computes a value instead of selecting an element');
    return placeOf(service, resource, location) ?? refuse(422, `the path selects ${location}, which cannot be changed`);
  });
}

/** True for a JSON name of a choice element: `valueString` of `value`. */
function isSpelling(structure: Structure | undefined, stem: string, key: string): boolean {
  return structure?.get(key) !== undefined && structure.get(stem) === undefined && key.startsWith(stem) && /^[A-Z]/.test(key.slice(stem.length));
}

/** The value of an operation as it stands under its JSON name: typed `value[x]`, or parts for an element without a type of its own. */
function valueFor(service: Service, operation: Operation, structure: Structure | undefined, stem: string): { name: string; value: unknown; repeats: boolean } {
  const { part, refuse } = operation;
  const given = part('value') ?? refuse(400, 'it has no value');
  const [key, value] = Object.entries(given).find(([name]) => /^value[A-Z]/.test(name)) ?? [];
  const type = key?.slice('value'.length);
  const name = structure?.get(stem) !== undefined ? stem : `${stem}${type ?? ''}`;
  const row = structure?.get(name) ?? refuse(422, `there is no element "${stem}"${type === undefined ? '' : ` for a ${type}`} here`);
  if (key !== undefined) {
    // "Servers SHALL return an error if the type is wrong"; text types stand for each other, for a parameter says them as it likes.
    if (!fitsType(row.type, key.slice('value'.length))) return refuse(422, `"${name}" is a ${row.type}, not a ${type}`);
    return { name, value, repeats: row.repeats };
  }
  const inner = structureOf(service.elements, row.type);
  if (given.part === undefined || inner === undefined) return refuse(400, 'its value is empty');
  return { name, value: fromParts(service, operation, given.part, inner), repeats: row.repeats };
}

function fromParts(service: Service, operation: Operation, parts: readonly Part[], structure: Structure): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const part of parts) {
    const { name, value, repeats } = valueFor(service, { ...operation, part: () => part }, structure, part.name ?? '');
    result[name] = repeats ? [...((result[name] as unknown[] | undefined) ?? []), value] : value;
  }
  return result;
}

const TEXTS = /^(string|code|id|uri|url|canonical|oid|uuid|markdown|date|dateTime|instant|time|base64Binary)$/i;
const NUMBERS = /^(integer|positiveInt|unsignedInt|decimal)$/i;

function fitsType(wanted: string, given: string): boolean {
  return wanted.toLowerCase() === given.toLowerCase() || (TEXTS.test(wanted) && TEXTS.test(given)) || (NUMBERS.test(wanted) && NUMBERS.test(given));
}

