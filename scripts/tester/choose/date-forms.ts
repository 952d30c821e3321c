/** A date as the data has it in, the ways to search for it and around it out: cut to a precision, moved, written in another zone. */
import { dateRange, MINUTE, SECOND } from '../../search/date-range';

/** Precisions of a search value, from coarse to fine. */
export const PRECISIONS = ['year', 'month', 'day', 'minute', 'second'] as const;
export type Precision = (typeof PRECISIONS)[number];

const FULL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** True for a value with seconds and a time zone: only such a value is a certain point in time. */
export function isInstant(text: string): boolean {
  return FULL.test(text);
}

/** The value cut to a precision; undefined where it is coarser than that. Minutes and seconds keep their zone. */
export function cutTo(text: string, precision: Precision): string | undefined {
  const full = FULL.exec(text);
  switch (precision) {
    case 'year':
      return /^\d{4}/.exec(text)?.[0];
    case 'month':
      return /^\d{4}-\d{2}/.exec(text)?.[0];
    case 'day':
      return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    case 'minute':
      return full === null ? undefined : `${text.slice(0, 16)}${full[8]}`;
    case 'second':
      return full === null ? undefined : `${text.slice(0, 19)}${full[8]}`;
  }
}

/** The instant some seconds later (or earlier), to the second, in a zone some minutes east of Greenwich. */
export function instantAt(text: string, laterSeconds: number, zoneMinutes: number): string | undefined {
  const range = dateRange(text);
  if (range === undefined || !isInstant(text)) return undefined;
  const local = range.low - (range.low % SECOND) + BigInt(laterSeconds) * SECOND + BigInt(zoneMinutes) * MINUTE;
  const stamp = new Date(Number(local / 1_000_000n)).toISOString().slice(0, 19);
  // Beside the first and the last instant there is none that FHIR can write.
  if (dateRange(stamp) === undefined) return undefined;
  if (zoneMinutes === 0) return `${stamp}Z`;
  const size = Math.abs(zoneMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${stamp}${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Minutes east of Greenwich that a value states. */
export function zoneOf(text: string): number | undefined {
  return dateRange(text)?.offset;
}

/** The day before or after a day (`2024-03-01`, -1 gives `2024-02-29`). */
export function dayBeside(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
