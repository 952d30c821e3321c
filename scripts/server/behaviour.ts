/** The seams: small functions the server decides by, with the reference's answers; a fault or a variant replaces one or two of them. */
import type { BundleEntry, Resource } from '../core/fhir';
import { includes } from '../search/include';
import { parseQuery } from '../search/parse-query';
import { select } from '../search/select';
import type { Query, QueryIssue, SearchDefinitions, SearchIndex } from '../search/types';
import type { Access } from './access';
import { versionIdsOf, type Preferences } from './header-values';
import type { Format } from './media-type';
import type { Pairs } from './query-string';
import type { ServerRequest, ServerResponse } from './request';
import type { Indexing, Version } from './store';
import type { Subset } from './subset';

export interface Behaviour extends Indexing {
  /** What the server hears. With `response` alone, a fault also works as a proxy before any other server. */
  request(request: ServerRequest): ServerRequest;
  /** What the server says; `request` is the one that was sent, before the seam above. */
  response(response: ServerResponse, request: ServerRequest): ServerResponse;
  /** What the sender of a request may see, on a server with access rules; `granted` is what its token gives. */
  access(granted: Access, request: ServerRequest): Access;
  /** Name-value pairs to a query on one type. */
  parse(definitions: SearchDefinitions, type: string, pairs: Pairs, base: string): Query;
  /** The issues for which a search is answered with 400. */
  refused(query: Query, handling: Preferences['handling']): readonly QueryIssue[];
  /** The matches, in order. */
  select(index: SearchIndex, query: Query): readonly Resource[];
  /** What `_include` and `_revinclude` add to the matches of a page. */
  includes(index: SearchIndex, query: Query, matches: readonly Resource[]): readonly Resource[];
  /** How many matches a page holds. */
  pageSize(count: number | undefined, limits: PageLimits): number;
  /** The list from which the pages after the first are cut. */
  continuation(index: SearchIndex, query: Query, matches: readonly Resource[]): readonly Resource[];
  /** Which part of its resources a page shows that begins at this match. */
  subset(asked: Subset, offset: number): Subset;
  /** Where the page after this one begins. */
  nextOffset(offset: number, size: number): number;
  /** What the self link says. */
  selfPairs(used: Pairs, sent: Pairs): Pairs;
  /** Bundle.total; undefined leaves it out. */
  total(matches: number, included: number, asked: Query['total']): number | undefined;
  /** One entry of a search answer. */
  entry(entry: BundleEntry): BundleEntry;
  /** Whether `If-Match` names the current version. */
  isCurrent(ifMatch: string, current: Version | undefined): boolean;
  /** The matches that a conditional create, update or delete takes notice of. */
  candidates(interaction: 'create' | 'update' | 'delete' | 'patch', matches: readonly Resource[]): readonly Resource[];
  /** What a read of a deleted resource shows; undefined for 410. */
  afterlife(versions: readonly Version[]): Resource | undefined;
  /** What `/metadata` shows. */
  statement(statement: Resource): Resource;
  /** The formats in which resources are taken and given, the default first. */
  formats(): readonly Format[];
  /** What is understood of a resource that came in XML. */
  readFromXml(resource: Resource): Resource;
  /** What an answer in XML says of a resource. */
  writtenInXml(resource: Resource): Resource;
  /** The text of an answer in XML as it goes out. */
  xmlText(text: string): string;
}

export interface PageLimits {
  /** Matches on a page when `_count` is not given. */
  pageSize: number;
  /** The most a page may hold, whatever `_count` says. */
  maxPageSize: number;
}

/** Issues of parameters that would filter if they were understood: passing them over would answer more than was asked for. */
const WOULD_FILTER: readonly string[] = ['not-computable', 'unsupported-value', 'never-refers', 'unresolved-value-set'];

/**
 * "handling=strict: Client requests that the server return an error for any unknown or unsupported parameter"; by default
 * "servers SHOULD ignore unknown or unsupported parameters": https://hl7.org/fhir/R4/search.html#errors
 */
function isRefused(issue: QueryIssue, handling: Preferences['handling']): boolean {
  if (issue.treatment === 'reject' || issue.treatment === 'should-reject') return true;
  if (handling === 'strict') return issue.code === 'unknown-parameter' || WOULD_FILTER.includes(issue.code);
  return handling !== 'lenient' && WOULD_FILTER.includes(issue.code);
}

/** What this server does: the specification's rules, and a documented choice where it leaves one. */
export const REFERENCE: Behaviour = {
  request: (request) => request,
  response: (response) => response,
  access: (granted) => granted,
  parse: (definitions, type, pairs, base) => parseQuery(definitions, type, pairs, { base }),
  refused: (query, handling) => query.issues.filter((issue) => isRefused(issue, handling)),
  stored: (resource) => resource,
  indexed: (resource) => resource,
  unindexed: () => true,
  select,
  includes,
  // "the server SHALL NOT return more than _count matches": https://hl7.org/fhir/R4/search.html#count
  pageSize: (count, limits) => Math.min(count ?? limits.pageSize, limits.maxPageSize),
  continuation: (_index, _query, matches) => matches,
  subset: (asked) => asked,
  nextOffset: (offset, size) => offset + size,
  // "the parameters that were actually used to process the search": https://hl7.org/fhir/R4/search.html#conformance
  selfPairs: (used) => used,
  // the number of matches, not of entries: https://hl7.org/fhir/R4/bundle.html#searchset
  total: (matches, _included, asked) => (asked === 'none' ? undefined : matches),
  entry: (entry) => entry,
  isCurrent: (ifMatch, current) => {
    const versionIds = versionIdsOf(ifMatch, 'If-Match');
    if (current?.resource === undefined) return false;
    return versionIds === '*' || versionIds.includes(current.versionId);
  },
  candidates: (_interaction, matches) => matches,
  afterlife: () => undefined,
  statement: (statement) => statement,
  formats: () => ['json', 'xml'],
  readFromXml: (resource) => resource,
  writtenInXml: (resource) => resource,
  xmlText: (text) => text,
};

/** A change of behaviour, made once for each server so that it may keep state of its own. */
export type Override = (reference: Behaviour) => Partial<Behaviour>;

/** The reference with some overrides laid over it, each over the result of the ones before. */
export function behaviourWith(overrides: readonly Override[]): Behaviour {
  return overrides.reduce<Behaviour>((behaviour, override) => ({ ...behaviour, ...override(behaviour) }), REFERENCE);
}

const HTTP_SEAMS: readonly string[] = ['request', 'response'];

/** True for an override that touches nothing but requests and responses, so that it can stand before another server. */
export function isHttpOnly(override: Override): boolean {
  return Object.keys(override(REFERENCE)).every((seam) => HTTP_SEAMS.includes(seam));
}
