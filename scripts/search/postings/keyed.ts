/** Functions that give keys to values and to search values in, a posting over these keys out. */
import type { Entry } from '../entry';
import type { SearchValue } from '../types';
import type { Searchable } from './posting';

const NOBODY: ReadonlySet<Entry> = new Set();

/**
 * Sets of resources by text keys.
 * @param keysOf the keys under which a value is found
 * @param lookup the keys that a search value asks for; undefined where keys cannot tell
 */
export function keyed(keysOf: (value: unknown) => readonly string[], lookup: (search: SearchValue, modifier: string | undefined, base: string) => readonly string[] | undefined): Searchable {
  const sets = new Map<string, Set<Entry>>();
  return {
    add(entry, values) {
      for (const key of values.flatMap(keysOf)) {
        const set = sets.get(key);
        if (set === undefined) sets.set(key, new Set([entry]));
        else set.add(entry);
      }
    },
    remove(entry, values) {
      for (const key of values.flatMap(keysOf)) {
        const set = sets.get(key);
        set?.delete(entry);
        if (set?.size === 0) sets.delete(key);
      }
    },
    candidates(search, modifier, base) {
      const keys = lookup(search, modifier, base);
      if (keys === undefined) return undefined;
      const found = [...new Set(keys)].flatMap((key) => sets.get(key) ?? []);
      if (found.length < 2) return found[0] ?? NOBODY;
      const union = new Set<Entry>();
      for (const set of found) for (const entry of set) union.add(entry);
      return union;
    },
  };
}
