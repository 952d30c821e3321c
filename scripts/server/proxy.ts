/** Another FHIR server's address and planted behaviour in, a listener that stands before that server out. */
import { isDeepStrictEqual } from 'node:util';
import { isBinaryMediaType } from '../core/binary-body';
import { literal } from '../core/wildcard';
import type { Behaviour } from './behaviour';
import { forwardOverNetwork } from './forward';
import type { Listener } from './listen';
import { outcome } from './refusal';
import type { ServerRequest, ServerResponse } from './request';

/** Sends a request whose URL is absolute. */
export type Forward = (request: ServerRequest) => Promise<ServerResponse>;

export interface ProxyOptions {
  /** Base URL of the other server. */
  target: string;
  /** Its seams `request` and `response` are used, no others. */
  behaviour: Pick<Behaviour, 'request' | 'response'>;
  basePath: string;
  forward?: Forward;
  /** Told of each exchange, and whether the behaviour changed anything in it: a fault for which a server gives no occasion changes nothing. */
  onExchange?: (isChanged: boolean) => void;
}

const BODY_LIMIT = 32 * 1024 * 1024;
/** Headers that belong to one connection, or that follow from the body: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'host', 'content-length', 'content-encoding', 'accept-encoding', 'expect']);

/** The other server's address is exchanged for the proxy's own in both directions, so that page links and references lead back here. */
export function createProxy({ target, behaviour, basePath, forward = forwardOverNetwork, onExchange }: ProxyOptions): Listener {
  const there = target.replace(/\/+$/, '');
  let here = basePath;
  return {
    basePath,
    bodyLimit: BODY_LIMIT,
    rebase: (origin) => void (here = `${origin}${basePath}`),
    async handle(request) {
      const heard = unlessItFails(() => behaviour.request(request), request);
      const outward = exchange(here, there);
      const inward = exchange(there, here);
      if (!isBelow(heard.url, basePath)) return failure(404, `The FHIR base of this proxy is ${here}.`);
      try {
        const answer = await forward({ ...withBody(heard, outward), method: heard.method, url: `${there}${outward(heard.url.slice(basePath.length))}`, headers: withoutHops(heard.headers) });
        const headers = Object.fromEntries(Object.entries(withoutHops(answer.headers)).map(([name, value]) => [name, inward(value)]));
        const given: ServerResponse = { body: '', ...withBody({ ...answer, headers }, inward), status: answer.status, headers };
        const said = unlessItFails(() => behaviour.response(given, request), given);
        onExchange?.(!isSameRequest(heard, request) || !isSameResponse(said, given));
        return said;
      } catch (error) {
        return failure(502, `${there} does not answer: ${error instanceof Error ? error.message : String(error)}.`);
      }
    },
  };
}

/** A planted behaviour that cannot read a message (a broken percent-encoding, JSON that is none) leaves it to those for whom it is. */
function unlessItFails<T>(change: () => T, unchanged: T): T {
  try {
    return change();
  } catch {
    return unchanged;
  }
}

function isBelow(url: string, basePath: string): boolean {
  return url.startsWith(basePath) && /^([/?]|$)/.test(url.slice(basePath.length));
}

/**
 * Replaces a base URL, written plainly, percent-encoded, or as JSON may write it too (https://www.rfc-editor.org/rfc/rfc8259#section-7);
 * not the beginning of a longer name or port.
 */
function exchange(from: string, to: string): (text: string) => string {
  const written = [(url: string) => url, encodeURIComponent, (url: string) => url.replaceAll('/', '\\/')].map((write) => ({ pattern: new RegExp(`${literal(write(from))}(?![\\w.~:-])`, 'g'), replacement: write(to) }));
  return (text) => written.reduce((changed, { pattern, replacement }) => changed.replace(pattern, () => replacement), text);
}

/** The body with other addresses in it, unless it is an image or the like. */
function withBody({ body, encoding, headers }: Pick<ServerRequest, 'body' | 'encoding' | 'headers'>, exchanged: (text: string) => string): Pick<ServerRequest, 'body' | 'encoding'> {
  if (body === undefined) return {};
  return { body: isBinaryMediaType(headers['content-type']) ? body : exchanged(body), ...(encoding === undefined ? {} : { encoding }) };
}

function withoutHops(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function isSameRequest(a: ServerRequest, b: ServerRequest): boolean {
  return a === b || (a.method === b.method && a.url === b.url && isSameHeaders(a.headers, b.headers) && isSameBody(a.body ?? '', b.body ?? ''));
}

function isSameResponse(a: ServerResponse, b: ServerResponse): boolean {
  return a === b || (a.status === b.status && isSameHeaders(a.headers, b.headers) && isSameBody(a.body, b.body));
}

function isSameHeaders(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return a === b || (Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value));
}

/** JSON that was only written anew, or in another order, is the same. */
function isSameBody(a: string, b: string): boolean {
  return a === b || unlessItFails(() => isDeepStrictEqual(JSON.parse(a), JSON.parse(b)), false);
}

function failure(status: number, message: string): ServerResponse {
  return { status, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: JSON.stringify(outcome('error', 'exception', message)) };
}
