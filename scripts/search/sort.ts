/** Resources and `_sort` keys in, an order out; and for a foreign server's order, whether it is legal: https://hl7.org/fhir/R4/search.html#sort */
import { valuesOf, type Entry } from './entry';
import { isOpenIn } from './rules';
import { contentOf } from './search-index';
import { compareKeys, sortKeyOf, totalOrder, type SortValue } from './sort-value';
import type { Query, SearchIndex, SortKey } from './types';

/**
 * Orders entries by the query's sort keys; resources without a value come last in both directions, ties keep their order.
 * The given order is kept where there are no keys.
 */
export function sortEntries(index: SearchIndex, query: Query, entries: readonly Entry[]): readonly Entry[] {
  if (query.sort.length === 0) return entries;
  const directions = query.sort.map((key) => key.descending);
  const rows = entries.map((entry) => ({ entry, keys: keysOf(index, query.sort, entry) }));
  return rows
    .sort((a, b) => {
      let order = 0;
      for (let at = 0; at < directions.length && order === 0; at += 1) order = inOrder(a.keys[at], b.keys[at], directions[at] === true);
      return order;
    })
    .map((row) => row.entry);
}

/** Our own order of two keys, missing ones last in both directions. */
function inOrder(a: SortValue | undefined, b: SortValue | undefined, descending: boolean): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return descending ? -totalOrder(a, b) : totalOrder(a, b);
}

/** The first pair of neighbours or others that stands in an order that no reading allows. */
export interface OrderFault {
  /** `Type/id` of the resource that stands first and should not. */
  first: string;
  second: string;
  /** Name of the sort parameter that tells. */
  parameter: string;
  /** The two values, or `(none)`. */
  values: readonly [string, string];
}

/**
 * Whether references stand in a legal order for the query's `_sort`; undefined where they do. Free are the order of ties, where
 * missing values go (one end or the other, but the same for all), collation, and the order of values that overlap.
 * References that are not in the index are passed over.
 */
export function orderFault(index: SearchIndex, query: Query, references: readonly string[]): OrderFault | undefined {
  const content = contentOf(index);
  const rows = references.flatMap((reference) => {
    const entry = content.entry(reference);
    return entry === undefined ? [] : [{ reference, keys: keysOf(index, query.sort, entry) }];
  });
  /** For each key: what the order has shown so far about the place of missing values. */
  const missing: ('first' | 'last' | undefined)[] = query.sort.map(() => undefined);
  for (const [at, a] of rows.entries()) {
    for (const b of rows.slice(at + 1)) {
      const faulty = faultyKey(query.sort, a.keys, b.keys, missing);
      if (faulty === undefined) continue;
      const shown = (value: SortValue | undefined) => value?.text ?? '(none)';
      return {
        first: a.reference,
        second: b.reference,
        parameter: query.sort[faulty]?.definition.code ?? '',
        values: [shown(a.keys[faulty]), shown(b.keys[faulty])],
      };
    }
  }
  return undefined;
}

type Keys = readonly (SortValue | undefined)[];

/** Position of the key by which `a` may not stand before `b`. */
function faultyKey(sort: readonly SortKey[], a: Keys, b: Keys, missing: ('first' | 'last' | undefined)[]): number | undefined {
  for (const [at, key] of sort.entries()) {
    const [left, right] = [a[at], b[at]];
    if (left === undefined && right === undefined) continue;
    if (left === undefined || right === undefined) {
      const place = left === undefined ? 'first' : 'last';
      missing[at] ??= place;
      return missing[at] === place ? undefined : at;
    }
    const order = compareKeys(left, right);
    if (order === 'open') return undefined;
    if (order !== 0) return order > 0 === key.descending ? undefined : at;
  }
  return undefined;
}

/** "The item in the set of multiple parameters that comes earliest in the specified sort order"; since R5 the server chooses. */
function keysOf(index: SearchIndex, sort: readonly SortKey[], entry: Entry): (SortValue | undefined)[] {
  const { fhirVersion } = index.definitions;
  return sort.map(({ definition, descending }) => {
    const name = `${descending ? '-' : '+'}${definition.code}`;
    if (!entry.sortValues.has(name)) {
      entry.sortValues.set(name, sortKeyOf(definition.type, valuesOf(entry, definition, index.definitions), descending, isOpenIn('open-sort-several', fhirVersion)));
    }
    return entry.sortValues.get(name);
  });
}
