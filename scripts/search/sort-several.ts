/** Resources and a `_sort` key in, pairs of them out whose order tells which of several values a server sorts by. */
import { localReference } from '../core/fhir';
import { valuesOf } from './entry';
import { contentOf } from './search-index';
import { compareKeys, sortKeyOf, type SortValue } from './sort-value';
import type { SearchIndex, SortKey } from './types';

/** Resources with several values that are looked at, and others that they are compared with. */
const LOOKED_AT = 150;
const COMPARED_WITH = 400;

interface Row {
  reference: string;
  /** The value that counts. */
  best: SortValue;
  /** What a server sorts by that takes the first value, and one that takes the same end of the values in both directions. */
  first: SortValue | undefined;
  otherEnd: SortValue | undefined;
}

/**
 * For each wrong way to choose among several values two resources that it puts in an order which the right way does not allow:
 * by the first one written, and by the last in the order asked (the least one though the order descends). Empty where no data tells.
 */
export function ordersThatTell(index: SearchIndex, type: string, { definition, descending }: SortKey): { first?: readonly [string, string]; otherEnd?: readonly [string, string] } {
  const content = contentOf(index);
  const rows = index.all(type).flatMap((resource): Row[] => {
    const reference = localReference(resource) ?? '';
    const entry = content.entry(reference);
    const values = entry === undefined ? [] : valuesOf(entry, definition, index.definitions);
    const best = sortKeyOf(definition.type, values, descending);
    return best === undefined ? [] : [{ reference, best, first: sortKeyOf(definition.type, values.slice(0, 1), descending), otherEnd: sortKeyOf(definition.type, values, !descending) }];
  });
  const told = (wrong: 'first' | 'otherEnd'): readonly [string, string] | undefined => {
    // A resource with one value has the same key either way.
    for (const a of rows.filter((row) => differs(row[wrong], row.best)).slice(0, LOOKED_AT)) {
      const b = rows.slice(0, COMPARED_WITH).find((other) => other !== a && opposite(compareKeys(a.best, other.best), compared(a[wrong], other[wrong])));
      if (b !== undefined) return [a.reference, b.reference];
    }
    return undefined;
  };
  const [first, otherEnd] = [told('first'), told('otherEnd')];
  return { ...(first === undefined ? {} : { first }), ...(otherEnd === undefined ? {} : { otherEnd }) };
}

const differs = (a: SortValue | undefined, b: SortValue) => typeof compared(a, b) === 'number' && compared(a, b) !== 0;

function compared(a: SortValue | undefined, b: SortValue | undefined): ReturnType<typeof compareKeys> {
  return a === undefined || b === undefined ? 'open' : compareKeys(a, b);
}

function opposite(a: ReturnType<typeof compareKeys>, b: ReturnType<typeof compareKeys>): boolean {
  return typeof a === 'number' && typeof b === 'number' && a * b < 0;
}
