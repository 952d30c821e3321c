/** Resources of any data set in, the same with fresh ids and references among themselves out, ordered so that what is referred to comes first. */
import { localReference, type Resource } from '../../core/fhir';
import { referencesIn } from '../gather/references';
import { without } from '../without';

/** Server-made metadata is not ours to send. */
function bare(resource: Resource): Resource {
  const meta = without(resource.meta ?? {}, 'versionId', 'lastUpdated');
  return Object.keys(meta).length === 0 ? { ...without(resource, 'meta'), resourceType: resource.resourceType } : { ...resource, meta };
}

/** A copy in which each relative reference is what `rename` says; references that it does not know stay, and of `null` only what else the Reference says is kept. */
export function renameReferences<T>(value: T, rename: (reference: string) => string | null | undefined): T {
  if (Array.isArray(value)) return value.map((item) => renameReferences<unknown>(item, rename)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== 'reference' || typeof inner !== 'string') return [[name, renameReferences<unknown>(inner, rename)]];
    const renamed = rename(inner);
    return renamed === null ? [] : [[name, renamed ?? inner]];
  });
  // An element has to say something.
  return Object.fromEntries(entries.length === 0 && Object.keys(value).length > 0 ? [['display', 'not on this server']] : entries) as T;
}

/**
 * The fixtures with ids of their own for this run.
 * @param absent `Type/id` of fixtures that stay away: nothing refers to them then, lest the server seem to hold references into nothing
 */
export function isolate(resources: readonly Resource[], newId: (hint: string) => string, absent: ReadonlySet<string> = new Set()): Resource[] {
  const renamed = new Map<string, string>();
  // Resources of two types that have one id keep one: only they tell whether a server compares more of a reference than the id.
  const fresh = new Map<string, string>();
  const ids = resources.map((resource) => {
    const name = resource.id ?? resource.resourceType.toLowerCase();
    const known = resource.id === undefined ? undefined : fresh.get(resource.id);
    const id = known ?? newId(name);
    if (resource.id !== undefined) fresh.set(resource.id, id);
    const reference = localReference(resource);
    if (reference !== undefined) renamed.set(reference, `${resource.resourceType}/${id}`);
    return id;
  });
  return inOrder(resources.map((resource, i) => ({ ...renameReferences(bare(resource), (reference) => renamed.get(reference) ?? (absent.has(reference) ? null : undefined)), id: ids[i] as string })));
}

/** Depth first along references; a circle is entered somewhere, and its last reference points forward. */
export function inOrder(resources: readonly Resource[]): Resource[] {
  const byReference = new Map(resources.flatMap((resource) => { const reference = localReference(resource); return reference === undefined ? [] : [[reference, resource] as const]; }));
  const done = new Set<Resource>();
  const ordered: Resource[] = [];
  const visit = (resource: Resource): void => {
    if (done.has(resource)) return;
    done.add(resource);
    for (const { reference } of referencesIn(resource)) {
      const target = byReference.get(reference);
      if (target !== undefined) visit(target);
    }
    ordered.push(resource);
  };
  for (const resource of resources) visit(resource);
  return ordered;
}
