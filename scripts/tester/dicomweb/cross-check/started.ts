/** A FHIR dateTime and a study's DICOM date, time and offset in, whether they can be the same moment out. */
import { textOf, type DicomJson } from '../../../dicom/dicomweb-json';

const MINUTE = 60_000;
/** The widest offsets from UTC are -12:00 and +14:00: two zones are at most this far apart. */
const WIDEST = 26 * 60 * MINUTE;

/**
 * Where DICOM states no offset the zone is open: then any difference that two time zones can have is none.
 * @returns undefined where there is nothing to compare; `differs` says how
 */
export function startedDifference(started: string, study: DicomJson): { differs?: string } | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})[.:]?(\d\d)[.:]?(\d\d)$/.exec(textOf(study, 'StudyDate') ?? '') ?? [];
  if (year === '') return undefined;
  const date = `${year}-${month}-${day}`;
  const [, hour, minute, second] = /^(\d\d):?(\d\d)?:?(\d\d)?/.exec(textOf(study, 'StudyTime') ?? '') ?? [];
  const offset = /^([+-])(\d\d)(\d\d)$/.exec(textOf(study, 'TimezoneOffsetFromUTC') ?? '');
  const stated = hour === undefined ? date : `${date}T${hour}:${minute ?? '00'}:${second ?? '00'}`;
  const differs = { differs: `in the archive ${stated}${offset === null ? '' : `${offset[1]}${offset[2]}:${offset[3]}`}` };
  if (!started.includes('T')) {
    if (date.startsWith(started)) return {};
    // A day of another zone: only where the zone is open, or the offset moves it.
    return Math.abs(Date.parse(`${started}T12:00:00Z`) - Date.parse(`${date}T12:00:00Z`)) <= 24 * 60 * MINUTE && offset === null && hour !== undefined ? {} : differs;
  }
  const local = started.slice(0, 19);
  if (hour === undefined) return Math.abs(Date.parse(`${local}Z`) - Date.parse(`${date}T12:00:00Z`)) <= WIDEST ? {} : differs;
  // Seconds that DICOM leaves out are not compared.
  const tolerance = second === undefined ? (minute === undefined ? 60 * MINUTE : MINUTE) : 1000;
  if (offset !== null) {
    const exact = Date.parse(`${stated}${offset[1]}${offset[2]}:${offset[3]}`);
    return Math.abs(Date.parse(started) - exact) < tolerance ? {} : differs;
  }
  const apart = Math.abs(Date.parse(`${local}Z`) - Date.parse(`${stated}Z`));
  const inZones = apart <= WIDEST && (apart % (15 * MINUTE) < tolerance || (15 * MINUTE) - (apart % (15 * MINUTE)) < tolerance);
  return inZones ? {} : differs;
}
