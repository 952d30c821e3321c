/** What one conversion shares: where from, where to, and the findings so far. */
import type { ModelElement, ModelVersion } from '../core/element-model';
import { elementsOf } from '../core/element-model';
import type { Finding } from '../core/finding';
import { localReference, type Resource } from '../core/fhir';

export type Json = Record<string, unknown>;

/** The kinds of remarks a conversion makes, one row each. */
export const REMARKS = {
  lost: { severity: 'warning', meaning: 'The value has no place in the other version and is gone.' },
  extension: { severity: 'information', meaning: 'The value travels in an extension.' },
  supplied: { severity: 'information', meaning: 'The other version demands an element that was not there; a value was put in that says so.' },
  nearest: { severity: 'information', meaning: 'The value became the nearest one the other version has.' },
  'target-type': { severity: 'warning', meaning: 'The reference points at a type that the element does not allow in the other version.' },
  'not-converted': { severity: 'error', meaning: 'The resource or element cannot be brought to the other version.' },
} as const;
export type Remark = keyof typeof REMARKS;

export interface ConvertContext {
  readonly from: ModelVersion;
  readonly to: ModelVersion;
  /** The resource under conversion. */
  readonly resource: Resource;
  readonly findings: Finding[];
}

/** Writes a remark down. @param path of the source element, below the type */
export function remark(context: ConvertContext, kind: Remark, path: string, message: string): void {
  const { resource, findings } = context;
  const reference = localReference(resource);
  findings.push({
    severity: REMARKS[kind].severity,
    code: kind,
    message,
    location: { ...(reference === undefined ? {} : { resource: reference }), path: path === '' ? resource.resourceType : `${resource.resourceType}.${path}` },
    source: 'convert',
  });
}

/** The definition of an element in a version; for a choice it is found by its stem. */
export function elementAt(version: ModelVersion, type: string, path: string): ModelElement | undefined {
  const elements = elementsOf(version, type);
  return elements[path] ?? elements[`${path}[x]`];
}

/** A JSON property's element: its path without `[x]`, and the suffix of a choice. */
export function elementOfProperty(version: ModelVersion, type: string, parent: string, property: string): { path: string; suffix: string; element: ModelElement } | undefined {
  const elements = elementsOf(version, type);
  const below = parent === '' ? '' : `${parent}.`;
  const plain = elements[`${below}${property}`];
  if (plain !== undefined) return { path: `${below}${property}`, suffix: '', element: plain };
  for (let end = property.length - 1; end > 0; end -= 1) {
    const element = elements[`${below}${property.slice(0, end)}[x]`];
    const suffix = property.slice(end);
    if (element?.types.some((name) => capital(name) === suffix) === true) return { path: `${below}${property.slice(0, end)}`, suffix, element };
  }
  return undefined;
}

/** `valueCodeableConcept`: the suffix of a choice spells the type with a capital letter. */
export function capital(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

/** The values of an element, one or many. */
export function valuesOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? [...(value as unknown[])] : [value];
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

export function parentOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}
