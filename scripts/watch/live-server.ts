/** A live state in, a server on this machine out that serves its pages and tells open browsers when theirs changed. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../core/known-error';
import type { LiveState } from './live-state';
import { barePage, LIVE_SCRIPT, overlay, withOverlay } from './overlay';

export interface LiveOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly state: () => LiveState;
  /** Called before a page is served, to notice what was saved in this moment. */
  readonly look?: () => void;
  readonly busy: () => boolean;
  /** Resolves when no rebuild runs or waits. */
  readonly settled: () => Promise<void>;
  /** Milliseconds that a request waits for a rebuild; after that it gets the page as it was, marked. */
  readonly patienceMs?: number;
  readonly session?: string;
}

export interface LiveServer {
  readonly url: string;
  /** Has every open browser told what changed. */
  tell(): void;
  close(): Promise<void>;
}

interface Listener {
  readonly path: string;
  readonly generation: string;
  readonly response: ServerResponse;
}

const HOST = '127.0.0.1';
const PATIENCE_MS = 30_000;
/** Proxies and sleeping machines drop connections on which nothing comes. */
const HEARTBEAT_MS = 15_000;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json; charset=utf-8', '.xml': 'application/xml; charset=utf-8',
  '.ttl': 'text/turtle; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.tgz': 'application/gzip', '.zip': 'application/zip', '.txt': 'text/plain; charset=utf-8',
};

/** @throws KnownError `port-in-use`, `cannot-listen` */
export async function serveLive({ port, state, look, busy, settled, patienceMs = PATIENCE_MS, session = randomUUID() }: LiveOptions): Promise<LiveServer> {
  const listeners = new Set<Listener>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': TYPES['.txt'] });
      response.end(`scout watch: ${String(error)}\n`);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another site's page must not read these by a name that leads here: only names of this machine are answered.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '')) return send(response, 403, '.txt', 'scout watch answers to localhost only.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, '.txt', 'Only GET is answered here.\n');
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    if (url.pathname === '/~scout/live.js') return send(response, 200, '.js', LIVE_SCRIPT);
    if (url.pathname === '/~scout/events') return listen(response, url.searchParams.get('path') ?? '', url.searchParams.get('generation') ?? '');
    // Browsers ask for one by themselves.
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
    const path = pathOf(url);
    if (path === undefined) return send(response, 400, '.txt', 'The address is not percent-encoded as it should be.\n');
    look?.();
    if (busy()) await Promise.race([settled(), sleep(patienceMs, undefined, { ref: false })]);
    const now = state();
    const text = now.pages.get(path);
    if (path.endsWith('.html')) return sendPage(response, path, text);
    const file = now.files.get(path);
    if (text !== undefined) return send(response, 200, extname(path), text);
    if (file !== undefined) return send(response, 200, extname(path), readFileSync(file));
    const archive = extname(path) === '.zip' ? now.archive?.(path) : undefined;
    if (archive !== undefined) return send(response, 200, '.zip', archive);
    return send(response, 404, '.txt', `There is no ${path} in this guide.\n`);
  }

  function sendPage(response: ServerResponse, path: string, text: string | undefined): void {
    const now = state();
    const page = text ?? barePage(now.pages.size === 0 ? 'No page yet' : `There is no page ${path}`);
    const panel = overlay(now, busy());
    send(response, text === undefined && now.pages.size > 0 ? 404 : 200, '.html', withOverlay(page, { path, generation: `${session}.${now.generation}`, panel, bad: isBad() }));
  }

  function isBad(): boolean {
    return !state().current && !busy();
  }

  function listen(response: ServerResponse, path: string, generation: string): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', Connection: 'keep-alive' });
    const listener = { path, generation, response };
    listeners.add(listener);
    response.on('close', () => listeners.delete(listener));
    tellOne(listener);
  }

  /** A browser whose page changed since it got it reloads; any other gets the panel. */
  function tellOne({ path, generation, response }: Listener): void {
    const now = state();
    const [theirs, number] = [generation.slice(0, generation.lastIndexOf('.')), Number(generation.slice(generation.lastIndexOf('.') + 1))];
    const stale = theirs !== session || (now.changedAt.get(path) ?? (number === 0 ? now.generation : 0)) > number;
    // While a rebuild runs the reload would only wait for it.
    if (stale && !busy()) response.write('event: reload\ndata: {}\n\n');
    else response.write(`event: panel\ndata: ${JSON.stringify({ html: overlay(now, busy()), bad: isBad() })}\n\n`);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new KnownError('port-in-use', `Port ${port} of ${HOST} is in use by another program.`, 'Choose another with --port NUMBER, or any free one with --port 0.'));
      else reject(new KnownError('cannot-listen', `Port ${port} of ${HOST} cannot be used: ${error.message}`, 'Choose another with --port NUMBER.'));
    });
    server.listen(port, HOST, resolve);
  });
  const heartbeat = setInterval(() => listeners.forEach(({ response }) => response.write(': here\n\n')), HEARTBEAT_MS);
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    tell: () => listeners.forEach(tellOne),
    close: () => {
      clearInterval(heartbeat);
      listeners.forEach(({ response }) => response.end());
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function pathOf(url: URL): string | undefined {
  try {
    const path = decodeURIComponent(url.pathname).replace(/^\/+/, '');
    return path === '' || path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, extension: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'Content-Type': TYPES[extension] ?? 'application/octet-stream', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  response.end(body);
}
