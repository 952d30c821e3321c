/** The posting of strings, numbers, quantities and composites: every distinct value once, with the resources that have it. */
import type { Entry } from '../entry';
import type { Searchable } from './posting';

/** A search judges each distinct value once. */
export function distinct(): Searchable {
  const rows = new Map<string, { value: unknown; entries: Set<Entry> }>();
  return {
    add(entry, values) {
      for (const value of values) {
        const key = keyOf(value);
        const row = rows.get(key);
        if (row === undefined) rows.set(key, { value, entries: new Set([entry]) });
        else row.entries.add(entry);
      }
    },
    remove(entry, values) {
      for (const value of values) {
        const key = keyOf(value);
        const row = rows.get(key);
        row?.entries.delete(entry);
        if (row?.entries.size === 0) rows.delete(key);
      }
    },
    candidates(_search, _modifier, _base, mayMatch) {
      const found = new Set<Entry>();
      for (const { value, entries } of rows.values()) if (mayMatch(value)) for (const entry of entries) found.add(entry);
      return found;
    },
  };
}

function keyOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
