/** Parameter pairs in, the query string or form body that carries them out; and back again. */

/** Decoded name and value, in the order of the request. */
export type Pair = readonly [name: string, value: string];

/**
 * `name=value&...` with every reserved character percent-encoded, `+` as %2B included.
 * The colon, comma, pipe, dollar and slash of FHIR's own syntax may stand unescaped in a query (RFC 3986 section 3.4), but not every server's framework
 * lets a bare pipe through, so only colon, comma and slash stay readable.
 */
export function encodePairs(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** The same as HTML forms write it: a space is `+`, and commas and colons are percent-encoded too. https://url.spec.whatwg.org/#urlencoded-serializing */
export function asForm(pairs: readonly Pair[]): string {
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
}

function encode(text: string): string {
  // Half a pair of surrogates is no character, and has no encoding.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/');
}

/** The pairs of a query string, decoded as a form is: `+` is a space. */
export function decodePairs(query: string): Pair[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

/** A server may write any nonsense into its links: what cannot be decoded stays as it is. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** `ImagingStudy?modality=CT`, decoded, as messages show it. */
export function readableQuery(type: string, pairs: readonly Pair[]): string {
  return pairs.length === 0 ? type : `${type}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
}
