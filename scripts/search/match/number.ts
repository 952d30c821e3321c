/** Number parameters, and the comparison of numbers that quantities share: https://hl7.org/fhir/R4/search.html#number */
import { isObject } from '../../core/json';
import { compareDecimals, decimalRange, type Decimal, type DecimalRange } from '../decimal-range';
import type { Outcome } from '../outcome';
import type { SearchValue } from '../types';
import type { ParameterType } from './context';

/** A number, or a Range; a missing limit is open-ended. */
export interface NumberValue {
  low?: DecimalRange;
  high?: DecimalRange;
  integer: boolean;
  text: string;
}

const INTEGERS = new Set(['integer', 'positiveInt', 'unsignedInt']);

export const NUMBER: ParameterType<NumberValue> = {
  read({ value, type }) {
    if (isObject(value)) return [readRange(value)];
    const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
    const range = decimalRange(text);
    return [{ ...(range === undefined ? {} : { low: range, high: range }), integer: INTEGERS.has(type), text }];
  },
  present: (value) => (value.low === undefined && value.high === undefined ? 'open-missing-empty' : 'yes'),
  match: (search, value) => matchNumber(search.prefix, search.text, value),
  describe: (value) => value.text,
};

/** The limits of a Range. */
export function readRange(value: Record<string, unknown>): NumberValue {
  const [low, high] = [value.low, value.high].map((end) => (isObject(end) && (typeof end.value === 'number' || typeof end.value === 'string') ? String(end.value) : undefined));
  const [from, to] = [low, high].map((text) => (text === undefined ? undefined : decimalRange(text)));
  return { ...(from === undefined ? {} : { low: from }), ...(to === undefined ? {} : { high: to }), integer: false, text: `${low ?? '...'} to ${high ?? '...'}` };
}

/** `prefix` and the number searched for against a number or range found. */
export function matchNumber(prefix: SearchValue['prefix'], text: string, value: NumberValue): Outcome {
  const wanted = decimalRange(text);
  if (wanted === undefined) return 'no';
  if (value.low === undefined && value.high === undefined) return 'open-value-malformed';
  if (value.low !== value.high) return judge(prefix, wanted, { low: value.low?.value, high: value.high?.value });
  const found = value.low as DecimalRange;
  const point = judge(prefix, wanted, { low: found.value, high: found.value });
  if (value.integer) return point;
  // The resource's number is a point by its value and a range by its digits: certain where both readings agree.
  const range = judge(prefix, wanted, { low: found.low, high: found.high });
  return point === range ? point : 'open-number-precision';
}

interface Limits {
  low: Decimal | undefined;
  high: Decimal | undefined;
}

function judge(prefix: SearchValue['prefix'], wanted: DecimalRange, found: Limits): Outcome {
  const { value } = wanted;
  const yes = (test: boolean): Outcome => (test ? 'yes' : 'no');
  const point = found.low !== undefined && found.high !== undefined && compareDecimals(found.low, found.high) === 0;
  switch (prefix) {
    case 'eq':
    case 'ne': {
      // For integers this is the exact match that is asked for: no other integer lies within half a unit of the last digit.
      const inside = within(found, wanted, point);
      return yes(prefix === 'eq' ? inside : !inside);
    }
    case 'gt':
      return yes(above(found.high, value));
    case 'ge':
      return yes(above(found.high, value) || isAt(found.high, value));
    case 'lt':
      return yes(under(found.low, value));
    case 'le':
      return yes(under(found.low, value) || isAt(found.low, value));
    case 'sa':
      return yes(found.low !== undefined && compareDecimals(found.low, value) > 0);
    case 'eb':
      return yes(found.high !== undefined && compareDecimals(found.high, value) < 0);
    case 'ap':
      return near(wanted, found);
  }
}

function within(found: Limits, wanted: DecimalRange, point: boolean): boolean {
  if (found.low === undefined || found.high === undefined) return false;
  const top = compareDecimals(found.high, wanted.high);
  return compareDecimals(wanted.low, found.low) <= 0 && (point ? top < 0 : top <= 0);
}

const isAt = (limit: Decimal | undefined, value: Decimal) => limit !== undefined && compareDecimals(limit, value) === 0;
const above = (limit: Decimal | undefined, value: Decimal) => limit === undefined || compareDecimals(limit, value) > 0;
const under = (limit: Decimal | undefined, value: Decimal) => limit === undefined || compareDecimals(limit, value) < 0;

/** `ap`: inside the number's own precision is near; the recommendation is 10 % of the number; further than the number itself is not near. */
function near(wanted: DecimalRange, found: Limits): Outcome {
  const overlaps = (found.low === undefined || compareDecimals(found.low, wanted.high) < 0) && (found.high === undefined || compareDecimals(found.high, wanted.low) >= 0);
  if (overlaps) return 'yes';
  const size = wanted.value.units < 0n ? -wanted.value.units : wanted.value.units;
  const far: Decimal = { units: wanted.value.units + size, exponent: wanted.value.exponent };
  const near0: Decimal = { units: wanted.value.units - size, exponent: wanted.value.exponent };
  const apart = (found.low !== undefined && compareDecimals(found.low, far) > 0) || (found.high !== undefined && compareDecimals(found.high, near0) < 0);
  return apart ? 'no' : 'open-date-near';
}
