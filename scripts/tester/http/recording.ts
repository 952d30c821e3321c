/** A run's exchanges as NDJSON lines, and a client that answers from them again without a network. */
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { isReadOnly, resolveUrl, type ClientRequest, type FhirClient } from './client';

/** What a replay must know of the recorded run to take the same decisions. */
export interface RecordingHeader {
  kind: 'fhir-scout-recording';
  version: 1;
  base: string;
  mode: 'read-only' | 'write';
  /** Seeds everything the run chose by chance. */
  runId: string;
  startedAt: string;
  /** Options that change what is asked. */
  options: Record<string, unknown>;
}

export interface RecordedExchange {
  scope: string;
  /** Position of the exchange in the chain of redirects is kept by order: later lines of one scope follow earlier ones. */
  exchange: Exchange;
}

export const RECORDING_FILE = 'exchanges.ndjson';

/** One line of the recording file. */
export function recordingLine(entry: RecordingHeader | RecordedExchange): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads the lines of a recording.
 * @throws KnownError `bad-recording` naming the line.
 */
export function parseRecording(text: string, file: string): { header: RecordingHeader; entries: RecordedExchange[] } {
  const lines = text.split('\n');
  let header: RecordingHeader | undefined;
  const entries: RecordedExchange[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      // A run that was killed leaves a half-written last line: what came before it is good.
      if (index === lines.length - 1) return;
      throw new KnownError('bad-recording', `${file}:${index + 1} is not JSON.`, 'A recording is made by scout test URL --record DIR.');
    }
    if ((value as RecordingHeader).kind === 'fhir-scout-recording') header = value as RecordingHeader;
    else entries.push(value as RecordedExchange);
  });
  if (header === undefined) throw new KnownError('bad-recording', `${file} has no header line.`, 'A recording is made by scout test URL --record DIR.');
  return { header, entries };
}

export interface ReplayClient extends FhirClient {
  /** Requests so far that the recorded run did not send. */
  readonly unknown: number;
}

/**
 * A client that answers each request as the recorded run did: first by scope, then from any scope
 * (a request that several tests share was sent by whichever came first).
 * A request that was never sent is an exchange with an error, so that the test says so.
 */
export function createReplayClient(header: RecordingHeader, entries: readonly RecordedExchange[]): ReplayClient {
  const byScope = new Map<string, Exchange[]>();
  const byRequest = new Map<string, Exchange>();
  for (const { scope, exchange } of entries) {
    const key = requestKey(exchange.request);
    const queue = byScope.get(`${scope}\n${key}`);
    if (queue === undefined) byScope.set(`${scope}\n${key}`, [exchange]);
    else queue.push(exchange);
    if (!byRequest.has(key)) byRequest.set(key, exchange);
  }
  let sent = 0;
  let unknown = 0;
  const answer = (request: { method: string; url: string; body?: string }, headers: Record<string, string>, scope: string): Exchange => {
    const asked = { ...request, headers };
    const key = requestKey(asked);
    const queue = byScope.get(`${scope}\n${key}`);
    const recorded = queue !== undefined && queue.length > 1 ? queue.shift() : (queue?.[0] ?? byRequest.get(key));
    if (recorded === undefined) unknown += 1;
    return recorded ?? { request: asked, error: 'this request is not in the recording', durationMs: 0 };
  };
  return {
    base: header.base,
    get sent() {
      return sent;
    },
    get unknown() {
      return unknown;
    },
    send(request: ClientRequest, scope: string) {
      if (header.mode === 'read-only' && !isReadOnly(request)) return Promise.reject(new Error(`${request.method} ${request.url} in a read-only replay`));
      let url = resolveUrl(header.base, request.url);
      for (;;) {
        sent += 1;
        const headers = { ...request.headers };
        const done = answer({ method: request.method, url, ...(request.body === undefined ? {} : { body: request.body }) }, headers, scope);
        const location = done.response?.headers['location'];
        const follow = request.method === 'GET' && done.response !== undefined && done.response.status >= 301 && done.response.status <= 308 && location !== undefined;
        if (!follow || new URL(location, url).origin !== new URL(header.base).origin || !byRequestHas(byRequest, request, new URL(location, url).href)) return Promise.resolve(done);
        url = new URL(location, url).href;
      }
    },
  };
}

function byRequestHas(byRequest: ReadonlyMap<string, Exchange>, request: ClientRequest, url: string): boolean {
  return byRequest.has(requestKey({ method: request.method, url, headers: request.headers ?? {} }));
}

/** Request headers that tests set on purpose; the rest is the same in every request of a run. */
const TELLING_HEADERS = ['accept', 'content-type', 'if-match', 'if-none-match', 'if-none-exist', 'if-modified-since', 'prefer', 'origin'];

function requestKey(request: { method: string; url: string; headers: Record<string, string>; body?: string }): string {
  const telling = Object.entries(request.headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name, value]) => TELLING_HEADERS.includes(name) && !(name === 'accept' && value === 'application/fhir+json'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([request.method, request.url, telling, request.body ?? '']);
}
