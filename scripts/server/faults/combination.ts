/** Faults in how parameters and values combine. */
import { BEFORE_R5 } from '../../core/fhir-version';
import type { Override } from '../behaviour';
import type { Pair, Pairs } from '../query-string';
import { clause, rule, type FaultRow } from './row';
import { hearing, isFilter, mappingPairs, searchingFor, splitOr } from './rewriting';

export const COMBINATION_FAULTS: readonly FaultRow[] = [
  {
    id: 'or-as-and',
    group: 'combination',
    does: 'Values joined by a comma must all match.',
    breaks: rule('or'),
    override: mappingPairs(([name, value]) => (isFilter(name) ? splitOr(value).map((part): Pair => [name, part]) : undefined)),
  },
  {
    id: 'or-first-only',
    group: 'combination',
    does: 'Of values joined by a comma only the first counts.',
    breaks: rule('or'),
    override: mappingPairs(([name, value]) => (isFilter(name) ? [[name, splitOr(value)[0] ?? value]] : undefined)),
  },
  {
    id: 'and-as-or',
    group: 'combination',
    does: 'Of repeated parameters one that matches is enough.',
    breaks: rule('and'),
    override: searchingFor(joined),
  },
  {
    id: 'last-repeat-wins',
    group: 'combination',
    does: 'Of repeated parameters only the last counts.',
    breaks: rule('and'),
    override: searchingFor((pairs) => pairs.filter(([name], position) => !isFilter(name) || !pairs.slice(position + 1).some(([other]) => other === name))),
  },
  {
    id: 'first-repeat-wins',
    group: 'combination',
    does: 'Of repeated parameters only the first counts.',
    breaks: rule('and'),
    override: searchingFor((pairs) => pairs.filter(([name], position) => !isFilter(name) || !pairs.slice(0, position).some(([other]) => other === name))),
  },
  {
    id: 'first-parameter-only',
    group: 'combination',
    does: 'Of different parameters only the first filters.',
    breaks: rule('and'),
    override: searchingFor((pairs) => pairs.filter(([name]) => !isFilter(name) || name === pairs.find(([other]) => isFilter(other))?.[0])),
  },
  {
    id: 'third-parameter-ignored',
    group: 'combination',
    does: 'Of different parameters only the first two filter.',
    breaks: rule('and'),
    override: searchingFor((pairs) => pairs.filter((pair) => !isFilter(pair[0]) || pairs.filter(([name]) => isFilter(name)).indexOf(pair) < 2)),
  },
  {
    id: 'fourth-parameter-ignored',
    group: 'combination',
    does: 'Of different parameters only the first three filter.',
    breaks: rule('and'),
    override: searchingFor((pairs) => pairs.filter((pair) => !isFilter(pair[0]) || pairs.filter(([name]) => isFilter(name)).indexOf(pair) < 3)),
  },
  { id: 'second-parameter-lost-with-sort', group: 'combination', does: 'With _sort only the first parameter filters.', breaks: rule('and'), override: searchingFor((pairs) => firstOnlyBeside(pairs, '_sort')) },
  { id: 'second-parameter-lost-with-include', group: 'combination', does: 'With _include only the first parameter filters.', breaks: rule('and'), override: searchingFor((pairs) => firstOnlyBeside(pairs, '_include')) },
  { id: 'not-lost-beside-others', group: 'combination', does: ':not is passed over beside other parameters.', breaks: rule('and'), override: searchingFor((pairs) => (pairs.filter(([name]) => isFilter(name)).length > 1 ? pairs.map(([name, value]) => [name.replace(/:not$/, ''), value]) : pairs)) },
  { id: 'missing-lost-beside-others', group: 'combination', does: ':missing is passed over beside other parameters.', breaks: rule('and'), override: searchingFor((pairs) => (pairs.filter(([name]) => isFilter(name)).length > 1 ? pairs.filter(([name]) => !name.endsWith(':missing')) : pairs)) },
  { id: 'missing-counts-alone', group: 'combination', does: 'Beside :missing the other parameters are passed over.', breaks: rule('and'), override: searchingFor((pairs) => (pairs.some(([name]) => name.endsWith(':missing')) ? pairs.filter(([name]) => !isFilter(name) || name.endsWith(':missing')) : pairs)) },
  {
    id: 'missing-joined-by-or',
    group: 'combination',
    does: ':missing and the other parameters are joined by OR.',
    breaks: rule('and'),
    override: (reference) => ({
      select(index, query) {
        const missing = query.criteria.filter(({ modifier }) => modifier === 'missing');
        const others = query.criteria.filter((criterion) => !missing.includes(criterion));
        if (missing.length === 0 || others.length === 0) return reference.select(index, query);
        const found = new Set([missing, others].flatMap((criteria) => reference.select(index, { ...query, criteria })));
        return reference.select(index, { ...query, criteria: [] }).filter((resource) => found.has(resource));
      },
    }),
  },
  { id: 'chain-modifier-lost', group: 'combination', does: 'The modifier at the end of a chain is passed over.', breaks: rule('chain'), override: searchingFor((pairs) => pairs.map(([name, value]) => [name.startsWith('_has') ? name : name.replace(/(\..*):\w+$/, '$1'), value])) },
  {
    id: 'escaped-comma-splits',
    group: 'combination',
    does: 'An escaped comma still separates values.',
    breaks: rule('escaping'),
    override: mappingPairs(([name, value]) => (value.includes('\\,') ? [[name, value.replaceAll('\\,', ',')]] : undefined)),
  },
  {
    id: 'escaped-bar-splits',
    group: 'combination',
    does: 'An escaped bar still separates system and code.',
    breaks: rule('escaping'),
    override: mappingPairs(([name, value]) => (value.includes('\\|') ? [[name, value.replaceAll('\\|', '|')]] : undefined)),
  },
  {
    id: 'escaped-dollar-kept',
    group: 'combination',
    does: 'The backslash before a dollar stays part of the value.',
    breaks: rule('escaping'),
    override: mappingPairs(([name, value]) => (value.includes('\\$') ? [[name, value.replaceAll('\\$', '\\\\\\$')]] : undefined)),
  },
  {
    id: 'empty-parameter-finds-nothing',
    group: 'combination',
    does: 'A parameter without a value finds nothing.',
    breaks: rule('empty-parameter'),
    override: mappingPairs(([name, value]) => (value === '' && isFilter(name) ? [['_id', 'fhir-scout-none']] : undefined)),
  },
  {
    id: 'list-ignored',
    group: 'combination',
    does: '_list does not filter.',
    breaks: rule('list'),
    override: mappingPairs(([name]) => (name === '_list' ? [] : undefined)),
  },
  {
    id: 'system-search-first-type-only',
    group: 'combination',
    does: 'Of several types in _type only the first is searched.',
    breaks: clause('search-system', 'http.html#vsearch'),
    override: mappingPairs(([name, value]) => (name === '_type' ? [[name, splitOr(value)[0] ?? value]] : undefined)),
  },
  {
    id: 'system-search-types-ignored',
    group: 'combination',
    does: '_type is passed over: all types are searched.',
    breaks: clause('search-system', 'http.html#vsearch'),
    override: mappingPairs(([name]) => (name === '_type' ? [] : undefined)),
  },
  {
    id: 'system-search-takes-any-parameter',
    group: 'combination',
    does: 'A search over several types passes over parameters that one of them does not have.',
    breaks: clause('search-system-parameters', 'http.html#vsearch'),
    override: searchingFor((pairs) => (pairs.some(([name, value]) => name === '_type' && value.includes(',')) ? pairs.filter(([name]) => name.startsWith('_')) : pairs)),
  },
  {
    id: 'post-body-ignored',
    group: 'combination',
    does: 'A search by POST ignores its body.',
    breaks: clause('search-post', 'http.html#search'),
    override: hearing((request) => (request.method === 'POST' && request.url.includes('/_search') ? { ...request, body: '' } : request)),
  },
  {
    id: 'post-url-ignored',
    group: 'combination',
    does: 'A search by POST ignores the parameters of its URL.',
    // From R5 on servers MAY take them, and restrict which.
    versions: BEFORE_R5,
    breaks: clause('search-post-merge', 'http.html#search'), override: hearing((request) => (request.method === 'POST' && request.url.includes('/_search?') ? { ...request,
    url: request.url.split('?', 1)[0] ?? '' } : request)),
  },
  { id: 'post-plus-stays', group: 'combination', does: 'A plus in the body of a search by POST is not read as a space.', breaks: clause('search-post', 'http.html#search'), override: inForm((body) => body.replaceAll('+', '%2B')) },
  { id: 'post-encoded-plus-is-space', group: 'combination', does: '%2B in the body of a search by POST is read as a space.', breaks: clause('search-post', 'http.html#search'), override: inForm((body) => body.replace(/%2B/gi, '+')) },
  { id: 'post-encoded-comma-joins', group: 'combination', does: '%2C in the body of a search by POST does not separate values.', breaks: clause('search-post', 'http.html#search'), override: inForm((body) => body.replace(/(?<!%5C)%2C/gi, '%5C%2C')) },
  { id: 'post-escaped-comma-splits', group: 'combination', does: 'An escaped comma in the body of a search by POST still separates values.', breaks: clause('search-post', 'http.html#search'), override: inForm((body) => body.replace(/%5C(?=,|%2C)/gi, '')) },
];

/** The form of a search by POST is read otherwise than it is written. */
function inForm(change: (body: string) => string): Override {
  return hearing((request) => (request.method === 'POST' && request.url.includes('/_search') && request.body !== undefined ? { ...request, body: change(request.body) } : request));
}

function joined(pairs: Pairs): Pairs {
  const filters = pairs.filter(([name]) => isFilter(name));
  const names = [...new Set(filters.map(([name]) => name))];
  return [...names.map((wanted): Pair => [wanted, filters.filter(([name]) => name === wanted).map(([, value]) => value).join(',')]), ...pairs.filter(([name]) => !isFilter(name))];
}

function firstOnlyBeside(pairs: Pairs, name: string): Pairs {
  return pairs.some(([other]) => other === name) ? pairs.filter((pair) => !isFilter(pair[0]) || pair === pairs.find(([other]) => isFilter(other))) : pairs;
}
