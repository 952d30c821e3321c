/** Faults made from requests and responses alone, so that they also work in front of a server that is not ours. */
import { withWrittenNumbers } from '../../core/exact-json';
import type { Bundle, BundleEntry, Resource } from '../../core/fhir';
import type { Override } from '../behaviour';
import { saidIn, saying } from '../body-text';
import { CURSOR } from '../page-links';
import { decodePairs, encodePairs, splitUrl, type Pair, type Pairs } from '../query-string';
import type { ServerRequest, ServerResponse } from '../request';

/** True for a search by GET or POST; reads with parameters count as one, which changes nothing for them. */
export function isSearch(request: ServerRequest): boolean {
  const { path } = splitUrl(request.url);
  if (/\/(_history|metadata)(\/|$)/.test(path)) return false;
  return request.method === 'GET' || request.method === 'HEAD' || (request.method === 'POST' && path.endsWith('/_search'));
}

/** The search parameters of a request, those of the URL first. */
export function pairsOf(request: ServerRequest): Pairs {
  const inUrl = decodePairs(splitUrl(request.url).query);
  return request.method === 'POST' ? [...inUrl, ...decodePairs(request.body ?? '')] : inUrl;
}

/** The request with other search parameters, where the old ones were. */
export function withPairs(request: ServerRequest, pairs: Pairs): ServerRequest {
  const { path } = splitUrl(request.url);
  if (request.method === 'POST') return { ...request, url: path, body: encodePairs(pairs), headers: { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' } };
  return { ...request, url: pairs.length === 0 ? path : `${path}?${encodePairs(pairs)}` };
}

/** The self link keeps what the client sent, so that the fault shows in the matches alone. */
export function searchingFor(transform: (pairs: Pairs, request: ServerRequest) => Pairs): Override {
  const changed = (request: ServerRequest): Pairs | undefined => {
    if (!isSearch(request)) return undefined;
    const pairs = pairsOf(request);
    if (pairs.some(([name]) => name === CURSOR)) return undefined;
    const after = transform(pairs, request);
    return encodePairs(after) === encodePairs(pairs) ? undefined : after;
  };
  return (reference) => ({
    request(request) {
      const before = reference.request(request);
      const pairs = changed(before);
      return pairs === undefined ? before : withPairs(before, pairs);
    },
    response(response, request) {
      const answer = reference.response(response, request);
      const after = changed(request);
      return after === undefined ? answer : onBundle(answer, (bundle) => ({ ...bundle, link: bundle.link?.map((link) => ({ ...link, url: restored(link.url, pairsOf(request), after) })) }));
    },
  });
}

/** Each pair on its own becomes none, one or several. */
export function mappingPairs(transform: (pair: Pair) => readonly Pair[] | undefined): Override {
  return searchingFor((pairs) => pairs.flatMap((pair) => transform(pair) ?? [pair]));
}

/** Each comma-separated value of the filtering parameters on its own; undefined leaves it. */
export function mappingValues(transform: (value: string, name: string) => string | undefined): Override {
  return mappingPairs(([name, value]) => (isFilter(name) ? [[name, splitOr(value).map((part) => transform(part, name) ?? part).join(',')]] : undefined));
}

/** True for a parameter that selects, false for one that shapes the answer: https://hl7.org/fhir/R4/search.html#return */
export function isFilter(name: string): boolean {
  return !/^_(sort|count|include|revinclude|summary|elements|total|contained|containedType|format|pretty|type|cursor)\b/.test(name);
}

/** Splits at commas that are not escaped: https://hl7.org/fhir/R4/search.html#escaping */
export function splitOr(value: string): string[] {
  return value.match(/(?:\\.|[^,\\])+|\\$/gs) ?? [value];
}

function restored(url: string, sent: Pairs, used: Pairs): string {
  const { path, query } = splitUrl(url);
  const key = ([name, value]: Pair) => `${name}=${value}`;
  const extra = new Set(used.filter((pair) => !sent.some((other) => key(other) === key(pair))).map(key));
  const lost = sent.filter((pair) => !used.some((other) => key(other) === key(pair)));
  const place = (pair: Pair) => (sent.findIndex((other) => key(other) === key(pair)) + sent.length + 1) % (sent.length + 1);
  const pairs = [...decodePairs(query).filter((pair) => !extra.has(key(pair))), ...lost].sort((a, b) => place(a) - place(b));
  return pairs.length === 0 ? path : `${path}?${encodePairs(pairs)}`;
}

/** Changes the JSON of successful answers that hold a Bundle. */
export function onBundle(response: ServerResponse, change: (bundle: Bundle) => Bundle | undefined): ServerResponse {
  return onResource(response, (resource) => (resource.resourceType === 'Bundle' ? change(resource as Bundle) : undefined));
}

/** Changes the JSON of successful answers; undefined leaves it. In front of another server, answers in XML stay as they are. */
export function onResource(response: ServerResponse, change: (resource: Resource) => Resource | undefined): ServerResponse {
  if (response.status >= 300 || !response.body.startsWith('{')) return response;
  const resource = saidIn(response);
  const changed = change(resource);
  return changed === undefined ? response : saying(withWrittenNumbers(changed, resource), response);
}

/** A fault in what a search answers. */
export function answering(change: (bundle: Bundle, request: ServerRequest) => Bundle | undefined): Override {
  return (reference) => ({
    response: (response, request) => onBundle(reference.response(response, request), (bundle) => (bundle.type === 'searchset' ? change(bundle, request) : undefined)),
  });
}

/** A fault in the whole response. */
export function responding(change: (response: ServerResponse, request: ServerRequest) => ServerResponse): Override {
  return (reference) => ({ response: (response, request) => change(reference.response(response, request), request) });
}

/** A fault in what is heard. */
export function hearing(change: (request: ServerRequest) => ServerRequest): Override {
  return (reference) => ({ request: (request) => change(reference.request(request)) });
}

/** A request or a response without some headers. */
export function withoutHeaders<T extends { readonly headers: Readonly<Record<string, string>> }>(message: T, ...names: readonly string[]): T {
  return { ...message, headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !names.includes(name))) };
}

/** The matches of a search answer. */
export function matchesIn(bundle: Bundle): BundleEntry[] {
  return (bundle.entry ?? []).filter((entry) => entry.search?.mode === 'match');
}

/** The Bundle with other entries; without the element where there are none. */
export function withEntries(bundle: Bundle, entries: readonly BundleEntry[]): Bundle {
  const rest: Bundle = { ...bundle };
  delete rest.entry;
  return { ...rest, ...(entries.length === 0 ? {} : { entry: [...entries] }) };
}

/** The value of a parameter in a request. */
export function parameterOf(request: ServerRequest, wanted: string): string | undefined {
  return pairsOf(request).find(([name]) => name === wanted)?.[1];
}
