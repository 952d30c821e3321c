/** Dates and times: precision as given, zones as known, none invented. */
import fc from 'fast-check';
import { fhirDate, fhirDateTime, NO_ZONE, offsetZone, parseZone } from '../../scripts/dicom/date-time';

const utc = parseZone('Z');
const vienna = parseZone('Europe/Vienna');

test.each([
  ['20260217', '2026-02-17'],
  ['1997.04.24', '1997-04-24'],
  ['20240229', '2024-02-29'],
  ['00500101', '0050-01-01'],
  ['20230229', undefined],
  ['20261301', undefined],
  ['2026021', undefined],
  ['2026-02-17', undefined],
  ['00000000', undefined],
])('date %s', (date, expected) => {
  expect(fhirDate(date)).toBe(expected);
});

test.each([
  ['081530', '2026-02-17T08:15:30Z'],
  ['081530.5', '2026-02-17T08:15:30.5Z'],
  ['081530.123456', '2026-02-17T08:15:30.123Z'],
  ['081530.000', '2026-02-17T08:15:30Z'],
  ['0815', '2026-02-17T08:15:00Z'],
  ['08:15:30', '2026-02-17T08:15:30Z'],
  ['235960', '2026-02-17T23:59:60Z'],
  ['08', '2026-02-17'],
  ['2515', '2026-02-17'],
  ['', '2026-02-17'],
  [undefined, '2026-02-17'],
])('time %s', (time, expected) => {
  expect(fhirDateTime('20260217', time, utc)).toBe(expected);
});

test('without a zone the date stands alone', () => {
  expect(fhirDateTime('20260217', '081530', NO_ZONE)).toBe('2026-02-17');
});

test.each([
  ['+0100', '+01:00'],
  ['-0330', '-03:30'],
  ['+05:45', '+05:45'],
  ['+1400', '+14:00'],
])('offset %s', (text, expected) => {
  expect(fhirDateTime('20260217', '0815', offsetZone(text)!)).toBe(`2026-02-17T08:15:00${expected}`);
});

test.each(['', 'CET', '+1', '+1460', '+1500', '0100'])('"%s" is no offset', (text) => {
  expect(offsetZone(text)).toBeUndefined();
});

test('a named zone has the offset of its day', () => {
  expect(fhirDateTime('20260217', '0815', vienna)).toBe('2026-02-17T08:15:00+01:00');
  expect(fhirDateTime('20260717', '0815', vienna)).toBe('2026-07-17T08:15:00+02:00');
  expect(fhirDateTime('20260717', '0815', parseZone('Asia/Kathmandu'))).toBe('2026-07-17T08:15:00+05:45');
});

test('an hour that the clocks skip or repeat decides nothing', () => {
  expect(fhirDateTime('20260329', '0230', vienna)).toBe('2026-03-29');
  expect(fhirDateTime('20261025', '0230', vienna)).toBe('2026-10-25');
  expect(fhirDateTime('20261025', '0159', vienna)).toBe('2026-10-25T01:59:00+02:00');
  expect(fhirDateTime('20261025', '0300', vienna)).toBe('2026-10-25T03:00:00+01:00');
});

test('an instant written by us is the wall clock of its zone', () => {
  const zones = ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'];
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.date({ min: new Date('1980-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }), (name, date) => {
      const [day = '', clock = ''] = date.toISOString().split('T');
      const written = fhirDateTime(day.replace(/-/g, ''), clock.slice(0, 5).replace(':', ''), parseZone(name)) ?? '';
      if (!written.includes('T')) return;
      const local = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(written));
      expect(local).toBe(`${day} ${clock.slice(0, 5)}:00`);
    }),
    { numRuns: 300 },
  );
});

test('what is no zone is refused', () => {
  expect(() => parseZone('Vienna')).toThrow(/"Vienna" is not a time zone/);
});
