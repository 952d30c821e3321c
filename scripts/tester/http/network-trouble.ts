/** A failure below HTTP in, the kind of trouble that it is and what to say of it out. */
import { KnownError } from '../../core/known-error';

/** What can go wrong below HTTP, and what to say of it. */
export const NETWORK_TROUBLES = {
  'no-such-host': { says: 'the host name is not known', hint: 'Check the spelling of the host, and the DNS of this machine. A proxy that HTTP_PROXY or HTTPS_PROXY names is not used.' },
  'connection-refused': { says: 'nothing listens there (connection refused)', hint: 'Is the server running, and is the port right?' },
  'tls-error': { says: 'the TLS connection could not be made', hint: 'For a certificate of your own authority set NODE_EXTRA_CA_CERTS to its file; check http against https.' },
  'no-tls': { says: 'what answers there does not speak TLS', hint: 'Is it plain http? Try the address with http:// instead of https://.' },
  'client-certificate': { says: 'the server wants a certificate of the client', hint: 'This program has none to show: let a proxy of yours on 127.0.0.1 show it, and test through that.' },
  'certificate-out-of-date': { says: 'the certificate of the server is not valid today', hint: 'Renew the certificate of the server; or is the clock of this machine wrong?' },
  'certificate-of-another-host': { says: 'the certificate of the server is for another host name', hint: 'Use the host name that the certificate is for, or have it made for this one.' },
  'time-out': { says: 'no answer came in time', hint: 'Raise --timeout, or look at the server.' },
  'connection-lost': { says: 'the connection broke off', hint: 'Look at the server\'s log; check http against https.' },
  'bad-encoding': { says: 'the body is not what its Content-Encoding says', hint: 'Look at what compresses the answers: the server, or a proxy before it.' },
  'headers-too-long': { says: 'the headers of the answer are longer than is read', hint: 'Look at what adds headers: the server, or a proxy before it.' },
  'not-http': { says: 'what came back is not HTTP', hint: 'Check the port, and http against https.' },
  interrupted: { says: 'the run was interrupted', hint: undefined },
} as const;
export type NetworkTrouble = keyof typeof NETWORK_TROUBLES;

/** Error codes of Node, each with the trouble it means. */
const CODES: Record<string, NetworkTrouble> = {
  ENOTFOUND: 'no-such-host',
  EAI_AGAIN: 'no-such-host',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ENETUNREACH: 'connection-refused',
  EADDRNOTAVAIL: 'connection-refused',
  ETIMEDOUT: 'time-out',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-error',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-error',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-error',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-error',
  CERT_HAS_EXPIRED: 'certificate-out-of-date',
  CERT_NOT_YET_VALID: 'certificate-out-of-date',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-of-another-host',
  EPROTO: 'tls-error',
  HPE_HEADER_OVERFLOW: 'headers-too-long',
};

/** What OpenSSL says, where its code says less. */
const TLS_TROUBLES: readonly (readonly [RegExp, NetworkTrouble])[] = [
  [/wrong version number|packet length too long|unknown protocol/i, 'no-tls'],
  [/certificate[ _]required|CERTIFICATE_REQUIRED/i, 'client-certificate'],
];

/** A failed request as a KnownError whose code says what kind of trouble it is. */
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
    const message = plainMessage(String(cause.message));
    const detail = message.includes(code) ? message : `${code}: ${message}`;
    const ofTls = TLS_TROUBLES.find(([pattern]) => pattern.test(detail));
    if (ofTls !== undefined && /EPROTO|SSL|TLS/.test(code)) return troubleError(ofTls[1], detail, error);
    if (code in CODES) return troubleError(CODES[code] as NetworkTrouble, detail, error);
    if (code.startsWith('HPE_')) return troubleError('not-http', detail, error);
    // Of zlib, and of its Brotli.
    if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_')) return troubleError('bad-encoding', detail, error);
    if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code.startsWith('CERT_')) return troubleError('tls-error', detail, error);
  }
  return troubleError('connection-lost', messageChain(asFailure(error)), error);
}

/** On one line, and of OpenSSL's `write EPROTO 808C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/...` only what it says. */
function plainMessage(message: string): string {
  return (/:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message).replace(/\s+/g, ' ').trim();
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
