/** The rules that hold for every answer to a search, one row each: one search in, its offences out. */
import { localReference, type BundleEntry } from '../../core/fhir';
import { inWords } from '../../core/json';
import { parseReference } from '../../search/reference-target';
import type { AskedSearch } from '../context';
import type { Pair } from '../gather/query';
import { readableQuery } from '../gather/query';
import { entriesOf, linkOf, modeOf, type SearchPage } from '../gather/search-answer';
import type { Offence, WatchRule } from './offence';
import { readSelfLink } from './self-link';

export const ANSWER_RULES: readonly WatchRule<AskedSearch>[] = [
  {
    id: 'result.bundle-type',
    title: 'A search answers with a Bundle of type searchset',
    requirement: 'search-bundle',
    looksAt: 'a 2xx status',
    check: ({ type, pairs, answer }) => {
      // What was cut because it is longer than what is read says nothing of what it is.
      if (answer.trouble?.kind === 'unreadable' && answer.trouble.exchange.response?.truncatedAt === undefined) return [fail(answer.trouble.exchange, `${readableQuery(type, pairs)} is answered with ${answer.first.response?.status}, but ${answer.trouble.says}.`)];
      return eachPage(answer.pages, ({ bundle, exchange }) =>
        bundle.type === 'searchset' ? [] : [fail(exchange, `The Bundle has ${bundle.type === undefined ? 'no type' : `type ${inWords(bundle.type)}`} instead of "searchset".`)],
      );
    },
  },
  {
    id: 'result.bundle-rules',
    title: 'Entries of a search set have no request, no response, and a resource',
    requirement: 'search-bundle-rules',
    looksAt: 'entries',
    check: ({ answer }) =>
      eachEntry(answer.pages, (entry, { exchange }) => {
        if (entry.request !== undefined) return [fail(exchange, 'An entry of a search set has a request (rule bdl-3; bdl-3a in R5).')];
        if (entry.response !== undefined) return [fail(exchange, 'An entry of a search set has a response (rule bdl-4; bdl-3a in R5).')];
        return entry.resource === undefined ? [fail(exchange, 'An entry of a search set has no resource (rule bdl-5).')] : [];
      }),
  },
  {
    id: 'result.bundle-form',
    title: 'The Bundle of a search has no empty lists, no nulls, and no score above 1',
    requirement: 'json-form',
    looksAt: 'a Bundle',
    check: ({ answer }) => eachPage(answer.pages, bundleForm),
  },
  {
    id: 'result.entry-mode',
    title: 'Matches, included resources and outcomes are told apart',
    requirement: 'search-entry-mode',
    looksAt: 'entries',
    check: ({ type, pairs, answer }) => eachEntry(answer.pages, (entry, page) => entryMode(entry, page, type, pairs)),
  },
  {
    id: 'result.full-url',
    title: 'fullUrl is the absolute address of each resource',
    requirement: 'search-full-url',
    looksAt: 'entries',
    check: ({ type, answer }) => eachEntry(answer.pages, (entry, page) => (modeOf(entry, type) === 'outcome' ? [] : fullUrl(entry, page))),
  },
  {
    id: 'result.duplicates',
    title: 'No resource stands twice on a page',
    requirement: 'search-duplicates',
    looksAt: 'entries',
    check: ({ answer }) =>
      eachPage(answer.pages.filter(({ bundle }) => entriesOf(bundle).length > 0), ({ bundle, exchange }) => {
        const seen = new Set<string>();
        return entriesOf(bundle).flatMap(({ resource }) => {
          const reference = resource === undefined ? undefined : localReference(resource);
          if (reference === undefined || !seen.has(reference)) {
            if (reference !== undefined) seen.add(reference);
            return [];
          }
          return [fail(exchange, `${reference} stands twice on one page.`, { reference, excerpt: resource?.meta ?? null, why: 'It stands twice on one page.' })];
        });
      }),
  },
  {
    id: 'result.total',
    title: 'Bundle.total counts the matches and nothing else',
    requirement: 'rule:total',
    looksAt: 'a total',
    check: totals,
  },
  {
    id: 'result.count',
    title: 'No page has more matches than _count asks for',
    requirement: 'rule:count',
    looksAt: '_count',
    check: ({ type, pairs, answer }) => {
      const stated = pairs.find(([name]) => name === '_count')?.[1];
      if (stated === undefined || !/^\d+$/.test(stated)) return undefined;
      return eachPage(answer.pages, ({ bundle, exchange }) => {
        const matches = entriesOf(bundle).filter((entry) => modeOf(entry, type) === 'match').length;
        return matches > Number(stated) ? [fail(exchange, `_count=${stated} was asked for, but the page has ${matches} matches.`)] : [];
      });
    },
  },
  {
    id: 'result.self-link',
    title: 'The self link says which parameters were used',
    requirement: 'search-self-link',
    looksAt: 'parameters that select',
    check: selfLink,
  },
];

/** "objects and arrays are never empty, and properties never have null values": https://hl7.org/fhir/R4/json.html; what stands in the entries has tests of its own. */
function bundleForm({ bundle, exchange }: SearchPage): Offence[] {
  const rows = [['Bundle', bundle], ...[...(Array.isArray(bundle.link) ? bundle.link : []).map((link) => ['Bundle.link', link] as const), ...entriesOf(bundle).flatMap((entry) => [['Bundle.entry', entry], ['Bundle.entry.search', entry.search ?? {}]] as const)]] as readonly (readonly [string, object])[];
  const empty = rows.flatMap(([path, row]) => Object.entries((row as object | null) ?? {}).flatMap(([name, value]) => (value === null ? [`${path}.${name} is null, which FHIR's JSON does not have.`] : Array.isArray(value) && value.length === 0 ? [`${path}.${name} is an empty list, which FHIR's JSON does not have.`] : [])));
  const score = entriesOf(bundle).find(({ search }) => typeof (search as { score?: unknown } | undefined)?.score === 'number' && !((search as { score: number }).score >= 0 && (search as { score: number }).score <= 1));
  // "between 0 (least relevant) and 1 (most relevant)": https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.search.score
  const scored = score === undefined ? [] : [`Bundle.entry.search.score is ${JSON.stringify((score.search as { score?: unknown }).score)}, not between 0 and 1.`];
  const [first] = [...empty, ...scored];
  return first === undefined ? [] : [fail(exchange, first)];
}

function entryMode(entry: BundleEntry, page: SearchPage, type: string, pairs: readonly Pair[]): Offence[] {
  const { resource } = entry;
  const mode: unknown = entry.search?.mode;
  const name = resource === undefined ? 'an entry' : (localReference(resource) ?? resource.resourceType);
  const included = pairs.some(([parameter]) => /^_(rev)?include(:|$)/.test(parameter));
  if (mode === undefined) {
    if (resource !== undefined && resource.resourceType !== type && included) return [warn(page.exchange, `${name} has no search.mode, so a client cannot tell that it is included.`)];
    return [{ level: 'info', exchange: page.exchange, message: `${name} has no search.mode.` }];
  }
  if (mode !== 'match' && mode !== 'include' && mode !== 'outcome') return [fail(page.exchange, `${name} has search.mode ${inWords(mode)}, which is no code of the value set.`)];
  if (mode === 'match' && resource !== undefined && resource.resourceType !== type) {
    return [fail(page.exchange, `${name} is marked as a match of a search for ${type}.`, { reference: name, excerpt: { search: entry.search }, why: `Its type is not ${type}.` })];
  }
  if (mode === 'outcome' && resource !== undefined && resource.resourceType !== 'OperationOutcome') return [fail(page.exchange, `${name} is marked as an outcome.`)];
  return [];
}

/** https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl */
function fullUrl(entry: BundleEntry, page: SearchPage): Offence[] {
  const { resource, fullUrl: url } = entry;
  const reference = resource === undefined ? undefined : localReference(resource);
  const name = reference ?? 'an entry';
  if (typeof url !== 'string') return [fail(page.exchange, `The entry of ${name} has no fullUrl.`)];
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return [fail(page.exchange, `fullUrl "${url}" of ${name} is not absolute.`)];
  const target = parseReference(url);
  // A URN, or a URL that is not of the RESTful form, may be anything.
  if (target.base === undefined) return [];
  if (target.version !== undefined) return [fail(page.exchange, `fullUrl "${url}" names a version; it has to be version-independent.`)];
  if (reference !== undefined && `${target.type}/${target.id}` !== reference) return [fail(page.exchange, `fullUrl "${url}" disagrees with the resource, which is ${reference}.`)];
  return [];
}

function totals({ type, pairs, answer }: AskedSearch): Offence[] | undefined {
  const stated = answer.pages.filter(({ bundle }) => bundle.total !== undefined);
  const first = stated[0];
  if (first === undefined) return undefined;
  const value = (name: string) => pairs.find(([parameter]) => parameter === name)?.[1];
  const total: unknown = first.bundle.total;
  if (typeof total !== 'number' || !Number.isInteger(total) || total < 0) return [fail(first.exchange, `Bundle.total is ${inWords(total)}, not a count.`)];
  const query = readableQuery(type, pairs);
  const onPage = Math.max(0, ...stated.map(({ bundle }) => entriesOf(bundle).filter((entry) => modeOf(entry, type) === 'match').length));
  if (value('_total') !== 'estimate' && total < onPage) return [fail(first.exchange, `${query} states a total of ${total}, but one page has ${onPage} matches.`)];
  const whole = answer.unfinished === undefined && answer.trouble === undefined && value('_summary') !== 'count' && value('_count') !== '0';
  const allRead = whole && linkOf(answer.pages.at(-1)?.bundle ?? first.bundle, 'next') === undefined;
  if (!allRead || value('_total') === 'estimate') return [];
  const matches = new Set(answer.matches.map((resource) => localReference(resource) ?? resource)).size;
  // Each page states the total of all: one that counts what is left, or what is on it, is right on the first page alone.
  const wrong = stated.find(({ bundle }) => bundle.total !== matches);
  if (wrong === undefined) return [];
  // What was found meanwhile, written by others or indexed late, is counted by the pages that came after: the first one was right. A set need not stand still while it is read.
  if (wrong !== first && Number(wrong.bundle.total) > matches) return [];
  // A page that is full and has no next link tells of the paging, which has its own tests: the matches that _count cut off may be there.
  const lastPage = answer.pages.at(-1)?.bundle;
  const cutOff = lastPage !== undefined && entriesOf(lastPage).filter((entry) => modeOf(entry, type) === 'match').length >= Number(value('_count') ?? Infinity);
  if (total > matches && cutOff) return [];
  const message = `${wrong === first ? query : `A later page of ${query}`} states a total of ${inWords(wrong.bundle.total)}, but all its pages together have ${matches} matches.`;
  // Asked for, the number has to be exact; unasked, a server may give an estimate.
  return [value('_total') === 'accurate' ? fail(wrong.exchange, message) : warn(wrong.exchange, message)];
}

function selfLink({ type, pairs, answer, used, saidOtherwise }: AskedSearch): Offence[] | undefined {
  const page = answer.pages[0];
  const selecting = pairs.filter(([name, value]) => !name.startsWith('_count') && value !== '');
  if (page === undefined || page.exchange !== answer.first || selecting.length === 0) return undefined;
  const { exchange, bundle } = page;
  const query = readableQuery(type, pairs);
  const posted = exchange.request.method === 'POST';
  const countOnly = pairs.some(([name, value]) => (name === '_summary' && value === 'count') || (name === '_count' && value === '0'));
  const link = linkOf(bundle, 'self');
  if (link === undefined) {
    const message = `The answer to ${query} has no self link, so a client cannot know which parameters were used.`;
    return [{ level: posted || countOnly ? 'info' : 'fail', exchange, message }];
  }
  const reading = readSelfLink(pairs, link);
  const { claimed } = reading;
  // What was not evidently used may honestly be absent from the link.
  const [dropped, changed] = used === true ? [reading.dropped, reading.changed] : [[], []];
  const written = (list: readonly Pair[]) => list.map(([name, value]) => `${name}=${value}`).join('&');
  const offences: Offence[] = [];
  if (claimed.length > 0) offences.push(fail(exchange, `The self link claims ${written(claimed)}, a parameter that does not exist.`));
  if (dropped.length > 0) {
    // A server need not put what came in a body into a URL; the criteria may be secret.
    offences.push({ level: posted ? 'info' : 'fail', exchange, message: `${query} was answered by its parameters, but the self link leaves out ${written(dropped)}: "${link}".` });
  }
  if (saidOtherwise !== undefined) offences.push(fail(exchange, `${query} was carried out, but the self link tells of another search, which has other matches: ${saidOtherwise}.`));
  else if (changed.length > 0) offences.push({ level: 'info', exchange, message: `The self link writes ${written(changed)} in another way: "${link}".` });
  return offences;
}

function eachPage(pages: readonly SearchPage[], check: (page: SearchPage) => Offence[]): Offence[] | undefined {
  return pages.length === 0 ? undefined : pages.flatMap(check);
}

function eachEntry(pages: readonly SearchPage[], check: (entry: BundleEntry, page: SearchPage) => Offence[]): Offence[] | undefined {
  const found = pages.flatMap((page) => entriesOf(page.bundle).map((entry) => check(entry, page)));
  return found.length === 0 ? undefined : found.flat();
}

function fail(exchange: Offence['exchange'], message: string, witness?: Offence['witness']): Offence {
  return { level: 'fail', exchange, message, ...(witness === undefined ? {} : { witness }) };
}

function warn(exchange: Offence['exchange'], message: string): Offence {
  return { level: 'warn', exchange, message };
}
