/** A resource in, the places on its page of the resources inside it out: entries of a Bundle, contained resources. */
import { isResource, type Resource } from '../core/fhir';

/** Entries beyond this are not on the page. */
export const MOST_ITEMS = 200;

export interface Places {
  /** Anchors by the references that name what stands there: `#id`, a full URL, `Type/id` where a full URL ends so (https://hl7.org/fhir/R4/bundle.html#references). */
  readonly targets: ReadonlyMap<string, string>;
  /** Anchors by the value that stands there. */
  readonly anchors: ReadonlyMap<unknown, string>;
}

export function containedAnchor({ id }: Resource): string {
  return `contained-${id}`;
}

export function placesIn(resource: Resource): Places {
  const targets = new Map<string, string>();
  const anchors = new Map<unknown, string>();
  const contained: unknown[] = Array.isArray(resource.contained) ? resource.contained : [];
  for (const inner of contained.filter(isResource)) if (inner.id !== undefined) targets.set(`#${inner.id}`, containedAnchor(inner));
  const entries: unknown[] = resource.resourceType === 'Bundle' && Array.isArray(resource.entry) ? resource.entry : [];
  entries.slice(0, MOST_ITEMS).forEach((entry, index) => {
    const { fullUrl, resource: held } = (entry ?? {}) as { fullUrl?: unknown; resource?: unknown };
    if (typeof fullUrl !== 'string' || !isResource(held)) return;
    const anchor = `entry-${index + 1}`;
    anchors.set(entry, anchor);
    const relative = /[A-Z][A-Za-z]+\/[\w.-]+$/.exec(fullUrl)?.[0];
    for (const name of [fullUrl, relative]) if (name !== undefined && !targets.has(name)) targets.set(name, anchor);
  });
  return { targets, anchors };
}
