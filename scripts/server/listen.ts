/** A FHIR server and a port in, the socket that serves it out. */
import { createServer, type IncomingMessage, type Server, type ServerResponse as NodeResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOfBytes, bytesOf } from '../core/binary-body';
import { KnownError } from '../core/known-error';
import { outcome, type IssueType } from './refusal';
import type { ServerRequest, ServerResponse } from './request';

/** What `listen` needs of a server; a proxy can be one too, so the answer may come later. */
export interface Listener {
  handle(request: ServerRequest): ServerResponse | Promise<ServerResponse>;
  readonly basePath: string;
  readonly bodyLimit: number;
  rebase(origin: string): void;
}

export interface Listening {
  /** Base URL, no trailing slash. */
  url: string;
  /** Stops taking requests and drops what is open. */
  close(): Promise<void>;
}

/** Milliseconds a client may take to send a request, and an idle connection may stay. */
const REQUEST_TIMEOUT = 60_000;
const KEEP_ALIVE = 5_000;

/**
 * Serves on this machine only.
 * @param port 0 for a free one
 * @throws KnownError `port-in-use`, `no-port`
 */
export async function listen(server: Listener, { port, host = '127.0.0.1' }: { port: number; host?: '127.0.0.1' }): Promise<Listening> {
  const socket = createServer((request, response) => void serve(server, request, response));
  socket.requestTimeout = REQUEST_TIMEOUT;
  socket.keepAliveTimeout = KEEP_ALIVE;
  await bound(socket, port, host);
  const origin = `http://${host}:${(socket.address() as AddressInfo).port}`;
  server.rebase(origin);
  return { url: `${origin}${server.basePath}`, close: () => closed(socket) };
}

function bound(socket: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new KnownError('port-in-use', `Port ${port} is taken.`, 'Give another one with --port, or --port 0 for any free one.'));
      else reject(new KnownError('no-port', `Port ${port} cannot be opened: ${error.message}.`, 'Give another one with --port.'));
    });
    socket.listen(port, host, resolve);
  });
}

function closed(socket: Server): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
    socket.closeAllConnections();
  });
}

async function serve(server: Listener, incoming: IncomingMessage, outgoing: NodeResponse): Promise<void> {
  const body = await readBody(incoming, server.bodyLimit);
  if (body === 'aborted') return;
  const response = body === 'too long' ? tooLong(server.bodyLimit) : await answered(server, toRequest(incoming, body.bytes));
  const bytes = bytesOf(response);
  const sendsLength = incoming.method === 'HEAD' || response.status === 204 || response.status === 304;
  outgoing.writeHead(response.status, { ...response.headers, ...(sendsLength ? {} : { 'content-length': bytes.length }), ...(body === 'too long' ? { connection: 'close' } : {}) });
  outgoing.end(bytes);
}

/** A listener that fails answers all the same: no request may hang or stop the server. */
async function answered(server: Listener, request: ServerRequest): Promise<ServerResponse> {
  try {
    return await server.handle(request);
  } catch {
    return failure(500, 'exception', 'The server failed; the fault is not in the request.');
  }
}

function toRequest(incoming: IncomingMessage, body: Buffer): ServerRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return { method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers: Object.fromEntries(headers) as Record<string, string>, ...(body.length === 0 ? {} : bodyOfBytes(body, incoming.headers['content-type'])) };
}

/** The body, as long as it keeps the limit. */
function readBody(incoming: IncomingMessage, limit: number): Promise<{ bytes: Buffer } | 'too long' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else resolve('too long');
    });
    incoming.on('end', () => resolve({ bytes: Buffer.concat(chunks) }));
    incoming.on('error', () => resolve('aborted'));
    incoming.on('aborted', () => resolve('aborted'));
  });
}

function tooLong(limit: number): ServerResponse {
  return failure(413, 'too-long', `The body is longer than ${limit} bytes.`);
}

function failure(status: number, code: IssueType, message: string): ServerResponse {
  return { status, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: JSON.stringify(outcome('error', code, message)) };
}
