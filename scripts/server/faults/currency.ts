/** Faults of servers that look at what a resource was: chains over former or deleted resources, times and versions that do not move on. */
import type { Resource } from '../../core/fhir';
import { createSearchIndex } from '../../search/search-index';
import type { Criterion, Query } from '../../search/types';
import type { Override } from '../behaviour';
import { splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { clause, rule, type FaultRow } from './row';
import { hearing, onResource } from './rewriting';
import { bodyOf } from './rest';

const currency = clause('search-currency', 'search.html#currency');
const key = ({ resourceType, id }: Resource) => `${resourceType}/${id}`;
const isChained = ({ criteria }: Query) => criteria.some(({ chain }: Criterion) => chain !== undefined);
const isReversed = ({ criteria }: Query) => criteria.some(({ reverse }: Criterion) => reverse !== undefined);

export const CURRENCY_FAULTS: readonly FaultRow[] = [
  { id: 'chain-sees-former-target', group: 'reference', does: 'A chain looks at what its targets were when they were created.', breaks: currency, override: lookingBack(isChained, ({ type }) => (resource) => resource.resourceType !== type) },
  { id: 'chain-follows-former-reference', group: 'reference', does: 'A chain follows the references that a resource had when it was created.', breaks: currency, override: lookingBack(isChained, ({ type }) => (resource) => resource.resourceType === type) },
  { id: 'has-sees-former-source', group: 'reference', does: '_has looks at what the resources that refer were when they were created.', breaks: currency, override: lookingBack(isReversed, ({ type }) => (resource) => resource.resourceType !== type) },
  { id: 'chain-follows-deleted', group: 'reference', does: 'A chain still finds by targets that were deleted.', breaks: rule('chain'), override: lookingBack(isChained, () => () => false, true) },
  { id: 'include-brings-deleted', group: 'results', does: '_include still brings what was deleted.', breaks: currency, override: bringingDeleted },
  { id: 'inactive-hidden', group: 'rest', does: 'Searches leave out what is not active, though they do not ask for that.', breaks: currency, override: (reference) => ({ select: (index, query) => (query.criteria.some(({ definition }) => definition.code === 'active') ? reference.select(index, query) : reference.select(index, query).filter((resource) => resource['active'] !== false)) }) },
  { id: 'last-updated-of-creation', group: 'rest', does: 'meta.lastUpdated stays at the instant of the creation.', breaks: clause('last-updated', 'resource.html#Meta'), override: lastUpdatedOfCreation },
  {
    id: 'last-updated-search-of-creation',
    group: 'date',
    does: '_lastUpdated finds by the instant of the creation.',
    breaks: currency,
    override: (reference) => {
      const created = new Map<string, string | undefined>();
      return {
        indexed(resource, previous) {
          const seen = reference.indexed(resource, previous);
          const first = created.get(key(resource)) ?? resource.meta?.lastUpdated;
          created.set(key(resource), first);
          return seen === undefined || first === undefined ? seen : { ...seen, meta: { ...seen.meta, lastUpdated: first } };
        },
      };
    },
  },
  { id: 'version-id-reused', group: 'rest', does: 'What is brought back after its deletion counts its versions from 1 again.', breaks: clause('version-id', 'resource.html#Meta'), override: versionsRestart },
  {
    id: 'bundle-if-match-ignored',
    group: 'rest',
    does: 'ifMatch of the entries of a batch or transaction is passed over.',
    breaks: clause('update-contention', 'http.html#concurrency'),
    override: hearing(withoutCondition('ifMatch')),
  },
  {
    id: 'bundle-if-none-match-ignored',
    group: 'rest',
    does: 'ifNoneMatch of the entries of a batch or transaction is passed over.',
    breaks: clause('conditional-read', 'http.html#cread'),
    override: hearing(withoutCondition('ifNoneMatch')),
  },
];

/** The Bundle of a request without a condition of its entries. */
function withoutCondition(condition: 'ifMatch' | 'ifNoneMatch'): (request: ServerRequest) => ServerRequest {
  return (request) => {
    const body = request.method === 'POST' ? bodyOf(request) : undefined;
    return body?.resourceType !== 'Bundle' ? request : { ...request, body: JSON.stringify(body, (name, value: unknown) => (name === condition ? undefined : value)) };
  };
}

/**
 * Queries of one kind run over an index in which some resources are as they were first.
 * @param deleted whether what was deleted is there as well, but for the searched type
 */
function lookingBack(applies: (query: Query) => boolean, former: (query: Query) => (resource: Resource) => boolean, deleted = false): Override {
  return (reference) => {
    const first = new Map<string, Resource>();
    const now = new Map<string, Resource>();
    const gone = new Map<string, Resource>();
    return {
      indexed(resource, previous) {
        if (!first.has(key(resource))) first.set(key(resource), resource);
        now.set(key(resource), resource);
        gone.delete(key(resource));
        return reference.indexed(resource, previous);
      },
      unindexed(resource) {
        now.delete(key(resource));
        gone.set(key(resource), resource);
        return reference.unindexed(resource);
      },
      select(index, query) {
        const found = reference.select(index, query);
        if (!applies(query)) return found;
        // What lies below has now done to the index itself what was due; the one that is made here is not the server's.
        const isFormer = former(query);
        const seen = [...now.values()].map((resource) => (isFormer(resource) ? (first.get(key(resource)) ?? resource) : resource));
        const ghosts = deleted ? [...gone.values()].filter(({ resourceType }) => resourceType !== query.type) : [];
        return reference.select(createSearchIndex(index.definitions, index.base, [...seen, ...ghosts]), query);
      },
    };
  };
}

/** What is included is looked for among what is there, and among what was. */
function bringingDeleted(reference: Parameters<Override>[0]): ReturnType<Override> {
  const gone = new Map<string, Resource>();
  return {
    indexed(resource, previous) {
      gone.delete(key(resource));
      return reference.indexed(resource, previous);
    },
    unindexed(resource) {
      gone.set(key(resource), resource);
      return reference.unindexed(resource);
    },
    includes(index, query, matches) {
      const present = reference.includes(index, query, matches);
      return gone.size === 0 ? present : [...present, ...reference.includes(createSearchIndex(index.definitions, index.base, [...matches, ...gone.values()]), query, matches)];
    },
  };
}

/** What is told of a resource has the first instant that it had; the headers are those of the version. */
function lastUpdatedOfCreation(reference: Parameters<Override>[0]): ReturnType<Override> {
  const created = new Map<string, string>();
  const told = (resource: Resource): Resource => {
    const first = created.get(key(resource));
    return first === undefined || resource.meta?.lastUpdated === undefined ? resource : { ...resource, meta: { ...resource.meta, lastUpdated: first } };
  };
  return {
    indexed(resource, previous) {
      if (!created.has(key(resource)) && resource.meta?.lastUpdated !== undefined) created.set(key(resource), resource.meta.lastUpdated);
      return reference.indexed(resource, previous);
    },
    response: (response, request) => onResource(reference.response(response, request), (resource) => toldOf(resource, told)),
  };
}

/** A resource, or each of a Bundle's, as it is told. */
function toldOf(resource: Resource, told: (resource: Resource) => Resource): Resource {
  const { entry } = resource as { entry?: { resource?: Resource }[] };
  return resource.resourceType === 'Bundle' && Array.isArray(entry) ? { ...resource, entry: entry.map((one) => (one.resource === undefined ? one : { ...one, resource: told(one.resource) })) } : told(resource);
}

/** Versions since the last deletion are told as if nothing had been before. */
function versionsRestart(reference: Parameters<Override>[0]): ReturnType<Override> {
  const before = new Map<string, number>();
  const told = (resource: Resource): Resource => {
    const lost = before.get(key(resource)) ?? 0;
    const version = Number(resource.meta?.versionId);
    return lost > 0 && version > lost ? { ...resource, meta: { ...resource.meta, versionId: String(version - lost) } } : resource;
  };
  return {
    response(response, request) {
      const answer = reference.response(response, request);
      const [, place] = /\/([A-Z][A-Za-z]+\/[^/]+)$/.exec(splitUrl(request.url).path) ?? [];
      const version = Number(/^W\/"(\d+)"$/.exec(answer.headers['etag'] ?? '')?.[1]);
      if (request.method === 'DELETE' && place !== undefined && version > 0) before.set(place, version);
      return onResource(answer, (resource) => toldOf(resource, told));
    },
  };
}
