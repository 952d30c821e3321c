/** The pages of one search in; the matches, included resources and outcomes they hold out, told apart as FHIR tells them. */
import type { Bundle, BundleEntry, Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import type { Exchange } from '../../core/result';
import { wellTypedEntry } from '../well-typed';
import { answerInWords, bundleOf, failedWithOutcome, notNow, otherThan, refused, succeeded } from '../answer';

export interface SearchPage {
  exchange: Exchange;
  bundle: Bundle;
}

export interface SearchAnswer {
  /** Type that was searched. */
  type: string;
  first: Exchange;
  pages: readonly SearchPage[];
  /** Every match of every page, in order; a resource that came twice stands twice. */
  matches: readonly Resource[];
  includes: readonly Resource[];
  outcomes: readonly Resource[];
  /** Why the pages were not read to their end; undefined where they were. */
  unfinished?: string;
  /** The last answer, where it was not a page: a refusal, a breakdown, nonsense. */
  trouble?: { kind: 'refused' | 'failed' | 'unreadable' | 'unanswered'; exchange: Exchange; says: string };
}

/** The pages of a search as one answer. */
export function searchAnswer(type: string, exchanges: readonly [Exchange, ...Exchange[]], unfinished?: string): SearchAnswer {
  const pages: SearchPage[] = [];
  let trouble: SearchAnswer['trouble'];
  for (const exchange of exchanges) {
    const bundle = succeeded(exchange) ? bundleOf(exchange) : undefined;
    if (bundle !== undefined) pages.push({ exchange, bundle });
    else trouble ??= troubleOf(exchange);
  }
  const entries = pages.flatMap(({ bundle }) => entriesOf(bundle));
  const pick = (mode: ReturnType<typeof modeOf>) => entries.flatMap((entry) => (entry.resource !== undefined && modeOf(entry, type) === mode ? [entry.resource] : []));
  return {
    type,
    first: exchanges[0],
    pages,
    matches: pick('match'),
    includes: pick('include'),
    outcomes: pick('outcome'),
    ...(unfinished === undefined ? {} : { unfinished }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function troubleOf(exchange: Exchange): NonNullable<SearchAnswer['trouble']> {
  if (exchange.response === undefined) return { kind: 'unanswered', exchange, says: answerInWords(exchange) };
  if (notNow(exchange)) return { kind: 'unanswered', exchange, says: `the server cannot answer at present: ${answerInWords(exchange)}` };
  if (refused(exchange) || failedWithOutcome(exchange)) return { kind: 'refused', exchange, says: answerInWords(exchange) };
  if (!succeeded(exchange)) return { kind: 'failed', exchange, says: answerInWords(exchange) };
  return { kind: 'unreadable', exchange, says: otherThan('Bundle', exchange) };
}

const read = new WeakMap<Bundle, BundleEntry[]>();

/** The entries of a Bundle that are objects, each with what its types say: a server may send anything. What is no resource counts as absent. */
export function entriesOf(bundle: Bundle): BundleEntry[] {
  let entries = read.get(bundle);
  if (entries === undefined) read.set(bundle, (entries = readEntries(bundle.entry)));
  return entries;
}

function readEntries(entries: unknown): BundleEntry[] {
  return Array.isArray(entries) ? entries.filter(isObject).map(wellTypedEntry) : [];
}

/** The entries of the Bundle in a body; none where there is none. */
export function entriesIn(exchange: Exchange): BundleEntry[] {
  const bundle = bundleOf(exchange);
  return bundle === undefined ? [] : entriesOf(bundle);
}

/** Bundle.total, where it is a number. */
export function totalOf({ total }: { total?: unknown }): number | undefined {
  return typeof total === 'number' ? total : undefined;
}

/**
 * How an entry came into the answer. The element is optional: without it, a resource of the searched type is a match,
 * an OperationOutcome an outcome, anything else included. A search at the base (type '') is over all types. https://hl7.org/fhir/R4/search.html#entries
 */
export function modeOf(entry: BundleEntry, type: string): 'match' | 'include' | 'outcome' {
  const stated = entry.search?.mode;
  if (stated === 'match' || stated === 'include' || stated === 'outcome') return stated;
  if (entry.resource?.resourceType === 'OperationOutcome' && type !== 'OperationOutcome') return 'outcome';
  return type === '' || entry.resource?.resourceType === type ? 'match' : 'include';
}

/** The link of a relation, as the server wrote it. */
export function linkOf(bundle: Bundle, relation: string): string | undefined {
  const links: unknown = bundle.link;
  if (!Array.isArray(links)) return undefined;
  const link = (links as { relation?: unknown; url?: unknown }[]).find((item) => item?.relation === relation);
  return typeof link?.url === 'string' ? link.url : undefined;
}
