/** The versions of one resource, of a type, or of everything: https://hl7.org/fhir/R4/http.html#history */
import { CURSOR } from '../page-links';
import type { Pairs } from '../query-string';
import { Refusal } from '../refusal';
import { answerPage, historyPage } from '../search-answer';
import type { Answer, Call, Handler, Service } from '../service';
import type { Version } from '../store';
import { subsetOf } from '../subset';

export const instanceHistory: Handler = (service, call) => {
  const versions = service.store.versions(call.type, call.id);
  if (versions.length === 0) throw new Refusal(404, 'not-found', `There is no ${call.type}/${call.id}.`);
  return answerHistory(service, call, `${call.type}/${call.id}/_history`, versions);
};

export const typeHistory: Handler = (service, call) =>
  answerHistory(service, call, `${call.type}/_history`, service.store.log.filter(({ type }) => type === call.type));

export const systemHistory: Handler = (service, call) => answerHistory(service, call, '_history', service.store.log);

const KNOWN = ['_since', '_at', '_count', '_summary', '_elements'];

function answerHistory(service: Service, call: Call, path: string, versions: readonly Version[]): Answer {
  const cursor = value(call.query, CURSOR);
  if (cursor !== undefined) return answerPage(service, cursor, 'history');
  const unknown = call.query.filter(([name]) => !KNOWN.includes(name));
  if (unknown.length > 0 && call.preferences.handling === 'strict') {
    throw new Refusal(400, 'not-supported', `A history does not know ${unknown.map(([name]) => name).join(', ')}; it knows ${KNOWN.join(', ')}.`);
  }
  const used = call.query.filter(([name, text]) => KNOWN.includes(name) && text !== '');
  const count = countOf(value(used, '_count'));
  const selected = within(versions, value(used, '_since'), value(used, '_at'));
  const pairs = [...used, ...call.representation];
  const listing = {
    kind: 'history' as const,
    path,
    selfPairs: pairs,
    pagePairs: pairs,
    size: count === 0 ? Infinity : Math.min(count ?? service.limits.pageSize, service.limits.maxPageSize),
    subset: subsetOf(used),
    total: undefined,
    queries: [],
    matches: [],
    // "sorted with oldest versions last"
    versions: [...selected].reverse(),
  };
  const page = historyPage(service, listing, 0, undefined);
  return { status: 200, resource: count === 0 ? { resourceType: 'Bundle', type: 'history', total: selected.length, link: page.link } : page };
}

function value(pairs: Pairs, wanted: string): string | undefined {
  const values = pairs.filter(([name]) => name === wanted);
  // "Each of these parameters SHALL NOT appear more than once"
  if (values.length > 1) throw new Refusal(400, 'value', `${wanted} is given ${values.length} times; a history takes it once.`);
  return values[0]?.[1];
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(400, 'value', `_count=${text} is not a whole number from 0.`);
  return Number(text);
}

/** "versions that were created at or after the given instant"; "versions that were current at some point during the time period" */
function within(versions: readonly Version[], since: string | undefined, at: string | undefined): readonly Version[] {
  let selected = versions;
  if (since !== undefined) {
    if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(since) || Number.isNaN(Date.parse(since))) {
      throw new Refusal(400, 'value', `_since=${since} is not an instant such as 2024-02-29T13:45:00Z.`);
    }
    selected = selected.filter((version) => Date.parse(version.lastUpdated) >= Date.parse(since));
  }
  if (at === undefined) return selected;
  const [start, end] = periodOf(at);
  const supersededAt = new Map<Version, number>();
  const newest = new Map<string, Version>();
  for (const version of versions) {
    const key = `${version.type}/${version.id}`;
    const before = newest.get(key);
    if (before !== undefined) supersededAt.set(before, Date.parse(version.lastUpdated));
    newest.set(key, version);
  }
  return selected.filter((version) => Date.parse(version.lastUpdated) <= end && (supersededAt.get(version) ?? Infinity) > start);
}

/** The first and last millisecond of a date(Time) as precise as it is written; without a zone it is UTC. */
function periodOf(text: string): [start: number, end: number] {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/.exec(text);
  const start = Date.parse(match?.[4] !== undefined && !/(Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text);
  if (match === null || Number.isNaN(start)) throw new Refusal(400, 'value', `_at=${text} is not a date or dateTime.`);
  const [, year, month, day, time] = match;
  if (time !== undefined) return [start, start + (/T\d{2}:\d{2}:\d{2}\./.test(text) ? 0 : /T\d{2}:\d{2}:\d{2}/.test(text) ? 999 : 59_999)];
  const end = day !== undefined ? start + 86_400_000 : month !== undefined ? Date.UTC(Number(year), Number(month)) : Date.UTC(Number(year) + 1, 0);
  return [start, end - 1];
}
