/** The values of a sort parameter in, the one that counts and how two of them compare out. */
import { compareDecimals } from './decimal-range';
import { MINUTE, SECOND } from './date-range';
import { foldText } from './fold-text';
import type { DateValue } from './match/date';
import type { NumberValue } from './match/number';
import type { QuantityValue } from './match/quantity';
import type { ReferenceValue } from './match/reference';
import type { StringValue } from './match/string';
import type { TokenValue } from './match/token';
import type { UriValue } from './match/uri';
import type { SearchType } from './types';

/** The value that a resource is sorted by. */
export interface SortValue {
  /** As shown in reports, and the last resort of our own order. */
  text: string;
  date?: DateValue;
  number?: NumberValue;
  /** Unit of a quantity; only equal ones compare. */
  unit?: string;
  /** Text that is compared by collation. */
  collated?: string;
  /** No order is defined (references), or several elements could be meant (names). */
  unordered?: true;
}

/** Negative: before; positive: after; 0: a tie; `open`: the specification does not say. */
export type SortOrder = number | 'open';

/** The value of several that comes earliest in the order asked; undefined where there is none. */
export function sortKeyOf(type: SearchType, values: readonly unknown[], descending: boolean): SortValue | undefined {
  const keys = values.flatMap((value) => toSortValue(type, value) ?? []);
  if (keys.length < 2) return keys[0];
  return keys.reduce((best, key) => {
    const order = compareKeys(key, best);
    return order !== 'open' && order !== 0 && order < 0 !== descending ? key : best;
  });
}

function toSortValue(type: SearchType, value: unknown): SortValue | undefined {
  switch (type) {
    case 'date': {
      const date = value as DateValue;
      return date.text === '' ? undefined : { text: date.text, date };
    }
    case 'number': {
      const number = value as NumberValue;
      return { text: number.text, number };
    }
    case 'quantity': {
      const quantity = value as QuantityValue;
      return { text: quantity.number.text, number: quantity.number, unit: `${quantity.system ?? ''}|${quantity.code ?? quantity.unit ?? ''}` };
    }
    case 'token': {
      const { code, system, texts } = value as TokenValue;
      const text = code ?? texts[0];
      return text === undefined ? undefined : { text, collated: text, ...(system === undefined ? {} : { unit: system }) };
    }
    case 'string': {
      const { texts, kind } = value as StringValue;
      const [first] = texts;
      return first === undefined ? undefined : { text: first, collated: first, ...(kind === 'parts' && texts.length > 1 ? { unordered: true } : {}) };
    }
    case 'uri': {
      const { uri } = value as UriValue;
      return { text: uri, collated: uri };
    }
    case 'reference': {
      const { target, empty } = value as ReferenceValue;
      return empty ? undefined : { text: target?.raw ?? '', unordered: true };
    }
    default:
      return undefined;
  }
}

/** How two sort values stand to each other, as far as the specification says. */
export function compareKeys(a: SortValue, b: SortValue): SortOrder {
  if (a.unordered || b.unordered) return a.text === b.text ? 0 : 'open';
  if (a.date !== undefined && b.date !== undefined) return compareDates(a.date, b.date);
  if (a.number !== undefined && b.number !== undefined) return a.unit === b.unit ? compareNumbers(a.number, b.number) : 'open';
  if (a.unit !== b.unit) return a.text === b.text ? 0 : 'open';
  return compareText(a.collated ?? a.text, b.collated ?? b.text);
}

/** Certain where one begins and ends before the other in every zone, by more than a second. */
function compareDates(a: DateValue, b: DateValue): SortOrder {
  if (a.malformed || b.malformed || a.unbounded || b.unbounded) return 'open';
  if (a.low.at === b.low.at && a.high.at === b.high.at && a.low.offset === b.low.offset) return 0;
  const bothZoned = typeof a.low.offset === 'number' && typeof b.low.offset === 'number';
  const neitherZoned = a.low.offset === undefined && b.low.offset === undefined;
  const slack = bothZoned || neitherZoned ? (a.coarse || b.coarse || a.fraction !== b.fraction ? SECOND : 0n) : 26n * 60n * MINUTE;
  if (a.low.at + slack < b.low.at && a.high.at + slack < b.high.at) return -1;
  if (b.low.at + slack < a.low.at && b.high.at + slack < a.high.at) return 1;
  return 'open';
}

function compareNumbers(a: NumberValue, b: NumberValue): SortOrder {
  const { low: aLow, high: aHigh } = a;
  const { low: bLow, high: bHigh } = b;
  if (aLow === undefined || aHigh === undefined || bLow === undefined || bHigh === undefined) return 'open';
  const [low, high] = [compareDecimals(aLow.value, bLow.value), compareDecimals(aHigh.value, bHigh.value)];
  return low === high ? low : 'open';
}

/**
 * Case may count or not, and collations differ on all but the plain letters and digits: certain where the first difference,
 * case aside, is between two letters or two digits of ASCII, or one text is the beginning of the other.
 */
function compareText(a: string, b: string): SortOrder {
  if (a === b) return 0;
  const [left, right] = [foldText(a), foldText(b)];
  if (left === right) return 'open';
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [left.charAt(at), right.charAt(at)];
    if (x === y) continue;
    const comparable = (/[a-z]/.test(x) && /[a-z]/.test(y)) || (/[0-9]/.test(x) && /[0-9]/.test(y));
    // Where case or accents count, what precedes must be equal as written, and B stands before a.
    if (!comparable || a.slice(0, at) !== b.slice(0, at)) return 'open';
    return isUpper(a.charAt(at)) === isUpper(b.charAt(at)) || /[0-9]/.test(x) ? (x < y ? -1 : 1) : 'open';
  }
  return left.length - right.length;
}

function isUpper(letter: string): boolean {
  return letter !== letter.toLowerCase();
}
