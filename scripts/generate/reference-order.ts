/** Resources in, the same resources out with referenced ones before those that refer to them: a server that checks references can take them one by one. */
import { localReference, type Resource } from '../core/fhir';

/** Every literal relative reference (`Type/id`) in a resource, without repetition, in document order. */
export function referencesIn(resource: Resource): string[] {
  const found = new Set<string>();
  collect(resource, found);
  return [...found];
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'reference' && typeof inner === 'string') found.add(inner);
    else collect(inner, found);
  }
}

/** Depth first and stable: where references form a ring, the first of the ring comes last. */
export function referencedFirst<T extends { readonly resource: Resource }>(entries: readonly T[]): T[] {
  const byReference = new Map(entries.map((entry) => [localReference(entry.resource), entry]));
  const ordered = new Set<T>();
  const entered = new Set<T>();
  const visit = (entry: T): void => {
    if (entered.has(entry)) return;
    entered.add(entry);
    for (const reference of referencesIn(entry.resource)) {
      const target = byReference.get(reference);
      if (target !== undefined) visit(target);
    }
    ordered.add(entry);
  };
  entries.forEach(visit);
  return [...ordered];
}

/** The resources that one needs to be understood: all it refers to, and what those refer to, in the order of `all`. */
export function referencedClosure(resource: Resource, all: readonly Resource[]): Resource[] {
  const byReference = new Map(all.map((candidate) => [localReference(candidate), candidate]));
  const needed = new Set<Resource>();
  const visit = (from: Resource): void => {
    for (const reference of referencesIn(from)) {
      const target = byReference.get(reference);
      if (target === undefined || needed.has(target)) continue;
      needed.add(target);
      visit(target);
    }
  };
  visit(resource);
  return all.filter((candidate) => needed.has(candidate));
}
