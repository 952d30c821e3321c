/** Legal variants in what a search answers: totals, links, pages, entries, order. */
import type { Bundle, Resource } from '../../core/fhir';
import { FROM_R5 } from '../../core/fhir-version';
import type { Criterion } from '../../search/types';
import type { Behaviour, Override } from '../behaviour';
import { inShortPages } from '../faults/history';
import { linkPairs } from '../faults/results';
import { answering, hearing, isSearch, onResource, pairsOf, responding, withEntries, withPairs } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import { encodePairs, splitUrl, type Pairs } from '../query-string';
import { outcome } from '../refusal';
import type { ServerRequest, ServerResponse } from '../request';

const HTTP = 'https://hl7.org/fhir/R4/http.html';
const SEARCH = 'https://hl7.org/fhir/R4/search.html';

export const ANSWER_VARIANTS: readonly VariantRow[] = [
  {
    id: 'no-total',
    does: 'Bundle.total is left out where entries are returned.',
    url: `${SEARCH}#total`,
    override: answering((bundle) => {
      const rest: Bundle = { ...bundle };
      if (bundle.entry !== undefined) delete rest.total;
      return rest;
    }),
  },
  { id: 'self-link-reordered', does: 'The self link carries its parameters in another order.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => encodePairs([...pairs].reverse())) },
  { id: 'self-link-encoded', does: 'The self link percent-encodes more than it must.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodedByByte(value)}`).join('&')) },
  { id: 'self-link-relative', does: 'The self link is relative.', url: `${SEARCH}#conformance`, override: answering(linking((url, relation) => (relation === 'self' ? relativeTo(url) : url))) },
  {
    id: 'self-link-with-defaults',
    does: 'The self link adds defaults that were used.',
    url: `${SEARCH}#conformance`,
    override: sayingSelf((pairs) => encodePairs(pairs.some(([name]) => name === '_count') ? pairs : [...pairs, ['_count', '50']])),
  },
  { id: 'self-link-with-types', does: 'The self link writes the type into references and chains that leave it out.', url: `${SEARCH}#conformance`, override: sayingSelf((pairs) => encodePairs(pairs.map(([name, value]) => (name === 'patient' && !value.includes('/') ? ['patient', `Patient/${value}`] : [name.replace(/^patient\./, 'patient:Patient.'), value])))) },
  { id: 'self-link-other-host', does: 'The self link names the server by the host it has behind a proxy.', url: `${SEARCH}#conformance`, override: answering(linking((url, relation) => (relation === 'self' ? url.replace(/^https?:\/\/[^/]+/, 'http://fhir.internal:8080') : url))) },
  {
    id: 'no-search-mode',
    does: 'The entries of a search answer have no search element, but for what is included.',
    url: `${SEARCH}#entries`,
    override: answering((bundle) => withEntries(bundle, (bundle.entry ?? []).map(({ search, ...entry }) => (search?.mode === 'match' ? entry : { ...entry, ...(search === undefined ? {} : { search }) })))),
  },
  { id: 'small-pages', does: 'A page holds three matches at most, whatever _count asks for.', url: `${SEARCH}#count`, override: (reference) => ({ pageSize: (count, limits) => Math.min(3, reference.pageSize(count, limits)) }) },
  { id: 'history-in-short-pages', does: 'A page of a history holds two versions at most, whatever _count asks for.', url: `${HTTP}#history`, override: hearing((request) => inShortPages(request, [], 2)) },
  { id: 'only-next-links', does: 'Pages have no first, previous and last links.', url: `${HTTP}#paging`, override: answering(linking((url, relation) => (['first', 'previous', 'last'].includes(relation) ? undefined : url))) },
  {
    id: 'previous-as-prev',
    does: 'The link to the page before is called prev.',
    url: `${HTTP}#paging`,
    override: answering((bundle) => ({ ...bundle, link: bundle.link?.map((link) => (link.relation === 'previous' ? { ...link, relation: 'prev' } : link)) })),
  },
  { id: 'page-links-at-base', does: 'Page links lie at the base, not under the type, and show no parameters.', url: `${HTTP}#paging`, override: pageLinksAtBase },
  {
    id: 'outcome-entry',
    does: 'Every search answer has an OperationOutcome entry with a warning.',
    url: `${HTTP}#search`,
    override: answering((bundle) => withEntries(bundle, [...(bundle.entry ?? []), { resource: outcome('warning', 'informational', 'Results are as of now.'), search: { mode: 'outcome' } }])),
  },
  {
    id: 'errors-in-outcome',
    does: 'A search with a value that cannot be read is answered by a search set of nothing but an outcome that says so.',
    versions: FROM_R5,
    url: 'https://hl7.org/fhir/R5/search.html#errors',
    override: responding((response, request) => (response.status === 400 && isSearch(request) && !pairsOf(request).some(([name]) => name.includes(':')) ? toldInOutcome(request) : response)),
  },
  { id: 'includes-more', does: 'The subject of each match is included unasked.', url: `${SEARCH}#include`, override: includesMore },
  { id: 'includes-not-repeated', does: 'What was included on a page is not included again on the pages after it.', url: `${SEARCH}#Paging`, override: includesOnce },
  { id: 'absolute-references', does: 'References in resources are absolute.', url: 'https://hl7.org/fhir/R4/references.html#literal', override: responding((response, request) => onResource(response, (resource) => withAbsoluteReferences(resource, request.headers.host, request.url))) },
  { id: 'ids-sorted-as-read', does: '_sort=_id compares as people do: numbers by their size, letters in either case alike.', url: `${SEARCH}#sort`, override: sortedAsRead },
  { id: 'missing-first', does: '_sort puts resources without a value first.', url: `${SEARCH}#sort`, override: missingFirst },
  {
    id: 'summary-ignored',
    does: '_summary (but count) and _elements are passed over, and the self link says so.',
    url: `${SEARCH}#summary`,
    override: hearing((request) => (isSearch(request) ? withPairs(request, pairsOf(request).filter(([name, value]) => name !== '_elements' && (name !== '_summary' || value === 'count'))) : request)),
  },
  {
    id: 'narrative-of-part',
    does: 'What is left of a resource by _summary or _elements has a narrative that was written for the part.',
    url: 'https://hl7.org/fhir/R4/narrative.html',
    override: answering((bundle) => withEntries(bundle, (bundle.entry ?? []).map((entry) => (entry.resource?.meta?.tag?.some(({ code }) => code === 'SUBSETTED') === true ? { ...entry, resource: { ...entry.resource, text: PART } } : entry)))),
  },
  {
    id: 'elements-without-meta',
    does: 'What is left of a resource by _elements has nothing in meta but the tag SUBSETTED.',
    // "Only elements that are listed are to be returned", and meta is not mandatory.
    url: `${SEARCH}#elements`,
    override: answering((bundle, request) => {
      if (!pairsOf(request).some(([name]) => name === '_elements')) return undefined;
      return withEntries(bundle, (bundle.entry ?? []).map((entry) => (entry.resource?.meta === undefined ? entry : { ...entry, resource: { ...entry.resource, meta: { tag: entry.resource.meta.tag?.filter(({ code }) => code === 'SUBSETTED') ?? [] } } })));
    }),
  },
];

const PART = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>A part of a resource.</p></div>' };

/** As if each search of studies asked for its subjects too. */
function includesMore(reference: Behaviour): Partial<Behaviour> {
  return {
    includes(index, query, matches) {
      const asked = reference.includes(index, query, matches);
      const known = new Set([...asked, ...matches].map(({ resourceType, id }) => `${resourceType}/${id}`));
      const subjects = new Set(matches.map((match) => (match as { subject?: { reference?: string } }).subject?.reference ?? ''));
      const more = [...subjects].filter((reference) => !known.has(reference)).flatMap((reference) => index.get(reference) ?? []);
      return [...asked, ...more];
    },
  };
}

/** The name in the page links says of which search a page is. */
function includesOnce(reference: Behaviour): Partial<Behaviour> {
  const before = new Map<string, Set<string>>();
  return answering((bundle) => {
    const name = bundle.link?.flatMap(({ url }) => /[?&]_cursor=([^&]*)-\d+/.exec(url)?.[1] ?? [])[0];
    if (name === undefined) return undefined;
    const known = before.get(name) ?? new Set();
    before.set(name, known);
    const left = (bundle.entry ?? []).filter(({ search, fullUrl = '' }) => search?.mode !== 'include' || !known.has(fullUrl));
    for (const { fullUrl = '' } of left) known.add(fullUrl);
    return withEntries(bundle, left);
  })(reference);
}

function linking(change: (url: string, relation: string) => string | undefined): (bundle: Bundle) => Bundle {
  return (bundle) => ({
    ...bundle,
    link: bundle.link?.flatMap(({ relation, url }) => {
      const changed = change(url, relation);
      return changed === undefined ? [] : [{ relation, url: changed }];
    }),
  });
}

function sayingSelf(change: (pairs: Pairs) => string): Override {
  return answering((bundle) => linking((url, relation) => (relation === 'self' ? `${splitUrl(url).path}?${change(linkPairs(bundle, 'self') ?? [])}` : url))(bundle));
}

function encodedByByte(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** What is left of an absolute URL from the first resource type on; the root as it is. */
function relativeTo(url: string): string {
  const { path, query } = splitUrl(url);
  return path.replace(/^https?:\/\/[^/]+\/(?:.*?\/)?(?=[A-Z][A-Za-z]+(?:\/|$))/, '') + (query === '' ? '' : `?${query}`);
}

/** Each page link becomes a name at the base that only this server can read. */
function pageLinksAtBase(reference: Behaviour): Partial<Behaviour> {
  const places = new Map<string, string>();
  const named = linking((url, relation) => {
    if (relation === 'self') return url;
    const [, root = '', path = ''] = /^(https?:\/\/[^/]+)(\/.*)$/.exec(url) ?? [];
    const name = `p${places.size + 1}`;
    places.set(name, path);
    // Before another server the links may lie at the base already, with parameters of their own.
    return `${root}${path.replace(/(\/[A-Z]|\?).*$/, '')}?_getpages=${name}`;
  });
  return {
    ...answering(named)(reference),
    request(request) {
      const before = reference.request(request);
      const place = places.get(/[?&]_getpages=([^&]*)/.exec(before.url)?.[1] ?? '');
      return place === undefined ? before : { ...before, url: place };
    },
  };
}

function missingFirst(reference: Behaviour): Partial<Behaviour> {
  return {
    select(index, query) {
      const [key] = query.sort;
      const matches = reference.select(index, query);
      if (key === undefined) return matches;
      const valued = new Set(reference.select(index, { ...query, sort: [], criteria: [...query.criteria, present(key.definition)] }));
      return [...matches.filter((resource) => !valued.has(resource)), ...matches.filter((resource) => valued.has(resource))];
    },
  };
}

function sortedAsRead(reference: Behaviour): Partial<Behaviour> {
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  return {
    select(index, query) {
      const [key, ...others] = query.sort;
      const matches = reference.select(index, query);
      if (key?.definition.code !== '_id' || others.length > 0) return matches;
      return [...matches].sort((a, b) => collator.compare(a.id ?? '', b.id ?? '') * (key.descending ? -1 : 1));
    },
  };
}

/** The criterion `code:missing=false`. */
function present(definition: Criterion['definition']): Criterion {
  const raw = `${definition.code}:missing`;
  return { raw, written: `${raw}=false`, definition, modifier: 'missing', values: [{ raw: 'false', prefix: 'eq', text: 'false', parts: ['false'] }] };
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

/** Parameters that were not used are not in the self link. */
function toldInOutcome({ url }: ServerRequest): ServerResponse {
  const link = [{ relation: 'self', url: splitUrl(url).path.replace(/\/_search$/, '').replace(/^.*\//, '') }];
  const bundle: Bundle = { resourceType: 'Bundle', type: 'searchset', total: 0, link, entry: [{ resource: outcome('warning', 'invalid', 'A value of the search cannot be read.'), search: { mode: 'outcome' } }] };
  return { status: 200, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: JSON.stringify(bundle) };
}
