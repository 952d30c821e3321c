/** Another FHIR server's address and planted behaviour in, a listener that stands before that server out. */
import type { Behaviour } from './behaviour';
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
}

const BODY_LIMIT = 32 * 1024 * 1024;
/** Milliseconds the other server may take. */
const TIMEOUT = 60_000;
/** Headers that belong to one connection, or that fetch sets itself: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'host', 'content-length', 'content-encoding', 'accept-encoding', 'expect']);

/** The other server's address is exchanged for the proxy's own in both directions, so that page links and references lead back here. */
export function createProxy({ target, behaviour, basePath, forward = forwardByFetch }: ProxyOptions): Listener {
  const there = target.replace(/\/+$/, '');
  let here = basePath;
  return {
    basePath,
    bodyLimit: BODY_LIMIT,
    rebase: (origin) => void (here = `${origin}${basePath}`),
    async handle(request) {
      const heard = behaviour.request(request);
      const outward = exchange(here, there);
      const inward = exchange(there, here);
      if (!heard.url.startsWith(basePath)) return failure(404, `The FHIR base of this proxy is ${here}.`);
      try {
        const answer = await forward({
          method: heard.method,
          url: `${there}${outward(heard.url.slice(basePath.length))}`,
          headers: withoutHops(heard.headers),
          ...(heard.body === undefined ? {} : { body: outward(heard.body) }),
        });
        const headers = Object.fromEntries(Object.entries(withoutHops(answer.headers)).map(([name, value]) => [name, inward(value)]));
        return behaviour.response({ status: answer.status, headers, body: inward(answer.body) }, request);
      } catch (error) {
        return failure(502, `${there} does not answer: ${error instanceof Error ? error.message : String(error)}.`);
      }
    },
  };
}

/** Replaces a base URL, written plainly or percent-encoded. */
function exchange(from: string, to: string): (text: string) => string {
  return (text) => text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to));
}

function withoutHops(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function failure(status: number, message: string): ServerResponse {
  return { status, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: JSON.stringify(outcome('error', 'exception', message)) };
}

/** Redirects are passed on, not followed: credentials go to the server that was named and to no other. */
async function forwardByFetch({ method, url, headers, body }: ServerRequest): Promise<ServerResponse> {
  const response = await fetch(url, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT), ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
