/** The resources of a guide before and after an edit in, those that a validator has to look at again out. */
import { localReference, type Resource } from '../core/fhir';

export interface Touched {
  /** Definitions that changed: the validator has to be given them. */
  readonly definitions: readonly Resource[];
  /** What is to be judged: what changed, examples of profiles that changed, and all that these refer to. */
  readonly judged: readonly Resource[];
}

interface GuideState {
  readonly definitions: readonly Resource[];
  readonly examples: readonly Resource[];
}

/** @param before what the validator knows and has judged; undefined where it has judged nothing */
export function touchedResources(before: GuideState | undefined, after: GuideState): Touched {
  const old = new Map([...(before?.definitions ?? []), ...(before?.examples ?? [])].map((resource) => [localReference(resource), JSON.stringify(resource)]));
  const isNew = (resource: Resource) => old.get(localReference(resource)) !== JSON.stringify(resource);
  const definitions = after.definitions.filter(isNew);
  const affected = definitions.length === 0 ? new Set<string>() : dependants(after.definitions, definitions);
  const uses = (example: Resource) => affected.size > 0 && [...textsIn(example)].some((text) => affected.has(text.split('|')[0] ?? ''));
  const focus = [...definitions, ...after.examples.filter((example) => isNew(example) || uses(example))];
  return { definitions, judged: withTargets(focus, [...after.examples, ...after.definitions]) };
}

/** The URLs of definitions that name one of the given ones, directly or through others, and of those themselves. */
function dependants(all: readonly Resource[], changed: readonly Resource[]): Set<string> {
  const found = new Set(changed.map(({ url }) => String(url as string)));
  const named = all.map((resource) => ({ url: String(resource['url'] as string), names: new Set([...textsIn(resource)].map((text) => text.split('|')[0] ?? '')) }));
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { url, names } of named) if (!found.has(url) && [...found].some((one) => names.has(one))) found.add(url);
  }
  return found;
}

/** References resolve only where their targets are in the set. */
function withTargets(focus: readonly Resource[], all: readonly Resource[]): Resource[] {
  const byReference = new Map(all.map((resource) => [localReference(resource), resource]));
  const set = new Set(focus);
  for (const resource of set) {
    for (const text of textsIn(resource)) {
      const target = byReference.get(text);
      if (target !== undefined) set.add(target);
    }
  }
  return [...set];
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* textsIn(part);
}
