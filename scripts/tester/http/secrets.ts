/** What the user must not see again in a report: secrets in, a function out that masks them wherever they turn up. */
import { escapeHtml } from '../../core/escape-html';
import type { HttpRequest, HttpResponse } from '../../core/result';

export const MASK = '***';

export interface SecretMask {
  text(value: string): string;
  request(request: HttpRequest): HttpRequest;
  response(response: HttpResponse): HttpResponse;
}

/** Headers whose values are nobody's secret even when the user gave them. */
const HARMLESS = new Set(['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'cache-control', 'content-type', 'if-match', 'if-none-exist',
  'if-none-match', 'if-modified-since', 'prefer', 'user-agent', 'origin', 'x-request-id']);
const SENSITIVE = /auth|cookie|credential|key|pass|secret|session|signature|token/i;
/** A value shorter than this is masked in its header only: replacing "1" in every body would destroy the evidence. */
const SHORTEST_ECHO = 8;
const SHORTEST_SENSITIVE_ECHO = 4;

/** What is shorter is found in Base64 by chance. */
const SHORTEST_ENCODED = 6;

/**
 * A plain word or a short number as a password (`fhir`, `patient`, `1234`) stands in addresses and data for other reasons: masked there it would
 * change what is tested and give nothing away less. It is masked where servers repeat credentials: in errors, and in every message.
 */
const ORDINARY = /^(?:[A-Z]?[a-z]{1,11}|[A-Z]{1,12}|\d{1,8})$/;

/**
 * A mask for the headers that the user added.
 * Their values are hidden in requests, and wherever a server echoes them: literally, percent-encoded, or escaped in JSON.
 */
export function createMask(userHeaders: Readonly<Record<string, string>>, moreSecrets: readonly string[] = []): SecretMask {
  const hidden = new Set<string>();
  const echoes = new Set<string>();
  for (const [name, value] of Object.entries(userHeaders)) {
    if (HARMLESS.has(name.toLowerCase())) continue;
    hidden.add(name.toLowerCase());
    const shortest = SENSITIVE.test(name) ? SHORTEST_SENSITIVE_ECHO : SHORTEST_ECHO;
    for (const secret of secretParts(name, value)) {
      if (secret.length >= shortest) for (const form of writtenForms(secret)) echoes.add(form);
    }
  }
  for (const secret of moreSecrets) for (const form of writtenForms(secret)) echoes.add(form);
  // Longest first, so that a token inside a longer secret does not leave the rest readable.
  const ordered = [...echoes].sort((a, b) => b.length - a.length);
  const telling = ordered.filter((secret) => !ORDINARY.test(secret));
  const masking = (secrets: readonly string[]) => (value: string) => secrets.reduce((masked, secret) => masked.split(secret).join(MASK), value);
  const [text, data] = [masking(ordered), masking(telling)];
  const headers = (all: Record<string, string>, alsoHidden: ReadonlySet<string>, mask: (value: string) => string) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, alsoHidden.has(name.toLowerCase()) ? MASK : mask(value)]));
  return {
    text,
    request: (request) => ({ ...request, url: data(request.url), headers: headers(request.headers, new Set([...hidden, 'authorization', 'cookie']), data),
      ...(request.body === undefined ? {} : { body: data(request.body) }) }),
    response: (response) => {
      const mask = response.status < 400 ? data : text;
      const body = mask(response.body);
      return { ...response, headers: headers(response.headers, new Set(['set-cookie']), mask), body: response.truncatedAt === undefined ? body : withoutBeginning(body, ordered) };
    },
  };
}

/** A body that was cut may end within a secret, which is then not found as a whole. */
function withoutBeginning(body: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = secret.length - 1; length >= SHORTEST_SENSITIVE_ECHO; length -= 1) {
      if (body.endsWith(secret.slice(0, length))) return `${body.slice(0, -length)}${MASK}`;
    }
  }
  return body;
}

/** The whole value, and the parts of it that are secret on their own: a bearer token, a user's password, each cookie. */
function secretParts(name: string, value: string): string[] {
  const parts = [value];
  const scheme = /^(\S+)\s+(.+)$/.exec(value);
  if (name.toLowerCase() === 'authorization' && scheme !== null) {
    const [, kind, credentials] = scheme as unknown as [string, string, string];
    parts.push(credentials);
    if (kind.toLowerCase() === 'basic') {
      const decoded = Buffer.from(credentials, 'base64').toString('utf8');
      parts.push(decoded, decoded.slice(decoded.indexOf(':') + 1));
    }
  }
  if (name.toLowerCase() === 'cookie') parts.push(...value.split(';').map((cookie) => cookie.slice(cookie.indexOf('=') + 1).trim()));
  return parts;
}

/** As servers write what they repeat: in addresses, in JSON (PHP's has a backslash before each slash), in HTML and XML, in Base64 of either alphabet. */
function writtenForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[<>&'=+]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
    json.replace(/[<>&'=+]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`),
    escapeHtml(secret),
    ...(secret.length < SHORTEST_ENCODED ? [] : [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')]),
  ];
}
