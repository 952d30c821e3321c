/** A search in: its matches, and the Bundle page that shows them, out. */
import type { Bundle, BundleEntry, OperationOutcomeIssue, Resource, SearchEntryMode } from '../core/fhir';
import type { Query, QueryIssue, QueryIssueCode } from '../search/types';
import { CURSOR, pageLinks } from './page-links';
import type { Listing } from './page-archive';
import type { Pairs } from './query-string';
import { Refusal, type IssueType } from './refusal';
import type { Answer, Call, Service } from './service';
import { applySubset, type Subset } from './subset';

export interface SearchScope {
  /** Path below the base that the links repeat. */
  path: string;
  types: readonly string[];
  /** Several types were asked for at once: parameters must exist on all of them. */
  mixed: boolean;
  /** Further condition, e.g. membership of a compartment. */
  member?: (resource: Resource) => boolean;
  /** Pairs the caller has dealt with and that belong to the self link, such as `_type`. */
  leading: Pairs;
}

/** Answers a search: the whole of it where it fits on a page, else its first page. */
export function answerSearch(service: Service, call: Call, scope: SearchScope, pairs: Pairs): Answer {
  const cursor = pairs.find(([name]) => name === CURSOR)?.[1];
  if (cursor !== undefined) return answerPage(service, cursor, 'search');
  const queries = scope.types.map((type) => service.behaviour.parse(service.definitions, type, pairs, service.base));
  refuseBad(service, call, scope, queries);
  const found = queries.flatMap((query) => currentOf(service, service.behaviour.select(service.store.index, query)));
  const matches = scope.member === undefined ? found : found.filter(scope.member);
  const first = queries[0];
  const used = [...scope.leading, ...(first?.used ?? []), ...call.representation];
  const count = first?.count;
  const listing: Listing = {
    kind: 'search',
    path: scope.path,
    selfPairs: service.behaviour.selfPairs(used, [...scope.leading, ...pairs, ...call.representation]),
    pagePairs: used,
    size: service.behaviour.pageSize(count, service.limits),
    subset: subsetOfQuery(first),
    total: first?.total,
    queries,
    matches: scope.mixed ? inSortOrder(matches, first) : matches,
  };
  // "If _count has the value 0, this shall be treated the same as _summary=count": https://hl7.org/fhir/R4/search.html#count
  if (count === 0 || first?.summary === 'count') return { status: 200, resource: countBundle(service, listing) };
  return { status: 200, resource: searchPage(service, listing, 0, undefined) };
}

/**
 * The page that a page link stands for.
 * @throws Refusal 410 where the listing is no longer kept, 400 where the link was tampered with
 */
export function answerPage(service: Service, cursor: string, kind: Listing['kind']): Answer {
  const { name, offset } = /^(?<name>[0-9a-z]+)-(?<offset>\d{1,9})$/.exec(cursor)?.groups ?? {};
  const listing = name === undefined ? undefined : service.archive.get(name);
  if (name === undefined || offset === undefined) throw new Refusal(400, 'value', `${CURSOR}=${cursor} is not a page link of this server.`);
  if (listing === undefined || listing.kind !== kind) throw new Refusal(410, 'expired', 'This page link is no longer kept; repeat the search.');
  const page = listing.kind === 'search' ? searchPage(service, listing, Number(offset), name) : historyPage(service, listing, Number(offset), name);
  return { status: 200, resource: page };
}

/** What is current of the resources an index answered with; what the store no longer has stays as the index saw it. */
export function currentOf(service: Service, resources: readonly Resource[]): Resource[] {
  return resources.map((resource) => service.store.live(`${resource.resourceType}/${resource.id}`) ?? resource);
}

function searchPage(service: Service, listing: Listing, offset: number, known: string | undefined): Bundle {
  const { behaviour, store } = service;
  const [query] = listing.queries;
  // The matches stay as they were when the search was answered, whatever was written since.
  const list = offset === 0 || query === undefined || listing.queries.length > 1 ? listing.matches : behaviour.continuation(store.index, query, listing.matches);
  const page = list.slice(offset, offset + listing.size);
  const shown = new Set(page.map((resource) => `${resource.resourceType}/${resource.id}`));
  const included = listing.queries.flatMap((query) => {
    const own = page.filter((resource) => resource.resourceType === query.type);
    return own.length === 0 ? [] : currentOf(service, behaviour.includes(store.index, query, own));
  });
  // "match wins over include", and nothing twice: https://hl7.org/fhir/R4/search.html#entries
  const extra = included.filter((resource) => {
    const reference = `${resource.resourceType}/${resource.id}`;
    if (shown.has(reference)) return false;
    shown.add(reference);
    return true;
  });
  const subset = behaviour.subset(listing.subset, offset);
  const { summary, elements } = subset;
  const qualified = elements?.filter((name) => name.includes('.'));
  const includeSubset: Subset = { ...(summary === undefined ? {} : { summary }), ...(qualified === undefined ? {} : { elements: qualified }) };
  const entries = [
    ...page.map((resource) => entryOf(service, resource, 'match', subset)),
    ...extra.map((resource) => entryOf(service, resource, 'include', includeSubset)),
  ];
  const total = behaviour.total(listing.matches.length, extra.length, listing.total);
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link: pageLinks(service, listing, offset, list.length, known),
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

function entryOf(service: Service, resource: Resource, mode: SearchEntryMode, subset: Subset): BundleEntry {
  return service.behaviour.entry({
    fullUrl: `${service.base}/${resource.resourceType}/${resource.id}`,
    resource: applySubset(service.elements, resource, subset),
    search: { mode },
  });
}

/** One page of a history: https://hl7.org/fhir/R4/http.html#history */
export function historyPage(service: Service, listing: Listing, offset: number, known: string | undefined): Bundle {
  const versions = listing.versions ?? [];
  const page = versions.slice(offset, offset + listing.size);
  const entries = page.map((version): BundleEntry => ({
    fullUrl: `${service.base}/${version.type}/${version.id}`,
    ...(version.resource === undefined ? {} : { resource: applySubset(service.elements, version.resource, listing.subset) }),
    request: { method: version.method, url: version.method === 'POST' ? version.type : `${version.type}/${version.id}` },
    response: {
      status: version.method === 'DELETE' ? '204 No Content' : version.method === 'POST' || version.versionId === '1' ? '201 Created' : '200 OK',
      etag: `W/"${version.versionId}"`,
      lastModified: version.lastUpdated,
    },
  }));
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: versions.length,
    link: pageLinks(service, listing, offset, versions.length, known),
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

function countBundle(service: Service, listing: Listing): Bundle {
  const total = service.behaviour.total(listing.matches.length, 0, 'accurate');
  return { resourceType: 'Bundle', type: 'searchset', ...(total === undefined ? {} : { total }), link: pageLinks(service, { ...listing, size: Infinity }, 0, 0, undefined) };
}

function subsetOfQuery(query: Query | undefined): Subset {
  return { ...(query?.summary === undefined ? {} : { summary: query.summary }), ...(query?.elements === undefined ? {} : { elements: query.elements }) };
}

/** Across types only what every resource has can order: _id and _lastUpdated; else types follow each other. */
function inSortOrder(matches: readonly Resource[], query: Query | undefined): readonly Resource[] {
  const keys = (query?.sort ?? []).flatMap(({ definition, descending }) => {
    const key = definition.code === '_id' ? (resource: Resource) => resource.id ?? '' : (resource: Resource) => resource.meta?.lastUpdated ?? '';
    return definition.code === '_id' || definition.code === '_lastUpdated' ? [{ key, sign: descending ? -1 : 1 }] : [];
  });
  if (keys.length === 0) return matches;
  return matches.toSorted((a, b) => {
    for (const { key, sign } of keys) {
      if (key(a) !== key(b)) return key(a) < key(b) ? -sign : sign;
    }
    return 0;
  });
}

const ISSUE_CODES: Readonly<Partial<Record<QueryIssueCode, IssueType>>> = {
  'bad-value': 'value',
  'unknown-parameter': 'not-supported',
  'unsupported-modifier': 'not-supported',
  'unsupported-value': 'not-supported',
  'never-refers': 'value',
  'not-computable': 'not-supported',
  'unknown-query': 'not-supported',
};

function refuseBad(service: Service, call: Call, scope: SearchScope, queries: readonly Query[]): void {
  const issues = new Map<string, QueryIssue>();
  for (const query of queries) {
    for (const issue of service.behaviour.refused(query, call.preferences.handling)) issues.set(`${issue.code} ${issue.parameter}`, issue);
    // A parameter that one of the types lacks "is an error, and a server SHOULD return a 400": https://hl7.org/fhir/R4/http.html#vsearch
    const lacking = scope.mixed ? query.issues.filter((issue) => issue.code === 'unknown-parameter') : [];
    for (const issue of lacking) issues.set(`${issue.code} ${issue.parameter}`, issue);
  }
  if (issues.size > 0) throw new Refusal(400, 'invalid', 'The search has errors.', { issues: [...issues.values()].map(toIssue) });
}

/** A query issue as an OperationOutcome issue. */
export function toIssue(issue: QueryIssue): OperationOutcomeIssue {
  return { severity: 'error', code: ISSUE_CODES[issue.code] ?? 'invalid', diagnostics: `${issue.parameter}: ${issue.message} (${issue.url})` };
}
