/** A parameter type in, an empty posting of the kind that suits it out. */
import type { Entry } from '../entry';
import type { SearchType } from '../types';
import { dates } from './dates';
import { distinct } from './distinct';
import type { Posting, Searchable } from './posting';
import { references } from './references';
import { tokens } from './tokens';
import { uris } from './uris';

export type { Posting, ReferencePosting } from './posting';

/**
 * The posting that suits a parameter type.
 * @param isPresent whether a value certainly counts as one for `:missing`
 */
export function postingFor(type: SearchType, isPresent: (value: unknown) => boolean): Posting {
  const valued = new Set<Entry>();
  const present = new Set<Entry>();
  const inner = searchable(type);
  return {
    ...inner,
    valued,
    present,
    add(entry, values) {
      if (values.length > 0) valued.add(entry);
      if (values.some(isPresent)) present.add(entry);
      inner.add(entry, values);
    },
    remove(entry, values) {
      valued.delete(entry);
      present.delete(entry);
      inner.remove(entry, values);
    },
  };
}

function searchable(type: SearchType): Searchable {
  switch (type) {
    case 'token':
      return tokens();
    case 'reference':
      return references();
    case 'uri':
      return uris();
    case 'date':
      return dates();
    default:
      return distinct();
  }
}
