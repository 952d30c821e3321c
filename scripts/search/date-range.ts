/** FHIR date text in, its range on the time line out: exact to the nanosecond, for every year, in no one's time zone but its own. */

/** Nanoseconds since 1970-01-01T00:00:00Z; local time where the zone is unknown. */
export type Nanoseconds = bigint;

export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;

/** Before and after every date: a Period without start, without end. */
export const BEGINNING: Nanoseconds = -(10n ** 30n);
export const END: Nanoseconds = 10n ** 30n;

export interface DateRange {
  /** First nanosecond of the value; local time where `offset` is undefined. */
  low: Nanoseconds;
  /** First nanosecond after it. */
  high: Nanoseconds;
  /** Minutes east of Greenwich that the text states. */
  offset?: number;
  /** Digits after the seconds' point; undefined for a value without seconds. */
  fraction?: number;
}

/** Years to nanoseconds, `T` and zone as FHIR has them; a search value may leave seconds and zone out: https://hl7.org/fhir/R4/search.html#date */
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** The range of a date, dateTime or instant; undefined for text that is none (30 February, hour 24, month without year). */
export function dateRange(text: string): DateRange | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, digits, zone] = match;
  const y = Number(year);
  if (y === 0) return undefined;
  if (month === undefined) return { low: daysFromCivil(y, 1, 1) * DAY, high: daysFromCivil(y + 1, 1, 1) * DAY };
  const m = Number(month);
  if (m < 1 || m > 12) return undefined;
  if (day === undefined) return { low: daysFromCivil(y, m, 1) * DAY, high: daysFromCivil(m === 12 ? y + 1 : y, m === 12 ? 1 : m + 1, 1) * DAY };
  const d = Number(day);
  if (d < 1 || d > daysInMonth(y, m)) return undefined;
  const midnight = daysFromCivil(y, m, d) * DAY;
  if (hour === undefined) return { low: midnight, high: midnight + DAY };
  // A leap second (:60) is taken as the first second of the next minute, as clocks without leap seconds do.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const offset = offsetOf(zone);
  if (offset === null) return undefined;
  const toUtc = BigInt(offset ?? 0) * MINUTE;
  const start = midnight + BigInt(hour) * HOUR + BigInt(minute as string) * MINUTE - toUtc;
  const stated = offset === undefined ? {} : { offset };
  if (second === undefined) return { low: start, high: start + MINUTE, ...stated };
  const whole = start + BigInt(second) * SECOND;
  if (digits === undefined) return { low: whole, high: whole + SECOND, ...stated, fraction: 0 };
  const kept = digits.slice(0, 9);
  const unit = 10n ** BigInt(9 - kept.length);
  const low = whole + BigInt(kept) * unit;
  return { low, high: low + unit, ...stated, fraction: digits.length };
}

/** Second 60: allowed in a value (https://hl7.org/fhir/R4/datatypes.html#dateTime), and ordered among the others as a server's clock has it. */
export function isLeapSecond(text: string): boolean {
  return text.startsWith(':60', 16);
}

/** Minutes; undefined where the text has no zone, null where it has an impossible one. */
function offsetOf(zone: string | undefined): number | undefined | null {
  if (zone === undefined) return undefined;
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (minutes > 59 || hours > 14 || (hours === 14 && minutes > 0)) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): bigint {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era * 146097 + dayOfEra - 719468);
}
