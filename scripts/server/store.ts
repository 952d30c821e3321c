/** Resources with every version they had, and the search index over what is current; all in memory. */
import { withWrittenNumbers } from '../core/exact-json';
import type { Resource } from '../core/fhir';
import type { SearchIndex } from '../search/types';
import { kept } from './body-text';

/** One version of a resource; a deletion is a version without content: https://hl7.org/fhir/R4/http.html#delete */
export interface Version {
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  /** ISO 8601 instant. */
  readonly lastUpdated: string;
  /** What made it; a patch counts as PUT: https://hl7.org/fhir/R4/http.html#history */
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Absent for a deletion. Never changed once stored. */
  readonly resource?: Resource;
}

/** What the store lets decide by others: where a fault makes the index disagree with the resources. */
export interface Indexing {
  /** What is kept of a resource that comes in. */
  stored(resource: Resource): Resource;
  /** What the index sees of a resource; undefined hides it. */
  indexed(resource: Resource, previous: Resource | undefined): Resource | undefined;
  /** Whether the index forgets a deleted resource. */
  unindexed(resource: Resource): boolean;
}

export interface Store {
  readonly index: SearchIndex;
  /** The newest version, a deletion included. */
  latest(type: string, id: string): Version | undefined;
  /** All versions of one resource, oldest first. */
  versions(type: string, id: string): readonly Version[];
  /** Every version of everything, oldest first by the time it came with, which is not the order of loading. */
  readonly log: readonly Version[];
  /** The current content of `Type/id`. */
  live(reference: string): Resource | undefined;
  /** All current resources, ordered by type, then by creation. */
  all(): Resource[];
  /** Stores new content; sets id, meta.versionId and meta.lastUpdated. */
  write(method: 'POST' | 'PUT', resource: Resource, id: string, lastUpdated: string): Version;
  /** Stores a resource with the version it came with, where it has one: for loading data. */
  restore(resource: Resource, id: string, lastUpdated: string): Version;
  /** Marks a resource as deleted. */
  erase(type: string, id: string, lastUpdated: string): Version;
  /** Changes the content of the newest version in place: for what a transaction resolves after writing. */
  amend(version: Version, resource: Resource): Version;
  /** Runs some work; if it throws, nothing of it remains. */
  atomically<T>(work: () => T): T;
  /** The same versions under another, empty index: for a server that learns its address late. */
  movedTo(index: SearchIndex): Store;
}

/**
 * @param index an empty index; the store keeps it in step
 * @param past versions to begin with, oldest first
 */
export function createStore(index: SearchIndex, indexing: Indexing, past: readonly Version[] = []): Store {
  const byKey = new Map<string, Version[]>();
  const log: Version[] = [];
  /** Data that is loaded brings times of its own. */
  let inOrder = true;
  /** The log by time, where that is not its order; made when it is asked for, and again after a change. */
  let sorted: readonly Version[] | undefined;
  let undo: (() => void)[] | undefined;

  const latest = (type: string, id: string) => byKey.get(`${type}/${id}`)?.at(-1);

  function reindex(before: Resource | undefined, after: Resource | undefined): void {
    if (after !== undefined) {
      const seen = indexing.indexed(after, before);
      if (seen !== undefined) index.put(seen);
      else if (before !== undefined) index.remove(`${after.resourceType}/${after.id}`);
    } else if (before !== undefined && indexing.unindexed(before)) {
      index.remove(`${before.resourceType}/${before.id}`);
    }
  }

  function append(version: Version): Version {
    const key = `${version.type}/${version.id}`;
    const list = byKey.get(key) ?? [];
    const before = list.at(-1)?.resource;
    byKey.set(key, list);
    list.push(version);
    inOrder &&= timeOf(log.at(-1)) <= timeOf(version);
    log.push(version);
    sorted = undefined;
    reindex(before, version.resource);
    undo?.push(() => {
      sorted = undefined;
      list.pop();
      log.pop();
      if (list.length === 0) byKey.delete(key);
      reindex(version.resource, before);
    });
    return version;
  }

  const stamp = (sent: Resource, id: string, versionId: string, lastUpdated: string): Resource => {
    const resource = indexing.stored(sent);
    const own = { id, meta: { ...resource.meta, versionId, lastUpdated } };
    // In this order so that id and meta come first when the resource is written out.
    return kept(withWrittenNumbers(Object.assign({ resourceType: resource.resourceType, ...own }, resource, own), resource));
  };

  past.forEach(append);
  return {
    index,
    get log() {
      return inOrder ? log : (sorted ??= log.toSorted((a, b) => timeOf(a) - timeOf(b)));
    },
    latest,
    versions: (type, id) => byKey.get(`${type}/${id}`) ?? [],
    live: (reference) => byKey.get(reference)?.at(-1)?.resource,
    all: () => {
      const live = [...byKey.values()].flatMap((versions) => versions.at(-1)?.resource ?? []);
      return live.sort((a, b) => (a.resourceType < b.resourceType ? -1 : a.resourceType > b.resourceType ? 1 : 0));
    },
    write(method, resource, id, lastUpdated) {
      const type = resource.resourceType;
      const versionId = String(Number(latest(type, id)?.versionId ?? 0) + 1);
      return append({ type, id, versionId, lastUpdated, method, resource: stamp(resource, id, versionId, lastUpdated) });
    },
    restore(resource, id, lastUpdated) {
      const type = resource.resourceType;
      const next = Number(latest(type, id)?.versionId ?? 0) + 1;
      const given = Number(/^[1-9]\d{0,8}$/.exec(resource.meta?.versionId ?? '')?.[0] ?? 0);
      const versionId = String(Math.max(next, given));
      const instant = Number.isNaN(Date.parse(resource.meta?.lastUpdated ?? '')) ? lastUpdated : String(resource.meta?.lastUpdated);
      return append({ type, id, versionId, lastUpdated: instant, method: versionId === '1' ? 'POST' : 'PUT', resource: stamp(resource, id, versionId, instant) });
    },
    erase(type, id, lastUpdated) {
      const versionId = String(Number(latest(type, id)?.versionId ?? 0) + 1);
      return append({ type, id, versionId, lastUpdated, method: 'DELETE' });
    },
    amend(version, resource) {
      const list = byKey.get(`${version.type}/${version.id}`) ?? [];
      const place = log.lastIndexOf(version);
      if (list.at(-1) !== version || place < 0) throw new Error(`${version.type}/${version.id} version ${version.versionId} is not the newest.`);
      const amended = { ...version, resource: kept(resource) };
      list[list.length - 1] = amended;
      log[place] = amended;
      sorted = undefined;
      reindex(version.resource, resource);
      undo?.push(() => {
        sorted = undefined;
        list[list.length - 1] = version;
        log[place] = version;
        reindex(resource, version.resource);
      });
      return amended;
    },
    atomically(work) {
      if (undo !== undefined) return work();
      undo = [];
      try {
        return work();
      } catch (error) {
        for (const step of undo.reverse()) step();
        throw error;
      } finally {
        undo = undefined;
      }
    },
    movedTo: (moved) => createStore(moved, indexing, log),
  };
}

/** Milliseconds since 1970; before everything where there is no version. */
function timeOf(version: Version | undefined): number {
  return version === undefined ? -Infinity : Date.parse(version.lastUpdated);
}
