/** The known data in, the resources that tests of reading look at out. */
import { localReference, type Resource } from '../../../core/fhir';
import { isObject } from '../../../core/json';
import type { TestContext } from '../../context';

/** Resources of a type that a test reads. */
const READ = 3;

/** What a server may lose on one way and not on the other, beside the elements at the top: it stands anywhere inside. */
const ANYWHERE = ['extension', 'modifierExtension'];

const features = new WeakMap<Resource, ReadonlySet<string>>();

/** Three resources of a type, as they are known, which together have the most in them: each adds the most to what those before it have. */
export function some(context: TestContext, type: string): { resource: Resource; reference: string }[] {
  const left = new Set(context.known.index.all(type).filter((resource) => localReference(resource) !== undefined));
  const seen = new Set<string>();
  const chosen: { resource: Resource; reference: string }[] = [];
  while (chosen.length < READ && left.size > 0) {
    let best: { resource: Resource; adds: number } | undefined;
    for (const resource of left) {
      const adds = [...featuresOf(resource)].filter((feature) => !seen.has(feature)).length;
      if (best === undefined || adds > best.adds) best = { resource, adds };
    }
    if (best === undefined) break;
    const { resource } = best;
    left.delete(resource);
    for (const feature of featuresOf(resource)) seen.add(feature);
    chosen.push({ resource, reference: localReference(resource) ?? '' });
  }
  return chosen;
}

/** Names of the elements at the top, those of primitives' extensions among them; extensions inside; and whether it was changed since it was made. */
function featuresOf(resource: Resource): ReadonlySet<string> {
  let found = features.get(resource);
  if (found === undefined) {
    const inside = new Set(Object.keys(resource));
    walk(Object.values(resource), inside);
    if (Number(resource.meta?.versionId) > 1) inside.add('(changed)');
    features.set(resource, (found = inside));
  }
  return found;
}

function walk(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) value.forEach((item) => walk(item, found));
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (ANYWHERE.includes(name) || name.startsWith('_')) found.add(`(inside) ${name.startsWith('_') ? '_' : name}`);
      else walk(inner, found);
    }
  }
}
