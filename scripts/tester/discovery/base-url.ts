/** What a person types as a server's address in, the service base URL out. */
import { KnownError } from '../../core/known-error';

export interface BaseUrl {
  /** Scheme, host and path, without trailing slash, query or user. */
  base: string;
  /** `Authorization` value from `user:password@` in the address. */
  authorization?: string;
  /** What was left off, for the person to know. */
  remarks: string[];
}

/**
 * The service base URL (https://hl7.org/fhir/R4/http.html#root) that a person means: with or without a trailing slash, `/metadata`, a query or a fragment.
 * @throws KnownError `bad-url`
 */
export function baseUrl(text: string, hint = 'Give the base URL of a FHIR server, e.g. http://localhost:8080/fhir'): BaseUrl {
  const wanted = text.trim();
  if (!/^https?:\/\//i.test(wanted)) {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(wanted)?.[1];
    const what = scheme === undefined ? 'does not begin with http:// or https://' : `begins with ${scheme}://, but only http and https are spoken here`;
    throw new KnownError('bad-url', `"${text}" ${what}.`, hint);
  }
  if (!URL.canParse(wanted)) throw new KnownError('bad-url', `"${text}" is not a URL.`, hint);
  const url = new URL(wanted);
  const remarks: string[] = [];
  let path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith('/metadata')) path = path.slice(0, -'/metadata'.length).replace(/\/+$/, '');
  if (url.search !== '') remarks.push('The query string of the address was left off: a base URL has none.');
  const result: BaseUrl = { base: `${url.protocol}//${url.host}${path}`, remarks };
  if (url.username !== '') {
    const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
    result.authorization = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  }
  return result;
}

/** A per cent sign that begins no escape, as passwords have them, stands for itself. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
