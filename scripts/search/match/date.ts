/** Date parameters: https://hl7.org/fhir/R4/search.html#date and #prefix */
import { isObject } from '../../core/json';
import { BEGINNING, DAY, dateRange, END, isLeapSecond, MINUTE, SECOND, type DateRange, type Nanoseconds } from '../date-range';
import { itemsOf, textOf } from '../json';
import { both, either, not, toTernary, type Outcome } from '../outcome';
import type { SearchValue } from '../types';
import type { MatchContext, ParameterType } from './context';

/** One end of a value: a nanosecond, and what is not certain about it. */
interface Bound {
  at: Nanoseconds;
  /** Minutes east of Greenwich; undefined for local time of an unknown zone; null where there is nothing to shift (no bound). */
  offset: number | undefined | null;
}

export interface DateValue {
  low: Bound;
  /** First nanosecond after the value. */
  high: Bound;
  /** Digits of the seconds' fraction; undefined for values without seconds and for periods. */
  fraction?: number;
  /** A date that cannot be read, or free words in the place of one (CarePlan's scheduledString). */
  malformed?: true;
  /** A schedule without outer limits. */
  unbounded?: true;
  /** `_lastUpdated`: the server has discretion on the boundary precision (R4's table of common parameters). */
  coarse?: true;
  /** It has a second 60, which this code takes for the first of the next minute. */
  leap?: true;
  text: string;
}

const NOTHING: Bound = { at: 0n, offset: null };
const NO_START: Bound = { at: BEGINNING, offset: null };
const NO_END: Bound = { at: END, offset: null };

export const DATE: ParameterType<DateValue> = {
  read({ value, type, path }) {
    // What looks like a date in a string is still words: https://hl7.org/fhir/R4/search.html#date lists the types that a date search reads.
    if (typeof value === 'string') return [type === 'string' ? { low: NOTHING, high: NOTHING, malformed: true, text: value } : fromText(value, path === 'Meta.lastUpdated')];
    if (!isObject(value)) return [];
    if (type === 'Timing') return [fromTiming(value)];
    return type === 'Period' || 'start' in value || 'end' in value ? [fromPeriod(value)] : [{ ...fromPeriod({}), malformed: true }];
  },
  present(value) {
    return value.text === '' || value.malformed === true || value.unbounded === true ? 'open-missing-empty' : 'yes';
  },
  match: matchDate,
  describe: (value) => value.text || '(no limits)',
};

function fromText(text: string, coarse: boolean): DateValue {
  const range = dateRange(text);
  return range === undefined ? { low: NOTHING, high: NOTHING, malformed: true, text } : { ...fromRange(range, text), ...(coarse ? { coarse } : {}) };
}

function fromRange(range: DateRange, text: string): DateValue {
  const fraction = range.fraction === undefined ? {} : { fraction: range.fraction };
  return { low: { at: range.low, offset: range.offset }, high: { at: range.high, offset: range.offset }, ...fraction, ...leapOf(text), text };
}

/** "A missing lower boundary is less than any actual date"; an end includes all of the day, month or second it names. */
function fromPeriod(period: Record<string, unknown>): DateValue {
  const [start, end] = [textOf(period.start), textOf(period.end)];
  const low = start === undefined ? undefined : dateRange(start);
  const high = end === undefined ? undefined : dateRange(end);
  const malformed = (start !== undefined && low === undefined) || (end !== undefined && high === undefined);
  return {
    low: low === undefined ? NO_START : { at: low.low, offset: low.offset },
    high: high === undefined ? NO_END : { at: high.high, offset: high.offset },
    ...(malformed ? { malformed } : {}),
    ...leapOf(start, end),
    text: start === undefined && end === undefined ? '' : `${start ?? '...'} to ${end ?? '...'}`,
  };
}

/** Only the outer limits of a schedule matter: those of its events and of its bounding period. */
function fromTiming(timing: Record<string, unknown>): DateValue {
  const parts = itemsOf(timing.event).flatMap((event) => (typeof event === 'string' ? [fromText(event, false)] : []));
  const bounds = isObject(timing.repeat) ? timing.repeat.boundsPeriod : undefined;
  if (isObject(bounds)) parts.push(fromPeriod(bounds));
  if (parts.length === 0) return { low: NO_START, high: NO_END, unbounded: true, text: 'schedule' };
  const least = parts.reduce((a, b) => (b.low.at < a.low.at ? b : a));
  const most = parts.reduce((a, b) => (b.high.at > a.high.at ? b : a));
  return { low: least.low, high: most.high, ...(parts.some((part) => part.malformed) ? { malformed: true } : {}), ...(parts.some((part) => part.leap) ? { leap: true } : {}), text: parts.map((part) => part.text).join(', ') };
}

function leapOf(...texts: (string | undefined)[]): { leap?: true } {
  return texts.some((text) => text !== undefined && isLeapSecond(text)) ? { leap: true } : {};
}

/** One search value against one date, Period or Timing. */
export function matchDate(search: SearchValue, value: DateValue, _modifier: string | undefined, context: MatchContext): Outcome {
  if (value.malformed) return 'open-value-malformed';
  if (value.unbounded) return 'open-date-unbounded';
  const wanted = wantedRange(search);
  if (wanted === undefined) return 'no';
  const outcome = compareRanges(search.prefix, wanted, value, context);
  if (!wanted.leap && !value.leap) return outcome;
  // "Leap Seconds are allowed"; whether second 60 counts as the one before it or as the one after it is not said.
  const earlier = compareRanges(search.prefix, asSecond59(wanted), asSecond59(value), context);
  return toTernary(earlier) === toTernary(outcome) ? outcome : 'open-date-leap-second';
}

function asSecond59(value: DateValue): DateValue {
  const { low, high } = value;
  return value.leap ? { ...value, low: { ...low, at: low.at - SECOND }, high: { ...high, at: high.at - SECOND } } : value;
}

/** A search value is compared with every value of an index: its text is read once. */
const wantedRanges = new WeakMap<SearchValue, DateValue>();

function wantedRange(search: SearchValue): DateValue | undefined {
  const known = wantedRanges.get(search);
  if (known !== undefined) return known;
  const range = dateRange(search.text);
  if (range === undefined) return undefined;
  const wanted = fromRange(range, search.text);
  wantedRanges.set(search, wanted);
  return wanted;
}

/**
 * The comparison under every legal reading of both values.
 * Zones: dates without zones on both sides are compared as they stand ("time zones should not be considered"); where only one
 * side has a zone, the other may be in any zone the server can assume, or in the zone of the first.
 * Fractions: values that differ by less than a second may be kept and compared more coarsely.
 */
function compareRanges(prefix: SearchValue['prefix'], s: DateValue, t: DateValue, context: MatchContext): Outcome {
  const fine = matterOfFractions(s, t);
  const sharp = (value: DateValue, other: DateValue) => spread(value, other, context, false);
  const outcome = judge(prefix, sharp(s, t), sharp(t, s), context);
  if (!fine || toTernary(outcome) === 'maybe') return outcome;
  const blurred = judge(prefix, spread(s, t, context, true), spread(t, s, context, true), context);
  return toTernary(blurred) === 'maybe' ? 'open-date-subsecond' : outcome;
}

/** Whether a coarser clock could see the two values otherwise. Milliseconds on both sides are taken at their word, what is finer is not. */
function matterOfFractions(s: DateValue, t: DateValue): boolean {
  if (s.fraction === undefined && t.fraction === undefined) return false;
  if (t.coarse === true || s.fraction !== t.fraction) return true;
  return (s.fraction ?? 0) > 3 && s.low.at !== t.low.at;
}

/** Both ends of a value, each as the least and greatest it may be. */
interface Spread {
  low: readonly [Nanoseconds, Nanoseconds];
  high: readonly [Nanoseconds, Nanoseconds];
}

function spread(value: DateValue, other: DateValue, context: MatchContext, coarsely: boolean): Spread {
  const low = shift(value.low, other, context);
  const high = shift(value.high, other, context);
  if (!coarsely || (value.fraction === undefined && !value.coarse)) return { low, high };
  return { low: [floorSecond(low[0]), low[1]], high: [low[1], floorSecond(high[1] - 1n) + SECOND] };
}

function floorSecond(at: Nanoseconds): Nanoseconds {
  return at - ((at % SECOND) + SECOND) % SECOND;
}

/** A bound in universal time, under every zone it may be in; local times on both sides are left as they stand. */
function shift(bound: Bound, other: DateValue, context: MatchContext): readonly [Nanoseconds, Nanoseconds] {
  if (bound.offset !== undefined) return [bound.at, bound.at];
  const zones = [other.low.offset, other.high.offset].filter((offset) => typeof offset === 'number');
  if (zones.length === 0) return [bound.at, bound.at];
  const own = context.ownZone ? zones : [];
  const east = Math.max(context.zone.to, ...own);
  const west = Math.min(context.zone.from, ...own);
  return [bound.at - BigInt(east) * MINUTE, bound.at - BigInt(west) * MINUTE];
}

type Pair = readonly [Nanoseconds, Nanoseconds];

/** a <= b, where each lies between two limits. */
function atMost(a: Pair, b: Pair): Outcome {
  return a[1] <= b[0] ? 'yes' : a[0] > b[1] ? 'no' : 'open-date-zone';
}

/** a < b. */
function below(a: Pair, b: Pair): Outcome {
  return a[1] < b[0] ? 'yes' : a[0] >= b[1] ? 'no' : 'open-date-zone';
}

function contains(s: Spread, t: Spread): Outcome {
  return both(both(atMost(s.low, t.low), atMost(t.high, s.high)), below(t.low, s.high));
}

/** The prefixes' range interpretations. Where "above" and "below" begin for values that overlap only in part is open. */
function judge(prefix: SearchValue['prefix'], s: Spread, t: Spread, context: MatchContext): Outcome {
  switch (prefix) {
    case 'eq':
      return contains(s, t);
    case 'ne':
      return not(contains(s, t));
    case 'gt':
      return same(s, t) ? 'no' : openBetween(either(atMost(s.high, t.low), below(s.high, t.high)), below(s.low, t.high));
    case 'lt':
      return below(t.low, s.low);
    case 'ge': {
      // Above in part, or inside: what does not begin before the search value is one or the other.
      const strict = either(atMost(s.low, t.low), below(s.high, t.high));
      return openBetween(strict, either(strict, below(s.low, t.high)));
    }
    case 'le': {
      const strict = either(below(t.low, s.low), both(atMost(t.high, s.high), below(t.low, s.high)));
      return openBetween(strict, either(strict, below(t.low, s.high)));
    }
    case 'sa':
      return atMost(s.high, t.low);
    case 'eb':
      return both(atMost(t.high, s.low), below(t.low, s.low));
    case 'ap':
      return near(s, t, context);
  }
}

/** Certain where the strict reading and the wide one, which holds wherever the strict one does, agree. */
function openBetween(strict: Outcome, wide: Outcome): Outcome {
  if (strict === 'yes' || wide === 'no') return strict === 'yes' ? 'yes' : 'no';
  if (strict === 'no') return wide === 'yes' ? 'open-date-overlap' : wide;
  return strict;
}

/** Certainly the same range: then the resource's value is plainly not greater. */
function same(s: Spread, t: Spread): boolean {
  const point = (pair: Pair) => pair[0] === pair[1];
  return [s.low, s.high, t.low, t.high].every(point) && s.low[0] === t.low[0] && s.high[0] === t.high[0];
}

/**
 * `ap`: what overlaps is near. The recommendation is 10 % of the gap between now and the date; what is further away than the
 * whole gap and a year is near by no measure.
 */
function near(s: Spread, t: Spread, context: MatchContext): Outcome {
  const apart = either(atMost(s.high, t.low), atMost(t.high, s.low));
  if (apart === 'no') return 'yes';
  const now = BigInt(Math.trunc(context.now())) * 1_000_000n;
  const gap = now > s.low[0] ? now - s.low[0] : s.low[0] - now;
  const reach = gap + 366n * DAY;
  return t.low[0] > s.high[1] + reach || t.high[1] < s.low[0] - reach ? 'no' : 'open-date-near';
}
