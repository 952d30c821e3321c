/** One HTTP request over the network in, one answer out: bodies are read as a stream and cut at a limit, redirects are left to the caller. */
import { isUtf8 } from 'node:buffer';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { bodyOfBytes, bytesOf, type BodyEncoding } from '../../core/binary-body';
import type { HttpResponse } from '../../core/result';
import { decoderOf, joinedHeaders } from '../../core/wire';
import { networkError, troubleError } from './network-trouble';

export interface WireRequest {
  method: string;
  /** Absolute URL. */
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Set where the body holds one character a byte. */
  encoding?: BodyEncoding;
}

export interface WireLimits {
  /** Aborts the request: time-out or Ctrl-C. */
  signal: AbortSignal;
  /** Bytes of the (decoded) body that are kept. */
  maxBytes: number;
}

/**
 * Sends one request and waits for the whole answer. Rejects with a KnownError whose code is a row of NETWORK_TROUBLES.
 * Tests and the embedded server supply their own.
 */
export type Transport = (request: WireRequest, limits: WireLimits) => Promise<HttpResponse>;

/**
 * Milliseconds after which an idle connection is not used again: less than any server in use keeps one,
 * so that a request, above all one that writes, does not meet a connection that is just being closed.
 */
const IDLE_MS = 1_500;
const KEPT_ALIVE = { keepAlive: true, timeout: IDLE_MS };
const SCHEMES = {
  'http:': { request: httpRequest, agent: new HttpAgent(KEPT_ALIVE) },
  'https:': { request: httpsRequest, agent: new HttpsAgent(KEPT_ALIVE) },
} as const;

/**
 * HTTP and HTTPS by Node's own client: less than half the work of its fetch, and what is sent is exactly what the report's curl line says.
 * No compression is asked for; an answer that is compressed nevertheless is read all the same.
 */
export const networkTransport: Transport = (request, { signal, maxBytes }) =>
  new Promise((resolve, reject) => {
    let sending: ClientRequest | undefined;
    // Node's own `signal` option watches every event of the stream for it, which costs more than the rest of the request.
    // A request that Node has given up already says nothing more when it is destroyed: the time-out itself ends it.
    const stop = () => {
      const stopped = new Error('stopped');
      sending?.destroy(stopped);
      fail(stopped);
    };
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', stop);
      reject(networkError(error, signal));
    };
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', stop, { once: true });
      const url = new URL(request.url);
      const scheme = SCHEMES[url.protocol === 'https:' ? 'https:' : 'http:'];
      sending = scheme.request(url, { method: request.method, headers: request.headers, agent: scheme.agent });
    } catch (error) {
      // For instance a header that HTTP does not allow.
      return fail(error);
    }
    sending.on('error', fail);
    sending.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(troubleError('not-http', 'it switches to another protocol (101), which nothing has asked for'));
    });
    sending.on('response', (response: IncomingMessage) => {
      const { statusCode = 0 } = response;
      const headers = joinedHeaders(response.headers);
      readBody(response, headers, maxBytes).then((body) => {
        signal.removeEventListener('abort', stop);
        resolve({ status: statusCode, headers, ...body });
      }, fail);
    });
    sending.end(request.body === undefined ? undefined : bytesOf(request));
  });

/** The body as it stands on the wire, or decoded where its coding is known. An answer without a body, as that to HEAD, has nothing to decode. */
function readBody(response: IncomingMessage, headers: Record<string, string>, maxBytes: number): Promise<Pick<HttpResponse, 'body' | 'encoding' | 'truncatedAt' | 'notUtf8'>> {
  const decoder = decoderOf(headers);
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  return new Promise((resolve, reject) => {
    const done = (truncated?: { truncatedAt: number }) => {
      const bytes = Buffer.concat(chunks);
      const body = bodyOfBytes(bytes, headers['content-type']);
      // A cut may go through a character.
      const isText = body.encoding === undefined && truncated === undefined;
      resolve({ ...body, ...truncated, ...(isText && !isUtf8(bytes) ? { notUtf8: true as const } : {}) });
    };
    const take = (source: Readable) =>
      source.on('data', (chunk: Buffer) => {
        if (cut) return;
        if (size + chunk.length <= maxBytes) {
          chunks.push(chunk);
          size += chunk.length;
          return;
        }
        chunks.push(chunk.subarray(0, maxBytes - size));
        // The rest is not wanted: the connection is closed, and what a few received bytes may unpack to is not unpacked.
        cut = true;
        response.destroy();
        source.destroy();
        done({ truncatedAt: maxBytes });
      });
    response.on('error', reject);
    if (decoder === undefined) {
      take(response).on('end', () => done());
      return;
    }
    response.once('readable', () => {
      const first = response.read() as Buffer | null;
      if (first === null) return response.once('end', () => done());
      response.unshift(first);
      take(response.pipe(decoder()).on('error', reject)).on('end', () => done());
    });
  });
}
