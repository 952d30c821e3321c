/** What the run knows of the server's data: the resources seen, which of them are gone, and of which types it has seen all. */
import { localReference, type Resource } from '../core/fhir';
import type { Exchange } from '../core/result';
import type { SearchDefinitions, SearchIndex } from '../search/types';
import { firstDifference } from './judge/same-content';
import type { History } from './shared-work';

export interface TypeKnowledge {
  /** All pages of an unfiltered search were read. */
  complete: boolean;
  /** Why not. */
  why?: string;
  /** Set where the server has no proper answer for a search of all, neither resources nor a refusal: what it holds is not known. */
  unanswered?: string;
  /** What shows whether a search of the type is there at all; absent where nothing does. */
  search?: { readonly served: boolean; readonly answer: Exchange };
  /** Set where a search of everything is refused, and one that names a patient or an id is not. */
  demands?: {
    /** What opens the search: `patient`, `subject`, or `_id`. */
    readonly parameter: string;
    /** Ids of the patients of whom all was read. */
    readonly patients: readonly string[];
    /** The answer to the search of everything. */
    readonly refusal: Exchange;
  };
}

export interface Knowledge {
  /** Resources by `Type/id`, current as far as known. */
  readonly index: SearchIndex;
  /** Where runs share what they find out: how the index came about. */
  readonly history: History | undefined;
  /** `Type/id` of what was asked for and is not there, with the status it was answered by. */
  readonly absent: ReadonlyMap<string, number>;
  /** How often something known turned out to be different, or gone. */
  readonly changes: number;
  /** `Type/id` of what this run has loaded: samples are taken from it first. */
  readonly own: Set<string>;
  completeness(type: string): TypeKnowledge;
  setCompleteness(type: string, knowledge: TypeKnowledge): void;
  /** Takes in resources as a server sent them; a newer version replaces an older one, a partial one nothing. Returns what was new or changed. */
  learn(resources: Iterable<Resource>): string[];
  /** A read found the resource gone. */
  forget(reference: string, status: number): void;
  /** present, absent, or never asked for. */
  state(reference: string): 'present' | 'absent' | 'unknown';
}

/** All resources that are known, type by type. */
export function everyResource({ known, definitions }: { readonly known: Pick<Knowledge, 'index'>; readonly definitions: Pick<SearchDefinitions, 'resourceTypes'> }): Resource[] {
  return [...definitions.resourceTypes].flatMap((type) => known.index.all(type));
}

/** @param history of the index, which holds nothing yet; told of each change */
export function createKnowledge(index: SearchIndex, history?: History): Knowledge {
  const absent = new Map<string, number>();
  const types = new Map<string, TypeKnowledge>();
  let changes = 0;
  return {
    index,
    history,
    absent,
    own: new Set(),
    get changes() {
      return changes;
    },
    completeness: (type) => types.get(type) ?? { complete: false, why: `${type} was not read` },
    setCompleteness: (type, knowledge) => void types.set(type, knowledge),
    learn(resources) {
      const changed: string[] = [];
      for (const resource of resources) {
        const reference = localReference(resource);
        if (reference === undefined || isPartial(resource)) continue;
        const known = index.get(reference);
        if (known !== undefined && !isNewer(resource, known, index.base)) continue;
        if (known !== undefined || absent.has(reference) || types.get(resource.resourceType)?.complete === true) changes += 1;
        index.put(resource);
        history?.put(resource);
        absent.delete(reference);
        changed.push(reference);
      }
      return changed;
    },
    forget(reference, status) {
      if (index.get(reference) !== undefined) changes += 1;
      index.remove(reference);
      history?.remove(reference);
      absent.set(reference, status);
    },
    state: (reference) => (index.get(reference) !== undefined ? 'present' : absent.has(reference) ? 'absent' : 'unknown'),
  };
}

/** Tagged as a part only: https://hl7.org/fhir/R4/search.html#summary */
export function isPartial(resource: Resource): boolean {
  const tags: unknown = resource.meta?.tag;
  return Array.isArray(tags) && tags.some((tag: { code?: unknown } | null) => tag?.code === 'SUBSETTED');
}

/** Versions are opaque, times are not; without either the newcomer is taken where it says something else. */
function isNewer(candidate: Resource, known: Resource, base: string): boolean {
  const [a, b] = [candidate.meta, known.meta];
  if (a?.versionId !== undefined && a.versionId === b?.versionId) return false;
  const [at, bt] = [Date.parse(a?.lastUpdated ?? ''), Date.parse(b?.lastUpdated ?? '')];
  if (Number.isFinite(at) && Number.isFinite(bt) && at !== bt) return at > bt;
  const [av, bv] = [Number(a?.versionId), Number(b?.versionId)];
  if (Number.isFinite(av) && Number.isFinite(bv)) return av > bv;
  return (a?.versionId !== undefined && b?.versionId !== undefined) || firstDifference(candidate, known, base) !== undefined;
}
