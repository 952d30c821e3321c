/** A request with an absolute URL in, the answer of that server out, exactly as it came but for its compression. */
import { isUtf8 } from 'node:buffer';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { bodyOfBytes, bytesOf } from '../core/binary-body';
import { decoderOf, joinedHeaders } from '../core/wire';
import type { ServerRequest, ServerResponse } from './request';

/** Milliseconds the other server may take. */
const TIMEOUT = 60_000;
/** Bytes of an answer that are kept in memory. */
const ANSWER_LIMIT = 256 * 1024 * 1024;

/**
 * Sends a request as it stands: no header is added but Host and the length of the body, and the path stays as it was written.
 * Redirects are passed on, not followed: credentials go to the server that was named and to no other.
 * @throws Error where there is no answer that can be read
 */
export function forwardOverNetwork(request: ServerRequest): Promise<ServerResponse> {
  return new Promise((resolve, reject) => {
    const target = new URL(request.url);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const sending = send(target, { path: pathOf(request.url), method: request.method, headers: request.headers, signal: AbortSignal.timeout(TIMEOUT) });
    sending.on('error', reject);
    sending.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('it switches to another protocol'));
    });
    sending.on('response', (response) => {
      const headers = joinedHeaders(response.headers);
      bytesIn(response, decoderOf(headers)).then((bytes) => resolve({ status: response.statusCode ?? 502, headers, ...bodyOf(bytes, headers['content-type']) }), reject);
    });
    sending.end(request.body === undefined ? undefined : bytesOf(request));
  });
}

/** Path and query as they were written: a parser of URLs would resolve the dots in them. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** What is no UTF-8, whatever it calls itself, goes on byte by byte. */
function bodyOf(bytes: Buffer, contentType: string | undefined): Pick<ServerResponse, 'body' | 'encoding'> {
  return isUtf8(bytes) ? bodyOfBytes(bytes, contentType) : { body: bytes.toString('latin1'), encoding: 'latin1' };
}

/** The whole body, decoded. An answer without one, as that to HEAD, has nothing to decode. */
function bytesIn(response: IncomingMessage, decoder: ReturnType<typeof decoderOf>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const take = (source: Readable) => {
      const chunks: Buffer[] = [];
      let size = 0;
      source.on('error', reject);
      source.on('end', () => resolve(Buffer.concat(chunks)));
      source.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if ((size += chunk.length) <= ANSWER_LIMIT) return;
        response.destroy();
        source.destroy();
        reject(new Error(`its answer is longer than ${ANSWER_LIMIT} bytes`));
      });
    };
    response.on('error', reject);
    response.on('aborted', () => reject(new Error('it breaks off in the middle of an answer')));
    if (decoder === undefined) return take(response);
    response.once('readable', () => {
      const first = response.read() as Buffer | null;
      if (first === null) return response.once('end', () => resolve(Buffer.alloc(0)));
      response.unshift(first);
      take(response.pipe(decoder()));
    });
  });
}
