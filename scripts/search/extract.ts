/** A parsed expression in, a function out that finds the expression's values in a resource, each with its type and place. */
import type { Resource } from '../core/fhir';
import type { ElementProperty, ElementTypes } from './element-types';
import type { Branch, Step } from './expression';
import { textOf } from './json';
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

/** One step over the values found so far. */
type Stride = (values: readonly ExtractedValue[], resource: Resource) => ExtractedValue[];

/** The extractor of parsed branches. */
export function extractor(branches: readonly Branch[], types: ElementTypes): Extractor {
  const compiled = branches.map(({ root, steps }) => ({ root, strides: steps.map((step, at) => stride(step, steps[at + 1], types)) }));
  return (resource, start) => {
    const found: ExtractedValue[] = [];
    for (const { root, strides } of compiled) {
      const first = rootOf(root, resource, start, types);
      if (first === undefined) continue;
      let values = [first];
      for (const next of strides) {
        values = next(values, resource);
        if (values.length === 0) break;
      }
      for (const value of values) found.push(value);
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

function stride(step: Step, next: Step | undefined, types: ElementTypes): Stride {
  switch (step.kind) {
    case 'child':
      return childStride(step.name, next?.kind === 'type' ? next.type : undefined, types);
    case 'type':
      return (values) => values.filter((value) => isType(value.type, step.type, types));
    case 'index':
      return (values) => values.slice(step.position, step.position + 1);
    case 'equals': {
      const named = childStride(step.name, undefined, types);
      return (values, resource) => values.filter((value) => named([value], resource).some((found) => found.value === step.text));
    }
    case 'extension': {
      const extensions = childStride('extension', undefined, types);
      return (values, resource) => extensions(values, resource).filter((found) => (found.value as { url?: unknown }).url === step.url);
    }
    case 'present-not-false': {
      const named = childStride(step.name, undefined, types);
      // An element that has extensions alone exists, and is not false.
      const extended = ({ value, typePath }: ExtractedValue) => types.properties(typePath, step.name).some(({ property }) => `_${property}` in (value as object));
      return (values, resource) =>
        values.map((parent) => {
          const found = named([parent], resource);
          const value = found.length > 0 ? found.some((child) => child.value !== false) : extended(parent);
          return { value, type: 'boolean', typePath: 'boolean', path: '', location: '' };
        });
    }
    case 'resolves':
      return (values, resource) => values.flatMap((value) => limit(value, step.type, resource));
  }
}

/** The children called `name`; of a choice only those of type `wanted`, where the next step asks for one. */
function childStride(name: string, wanted: string | undefined, types: ElementTypes): Stride {
  // The values of one step nearly always have the same type: its properties are looked up once.
  let typePath: string | undefined;
  let properties: readonly ElementProperty[] = [];
  return (values) => {
    const found: ExtractedValue[] = [];
    for (const parent of values) {
      if (typeof parent.value !== 'object' || parent.value === null) continue;
      if (parent.typePath !== typePath) {
        typePath = parent.typePath;
        const all = types.properties(typePath, name);
        properties = wanted === undefined || all.length < 2 ? all : all.filter((property) => isType(property.type, wanted, types));
      }
      for (const property of properties) {
        const value = (parent.value as Record<string, unknown>)[property.property];
        if (value === undefined || value === null) continue;
        const location = parent.location === '' ? property.property : `${parent.location}.${property.property}`;
        if (!Array.isArray(value)) found.push(child(value, property, location));
        else {
          for (let index = 0; index < value.length; index += 1) {
            if (value[index] !== undefined && value[index] !== null) found.push(child(value[index], property, `${location}[${index}]`));
          }
        }
      }
    }
    return found;
  };
}

function child(value: unknown, property: ElementProperty, location: string): ExtractedValue {
  if (property.type === 'Resource' && typeof value === 'object' && value !== null) {
    const type = textOf((value as { resourceType?: unknown }).resourceType) ?? '';
    return { value, type, typePath: type, path: property.path, location };
  }
  return { value, type: property.type, typePath: property.typePath, path: property.path, location };
}

/** The type itself or one derived from it (canonical is a uri). R4's own composites write `DateTime` for dateTime: case is not told apart. */
function isType(type: string, wanted: string, types: ElementTypes): boolean {
  return type.toLowerCase() === wanted.toLowerCase() || types.is(type, wanted);
}

/** `where(resolve() is T)` without a network: the reference's text tells the type, or leaves it open. */
function limit(value: ExtractedValue, type: string, resource: Resource): ExtractedValue[] {
  const target = literalTargetType(value.value, resource);
  if (target === undefined) return [{ ...value, limited: 'unknown' }];
  return target === type ? [{ ...value, limited: 'known' }] : [];
}
