/** Resources in, an index over them out: kept up to date resource by resource, each parameter indexed when first searched by. */
import { localReference, type Resource } from '../core/fhir';
import { createEntry, valuesOf, type Entry } from './entry';
import { PARAMETER_TYPES } from './match';
import { postingFor, type Posting, type ReferencePosting } from './postings';
import type { SearchDefinitions, SearchIndex, SearchParameterDefinition, ZoneRange } from './types';

/** Every zone on Earth: what a server that says nothing about its zone may assume. */
export const ANY_ZONE: ZoneRange = { from: -12 * 60, to: 14 * 60 };

export interface SearchIndexOptions {
  /**
   * The zones that the server may assume for dates without one; any zone where absent. A tester that knows the server's zone
   * narrows it here, and day searches become certain.
   */
  zone?: ZoneRange;
  /** Clock against which `ap` is measured. */
  now?: () => number;
}

/** What the engine's own functions see of an index. */
export interface IndexContent extends SearchIndex {
  entry(key: string): Entry | undefined;
  /** All resources of a type by `Type/id`, in insertion order. */
  entries(type: string): ReadonlyMap<string, Entry>;
  /** The posting of a parameter over a type; made when first asked for. */
  posting(type: string, definition: SearchParameterDefinition): Posting;
  /** The posting of a reference parameter. */
  referencePosting(type: string, definition: SearchParameterDefinition): ReferencePosting;
}

const contents = new WeakMap<SearchIndex, IndexContent>();

/** The inside of an index made by `createSearchIndex`. */
export function contentOf(index: SearchIndex): IndexContent {
  const content = contents.get(index);
  if (content === undefined) throw new TypeError('not an index made by createSearchIndex');
  return content;
}

/**
 * An index over `resources`; later ones replace earlier ones of the same `Type/id`. Resources are taken as they are and must not
 * be changed afterwards: put a new object instead.
 * @param base base URL of the server, with or without a trailing slash
 * @throws TypeError for a resource without an id
 */
export function createSearchIndex(definitions: SearchDefinitions, base: string, resources: readonly Resource[] = [], options: SearchIndexOptions = {}): SearchIndex {
  const byType = new Map<string, Map<string, Entry>>();
  const postings = new Map<string, Map<SearchParameterDefinition, Posting>>();
  const lists = new Map<string, readonly Resource[]>();
  const none: ReadonlyMap<string, Entry> = new Map();
  let inserted = 0;

  const typeOf = (key: string) => key.slice(0, key.indexOf('/'));
  const entries = (type: string) => byType.get(type) ?? none;
  const entry = (key: string) => byType.get(typeOf(key))?.get(key);
  const forget = (old: Entry | undefined, type: string) => {
    if (old === undefined) return;
    for (const [definition, posting] of postings.get(type) ?? []) posting.remove(old, valuesOf(old, definition, definitions));
  };

  const index: IndexContent = {
    definitions,
    base: base.replace(/\/+$/, ''),
    zone: options.zone ?? ANY_ZONE,
    now: options.now ?? Date.now,
    get: (reference) => entry(reference)?.resource,
    all(type) {
      let list = lists.get(type);
      if (list === undefined) lists.set(type, (list = [...entries(type).values()].map((row) => row.resource)));
      return list;
    },
    put(resource) {
      const key = localReference(resource);
      if (key === undefined) throw new TypeError(`a ${resource.resourceType} without id cannot be indexed`);
      const type = resource.resourceType;
      let rows = byType.get(type);
      if (rows === undefined) byType.set(type, (rows = new Map<string, Entry>()));
      const old = rows.get(key);
      forget(old, type);
      const added = createEntry(resource, key, old?.ordinal ?? (inserted += 1));
      rows.set(key, added);
      for (const [definition, posting] of postings.get(type) ?? []) posting.add(added, valuesOf(added, definition, definitions));
      lists.delete(type);
    },
    remove(reference) {
      const type = typeOf(reference);
      const old = entry(reference);
      forget(old, type);
      byType.get(type)?.delete(reference);
      lists.delete(type);
    },
    entry,
    entries,
    posting(type, definition) {
      let ofType = postings.get(type);
      if (ofType === undefined) postings.set(type, (ofType = new Map<SearchParameterDefinition, Posting>()));
      let posting = ofType.get(definition);
      if (posting === undefined) {
        const row = definition.type === 'composite' || definition.type === 'special' ? undefined : PARAMETER_TYPES[definition.type];
        ofType.set(definition, (posting = postingFor(definition.type, (value) => row?.present(value) === 'yes')));
        for (const old of entries(type).values()) posting.add(old, valuesOf(old, definition, definitions));
      }
      return posting;
    },
    referencePosting: (type, definition) => index.posting(type, definition) as ReferencePosting,
  };
  contents.set(index, index);
  for (const resource of resources) index.put(resource);
  return index;
}
