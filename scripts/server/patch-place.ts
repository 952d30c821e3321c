/** A location such as `name[0].given[1]` in a resource in, the place where it can be changed out. */
import type { Resource } from '../core/fhir';
import { structureOf, type Structure } from '../formats/structures';
import type { Service } from './service';

export interface Place {
  readonly value: unknown;
  /** The object that holds the element; undefined for the resource itself. */
  readonly holder?: Record<string, unknown>;
  /** Elements of the holder. */
  readonly structure?: Structure;
  /** Elements of the value, where it has any. */
  readonly inner?: Structure;
  /** Name of the element without the type that a choice adds in JSON. */
  readonly stem: string;
  remove(): void;
  /** @param name the JSON name, which may differ from the present one for a choice element */
  replace(name: string, value: unknown): void;
}

/** undefined for a location that is not there, or that lies beside a primitive value. */
export function placeOf(service: Service, resource: Resource, location: string): Place | undefined {
  let value: unknown = resource;
  let inner = structureOf(service.elements, resource.resourceType);
  let place: Place = { value, stem: '', ...(inner === undefined ? {} : { inner }), remove: () => undefined, replace: () => undefined };
  for (const step of location === '' ? [] : location.split('.')) {
    const [, stem = '', at] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    if (typeof value !== 'object' || value === null) return undefined;
    const holder = value as Record<string, unknown>;
    const structure: Structure | undefined = inner;
    const name = stem in holder ? stem : Object.keys(holder).find((key) => structure?.get(key) !== undefined && key.startsWith(stem) && /^[A-Z]/.test(key.slice(stem.length)));
    const row = name === undefined ? undefined : structure?.get(name);
    if (name === undefined || row === undefined) return undefined;
    const content = holder[name];
    const index = at === undefined ? 0 : Number(at);
    value = Array.isArray(content) ? content[index] : content;
    inner = structureOf(service.elements, row.type === 'Resource' ? String((value as Resource | undefined)?.resourceType) : row.type);
    place = { value, holder, stem, ...(structure === undefined ? {} : { structure }), ...(inner === undefined ? {} : { inner }), ...changes(holder, name, index) };
  }
  return place;
}

function changes(holder: Record<string, unknown>, name: string, index: number): Pick<Place, 'remove' | 'replace'> {
  const shadow = holder[`_${name}`];
  return {
    remove() {
      const content = holder[name];
      if (!Array.isArray(content)) {
        delete holder[name];
        delete holder[`_${name}`];
        return;
      }
      content.splice(index, 1);
      if (Array.isArray(shadow)) shadow.splice(index, 1);
    },
    replace(newName, value) {
      const content = holder[name];
      // What stood beside the old value is not said of the new one.
      if (Array.isArray(content)) {
        content[index] = value;
        if (Array.isArray(shadow)) shadow[index] = null;
        return;
      }
      delete holder[name];
      delete holder[`_${name}`];
      holder[newName] = value;
    },
  };
}

export interface ListPlace {
  readonly list: unknown[];
  /** What stands beside the values of a list of primitives, in step with them: https://hl7.org/fhir/R4/json.html#primitive */
  readonly shadow?: unknown[];
  readonly structure: Structure | undefined;
  readonly name: string;
}

/** The list that a path selects, made where it is not there yet; undefined where it selects more than one list. */
export function listPlace(path: string, locate: (path: string) => Place[]): ListPlace | undefined {
  const found = locate(path);
  const first = found[0];
  if (first?.holder !== undefined) {
    const { holder, stem, structure } = first;
    const list = holder[stem];
    if (!Array.isArray(list) || list.length !== found.length || !found.every((place) => place.holder === holder && place.stem === stem)) return undefined;
    const shadow = holder[`_${stem}`];
    return { list, structure, name: stem, ...(Array.isArray(shadow) ? { shadow } : {}) };
  }
  const [, parent = '', name = ''] = /^(.*)\.(\w+)$/.exec(path) ?? [];
  const holders = parent === '' ? [] : locate(parent);
  const holder = holders[0];
  if (found.length > 0 || holder === undefined || holders.length > 1 || holder.inner?.get(name)?.repeats !== true) return undefined;
  const target = holder.value as Record<string, unknown>;
  const list: unknown[] = [];
  target[name] = list;
  return { list, structure: holder.inner, name };
}

/** The value without what has become empty: FHIR has no empty elements, https://hl7.org/fhir/R4/json.html */
export function prune(value: unknown): unknown {
  if (Array.isArray(value)) {
    const kept = value.map(prune);
    const dense = kept.filter((item, index) => item !== undefined || value[index] === null);
    return dense.every((item) => item === undefined || item === null) ? undefined : dense.map((item) => item ?? null);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, child]): [string, unknown][] => {
    const kept = prune(child);
    return kept === undefined ? [] : [[name, kept]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
