/** A guide in, who points to whom out: by reference, canonical, or as an example of a profile. */
import { isResource, type Resource } from '../core/fhir';
import { bareCanonical } from './file-names';
import type { SiteArtifact, SiteGuide } from './guide';

/** One artifact that points to another. */
export interface Relation {
  readonly reference: string;
  readonly title: string;
  readonly example: boolean;
  readonly resourceType: string;
}

/** For each artifact those that point to it, examples last, each once; the ImplementationGuide, which lists everything, is left out. */
export function relations(guide: SiteGuide, byReference: ReadonlyMap<string, SiteArtifact>, byUrl: ReadonlyMap<string, string>): Map<string, readonly Relation[]> {
  const users = new Map<string, Map<string, Relation>>();
  for (const { reference, title, example, resource, exampleOf, tooLarge } of guide.artifacts) {
    if (resource.resourceType === 'ImplementationGuide' || tooLarge !== undefined) continue;
    const relation: Relation = { reference, title, example, resourceType: resource.resourceType };
    for (const target of targetsOf(resource, exampleOf, byReference, byUrl)) {
      if (target === reference) continue;
      const known = users.get(target) ?? new Map<string, Relation>();
      users.set(target, known.set(reference, relation));
    }
  }
  const rank = ({ example, resourceType, title }: Relation) => `${example ? 1 : 0} ${resourceType} ${title}`;
  return new Map([...users].map(([target, found]) => [target, [...found.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))]));
}

/** `Type/id` of the guide's artifacts that a resource names. */
function targetsOf(resource: Resource, exampleOf: readonly string[], byReference: ReadonlyMap<string, SiteArtifact>, byUrl: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  const see = (text: string) => {
    const own = byUrl.get(bareCanonical(text));
    if (own !== undefined) found.add(own);
    else if (byReference.has(text)) found.add(text);
  };
  exampleOf.forEach(see);
  const walk = (value: unknown, key: string) => {
    // A narrative repeats what the elements say.
    if (key === 'div') return;
    if (typeof value === 'string') see(value);
    else if (Array.isArray(value)) value.forEach((item) => walk(item, key));
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, name);
    }
  };
  // Of a profile its own words count, not what the snapshot takes over from its parent.
  const { snapshot, ...own } = resource as Resource & { snapshot?: unknown };
  walk(isResource(resource) && resource.resourceType === 'StructureDefinition' && resource.differential !== undefined ? own : { ...own, snapshot }, '');
  return found;
}
