/** Faults in the answer of a search: pages, counts, order, what is added, how entries are marked. */
import type { Bundle, BundleEntry, Resource } from '../../core/fhir';
import { BEFORE_R5 } from '../../core/fhir-version';
import { createSearchIndex } from '../../search/search-index';
import { CURSOR } from '../page-links';
import { decodePairs, splitUrl, type Pair } from '../query-string';
import { clause, rule, type FaultRow } from './row';
import { answering, mappingPairs, matchesIn, pairsOf, parameterOf, withEntries } from './rewriting';

const paging = clause('search-paging', 'http.html#paging');
const drop = (...names: string[]) => mappingPairs(([name]) => (names.includes(name.split(':', 1)[0] ?? name) ? [] : undefined));
const eachEntry = (change: (entry: BundleEntry) => BundleEntry) => answering((bundle) => (bundle.entry === undefined ? undefined : withEntries(bundle, bundle.entry.map(change))));
const isIncluded = (entry: BundleEntry) => entry.search?.mode === 'include';

export const RESULT_FAULTS: readonly FaultRow[] = [
  {
    id: 'next-loses-modifier',
    group: 'results',
    does: 'The pages after the first pass over modifiers.',
    breaks: paging,
    override: (reference) => ({ continuation: (index, query) => reference.select(index, { ...query, criteria: query.criteria.map(({ modifier: _dropped, ...criterion }) => criterion) }) }),
  },
  {
    id: 'next-loses-filters',
    group: 'results',
    does: 'The pages after the first hold everything of the type.',
    breaks: paging,
    override: (reference) => ({ continuation: (index, query) => reference.select(index, { ...query, criteria: [] }) }),
  },
  {
    id: 'next-repeats-page-one',
    group: 'results',
    does: 'The next link leads to the first page again.',
    breaks: paging,
    override: () => ({ nextOffset: () => 0 }),
  },
  {
    id: 'next-skips-one',
    group: 'results',
    does: 'Between two pages one match is lost.',
    breaks: paging,
    override: () => ({ nextOffset: (offset, size) => offset + size + 1 }),
  },
  {
    id: 'next-overlaps',
    group: 'results',
    does: 'The last match of a page is the first of the next.',
    breaks: paging,
    override: () => ({ nextOffset: (offset, size) => offset + Math.max(1, size - 1) }),
  },
  {
    id: 'next-missing',
    group: 'results',
    does: 'No page has a next link, though there is more.',
    breaks: paging,
    override: answering((bundle) => ({ ...bundle, link: bundle.link?.filter(({ relation }) => relation !== 'next') })),
  },
  {
    id: 'next-missing-elsewhere',
    group: 'results',
    does: 'Searches of other types than ImagingStudy have no next link, though there is more.',
    breaks: paging,
    override: answering((bundle, request) => (/\/ImagingStudy(\/|$)/.test(splitUrl(request.url).path) ? undefined : { ...bundle, link: bundle.link?.filter(({ relation }) => relation !== 'next') })),
  },
  {
    id: 'post-next-unusable',
    group: 'results',
    does: 'After a search by POST the next link leads nowhere.',
    breaks: paging,
    override: answering((bundle, request) => (request.method !== 'POST' ? undefined : { ...bundle, link: bundle.link?.map((link) => (link.relation === 'next' ? { ...link, url: `${splitUrl(link.url).path}/_search` } : link)) })),
  },
  {
    id: 'chained-page-two-truncated',
    group: 'results',
    does: 'The later pages of a chained search lose the last match.',
    breaks: paging,
    override: (reference) => ({ continuation: (index, query, matches) => (query.criteria.some(({ chain }) => chain !== undefined) ? matches.slice(0, -1) : reference.continuation(index, query, matches)) }),
  },
  {
    id: 'includes-consume-count',
    group: 'results',
    does: 'Included resources take the place of matches on a page, and the matches are on no other.',
    // Fewer matches on a page than asked for are legal; that they are on none is not.
    breaks: paging,
    override: answering((bundle, request) => {
      const count = Number(parameterOf(request, '_count'));
      const included = (bundle.entry ?? []).filter(isIncluded);
      if (!(count > 0) || included.length === 0) return undefined;
      return withEntries(bundle, [...matchesIn(bundle).slice(0, Math.max(1, count - included.length)), ...included]);
    }),
  },
  {
    id: 'include-marked-match',
    group: 'results',
    does: 'Included resources are marked as matches.',
    breaks: clause('search-entry-mode', 'search.html#entries'),
    override: eachEntry((entry) => (isIncluded(entry) ? { ...entry, search: { mode: 'match' } } : entry)),
  },
  {
    id: 'entry-mode-missing',
    group: 'results',
    does: 'Entries do not say whether they match or are included.',
    breaks: clause('search-entry-mode', 'search.html#entries'),
    override: eachEntry(({ search: _dropped, ...entry }) => entry),
  },
  {
    id: 'total-counts-includes',
    group: 'results',
    does: 'total counts included resources too.',
    breaks: rule('total'),
    override: answering((bundle) => (bundle.total === undefined ? undefined : { ...bundle, total: bundle.total + (bundle.entry ?? []).filter(isIncluded).length })),
  },
  {
    id: 'total-of-page',
    group: 'results',
    does: 'total counts what is on the page.',
    breaks: rule('total'),
    override: answering((bundle) => (bundle.total === undefined || bundle.entry === undefined ? undefined : { ...bundle, total: matchesIn(bundle).length })),
  },
  {
    id: 'total-off-by-one',
    group: 'results',
    does: 'total is one too high.',
    breaks: rule('total'),
    override: answering((bundle) => (bundle.total === undefined ? undefined : { ...bundle, total: bundle.total + 1 })),
  },
  {
    id: 'count-exceeded',
    group: 'results',
    does: 'A page holds one match more than _count.',
    breaks: rule('count'),
    override: mappingPairs(([name, value]) => (name === '_count' && Number(value) > 0 ? [[name, String(Number(value) + 1)]] : undefined)),
  },
  { id: 'count-ignored', group: 'results', does: '_count is passed over.', breaks: rule('count'), override: drop('_count') },
  {
    id: 'count-zero-with-next',
    group: 'results',
    does: 'The answer to _count=0 has a next link.',
    breaks: clause('search-count-zero', 'search.html#count'),
    override: answering((bundle, request) => (pairsOf(request).some(([name, value]) => name === '_count' && value === '0') ? { ...bundle, link: [...(bundle.link ?? []), { relation: 'next', url: bundle.link?.[0]?.url ?? '' }] } : undefined)),
  },
  {
    id: 'count-zero-with-entries',
    group: 'results',
    does: '_count=0 returns entries.',
    breaks: clause('search-count-zero', 'search.html#count'),
    override: mappingPairs(([name, value]) => (name === '_count' && value === '0' ? [] : undefined)),
  },
  {
    id: 'summary-count-with-entries',
    group: 'results',
    does: '_summary=count returns entries.',
    breaks: clause('search-count-zero', 'search.html#summary'),
    override: mappingPairs(([name, value]) => (name === '_summary' && value === 'count' ? [] : undefined)),
  },
  { id: 'sort-ignored', group: 'results', does: '_sort does not order.', breaks: rule('sort'), override: drop('_sort') },
  {
    id: 'sort-reversed',
    group: 'results',
    does: '_sort orders the other way round.',
    breaks: rule('sort'),
    override: mappingPairs(([name, value]) => (name === '_sort' ? [[name, value.split(',').map((key) => (key.startsWith('-') ? key.slice(1) : `-${key}`)).join(',')]] : undefined)),
  },
  {
    id: 'sort-descending-ignored',
    group: 'results',
    does: '_sort always ascends.',
    breaks: rule('sort'),
    override: mappingPairs(([name, value]) => (name === '_sort' ? [[name, value.replace(/(^|,)-/g, '$1')]] : undefined)),
  },
  {
    id: 'sort-first-key-only',
    group: 'results',
    does: 'Of several keys of _sort only the first orders.',
    breaks: rule('sort'),
    override: mappingPairs(([name, value]) => (name === '_sort' ? [[name, value.split(',')[0] ?? value]] : undefined)),
  },
  {
    id: 'sort-by-first-value',
    versions: BEFORE_R5,
    group: 'results',
    does: '_sort orders by the first of several values, not by the earliest in the order asked.',
    breaks: rule('sort'),
    override: (reference) => ({
      select(index, query) {
        const found = reference.select(index, query);
        if (query.sort.length === 0) return found;
        const whole = new Map(found.map((resource) => [resource.id, resource]));
        const ofFirst = createSearchIndex(index.definitions, index.base, found.map((resource) => firstRepetitions(resource) as Resource));
        return reference.select(ofFirst, { ...query, criteria: [], lists: [] }).flatMap(({ id }) => whole.get(id) ?? []);
      },
    }),
  },
  { id: 'include-ignored', group: 'results', does: '_include adds nothing.', breaks: rule('include'), override: drop('_include') },
  {
    id: 'revinclude-ignored',
    group: 'results',
    does: '_revinclude adds nothing.',
    breaks: clause('search-revinclude', 'search.html#revinclude'),
    override: drop('_revinclude'),
  },
  {
    id: 'include-first-only',
    group: 'results',
    does: 'Only one resource is included on a page.',
    breaks: rule('include'),
    override: answering((bundle) => ({ ...withEntries(bundle, [...(bundle.entry ?? []).filter((entry) => !isIncluded(entry)), ...(bundle.entry ?? []).filter(isIncluded).slice(0, 1)]) })),
  },
  {
    id: 'include-first-page-only',
    group: 'results',
    does: 'Only the first page has included resources.',
    breaks: rule('include'),
    override: answering((bundle, request) => (pairsOf(request).some(([name]) => name === CURSOR) && bundle.entry !== undefined ? withEntries(bundle, bundle.entry.filter((entry) => !isIncluded(entry))) : undefined)),
  },
  {
    id: 'include-twice',
    group: 'results',
    does: 'An included resource stands twice on a page.',
    breaks: clause('search-duplicates', 'bundle-definitions.html#Bundle.entry.fullUrl'),
    override: answering((bundle) => ({ ...withEntries(bundle, [...(bundle.entry ?? []), ...(bundle.entry ?? []).filter(isIncluded).slice(0, 1)]) })),
  },
  {
    id: 'match-twice',
    group: 'results',
    does: 'The first match stands twice on a page.',
    breaks: clause('search-duplicates', 'bundle-definitions.html#Bundle.entry.fullUrl'),
    override: answering((bundle) => withEntries(bundle, [...matchesIn(bundle).slice(0, 1), ...(bundle.entry ?? [])])),
  },
  {
    id: 'full-url-of-other',
    group: 'results',
    does: 'fullUrl names another id than the resource.',
    breaks: clause('search-full-url', 'bundle.html#bundle-unique'),
    override: eachEntry((entry) => ({ ...entry, fullUrl: `${entry.fullUrl}0` })),
  },
  {
    id: 'full-url-relative',
    group: 'results',
    does: 'fullUrl is relative.',
    breaks: clause('search-full-url', 'bundle-definitions.html#Bundle.entry.fullUrl'),
    override: eachEntry((entry) => ({ ...entry, fullUrl: `${entry.resource?.resourceType}/${entry.resource?.id}` })),
  },
  {
    id: 'bundle-type-collection',
    group: 'results',
    does: 'A search answers a Bundle of type collection.',
    breaks: clause('search-bundle', 'http.html#search'),
    override: answering((bundle): Bundle => ({ ...bundle, type: 'collection' })),
  },
  {
    id: 'elements-drop-mandatory',
    group: 'results',
    does: '_elements leaves out mandatory elements that were not asked for.',
    breaks: clause('search-elements', 'search.html#elements'),
    override: answering((bundle, request) => {
      const asked = parameterOf(request, '_elements')?.split(',');
      return asked === undefined || bundle.entry === undefined ? undefined : withEntries(bundle, bundle.entry.map((entry) => ({ ...entry, ...(entry.resource === undefined ? {} : { resource: only(entry.resource, asked) }) })));
    }),
  },
  {
    id: 'subset-untagged',
    group: 'results',
    does: 'Subsets are not tagged SUBSETTED.',
    breaks: clause('search-summary', 'search.html#summary'),
    override: eachEntry((entry) => (entry.resource?.meta?.tag === undefined ? entry : { ...entry, resource: { ...entry.resource, meta: { ...entry.resource.meta, tag: entry.resource.meta.tag.filter(({ code }) => code !== 'SUBSETTED') } } })),
  },
  {
    id: 'summary-text-without-text',
    group: 'results',
    does: '_summary=text leaves out the narrative.',
    breaks: clause('search-summary', 'search.html#summary'),
    override: answering((bundle, request) => (parameterOf(request, '_summary') !== 'text' || bundle.entry === undefined ? undefined : withEntries(bundle, bundle.entry.map((entry) => ({ ...entry, ...(entry.resource === undefined ? {} : { resource: without(entry.resource, 'text') }) }))))),
  },
  {
    id: 'summary-text-with-more',
    group: 'results',
    does: '_summary=text returns other elements beside the narrative and the mandatory ones.',
    breaks: clause('search-summary', 'search.html#summary'),
    override: mappingPairs(([name, value]) => (name === '_summary' && value === 'text' ? [['_elements', 'text,identifier,started,series']] : undefined)),
  },
];

function without(resource: Resource, name: string): Resource {
  return Object.fromEntries(Object.entries(resource).filter(([other]) => other !== name)) as Resource;
}

function only(resource: Resource, names: readonly string[]): Resource {
  const kept = Object.entries(resource).filter(([name]) => ['resourceType', 'id', 'meta', ...names].includes(name));
  return Object.fromEntries(kept) as Resource;
}

/** The pairs of a link. */
export function linkPairs(bundle: Bundle, relation: string): readonly Pair[] | undefined {
  const url = bundle.link?.find((link) => link.relation === relation)?.url;
  return url === undefined ? undefined : decodePairs(splitUrl(url).query);
}

/** Of each list in a value its first item. */
function firstRepetitions(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(firstRepetitions);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, child]) => [name, firstRepetitions(child)])) : value;
}
