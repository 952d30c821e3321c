/** The values of a sort parameter in, the one that counts and how two of them compare out. */
import { compareDecimals, type DecimalRange } from './decimal-range';
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
  /** No order is defined (references), or several elements or values could be meant. */
  unordered?: true;
  /** The last of several values, where the server may sort by whichever it likes of those from `this` on. */
  upTo?: SortValue;
}

/** Negative: before; positive: after; 0: a tie; `open`: the specification does not say. */
export type SortOrder = number | 'open';

/**
 * The value of several that comes earliest in the order asked; undefined where there is none. Where collations or zones decide
 * which one that is, the result has no certain place.
 * @param anyOfThem the server may sort by another one of the values as well
 */
export function sortKeyOf(type: SearchType, values: readonly unknown[], descending: boolean, anyOfThem = false): SortValue | undefined {
  const keys = values.flatMap((value) => toSortValue(type, value) ?? []);
  const [first, ...others] = keys;
  if (first === undefined || others.length === 0) return first;
  const best = others.reduce((chosen, key) => (totalOrder(key, chosen) < 0 !== descending ? key : chosen), first);
  if (keys.some((key) => compareKeys(key, best) === 'open')) return { ...best, unordered: true };
  return anyOfThem ? { ...best, upTo: keys.reduce((chosen, key) => (totalOrder(key, chosen) > 0 !== descending ? key : chosen), best) } : best;
}

/** A total order that agrees with `compareKeys` wherever that is certain: what our own server sorts by. */
export function totalOrder(a: SortValue, b: SortValue): number {
  if (a.date !== undefined && b.date !== undefined) return big(a.date.low.at, b.date.low.at) || big(a.date.high.at, b.date.high.at) || plain(a.text, b.text);
  if (a.number !== undefined && b.number !== undefined) return ends(a.number.low, b.number.low) || ends(a.number.high, b.number.high) || plain(a.text, b.text);
  return plain(foldText(a.text), foldText(b.text)) || plain(a.text, b.text);
}

const big = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
const plain = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const ends = (a: DecimalRange | undefined, b: DecimalRange | undefined) =>
  a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : compareDecimals(a.value, b.value);

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
      return first === undefined ? undefined : { text: first, collated: first, ...(kind !== 'text' && texts.length > 1 ? { unordered: true } : {}) };
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
  if (a.upTo !== undefined || b.upTo !== undefined) return compareSpans(endsOf(a), endsOf(b));
  if (a.date !== undefined && b.date !== undefined) return compareDates(a.date, b.date);
  if (a.number !== undefined && b.number !== undefined) return a.unit === b.unit ? compareNumbers(a.number, b.number) : 'open';
  if (a.unit !== b.unit) return a.text === b.text ? 0 : 'open';
  return compareText(a.collated ?? a.text, b.collated ?? b.text);
}

type Span = readonly [SortValue, SortValue];

/** The first and the last of the values that a resource may be sorted by. */
function endsOf(value: SortValue): Span {
  const { upTo, ...from } = value;
  return [from, upTo ?? from];
}

/** Certain where all of one come before all of the other. */
function compareSpans(a: Span, b: Span): SortOrder {
  const orders = a.flatMap((left) => b.map((right) => compareKeys(left, right)));
  const [first = 'open'] = orders;
  return first !== 'open' && orders.every((order) => order !== 'open' && Math.sign(order) === Math.sign(first)) ? first : 'open';
}

/** Certain where one begins and ends before the other in every zone, by more than a second. */
function compareDates(a: DateValue, b: DateValue): SortOrder {
  if (a.malformed || b.malformed || a.unbounded || b.unbounded) return 'open';
  if (a.low.at === b.low.at && a.high.at === b.high.at && a.low.offset === b.low.offset) return 0;
  const bothZoned = typeof a.low.offset === 'number' && typeof b.low.offset === 'number';
  const neitherZoned = a.low.offset === undefined && b.low.offset === undefined;
  const slack = bothZoned || neitherZoned ? (a.coarse || b.coarse || a.leap || b.leap || a.fraction !== b.fraction ? SECOND : 0n) : 26n * 60n * MINUTE;
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
 * Case and accents may count or not, and collations differ on all but the plain letters and digits: certain where the first
 * difference is between two letters of the same case or two digits of ASCII, or one text is the beginning of the other. Digits
 * may be compared as the numbers that they are, as where ids are numbers: 9 before 10. "This specification does not specify exacts rules".
 */
function compareText(a: string, b: string): SortOrder {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  const [x, y] = [a.charAt(at), b.charAt(at)];
  if (x === '' || y === '') return a.length - b.length;
  const sameKind = [/[a-z]/, /[A-Z]/, /[0-9]/].some((kind) => kind.test(x) && kind.test(y));
  if (!sameKind) return 'open';
  return digitsFrom(a, at) === digitsFrom(b, at) ? plain(x, y) : 'open';
}

/** How many digits follow one another from a place on. */
function digitsFrom(text: string, at: number): number {
  return /^\d*/.exec(text.slice(at))?.[0].length ?? 0;
}
