/** Requests in, recorded exchanges out: every limit, every safety rule and every mask of the tester holds here, for all that is ever sent. */
import { setMaxListeners } from 'node:events';
import type { BodyEncoding } from '../../core/binary-body';
import { KnownError } from '../../core/known-error';
import type { Exchange, HttpRequest, HttpResponse } from '../../core/result';
import { BUDGET_USED_UP, createGate, type Gate, type Wait } from './limits';
import { createMask } from './secrets';
import { networkError, troubleError } from './network-trouble';
import { createPatience, TOO_MANY_REQUESTS, type Asking } from './patience';
import { networkTransport, type Transport } from './transport';

export type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** HAPI answers identical searches from a cache for a minute unless told otherwise; so may others. */
export const UNCACHED: Readonly<Record<string, string>> = { 'Cache-Control': 'no-cache' };

export interface ClientRequest {
  method: Method;
  /** Relative to the base (`ImagingStudy?modality=CT`), or an absolute URL on the same origin (a paging link). */
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Set where the body holds one character a byte. */
  encoding?: BodyEncoding;
  /** Bytes of the answer that are wanted, where that is less than the client's limit: the rest is not downloaded. */
  maxBytes?: number;
  /** Leaves the user's credentials out: for the tests of unauthenticated access. */
  anonymous?: boolean;
}

/** What tests talk through; the live client and the replay of a recorded run look the same. */
export interface FhirClient {
  /** Service base URL without a trailing slash. */
  readonly base: string;
  /** Requests sent so far. */
  readonly sent: number;
  /**
   * Sends a request for a named part of the run. A network trouble is an exchange with `error`, not a rejection;
   * rejects only for what ends the test: the budget is used up, the server takes no more requests, or the run was interrupted.
   */
  send(request: ClientRequest, scope: string): Promise<Exchange>;
}

export interface ClientOptions {
  base: string;
  /** `read-only` makes any request that could change the server a thrown error. */
  mode: 'read-only' | 'write';
  /** Added to every request that goes to the origin of the base; all of them count as secret. */
  headers?: Record<string, string>;
  /** What else must not be seen in a report. */
  secrets?: readonly string[];
  userAgent: string;
  budget?: number;
  /** A gate shared with other clients, so that one budget and one rate hold for all; the limits here are then not used. */
  gate?: Gate;
  /** Requests a second. */
  rate?: number;
  concurrency: number;
  /** For one request with its whole answer, in milliseconds. */
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal;
  transport?: Transport;
  now?: () => number;
  wait: Wait;
  /** Called for each finished exchange, in the order in which they finish. */
  onExchange?: (exchange: Exchange, scope: string) => void;
  /** Called once, where the server takes no more requests. */
  onGivenUp?: (why: KnownError) => void;
  /** Called once for each part of the server that alone takes no more requests. */
  onPlaceClosed?: (place: string, status: number) => void;
  /** Called for each request that was answered only when it was sent again: a gateway had none for it the first time. */
  onRecovered?: () => void;
}

const MAX_REDIRECTS = 5;
const MAX_RETRIES = 3;
/** A server may ask for hours; nobody waits that long for a test. */
const LONGEST_RETRY_WAIT_MS = 30_000;
/** A gateway, or a server that is restarting, says nothing of what would be answered: what changes nothing is asked once more. https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3 */
const BREAKDOWNS: ReadonlySet<number> = new Set([502, 503, 504]);
const BREAKDOWN_WAIT_MS = 1000;
/** Where asking again has been in vain so often in a row, it is left. */
const MOST_BREAKDOWNS_TWICE = 5;
const NOT_FOLLOWED: readonly Method[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

export function createClient(options: ClientOptions): FhirClient {
  const { base, transport = networkTransport, now = Date.now, wait } = options;
  const mask = createMask(options.headers ?? {}, options.secrets);
  const gate = options.gate ?? createGate({ ...options, now, wait });
  const origin = new URL(base).origin;
  // One listener for each request under way: many are no leak here.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const patience = createPatience(now);
  let gaveUp: KnownError | undefined;
  let brokeDownTwice = 0;

  /** One request on the wire, its time limit included: what it waits for its turn is no fault of the server's. */
  const attempt = async (request: HttpRequest, place: string, maxBytes: number): Promise<{ asking: Asking; response: HttpResponse }> => {
    patience.assertOpen(place);
    return gate.pass(async () => {
      // Looked at when it is its turn: the server may have asked for rest while it waited for that.
      const pause = patience.pause();
      if (pause > 0) await wait(pause, options.signal);
      return { asking: patience.asks(place), response: await limited(request, maxBytes) };
    }, options.signal);
  };

  const limited = async (request: HttpRequest, maxBytes: number): Promise<HttpResponse> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(troubleError('time-out', `${options.timeoutMs / 1000} s`)), options.timeoutMs);
    const stop = () => limit.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', stop, { once: true });
    if (options.signal?.aborted === true) stop();
    try {
      return await transport(request, { signal: limit.signal, maxBytes });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
    }
  };

  /** The same, tried again where the server asks to come back later, a gateway has no answer of it, or it drops a kept-alive connection under a safe request. */
  const persist = async (request: HttpRequest, maxBytes: number): Promise<HttpResponse> => {
    const place = placeOf(request.url, base);
    let brokeDown = false;
    for (let tries = 0; ; tries += 1) {
      try {
        const { asking, response } = await attempt(request, place, maxBytes);
        const later = response.status === 429 || response.status === 503 ? retryAfterMs(response, tries, now()) : undefined;
        if (later === undefined) {
          patience.served(asking);
          const breaksDown = BREAKDOWNS.has(response.status);
          if (breaksDown && !brokeDown && isReadOnly(request) && brokeDownTwice < MOST_BREAKDOWNS_TWICE) {
            brokeDown = true;
            await wait(BREAKDOWN_WAIT_MS, options.signal);
            continue;
          }
          if (brokeDown) brokeDownTwice = breaksDown ? brokeDownTwice + 1 : 0;
          if (brokeDown && !breaksDown) options.onRecovered?.();
          return response;
        }
        const whoWaits = patience.refused(asking, response.status);
        if (tries >= MAX_RETRIES || whoWaits === 'enough') {
          if (patience.close(place, response.status, later)) options.onPlaceClosed?.(place, response.status);
          return response;
        }
        if (whoWaits === 'all') patience.rest(Math.min(later, LONGEST_RETRY_WAIT_MS));
        else await wait(Math.min(later, LONGEST_RETRY_WAIT_MS), options.signal);
      } catch (error) {
        const trouble = networkError(error, options.signal);
        if (trouble.code !== 'connection-lost' || tries > 0 || !isReadOnly(request)) throw trouble;
      }
    }
  };

  const exchange = async (request: HttpRequest, maxBytes: number): Promise<Exchange> => {
    const started = now();
    const finish = (outcome: Pick<Exchange, 'response' | 'error'>): Exchange => ({ request: mask.request(request), ...outcome, durationMs: Math.round(now() - started) });
    try {
      return finish({ response: mask.response(await persist(request, maxBytes)) });
    } catch (error) {
      const trouble = networkError(error, options.signal);
      // Neither says anything about the server: the test that wanted to ask could not.
      if (trouble.code === TOO_MANY_REQUESTS && gaveUp === undefined) options.onGivenUp?.((gaveUp = trouble));
      if (trouble.code === BUDGET_USED_UP || trouble.code === TOO_MANY_REQUESTS || options.signal?.aborted === true) throw trouble;
      return finish({ error: mask.text(trouble.message) });
    }
  };

  return {
    base,
    get sent() {
      return gate.count;
    },
    async send(clientRequest, scope) {
      if (gaveUp !== undefined) throw gaveUp;
      if (options.mode === 'read-only') assertReadOnly(clientRequest);
      let url = resolveUrl(base, clientRequest.url);
      for (let hops = 0; ; hops += 1) {
        if (new URL(url).origin !== origin) {
          throw new KnownError('other-host', `the address ${mask.text(url)} is not on ${origin}`, 'For safety the tester never leaves the host it was pointed at.');
        }
        const done = await exchange(buildRequest(clientRequest, url, options), Math.min(options.maxBytes, clientRequest.maxBytes ?? options.maxBytes));
        options.onExchange?.(done, scope);
        const next = redirectTarget(done, url);
        if (next === undefined || hops >= MAX_REDIRECTS || NOT_FOLLOWED.includes(clientRequest.method) || new URL(next).origin !== origin) return done;
        url = next;
      }
    },
  };
}

/** True for a request that by HTTP's and FHIR's rules changes nothing: GET, HEAD, OPTIONS, and a search by POST. */
export function isReadOnly(request: Readonly<Record<'method' | 'url', string>>): boolean {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return true;
  return request.method === 'POST' && /(^|\/)_search$/.test(request.url.split('?')[0] ?? '');
}

function assertReadOnly(request: ClientRequest): void {
  if (!isReadOnly(request)) throw new Error(`${request.method} ${request.url} in a read-only run: a test that writes must run only with --write`);
}

/** The same client for another base: what is relative is asked there. */
export function atBase(client: FhirClient, base: string): FhirClient {
  if (base === client.base) return client;
  return {
    base,
    get sent() {
      return client.sent;
    },
    send: (request, scope) => client.send({ ...request, url: resolveUrl(base, request.url) }, scope),
  };
}

/** The absolute URL of a path relative to the base, or of a link. */
export function resolveUrl(base: string, url: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  if (url.startsWith('/')) return new URL(url, base).href;
  return url === '' || url.startsWith('?') ? `${base}${url}` : `${base}/${url}`;
}

function buildRequest(request: ClientRequest, url: string, options: ClientOptions): HttpRequest {
  const headers: Record<string, string> = { Accept: 'application/fhir+json', 'User-Agent': options.userAgent };
  const add = (more: Record<string, string>) => {
    for (const [name, value] of Object.entries(more)) {
      for (const present of Object.keys(headers)) if (present.toLowerCase() === name.toLowerCase()) delete headers[present];
      headers[name] = value;
    }
  };
  if (request.anonymous !== true) add(options.headers ?? {});
  add(request.headers ?? {});
  return { method: request.method, url, headers, ...(request.body === undefined ? {} : { body: request.body }), ...(request.encoding === undefined ? {} : { encoding: request.encoding }) };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads, as an absolute URL; undefined for any other answer. */
export function redirectTarget(exchange: Exchange, url = exchange.request.url): string | undefined {
  const { response } = exchange;
  if (response === undefined || !REDIRECTS.has(response.status)) return undefined;
  const location = response.headers['location'];
  return location === undefined || !URL.canParse(location, url) ? undefined : new URL(location, url).href;
}

/** What a request asks of the server: the resource type, or whatever follows the base. */
function placeOf(url: string, base: string): string {
  const path = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : new URL(url).pathname;
  return /^[^/?]+/.exec(path)?.[0] ?? base;
}

/** How long the server asks to be left alone, in milliseconds; undefined where the server does not ask for it. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfterMs(response: HttpResponse, tries: number, now: number): number | undefined {
  const header = response.headers['retry-after'];
  // A plain 503 is an answer; a plain 429 asks for patience without saying how much.
  if (header === undefined) return response.status === 429 ? 1000 * 2 ** tries : undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
