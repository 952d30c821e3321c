/** A given Bundle whose entries are validated each on its own in, the text out by which the Bundle's own rules are checked. */
import { isObject } from '../../core/json';
import type { GivenResource } from '../given-resource';
import { textOf } from '../given-resource';

/** Types whose rules reach into the resources: https://hl7.org/fhir/R4/documents.html, https://hl7.org/fhir/R4/messaging.html */
const LOOKED_INTO = new Set(['document', 'message']);
const ELEMENTS = ['resourceType', 'id'] as const;
const META = ['versionId', 'lastUpdated'] as const;

/**
 * Resources are replaced by what identifies them, so that a Bundle of a thousand studies is not validated twice. What is said about
 * these husks of resources is to be dropped.
 */
export function bundleHusk(given: GivenResource): string {
  const { resource } = given;
  if (LOOKED_INTO.has(String(resource.type)) || !Array.isArray(resource.entry)) return textOf(given).text;
  const entry = (resource.entry as unknown[]).map((one) => (isObject(one) && isObject(one.resource) ? { ...one, resource: husk(one.resource) } : one));
  return JSON.stringify({ ...resource, entry });
}

function husk(resource: Record<string, unknown>): Record<string, unknown> {
  const meta = isObject(resource.meta) ? pick(resource.meta, META) : {};
  return { ...pick(resource, ELEMENTS), ...(Object.keys(meta).length > 0 && { meta }) };
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
}
