/** DICOM date, time and zone in, FHIR date and dateTime out; where no zone is known the date stands alone, for none is ever invented. */
import { KnownError } from '../core/known-error';

/** Wall clock values, as far as they are given. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Offset from UTC (`+01:00`) at a wall clock time; undefined where the zone does not decide it. */
export type Zone = (local: LocalTime) => string | undefined;

/** `YYYYMMDD`, or `YYYY.MM.DD` of older files, as `YYYY-MM-DD`; undefined where it is no day of the calendar. */
export function fhirDate(date: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(?:\.(?=\d\d\.))?(\d\d)\.?(\d\d)$/.exec(date) ?? [];
  if (year === undefined || month === undefined || day === undefined || year === '0000') return undefined;
  const given = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  given.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return given.getUTCMonth() + 1 === Number(month) && given.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : undefined;
}

/**
 * A FHIR dateTime: with time only if minutes and a zone are known, for FHIR asks for both
 * (https://hl7.org/fhir/R4/datatypes.html#dateTime); seconds that are not given are zero, fractions are cut at milliseconds.
 * @returns undefined where the date is none
 */
export function fhirDateTime(date: string, time: string | undefined, zone: Zone): string | undefined {
  const day = fhirDate(date);
  const clock = time === undefined ? undefined : clockOf(time);
  if (day === undefined || clock === undefined) return day;
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  const offset = zone({ year, month, day: dayOfMonth, hour: clock.hour, minute: clock.minute, second: clock.second });
  return offset === undefined ? day : `${day}T${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}${clock.fraction}${offset}`;
}

/** `HHMMSS.FFFFFF`, the parts from the seconds on optional; colons as in older files. */
function clockOf(time: string): { hour: number; minute: number; second: number; fraction: string } | undefined {
  const [, hour, minute, second = '00', digits = ''] = /^(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const milliseconds = digits.slice(0, 3).replace(/0+$/, '');
  return { hour: Number(hour), minute: Number(minute), second: Number(second), fraction: milliseconds === '' ? '' : `.${milliseconds}` };
}

/** True for a time that DICOM allows (hours alone included), whether or not FHIR can hold it. */
export function isDicomTime(time: string): boolean {
  return clockOf(time) !== undefined || /^([01]\d|2[0-3])$/.test(time);
}

/** Timezone Offset From UTC (0008,0201), `+HHMM` or `-HHMM`; undefined where it is malformed. */
export function offsetZone(text: string): Zone | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text.trim()) ?? [];
  if (sign === undefined || hours === undefined || minutes === undefined || Number(minutes) > 59 || Number(hours) * 60 + Number(minutes) > 14 * 60) return undefined;
  const offset = `${sign}${hours}:${minutes}`;
  return () => offset;
}

/** For data that state no zone where none was given. */
export const NO_ZONE: Zone = () => undefined;

/**
 * The zone a user names: an offset (`+01:00`, `Z`) or a name of the IANA database (`Europe/Vienna`).
 * A wall clock time that the zone skips or repeats when clocks change has no offset.
 * @throws KnownError `unknown-timezone`
 */
export function parseZone(text: string): Zone {
  if (/^(z|utc)$/i.test(text)) return () => 'Z';
  const fixed = offsetZone(text);
  if (fixed !== undefined) return fixed;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: text, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch {
    throw new KnownError('unknown-timezone', `"${text}" is not a time zone.`, 'Give an offset such as +01:00, or a name such as Europe/Vienna or America/New_York.');
  }
  return (local) => ianaOffset(format, local);
}

const HOUR = 3_600_000;

function ianaOffset(format: Intl.DateTimeFormat, local: LocalTime): string | undefined {
  const wall = utcOf(local);
  const offsets = new Set<number>();
  // The offsets in force a day before and after: every change within is seen, and no two changes are closer together.
  for (const near of [wall - 24 * HOUR, wall + 24 * HOUR]) offsets.add(wallAt(format, near) - near);
  const fitting = [...offsets].filter((offset) => wallAt(format, wall - offset) === wall);
  const [offset] = fitting;
  // Before standard time, places had offsets with seconds, which FHIR cannot write.
  return offset === undefined || fitting.length > 1 || offset % 60_000 !== 0 ? undefined : offsetText(offset / 60_000);
}

function utcOf({ year, month, day, hour, minute, second }: LocalTime): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, Math.min(second, 59), 0);
}

/** The wall clock at an instant, as if it were UTC. */
function wallAt(format: Intl.DateTimeFormat, instant: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  return utcOf({ year: part['year'] ?? 0, month: part['month'] ?? 1, day: part['day'] ?? 1, hour: part['hour'] ?? 0, minute: part['minute'] ?? 0, second: part['second'] ?? 0 });
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
