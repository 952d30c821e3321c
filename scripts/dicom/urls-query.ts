/** Names and values in, a query string out. */

/** `name=value&...`; absent values are left out. Comma, colon and slash stay readable, which RFC 3986 section 3.4 allows; `+` becomes %2B. */
export function queryString(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/')}`)
    .join('&');
}

/** The URL with a query, or as it is where there is none. */
export function withQuery(url: string, query: string): string {
  return query === '' ? url : `${url}?${query}`;
}
