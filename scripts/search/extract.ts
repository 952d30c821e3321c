/** A parsed expression in, a function out that finds the expression's values in a resource, each with its type and place. */
import type { Resource } from '../core/fhir';
import type { ElementTypes } from './element-types';
import type { Branch, Step } from './expression';
import { literalTargetType } from './reference-target';

/** A value found in a resource. */
export interface ExtractedValue {
  value: unknown;
  /** FHIR type name; for a resource its `resourceType`. */
  type: string;
  /** Where the value's own children are looked up (see ElementProperty). */
  typePath: string;
  /** Path of the element's definition, e.g. `ImagingStudy.status`. */
  path: string;
  /** Place in the resource, e.g. `series[1].modality`. */
  location: string;
  /** Set by `where(resolve() is T)`: whether the reference's own text tells that the target is a T. */
  limited?: 'known' | 'unknown';
}

export type Extractor = (resource: Resource, start?: ExtractedValue) => ExtractedValue[];

/** The extractor of parsed branches. */
export function extractor(branches: readonly Branch[], types: ElementTypes): Extractor {
  return (resource, start) => {
    const found: ExtractedValue[] = [];
    for (const branch of branches) {
      const first = rootOf(branch.root, resource, start, types);
      if (first === undefined) continue;
      let values = [first];
      for (let at = 0; at < branch.steps.length && values.length > 0; at += 1) {
        values = take(branch.steps[at] as Step, branch.steps[at + 1], values, resource, types);
      }
      found.push(...values);
    }
    return found;
  };
}

/** The whole resource as a value. */
export function resourceValue(resource: Resource): ExtractedValue {
  const type = resource.resourceType;
  return { value: resource, type, typePath: type, path: type, location: '' };
}

function rootOf(root: string, resource: Resource, start: ExtractedValue | undefined, types: ElementTypes): ExtractedValue | undefined {
  if (root === '%resource') return resourceValue(resource);
  const context = start ?? resourceValue(resource);
  if (root === '' || root === context.type || types.is(context.type, root)) return context;
  return undefined;
}

function take(step: Step, next: Step | undefined, values: readonly ExtractedValue[], resource: Resource, types: ElementTypes): ExtractedValue[] {
  switch (step.kind) {
    case 'child':
      return values.flatMap((value) => children(value, step.name, next?.kind === 'type' ? next.type : undefined, types));
    case 'type':
      return values.filter((value) => sameType(value.type, step.type) || types.is(value.type, step.type));
    case 'index':
      return values.slice(step.position, step.position + 1);
    case 'equals':
      return values.filter((value) => children(value, step.name, undefined, types).some((child) => child.value === step.text));
    case 'extension':
      return values.flatMap((value) => children(value, 'extension', undefined, types)).filter((child) => (child.value as { url?: unknown }).url === step.url);
    case 'resolves':
      return values.flatMap((value) => limit(value, step.type, resource));
  }
}

/** The children called `name`; of a choice only those of type `wanted`, where the next step asks for one. */
function children(parent: ExtractedValue, name: string, wanted: string | undefined, types: ElementTypes): ExtractedValue[] {
  if (typeof parent.value !== 'object' || parent.value === null) return [];
  const object = parent.value as Record<string, unknown>;
  const found: ExtractedValue[] = [];
  const properties = types.properties(parent.typePath, name);
  for (const property of properties) {
    const value = object[property.property];
    if (value === undefined || value === null) continue;
    if (wanted !== undefined && properties.length > 1 && !sameType(property.type, wanted)) continue;
    const location = parent.location === '' ? property.property : `${parent.location}.${property.property}`;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        if (value[index] !== undefined && value[index] !== null) found.push(child(value[index], property, `${location}[${index}]`));
      }
    } else found.push(child(value, property, location));
  }
  return found;
}

function child(value: unknown, property: { type: string; typePath: string; path: string }, location: string): ExtractedValue {
  if (property.type === 'Resource' && typeof value === 'object' && value !== null) {
    const type = String((value as Resource).resourceType);
    return { value, type, typePath: type, path: property.path, location };
  }
  return { value, type: property.type, typePath: property.typePath, path: property.path, location };
}

/** R4's own composites write `DateTime` and `string` as they come: types are told apart without regard to case. */
function sameType(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** `where(resolve() is T)` without a network: the reference's text tells the type, or leaves it open. */
function limit(value: ExtractedValue, type: string, resource: Resource): ExtractedValue[] {
  const target = literalTargetType(value.value, resource);
  if (target === undefined) return [{ ...value, limited: 'unknown' }];
  return target === type ? [{ ...value, limited: 'known' }] : [];
}
