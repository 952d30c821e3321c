/** The posting of date parameters: both ends of every value in order. */
import { dateRange, HOUR, SECOND, type Nanoseconds } from '../date-range';
import type { Entry } from '../entry';
import type { DateValue } from '../match/date';
import type { Searchable } from './posting';

/** More than any two zones can lie apart, and more than any rounding. */
const SLACK = 30n * HOUR + SECOND;

interface Limit {
  at: Nanoseconds;
  entry: Entry;
}

/** A search takes the stretch of lower or upper ends that may match. */
export function dates(): Searchable {
  const lows: Limit[] = [];
  const highs: Limit[] = [];
  const loose = new Set<Entry>();
  const isLoose = (value: DateValue) => value.malformed === true || value.unbounded === true;
  return {
    add(entry, values) {
      for (const value of values as readonly DateValue[]) {
        if (isLoose(value)) loose.add(entry);
        else {
          insert(lows, value.low.at, entry);
          insert(highs, value.high.at, entry);
        }
      }
    },
    remove(entry, values) {
      for (const value of values as readonly DateValue[]) {
        if (isLoose(value)) loose.delete(entry);
        else {
          take(lows, value.low.at, entry);
          take(highs, value.high.at, entry);
        }
      }
    },
    candidates(search) {
      const range = dateRange(search.text);
      if (range === undefined) return undefined;
      const [from, to] = [range.low - SLACK, range.high + SLACK];
      const found = new Set(loose);
      const collect = (limits: readonly Limit[], first: number, last: number) => {
        for (let at = first; at < last; at += 1) found.add((limits[at] as Limit).entry);
      };
      switch (search.prefix) {
        case 'eq':
          collect(lows, position(lows, from), position(lows, to));
          return found;
        case 'gt':
        case 'ge':
        case 'sa':
          collect(highs, position(highs, from), highs.length);
          return found;
        case 'lt':
        case 'le':
        case 'eb':
          collect(lows, 0, position(lows, to));
          return found;
        default:
          return undefined;
      }
    },
  };
}

/** Position of the first limit at or after `at`, of those at `at` the first whose resource came at or after `ordinal`. */
function position(limits: readonly Limit[], at: Nanoseconds, ordinal = 0): number {
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const limit = limits[middle] as Limit;
    if (limit.at < at || (limit.at === at && limit.entry.ordinal < ordinal)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(limits: Limit[], at: Nanoseconds, entry: Entry): void {
  const place = position(limits, at, entry.ordinal);
  if (place === limits.length) limits.push({ at, entry });
  else limits.splice(place, 0, { at, entry });
}

function take(limits: Limit[], at: Nanoseconds, entry: Entry): void {
  const place = position(limits, at, entry.ordinal);
  if (limits[place]?.entry === entry) limits.splice(place, 1);
}
