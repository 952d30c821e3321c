/** The posting of uri parameters: by the URI without its version. */
import type { UriValue } from '../match/uri';
import type { SearchValue } from '../types';
import { keyed } from './keyed';
import type { Searchable } from './posting';

export function uris(): Searchable {
  return keyed((value) => [withoutVersion((value as UriValue).uri)], uriLookup);
}

function uriLookup({ text }: SearchValue, modifier: string | undefined): readonly string[] | undefined {
  return modifier !== undefined || !text.includes(':') ? undefined : [withoutVersion(text)];
}

export function withoutVersion(uri: string): string {
  const bar = uri.indexOf('|');
  return bar < 0 ? uri : uri.slice(0, bar);
}
