/** A resource in, the literal references in it out, each with the place where it stands. */
import type { Resource } from '../../core/fhir';

export interface PlacedReference {
  /** Element path with positions, e.g. `ImagingStudy.series[0].endpoint[0]`. */
  path: string;
  /** The same without positions, e.g. `ImagingStudy.series.endpoint`. */
  element: string;
  reference: string;
}

/** Every `Reference.reference` of a resource, contained resources and internal references (`#id`) left out. */
export function referencesIn(resource: Resource): PlacedReference[] {
  const found: PlacedReference[] = [];
  const walk = (value: unknown, path: string, element: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => walk(item, `${path}[${i}]`, element));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'contained') continue;
        if (name === 'reference' && typeof inner === 'string' && !inner.startsWith('#')) found.push({ path, element, reference: inner });
        else walk(inner, `${path}.${name}`, `${element}.${name}`);
      }
    }
  };
  walk(resource, resource.resourceType, resource.resourceType);
  return found;
}
