/** Query strings and form bodies to name-value pairs and back. */
import { Refusal } from './refusal';

export type Pair = readonly [name: string, value: string];
export type Pairs = readonly Pair[];

/**
 * Decodes `a=1&b=2` as https://url.spec.whatwg.org/#application/x-www-form-urlencoded says; a pair without a name is dropped.
 * @throws Refusal 400 for a broken percent-encoding.
 */
export function decodePairs(text: string): Pairs {
  const pairs: Pair[] = [];
  for (const part of text.split('&')) {
    const at = part.indexOf('=');
    const name = decodePart(at < 0 ? part : part.slice(0, at), part);
    if (name !== '') pairs.push([name, at < 0 ? '' : decodePart(part.slice(at + 1), part)]);
  }
  return pairs;
}

function decodePart(text: string, whole: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'value', `"${whole}" is not percent-encoded UTF-8.`);
  }
}

/** Characters that may stand in a query as they are (RFC 3986 3.4) and read better so. */
const READABLE: Readonly<Record<string, string>> = { '%3A': ':', '%2C': ',', '%2F': '/', '%40': '@' };

/** `a=1&b=2`, encoded; empty for no pairs. */
export function encodePairs(pairs: Pairs): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/%(?:3A|2C|2F|40)/g, (code) => READABLE[code] ?? code);
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** An URL's path and query part. */
export function splitUrl(url: string): { path: string; query: string } {
  const withoutFragment = url.split('#', 1)[0] ?? '';
  const at = withoutFragment.indexOf('?');
  return at < 0 ? { path: withoutFragment, query: '' } : { path: withoutFragment.slice(0, at), query: withoutFragment.slice(at + 1) };
}
