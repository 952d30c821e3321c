/** Faults of pages after the first, of links between pages, of totals on them, and of searches by POST that lose a part of the form. */
import type { Bundle } from '../../core/fhir';
import { CURSOR } from '../page-links';
import { decodePairs, encodePairs, splitUrl, type Pairs } from '../query-string';
import type { Override } from '../behaviour';
import { clause, rule, type FaultRow } from './row';
import { answering, hearing, mappingPairs } from './rewriting';

const paging = clause('search-paging', 'http.html#paging');
const post = clause('search-post', 'http.html#search');

export const PAGING_FAULTS: readonly FaultRow[] = [
  { id: 'next-loses-repeats', group: 'results', does: 'On the pages after the first only the last of repeated parameters counts.', breaks: paging, override: (reference) => ({ continuation: (index, query) => reference.select(index, { ...query, criteria: query.criteria.filter(({ definition }, i) => !query.criteria.slice(i + 1).some((later) => later.definition.code === definition.code)) }) }) },
  { id: 'next-loses-reverse-chain', group: 'results', does: 'The pages after the first pass over _has.', breaks: paging, override: (reference) => ({ continuation: (index, query) => reference.select(index, { ...query, criteria: query.criteria.filter(({ reverse }) => reverse === undefined) }) }) },
  { id: 'next-loses-common', group: 'results', does: 'The pages after the first pass over _id, _lastUpdated and the other parameters that all types have.', breaks: paging, override: (reference) => ({ continuation: (index, query) => reference.select(index, { ...query, criteria: query.criteria.filter(({ definition }) => !definition.code.startsWith('_')) }) }) },
  { id: 'first-link-repeats-page', group: 'results', does: 'The first link of a page leads to the page itself.', breaks: paging, override: relinked('first', (url, bundle) => bundle.link?.find(({ relation }) => relation === 'self')?.url ?? url) },
  { id: 'previous-link-skips-page', group: 'results', does: 'The previous link leads to the last page.', breaks: paging, override: relinked('previous', (url, bundle) => bundle.link?.find(({ relation }) => relation === 'last')?.url ?? url) },
  { id: 'last-link-beyond', group: 'results', does: 'The last link leads behind the last page.', breaks: paging, override: relinked('last', (url, bundle) => moved(url, bundle.total ?? 0)) },
  { id: 'total-of-rest', group: 'results', does: 'Each page states as total how many matches are left.', breaks: rule('total'), override: answering((bundle) => (bundle.total === undefined || placeOf(bundle) === 0 ? undefined : { ...bundle, total: bundle.total - placeOf(bundle) })) },
  { id: 'sort-first-direction-for-all', group: 'results', does: 'A minus before the first key of _sort counts for all keys.', breaks: rule('sort'), override: mappingPairs(([name, value]) => (name === '_sort' && value.startsWith('-') ? [[name, value.split(',').map((key) => `-${key.replace(/^-/, '')}`).join(',')]] : undefined)) },
  { id: 'empty-entry-list', group: 'results', does: 'The answer to a search that finds nothing has an empty list of entries.', breaks: clause('json-form', 'json.html'), override: answering((bundle) => (bundle.entry === undefined && bundle.type === 'searchset' ? { ...bundle, entry: [] } : undefined)) },
  { id: 'post-last-repeat-wins', group: 'combination', does: 'Of repeated parameters in the body of a search by POST only the last counts.', breaks: post, override: inForm((pairs) => pairs.filter(([name], i) => !pairs.slice(i + 1).some(([other]) => other === name))) },
  { id: 'post-chain-ignored', group: 'combination', does: 'Chains in the body of a search by POST are passed over.', breaks: post, override: inForm((pairs) => pairs.filter(([name]) => name.startsWith('_') || !name.includes('.'))) },
  { id: 'post-sort-ignored', group: 'combination', does: '_sort in the body of a search by POST is passed over.', breaks: paging, override: inForm((pairs) => pairs.filter(([name]) => name !== '_sort')) },
  { id: 'post-include-ignored', group: 'combination', does: '_include and _revinclude in the body of a search by POST are passed over.', breaks: post, override: inForm((pairs) => pairs.filter(([name]) => !/^_(rev)?include\b/.test(name))) },
];

function relinked(relation: string, change: (url: string, bundle: Bundle) => string): Override {
  return answering((bundle) => (bundle.link?.some((link) => link.relation === relation) === true ? { ...bundle, link: bundle.link.map((link) => (link.relation === relation ? { ...link, url: change(link.url, bundle) } : link)) } : undefined));
}

/** Where the page begins, as its self link has it. */
function placeOf(bundle: Bundle): number {
  const url = bundle.link?.find(({ relation }) => relation === 'self')?.url ?? '';
  return Number(/-(\d+)$/.exec(decodePairs(splitUrl(url).query).find(([name]) => name === CURSOR)?.[1] ?? '')?.[1] ?? 0);
}

function moved(url: string, place: number): string {
  const { path, query } = splitUrl(url);
  return `${path}?${encodePairs(decodePairs(query).map(([name, value]) => [name, name === CURSOR ? value.replace(/-\d+$/, `-${place}`) : value]))}`;
}

/** Of the form of a search by POST only some pairs are taken. */
function inForm(keep: (pairs: Pairs) => Pairs): Override {
  return hearing((request) => (request.method === 'POST' && request.url.includes('/_search') && request.body !== undefined ? { ...request, body: encodePairs(keep(decodePairs(request.body))) } : request));
}
