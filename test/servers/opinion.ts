/** Searches, a foreign server and the data it holds in; where its answers and our predictions disagree out. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { isBundle, localReference, type Resource } from '../../scripts/core/fhir';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { RULES } from '../../scripts/search/rules';
import { createSearchIndex } from '../../scripts/search/search-index';
import type { SearchDefinitions } from '../../scripts/search/types';
import { nameOf, type OpinionQuery } from './opinion-queries';

/** `refused`: an error where the clause gives no leave for one; `extra` and `absent`: resources that must not, or must, match. */
export const DISAGREEMENTS = ['refused', 'extra', 'absent'] as const;
export type DisagreementKind = (typeof DISAGREEMENTS)[number];

export interface Disagreement {
  readonly query: string;
  readonly kind: DisagreementKind;
  /** The status, or the resources. */
  readonly what: string;
}

export interface Opinion {
  readonly asked: number;
  /** Searches that the server refused, as it may. */
  readonly mayRefuse: number;
  /** Searches whose prediction leaves nothing open and names some, not all, of the resources. */
  readonly telling: number;
  readonly disagreements: readonly Disagreement[];
}

/** Disagreements of one cause that a person has settled with the specification's text. */
export interface SettledRow {
  /** One, or several that do the same. */
  readonly server: string | readonly string[];
  readonly kinds: readonly DisagreementKind[];
  /** Regular expression over the search as written. */
  readonly queries: string;
  readonly reason: string;
  /** The clause that decides, for us. */
  readonly url: string;
  /** Searches that show it, as written, where a sample seldom holds one. */
  readonly asks?: readonly string[];
}

const WORKERS = 4;
const TIMEOUT_MS = 30_000;

/** Asks all of them, four at a time. @throws Error where there is no answer at all */
export async function askOpinion(base: string, definitions: SearchDefinitions, resources: readonly Resource[], queries: readonly OpinionQuery[]): Promise<Opinion> {
  const index = createSearchIndex(definitions, base, resources);
  const disagreements: Disagreement[] = [];
  let mayRefuse = 0;
  let telling = 0;
  const judge = async (query: OpinionQuery) => {
    const { must, either, rules, issues } = predict(index, parseQuery(definitions, query.type, query.pairs, { base }));
    if (either.size === 0 && must.size > 0 && must.size < index.all(query.type).length) telling += 1;
    const { status, matches } = await search(base, query);
    if (status >= 400) {
      if (issues.length > 0 || rules.some((id) => RULES[id].optional === true)) mayRefuse += 1;
      else disagreements.push({ query: nameOf(query), kind: 'refused', what: String(status) });
      return;
    }
    const extra = [...matches].filter((reference) => !must.has(reference) && !either.has(reference)).sort();
    const absent = [...must].filter((reference) => !matches.has(reference)).sort();
    if (extra.length > 0) disagreements.push({ query: nameOf(query), kind: 'extra', what: extra.join(' ') });
    if (absent.length > 0) disagreements.push({ query: nameOf(query), kind: 'absent', what: absent.join(' ') });
  };
  const waiting = [...queries];
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    for (let query = waiting.shift(); query !== undefined; query = waiting.shift()) await judge(query);
  }));
  return { asked: queries.length, mayRefuse, telling, disagreements: disagreements.sort((a, b) => (a.query + a.kind < b.query + b.kind ? -1 : 1)) };
}

async function search(base: string, { type, pairs }: OpinionQuery): Promise<{ status: number; matches: ReadonlySet<string> }> {
  const parameters = new URLSearchParams([...pairs.map(([name, value]): [string, string] => [name, value]), ['_count', '200']]);
  const ask = () => fetch(`${base}/${type}?${parameters.toString()}`, { headers: { Accept: 'application/fhir+json', 'Cache-Control': 'no-cache' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  // A connection that was kept may be closed by the server in the moment in which it is used again.
  const response = await ask().catch(ask);
  const body: unknown = await response.json();
  const entries = isBundle(body) ? (body.entry ?? []) : [];
  return { status: response.status, matches: new Set(entries.flatMap(({ resource }) => (resource?.resourceType === type ? (localReference(resource) ?? []) : []))) };
}

/** The settled rows about one server. @throws Error naming the row that is incomplete */
export function readSettled(file: string, server: string): SettledRow[] {
  const rows = load(readFileSync(file, 'utf8')) as Partial<SettledRow>[];
  return rows.flatMap((row, index) => {
    const { server: whose, kinds, queries, reason, url } = row;
    const complete = whose !== undefined && kinds?.every((kind) => DISAGREEMENTS.includes(kind)) === true && kinds.length > 0 && queries !== undefined && reason !== undefined && /^https:\/\//.test(url ?? '');
    if (!complete) throw new Error(`${file}, row ${index + 1} lacks server, kinds (${DISAGREEMENTS.join(', ')}), queries, reason or url.`);
    return [whose].flat().includes(server) ? [row as SettledRow] : [];
  });
}

/** The searches that rows want asked beside the sample. */
export function askedBy(rows: readonly SettledRow[]): OpinionQuery[] {
  return rows.flatMap(({ asks = [] }) => asks).map((text) => {
    const [type = '', query = ''] = text.split('?', 2);
    return { type, pairs: query.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const) };
  });
}

/** One line for each disagreement that no row settles, and for each row that settles none. */
export function unsettled(disagreements: readonly Disagreement[], rows: readonly SettledRow[]): string[] {
  const used = new Set<SettledRow>();
  const lines = disagreements.flatMap(({ query, kind, what }) => {
    const row = rows.find(({ kinds, queries }) => kinds.includes(kind) && new RegExp(queries).test(query));
    if (row !== undefined) used.add(row);
    return row === undefined ? [`${kind} ${query}: ${what}`] : [];
  });
  return [...lines, ...rows.filter((row) => !used.has(row)).map(({ queries }) => `no disagreement any more: ${queries}`)];
}
