/** Every legal variant, one row each: behaviour that a tester must leave alone. */
import type { Bundle, Resource } from '../core/fhir';
import type { Criterion, SearchIndex, SearchValue } from '../search/types';
import type { Behaviour } from './behaviour';
import { mapResources, refusal, stating } from './faults/honesty';
import { askingEach } from './faults/matching';
import { linkPairs } from './faults/results';
import type { VariantRow } from './faults/row';
import { answering, hearing, isFilter, isSearch, onResource, pairsOf, responding, withEntries, withoutHeaders, withPairs } from './faults/rewriting';
import { encodePairs, splitUrl, type Pairs } from './query-string';
import { outcome } from './refusal';

const HTTP = 'https://hl7.org/fhir/R4/http.html';
const SEARCH = 'https://hl7.org/fhir/R4/search.html';

const linking = (change: (url: string, relation: string) => string | undefined) => (bundle: Bundle): Bundle => ({
  ...bundle,
  link: bundle.link?.flatMap(({ relation, url }) => {
    const changed = change(url, relation);
    return changed === undefined ? [] : [{ relation, url: changed }];
  }),
});

const sayingSelf = (change: (pairs: Pairs) => string) => answering((bundle) => linking((url, relation) => (relation === 'self' ? `${splitUrl(url).path}?${change(linkPairs(bundle, 'self') ?? [])}` : url))(bundle));

export const VARIANTS: readonly VariantRow[] = [
  { id: 'no-total', does: 'Bundle.total is left out where entries are returned.', url: `${SEARCH}#total`, override: answering(({ total, ...bundle }) => (bundle.entry === undefined ? { ...bundle, ...(total === undefined ? {} : { total }) } : bundle)) },
  { id: 'self-link-reordered', does: 'The self link carries its parameters in another order.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => encodePairs([...pairs].reverse())) },
  { id: 'self-link-encoded', does: 'The self link percent-encodes more than it must.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${[...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`).join('&')) },
  { id: 'self-link-relative', does: 'The self link is relative.', url: `${SEARCH}#conformance`, override: answering(linking((url, relation) => (relation === 'self' ? relativeTo(url) : url))) },
  { id: 'self-link-with-defaults', does: 'The self link adds defaults that were used.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => encodePairs(pairs.some(([name]) => name === '_count') ? pairs : [...pairs, ['_count', '50']])) },
  { id: 'small-pages', does: 'A page holds three matches at most, whatever _count asks for.', url: `${SEARCH}#count`, override: (reference) => ({ pageSize: (count, limits) => Math.min(3, reference.pageSize(count, limits)) }) },
  { id: 'outcome-entry', does: 'Every search answer has an OperationOutcome entry with a warning.', url: `${HTTP}#search`, override: answering((bundle) => withEntries(bundle, [...(bundle.entry ?? []), { resource: outcome('warning', 'informational', 'Results are as of now.'), search: { mode: 'outcome' } }])) },
  { id: 'tokens-ignore-case', does: 'Codes are found in upper and lower case alike.', url: `${SEARCH}#token`, override: askingEach(inEveryCase) },
  { id: 'unknown-parameter-refused', does: 'An unknown parameter is answered with 400, unless the client asks for leniency.', url: `${SEARCH}#errors`, override: (reference) => ({ refused: (query, handling) => [...reference.refused(query, handling), ...query.issues.filter(({ code }) => code === 'unknown-parameter' && handling !== 'lenient')] }) },
  { id: 'absolute-references', does: 'References in resources are absolute.', url: 'https://hl7.org/fhir/R4/references.html#literal', override: responding((response, request) => onResource(response, (resource) => withAbsoluteReferences(resource, request.headers.host, request.url))) },
  { id: 'missing-first', does: '_sort puts resources without a value first.', url: `${SEARCH}#sort`, override: (reference) => ({
      select(index, query) {
        const [key] = query.sort;
        const matches = reference.select(index, query);
        if (key === undefined) return matches;
        const valued = new Set(reference.select(index, { ...query, sort: [], criteria: [...query.criteria, missing(key.definition, 'false')] }));
        return [...matches.filter((resource) => !valued.has(resource)), ...matches.filter((resource) => valued.has(resource))];
      },
    }) },
  { id: 'no-has', does: '_has is refused with 400.', url: `${SEARCH}#has`, override: responding((response, request) => (isSearch(request) && pairsOf(request).some(([name]) => name.startsWith('_has:')) ? refusal(400, '_has is not supported.') : response)) },
  { id: 'or-of-dates-refused', does: 'Several dates joined by a comma are refused with 400.', url: `${SEARCH}#combining`, override: responding((response, request) => (isSearch(request) && pairsOf(request).some(([name, value]) => isFilter(name) && /^([a-z]{2})?\d{4}(-\d\d)*.*,([a-z]{2})?\d{4}(-\d\d)/.test(value)) ? refusal(400, 'Several dates are not supported.') : response)) },
  { id: 'system-search-params', does: 'Parameters of all resources are declared once, for the system.', url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.searchParam', override: stating((statement) => mapResources(statement, (row) => ({ ...row, searchParam: row.searchParam?.filter(({ name }) => !name.startsWith('_')) }))) },
  { id: 'get-search-refused', does: 'Searches by GET are answered with 405, by POST they work.', url: `${HTTP}#search`, override: responding((response, request) => (request.method === 'GET' && /\/[A-Z][A-Za-z]+\?/.test(request.url) && !request.url.includes('_cursor=') ? { ...refusal(405, 'Search by POST.'), headers: { ...refusal(405, '').headers, allow: 'POST' } } : response)) },
  { id: 'deleted-is-404', does: 'Deleted resources are not told from unknown ones.', url: `${HTTP}#read`, override: responding((response) => (response.status === 410 ? { ...refusal(404, 'There is no such resource.') } : response)) },
  { id: 'conditional-read-unsupported', does: 'If-None-Match and If-Modified-Since are passed over, and it says so.', url: `${HTTP}#cread`, override: (reference) => ({
      ...hearing((request) => (request.method === 'GET' ? withoutHeaders(request, 'if-none-match', 'if-modified-since') : request))(reference),
      ...stating((statement) => mapResources(statement, (row) => ({ ...row, conditionalRead: 'not-supported' })))(reference),
    }) },
  { id: 'stale-is-409', does: 'A stale If-Match is answered with 409.', url: `${HTTP}#rejecting-updates`, override: responding((response, request) => (response.status === 412 && request.headers['if-match'] !== undefined ? { ...response, status: 409 } : response)) },
  { id: 'delete-with-outcome', does: 'A delete answers 200 with an OperationOutcome.', url: `${HTTP}#delete`, override: responding((response, request) => (request.method === 'DELETE' && response.status === 204 ? { status: 200, headers: { ...response.headers, 'content-type': 'application/fhir+json' }, body: JSON.stringify(outcome('information', 'informational', 'Deleted.')) } : response)) },
  { id: 'only-next-links', does: 'Pages have no first, previous and last links.', url: `${HTTP}#paging`, override: answering(linking((url, relation) => (['first', 'previous', 'last'].includes(relation) ? undefined : url))) },
  { id: 'previous-as-prev', does: 'The link to the page before is called prev.', url: `${HTTP}#paging`, override: answering((bundle) => ({ ...bundle, link: bundle.link?.map((link) => (link.relation === 'previous' ? { ...link, relation: 'prev' } : link)) })) },
  {
    id: 'page-links-at-base',
    does: 'Page links lie at the base, not under the type, and show no parameters.',
    url: `${HTTP}#paging`,
    override: (reference) => {
      const places = new Map<string, string>();
      return {
        request(request) {
          const before = reference.request(request);
          const place = places.get(/[?&]_getpages=([^&]*)/.exec(before.url)?.[1] ?? '');
          return place === undefined ? before : { ...before, url: place };
        },
        response: (response, request) =>
          answering(linking((url, relation) => {
            if (relation === 'self') return url;
            const [, root = '', path = ''] = /^(https?:\/\/[^/]+)(\/.*)$/.exec(url) ?? [];
            const name = `p${places.size + 1}`;
            places.set(name, path);
            return `${root}${path.replace(/\/[A-Z].*$/, '')}?_getpages=${name}`;
          }))(reference).response?.(response, request) ?? response,
      };
    },
  },
  { id: 'summary-ignored', does: '_summary (but count) and _elements are passed over, and the self link says so.', url: `${SEARCH}#summary`, override: hearing((request) => (isSearch(request) ? withPairs(request, pairsOf(request).filter(([name, value]) => name !== '_elements' && (name !== '_summary' || value === 'count'))) : request)) },
  { id: 'update-as-create-refused', does: 'A client cannot choose ids: an update of what does not exist is answered with 405, and it says so.', url: `${HTTP}#upsert`, override: (reference) => ({
      ...stating((statement) => mapResources(statement, (row) => ({ ...row, updateCreate: false })))(reference),
      request: (request) => reference.request(request.method === 'PUT' && /\/[A-Z][A-Za-z]+\/[^/?]+$/.test(request.url) && request.headers['if-match'] === undefined ? { ...request, headers: { ...request.headers, 'if-match': '*' } } : request),
      response: (response, request) => (response.status === 412 && request.method === 'PUT' && request.headers['if-match'] === undefined ? refusal(405, 'Ids are given by this server.') : stating((statement) => mapResources(statement, (row) => ({ ...row, updateCreate: false })))(reference).response?.(response, request) ?? response),
    }) },
  { id: 'late-index', does: 'Searches see a write only three requests later.', url: `${SEARCH}#currency`, override: lateIndex },
  { id: 'content-type-without-charset', does: 'The Content-Type names no charset.', url: `${HTTP}#mime-type`, override: responding((response) => (response.headers['content-type'] === undefined ? response : { ...response, headers: { ...response.headers, 'content-type': response.headers['content-type'].replace(/;\s*charset=[^;]*/, '') } })) },
  { id: 'pretty', does: 'Every answer is pretty-printed.', url: `${HTTP}#parameters`, override: responding((response) => (response.body.startsWith('{') ? { ...response, body: `${JSON.stringify(JSON.parse(response.body), null, 2)}\n` } : response)) },
  { id: 'no-body-after-write', does: 'Writes answer without a body where no preference is stated.', url: `${HTTP}#ops`, override: hearing((request) => (['POST', 'PUT', 'PATCH'].includes(request.method) && !/return=/.test(request.headers.prefer ?? '') && /\/[A-Z]/.test(request.url) && !request.url.includes('/_search') ? { ...request, headers: { ...request.headers, prefer: [request.headers.prefer, 'return=minimal'].filter(Boolean).join(', ') } } : request)) },
];

/** Writes wait in a queue that moves with the requests, so that no clock is needed; what was there from the start is seen at once. */
function lateIndex(reference: Behaviour): Partial<Behaviour> {
  const queue: { due: number; apply: (index: SearchIndex) => void }[] = [];
  let requests = 0;
  return {
    request(request) {
      requests += 1;
      return reference.request(request);
    },
    indexed(resource, previous) {
      if (requests === 0) return reference.indexed(resource, previous);
      queue.push({ due: requests + 3, apply: (index) => index.put(resource) });
      return previous;
    },
    unindexed(resource) {
      queue.push({ due: requests + 3, apply: (index) => index.remove(`${resource.resourceType}/${resource.id}`) });
      return false;
    },
    select(index, query) {
      while ((queue[0]?.due ?? Infinity) <= requests) queue.shift()?.apply(index);
      return reference.select(index, query);
    },
  };
}

/** What is left of an absolute URL from the first resource type on; the root as it is. */
function relativeTo(url: string): string {
  const { path, query } = splitUrl(url);
  return path.replace(/^https?:\/\/[^/]+\/(?:.*?\/)?(?=[A-Z][A-Za-z]+(?:\/|$))/, '') + (query === '' ? '' : `?${query}`);
}

function missing(definition: Criterion['definition'], text: 'true' | 'false'): Criterion {
  return { raw: `${definition.code}:missing`, written: `${definition.code}:missing=${text}`, definition, modifier: 'missing', values: [{ raw: text, prefix: 'eq', text, parts: [text] }] };
}

/** A code in other cases too; ids and what is negated stay as they are. */
function inEveryCase(criterion: Criterion): Criterion {
  if (criterion.definition.type !== 'token' || criterion.modifier !== undefined || criterion.definition.code === '_id') return criterion;
  const values = criterion.values.flatMap((value): SearchValue[] => [value, cased(value, (text) => text.toUpperCase()), cased(value, (text) => text.toLowerCase())]);
  return { ...criterion, values };
}

function cased(value: SearchValue, change: (text: string) => string): SearchValue {
  const last = value.parts.length - 1;
  const parts = value.parts.map((part, position) => (position === last ? change(part) : part));
  return { ...value, parts, text: parts.join('|'), raw: parts.map((part) => part.replace(/[\\,$|]/g, '\\$&')).join('|') };
}

function withAbsoluteReferences(resource: Resource, host: string | undefined, url: string): Resource | undefined {
  if (resource.resourceType === 'CapabilityStatement') return undefined;
  const entryRoot = (resource as Bundle).entry?.map(({ fullUrl }) => /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[^/]+$/.exec(fullUrl ?? '')?.[1]).find((root) => root !== undefined);
  const root = entryRoot ?? (host === undefined ? undefined : `http://${host}${splitUrl(url).path.replace(/\/[A-Z].*$/, '')}`);
  if (root === undefined) return undefined;
  const visit = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return name === 'reference' && /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+/.test(value) ? `${root}/${value}` : value;
    if (Array.isArray(value)) return value.map((item) => visit(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child, key)]));
  };
  return visit(resource, '') as Resource;
}
