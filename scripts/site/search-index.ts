/** What the pages are about in, the script that the search box loads out: everything is found in the browser, nothing is asked of a server. */

export interface SearchEntry {
  readonly path: string;
  readonly title: string;
  readonly kind: string;
  /** Anchor and text of each heading. */
  readonly headings: readonly (readonly [string, string])[];
  /** Further words of the page. */
  readonly words: string;
}

/** A script and no data file: a page opened from disk may load the one and not the other. */
export function searchIndexFile(entries: readonly SearchEntry[]): string {
  const rows = entries.map(({ path, title, kind, headings, words }) => [path, title, kind, headings, distinctWords(words)]);
  return `window.scoutSearch = ${JSON.stringify(rows).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')};\n`;
}

/** A word counts once; their order is of no use to the search. */
function distinctWords(text: string): string {
  return [...new Set(text.toLowerCase().split(/[^\p{L}\p{N}_.:/-]+/u).map((word) => word.replace(/^[.:/-]+|[.:/-]+$/g, '')).filter((word) => word.length > 1))].join(' ');
}
