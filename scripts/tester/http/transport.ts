/** One HTTP request over the network in, one answer out: bodies are read as a stream and cut at a limit, redirects are left to the caller. */
import { bodyOfBytes, bytesOf, type BodyEncoding } from '../../core/binary-body';
import { KnownError } from '../../core/known-error';
import type { HttpResponse } from '../../core/result';

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

/** What can go wrong below HTTP, and what to say of it. */
export const NETWORK_TROUBLES = {
  'no-such-host': { says: 'the host name is not known', hint: 'Check the spelling of the host, or the DNS and proxy settings of this machine.' },
  'connection-refused': { says: 'nothing listens there (connection refused)', hint: 'Is the server running, and is the port right?' },
  'tls-error': { says: 'the TLS connection could not be made', hint: 'For a certificate of your own authority set NODE_EXTRA_CA_CERTS to its file; check http against https.' },
  'time-out': { says: 'no answer came in time', hint: 'Raise --timeout, or look at the server.' },
  'connection-lost': { says: 'the connection broke off', hint: 'Look at the server\'s log.' },
  'forbidden-port': { says: 'HTTP clients never go to this port, which belongs to another protocol', hint: 'Let the server listen on another port: https://fetch.spec.whatwg.org/#port-blocking' },
  'not-http': { says: 'what came back is not HTTP', hint: 'Check the port, and http against https.' },
  interrupted: { says: 'the run was interrupted', hint: undefined },
} as const;
export type NetworkTrouble = keyof typeof NETWORK_TROUBLES;

/** Node's own fetch, with redirects off. */
export const fetchTransport: Transport = async (request, { signal, maxBytes }) => {
  try {
    const init: RequestInit = { method: request.method, headers: request.headers, redirect: 'manual', signal };
    if (request.body !== undefined) init.body = request.encoding === undefined ? request.body : new Uint8Array(bytesOf(request));
    const response = await fetch(request.url, init);
    const headers = Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value]));
    return { status: response.status, headers, ...(await readBody(response, maxBytes)) };
  } catch (error) {
    throw networkError(error, signal);
  }
};

async function readBody(response: Response, maxBytes: number): Promise<Pick<HttpResponse, 'body' | 'encoding' | 'truncatedAt'>> {
  const decode = (chunks: readonly Uint8Array[]) => bodyOfBytes(Buffer.concat(chunks), response.headers.get('content-type') ?? undefined);
  if (response.body === null) return { body: '' };
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return decode(chunks);
    if (size + value.byteLength > maxBytes) {
      chunks.push(value.subarray(0, maxBytes - size));
      // The rest is not wanted: closing the stream closes the connection.
      await reader.cancel().catch(() => undefined);
      return { ...decode(chunks), truncatedAt: maxBytes };
    }
    chunks.push(value);
    size += value.byteLength;
  }
}

/** Error codes of Node and undici, each with the trouble it means. */
const CODES: Record<string, NetworkTrouble> = {
  ENOTFOUND: 'no-such-host',
  EAI_AGAIN: 'no-such-host',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ENETUNREACH: 'connection-refused',
  EADDRNOTAVAIL: 'connection-refused',
  ETIMEDOUT: 'time-out',
  UND_ERR_CONNECT_TIMEOUT: 'time-out',
  UND_ERR_HEADERS_TIMEOUT: 'time-out',
  UND_ERR_BODY_TIMEOUT: 'time-out',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-error',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-error',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-error',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-error',
  EPROTO: 'tls-error',
};

/** A failed fetch as a KnownError whose code says what kind of trouble it is. */
export function networkError(error: unknown, signal?: AbortSignal): KnownError {
  if (error instanceof KnownError) return error;
  if (signal?.aborted === true) {
    const reason: unknown = signal.reason;
    if (reason instanceof KnownError) return reason;
    return troubleError((reason as { name?: unknown } | undefined)?.name === 'TimeoutError' ? 'time-out' : 'interrupted');
  }
  for (let cause = asFailure(error); cause !== undefined; cause = innerCause(cause)) {
    const { code } = cause;
    if (typeof code !== 'string') continue;
    const detail = `${code}: ${String(cause.message)}`;
    if (code in CODES) return troubleError(CODES[code] as NetworkTrouble, detail, error);
    if (code.startsWith('HPE_')) return troubleError('not-http', detail, error);
    if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code.startsWith('CERT_')) return troubleError('tls-error', detail, error);
  }
  const told = messageChain(asFailure(error));
  return told.endsWith('bad port') ? troubleError('forbidden-port', undefined, error) : troubleError('connection-lost', told, error);
}

/** What an error has, whatever realm's Error it is an instance of. */
interface Failure {
  message?: unknown;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
}

function asFailure(error: unknown): Failure | undefined {
  return typeof error === 'object' && error !== null ? error : undefined;
}

/** An AggregateError (several addresses tried) hides the codes one level deeper. */
function innerCause({ cause, errors }: Failure): Failure | undefined {
  return asFailure(cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined));
}

function messageChain(error: Failure | undefined): string {
  if (error === undefined) return 'unknown reason';
  const inner = asFailure(error.cause);
  return inner === undefined ? String(error.message) : `${String(error.message)}: ${messageChain(inner)}`;
}

/** The KnownError of a kind of network trouble. */
export function troubleError(trouble: NetworkTrouble, detail?: string, cause?: unknown): KnownError {
  const row = NETWORK_TROUBLES[trouble];
  return new KnownError(trouble, detail === undefined ? row.says : `${row.says} (${detail})`, row.hint, { cause });
}
