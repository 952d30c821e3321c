import { dateRange } from '../../scripts/search/date-range';
import type { Resource } from '../../scripts/core/fhir';
import { checkCases, indexOf, resourcesOf } from './support';

const NOW = { now: () => Date.UTC(2026, 0, 1) };
const study = (started: string) => ({ started });

describe('zoned times against zoned times: every boundary', () => {
  const index = indexOf(
    resourcesOf('ImagingStudy', {
      before: study('2013-01-14T09:59:59Z'),
      at: study('2013-01-14T10:00:00Z'),
      last: study('2013-01-14T10:00:59Z'),
      after: study('2013-01-14T10:01:00Z'),
      elsewhere: study('2013-01-14T05:00:30-05:00'),
      none: {},
    }),
    NOW,
  );
  checkCases('ImagingStudy', index, [
    { rule: 'date-eq', query: 'started=2013-01-14T10:00Z', must: ['at', 'last', 'elsewhere'] },
    { rule: 'date-eq', query: 'started=eq2013-01-14T10:00Z', must: ['at', 'last', 'elsewhere'] },
    { rule: 'date-eq', query: 'started=2013-01-14T10:00:00Z', must: ['at'] },
    { rule: 'date-eq', query: 'started=2013-01-14T15:30:00+05:30', must: ['at'] },
    { rule: 'date-ne', query: 'started=ne2013-01-14T10:00Z', must: ['before', 'after'], either: ['none'] },
    { rule: 'open-ne-valueless', query: 'started=ne2013-01-14T10:00Z', must: ['before', 'after'], either: ['none'] },
    { rule: 'open-ne-valueless', query: 'started=ne2013-01-14T10:00Z,ge2013-01-14T10:01:00Z', must: ['before', 'after'], either: ['none'] },
    { rule: 'date-ge', query: 'started=ge2013-01-14T10:00:00Z', must: ['at', 'last', 'after', 'elsewhere'] },
    { rule: 'date-gt', query: 'started=gt2013-01-14T10:00:00Z', must: ['last', 'after', 'elsewhere'] },
    { rule: 'date-lt', query: 'started=lt2013-01-14T10:00:00Z', must: ['before'] },
    { rule: 'date-le', query: 'started=le2013-01-14T10:00:00Z', must: ['before', 'at'] },
    { rule: 'date-sa', query: 'started=sa2013-01-14T10:00Z', must: ['after'] },
    { rule: 'date-eb', query: 'started=eb2013-01-14T10:00Z', must: ['before'] },
    { rule: 'date-ge', query: 'started=ge2013-01-14T10:00Z', must: ['at', 'last', 'elsewhere', 'after'] },
    { rule: 'date-le', query: 'started=le2013-01-14T10:00Z', must: ['before', 'at', 'last', 'elsewhere'] },
    { rule: 'open-date-overlap', query: 'started=gt2013-01-14T10:00Z', must: ['after'], either: ['at', 'last', 'elsewhere'] },
    { rule: 'or-range', query: 'started=lt2013-01-14T10:00:00Z,ge2013-01-14T10:01:00Z', must: ['before', 'after'] },
    { rule: 'and', query: 'started=ge2013-01-14T10:00:00Z&started=lt2013-01-14T10:00:30Z', must: ['at'] },
    { rule: 'missing', query: 'started:missing=true', must: ['none'] },
    { rule: 'missing', query: 'started:missing=false', must: ['before', 'at', 'last', 'after', 'elsewhere'] },
  ]);
});

describe('a leap second', () => {
  const index = indexOf(resourcesOf('ImagingStudy', { before: study('2016-12-31T23:59:59Z'), leap: study('2016-12-31T23:59:60Z'), after: study('2017-01-01T00:00:00Z'), later: study('2017-01-01T00:00:01Z') }));
  checkCases('ImagingStudy', index, [
    { rule: 'open-date-leap-second', query: 'started=ge2017-01-01T00:00:00Z', must: ['after', 'later'], either: ['leap'] },
    { rule: 'open-date-leap-second', query: 'started=2016-12-31T23:59Z', must: ['before'], either: ['leap'] },
    { rule: 'open-date-leap-second', query: 'started=2016-12-31T23:59:60Z', must: ['leap'], either: ['before', 'after'] },
    { rule: 'date-gt', query: 'started=gt2016-12-31T23:59:58Z', must: ['before', 'leap', 'after', 'later'] },
    { rule: 'date-lt', query: 'started=lt2017-01-01T00:00:01Z', must: ['before', 'leap', 'after'] },
  ]);
});

describe('a leap second at one end of a period, or among the events of a schedule', () => {
  const period = (start: string, end: string) => ({ period: { start, end } });
  checkCases('Encounter', indexOf(resourcesOf('Encounter', { begins: period('2016-12-31T23:59:60Z', '2017-01-01T10:00:00Z'), ends: period('2016-12-31T20:00:00Z', '2016-12-31T23:59:60Z') })), [
    { rule: 'open-date-leap-second', query: 'date=sa2016-12-31T23:59:59Z', either: ['begins'] },
    { rule: 'open-date-leap-second', query: 'date=eb2017-01-01T00:00:00Z', either: ['ends'] },
  ]);
  checkCases('ServiceRequest', indexOf(resourcesOf('ServiceRequest', { events: { occurrenceTiming: { event: ['2017-01-02T00:00:00Z', '2016-12-31T23:59:60Z'] } } })), [
    { rule: 'open-date-leap-second', query: 'occurrence=sa2016-12-31T23:59:59Z', either: ['events'] },
  ]);
});

describe('less than a second apart', () => {
  const index = indexOf(
    resourcesOf('ImagingStudy', {
      whole: study('2013-01-14T10:00:00Z'),
      milli: study('2013-01-14T10:00:00.500Z'),
      next: study('2013-01-14T10:00:01.000Z'),
      micro: study('2013-01-14T10:00:00.500001Z'),
    }),
  );
  checkCases('ImagingStudy', index, [
    { rule: 'date-eq', query: 'started=2013-01-14T10:00:00.500Z', must: ['milli'], either: ['whole', 'micro'] },
    { rule: 'open-date-subsecond', query: 'started=2013-01-14T10:00:00Z', must: ['whole'], either: ['milli', 'micro'] },
    { rule: 'open-date-subsecond', query: 'started=sa2013-01-14T10:00:00Z', must: ['next'], either: ['milli', 'micro'] },
    { rule: 'date-gt', query: 'started=gt2013-01-14T10:00:00.499Z', must: ['milli', 'next'], either: ['whole', 'micro'] },
    { rule: 'date-le', query: 'started=le2013-01-14T10:00:00.500Z', must: ['milli'], either: ['whole', 'micro'] },
    { rule: 'date-eq', query: 'started=2013-01-14T10:00Z', must: ['whole', 'milli', 'next', 'micro'] },
    // Finer than a millisecond few servers keep: where it alone decides, either answer is legal.
    { rule: 'date-eq', query: 'started=2013-01-14T10:00:00.500001Z', must: ['micro'], either: ['whole', 'milli'] },
    { rule: 'open-date-subsecond', query: 'started=2013-01-14T10:00:00.500002Z', either: ['whole', 'milli', 'micro'] },
  ]);
});

describe('half a second, written with one digit, and periods that cannot be read', () => {
  checkCases('ImagingStudy', indexOf(resourcesOf('ImagingStudy', { half: study('2013-01-14T10:00:00.5Z') })), [
    { rule: 'open-date-subsecond', query: 'started=2013-01-14T10:00:00Z', either: ['half'] },
    { rule: 'date-gt', query: 'started=gt2013-01-14T09:59:58Z', must: ['half'] },
  ]);
  const period = (start?: string, end?: string) => ({ period: { start, end } });
  checkCases('Encounter', indexOf(resourcesOf('Encounter', { start: period('soon', '2013-01-14'), end: period('2013-01-14', 'later'), good: period('2013-01-14', '2013-01-14') })), [
    { rule: 'open-value-malformed', query: 'date=2013-01', must: ['good'], either: ['start', 'end'] },
    { rule: 'open-value-malformed', query: 'date=sa2014', either: ['start', 'end'] },
    { rule: 'open-missing-empty', query: 'date:missing=false', must: ['good'], either: ['start', 'end'] },
  ]);
});

describe('dates without a zone against times with one', () => {
  const days = resourcesOf('ImagingStudy', {
    noon: study('2013-01-14T12:00:00Z'),
    midnight: study('2013-01-14T00:00:00Z'),
    nextMidnight: study('2013-01-15T00:00:00Z'),
    evening: study('2013-01-14T22:00:00-05:00'),
    farAfter: study('2013-01-17T00:00:00Z'),
    farBefore: study('2013-01-11T00:00:00Z'),
  });
  describe('of a server in any zone', () => {
    checkCases('ImagingStudy', indexOf(days, NOW), [
      { rule: 'open-date-zone', query: 'started=2013-01-14', either: ['noon', 'midnight', 'nextMidnight', 'evening'] },
      { rule: 'open-date-zone', query: 'started=ne2013-01-14', must: ['farAfter', 'farBefore'], either: ['noon', 'midnight', 'nextMidnight', 'evening'] },
      { rule: 'date-eq', query: 'started=2013-01', must: ['noon', 'midnight', 'nextMidnight', 'evening', 'farAfter', 'farBefore'] },
      { rule: 'date-eq', query: 'started=2013', must: ['noon', 'midnight', 'nextMidnight', 'evening', 'farAfter', 'farBefore'] },
      { rule: 'date-sa', query: 'started=sa2013-01-12', must: ['noon', 'midnight', 'nextMidnight', 'evening', 'farAfter'] },
      { rule: 'date-eb', query: 'started=eb2013-01-16', must: ['farBefore', 'noon', 'midnight', 'nextMidnight', 'evening'] },
      { rule: 'date-ge', query: 'started=ge2013-01-16', must: ['farAfter'] },
      { rule: 'date-lt', query: 'started=lt2013-01-13', must: ['farBefore'] },
      { rule: 'open-date-zone', query: 'started=2013-01-14T12:00:00', either: ['noon', 'midnight', 'nextMidnight'] },
    ]);
  });
  describe('of a server known to be in universal time', () => {
    checkCases('ImagingStudy', indexOf(days, { ...NOW, zone: { from: 0, to: 0 } }), [
      { rule: 'date-eq', query: 'started=2013-01-14', must: ['noon', 'midnight'], either: ['evening'] },
      { rule: 'date-le', query: 'started=le2013-01-14', must: ['noon', 'midnight', 'farBefore'], either: ['evening'] },
      { rule: 'date-ge', query: 'started=ge2013-01-15', must: ['nextMidnight', 'farAfter'], either: ['evening'] },
      { rule: 'date-lt', query: 'started=lt2013-01-14', must: ['farBefore'] },
      { rule: 'date-sa', query: 'started=sa2013-01-14', must: ['nextMidnight', 'farAfter'], either: ['evening'] },
      { rule: 'date-eq', query: 'started=2013-01-14T12:00', must: ['noon'] },
    ]);
    const period = (start?: string, end?: string) => ({ period: { start, end } });
    checkCases('Encounter', indexOf(resourcesOf('Encounter', { begins: period('2013-01-14T22:00:00-05:00'), ends: period(undefined, '2013-01-14T22:00:00-05:00') }), { ...NOW, zone: { from: 0, to: 0 } }), [
      // By universal time it is the 15th, by the period's own zone the 14th.
      { rule: 'open-date-zone', query: 'date=ge2013-01-15', must: ['begins'], either: ['ends'] },
      { rule: 'open-date-zone', query: 'date=eb2013-01-15', either: ['ends'] },
      { rule: 'open-date-zone', query: 'date=sa2013-01-14', either: ['begins'] },
      { rule: 'date-sa', query: 'date=sa2013-01-13', must: ['begins'] },
    ]);
  });
});

describe('dates on both sides are compared as they stand', () => {
  const index = indexOf(resourcesOf('Patient', { day: { birthDate: '1952-02-29' }, next: { birthDate: '1952-03-01' }, month: { birthDate: '1952-02' }, year: { birthDate: '1952' }, old: { birthDate: '0044-03-15' } }), NOW);
  checkCases('Patient', index, [
    { rule: 'date-eq', query: 'birthdate=1952-02-29', must: ['day'] },
    { rule: 'date-eq', query: 'birthdate=1952-02', must: ['day', 'month'] },
    { rule: 'date-eq', query: 'birthdate=1952', must: ['day', 'next', 'month', 'year'] },
    { rule: 'date-le', query: 'birthdate=le1952-02-29', must: ['day', 'month', 'year', 'old'] },
    { rule: 'date-ge', query: 'birthdate=ge1952-02-29', must: ['day', 'next', 'year'], either: ['month'] },
    { rule: 'date-lt', query: 'birthdate=lt1952-02-29', must: ['old', 'month', 'year'] },
    { rule: 'date-gt', query: 'birthdate=gt1952-02-29', must: ['next', 'year'], either: ['month'] },
    { rule: 'date-sa', query: 'birthdate=sa1952-02-29', must: ['next'] },
    { rule: 'date-eb', query: 'birthdate=eb1952-03-01', must: ['day', 'month', 'old'] },
    { rule: 'date-eb', query: 'birthdate=eb0100', must: ['old'] },
  ]);
});

describe('periods, with the examples of the specification', () => {
  const period = (start?: string, end?: string) => ({ period: { start, end } });
  const index = indexOf(
    resourcesOf('Encounter', {
      from21Jan: period('2013-01-21'),
      from15Mar: period('2013-03-15'),
      until21Jan: period(undefined, '2013-01-21'),
      march: period('2013-03-01', '2013-03-31'),
      day: period('2013-03-14', '2013-03-14'),
      across: period('2013-03-10', '2013-03-14'),
      empty: { period: {} },
      none: {},
    }),
    NOW,
  );
  checkCases('Encounter', index, [
    { rule: 'date-ge', query: 'date=ge2013-03-14', must: ['from21Jan', 'from15Mar', 'march', 'day', 'empty'], either: ['across'] },
    { rule: 'date-le', query: 'date=le2013-03-14', must: ['from21Jan', 'until21Jan', 'march', 'day', 'across', 'empty'] },
    { rule: 'date-sa', query: 'date=sa2013-03-14', must: ['from15Mar'] },
    { rule: 'date-eb', query: 'date=eb2013-03-14', must: ['until21Jan'] },
    { rule: 'date-eq', query: 'date=2013-03', must: ['march', 'day', 'across'] },
    { rule: 'date-eq', query: 'date=2013-03-14', must: ['day'] },
    { rule: 'open-date-overlap', query: 'date=gt2013-03-14', must: ['from21Jan', 'from15Mar', 'march', 'empty'], either: ['across'] },
    { rule: 'open-missing-empty', query: 'date:missing=true', must: ['none'], either: ['empty'] },
  ]);
});

describe('ap, schedules, malformed values, _lastUpdated', () => {
  checkCases('ImagingStudy', indexOf(resourcesOf('ImagingStudy', { same: study('2013-03-14T10:00:00Z'), near: study('2013-06-01T00:00:00Z'), far: study('1950-01-01T00:00:00Z'), bad: study('14 March 2013'), object: { started: {} } }), NOW), [
    { rule: 'date-ap', query: 'started=ap2013', must: ['same', 'near'], either: ['bad', 'object'] },
    { rule: 'open-date-near', query: 'started=ap2013-03-14T10:00:00Z', must: ['same'], either: ['near', 'bad', 'object'] },
    { rule: 'open-value-malformed', query: 'started=1999-01-01T00:00:00Z', either: ['bad', 'object'] },
    { rule: 'open-missing-empty', query: 'started:missing=true', either: ['bad', 'object'] },
  ]);
  const timing = (occurrenceTiming: object) => ({ occurrenceTiming });
  checkCases(
    'ServiceRequest',
    indexOf(
      resourcesOf('ServiceRequest', {
        alternate: timing({ repeat: { boundsPeriod: { start: '2013-01-31', end: '2013-03-24' }, frequency: 1, period: 2, periodUnit: 'd' } }),
        events: timing({ event: ['2013-02-10', '2013-02-20'] }),
        unordered: timing({ event: ['2013-02-20', '2013-02-25', '2013-02-10'] }),
        soon: timing({ event: ['2013-02-10', 'soon'] }),
        vague: timing({ repeat: { frequency: 1, period: 1, periodUnit: 'd' } }),
      }),
    ),
    [
      { rule: 'open-date-unbounded', query: 'occurrence=ge2013-02-15', must: ['alternate', 'events', 'unordered'], either: ['soon', 'vague'] },
      { rule: 'open-value-malformed', query: 'occurrence=2013-02', must: ['events', 'unordered'], either: ['soon', 'vague'] },
      { rule: 'date-lt', query: 'occurrence=lt2013-02-11', must: ['alternate', 'events', 'unordered'], either: ['soon', 'vague'] },
      { rule: 'date-gt', query: 'occurrence=gt2013-02-24', must: ['alternate', 'unordered'], either: ['soon', 'vague'] },
      { rule: 'open-missing-empty', query: 'occurrence:missing=false', must: ['alternate', 'events', 'unordered'], either: ['soon', 'vague'] },
    ],
  );
  const scheduled = (detail: object) => ({ activity: [{ detail }] });
  checkCases('CarePlan', indexOf(resourcesOf('CarePlan', { words: scheduled({ scheduledString: '2013-02-10' }), period: scheduled({ scheduledPeriod: { start: '2013-02-10', end: '2013-02-11' } }) })), [
    { rule: 'open-value-malformed', query: 'activity-date=2013-02', must: ['period'], either: ['words'] },
    { rule: 'open-missing-empty', query: 'activity-date:missing=false', must: ['period'], either: ['words'] },
  ]);
  const updated = (lastUpdated: string) => ({ meta: { lastUpdated } });
  checkCases('ImagingStudy', indexOf(resourcesOf('ImagingStudy', { a: updated('2024-01-01T10:00:00.123Z'), b: updated('2024-01-01T10:00:02.000Z') })), [
    { rule: 'open-date-subsecond', query: '_lastUpdated=2024-01-01T10:00:00.123Z', either: ['a'] },
    { rule: 'date-gt', query: '_lastUpdated=gt2024-01-01T10:00:00.500Z', must: ['b'], either: ['a'] },
    { rule: 'date-ge', query: '_lastUpdated=ge2024-01-01T10:00:01Z', must: ['b'] },
  ]);
});

describe('date texts', () => {
  test.each(['', '13', '2013-13', '2013-02-30', '2013-1-1', '2013-01-01T', '2013-01-01T10', '2013-01-01T24:00:00Z', '2013-01-01T10:61Z', '2013-01-01T10:60Z', '2013-01-00', '2013-01-01T10:00:61Z', '2013-01-01T10:00:00+15:00', '0000', '23 May 2009', '2013-01-01 10:00', '2013-01-01T10:00:00.Z'])(
    '"%s" is no date',
    (text) => expect(dateRange(text)).toBeUndefined(),
  );

  test('a day is one that the calendar has', () => {
    for (const year of [1900, 1999, 2000, 2004]) {
      for (let month = 1; month <= 12; month += 1) {
        for (let day = 1; day <= 32; day += 1) {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          expect([text, dateRange(text) !== undefined]).toEqual([text, new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1]);
        }
      }
    }
  });

  test('agrees with the platform on the instants it can express, before 1970 and in leap years too', () => {
    for (const text of ['1969-12-31T23:59:59.999Z', '1900-03-01T00:00:00Z', '2000-02-29T12:34:56.789+05:30', '2024-12-31T23:59:59-11:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
      expect(dateRange(text)?.low).toBe(BigInt(Date.parse(text)) * 1_000_000n);
    }
  });

  test('a leap second is the first second of the next minute', () => {
    expect(dateRange('2016-12-31T23:59:60Z')?.low).toBe(dateRange('2017-01-01T00:00:00Z')?.low);
  });

  test('nanoseconds survive', () => {
    const [a, b] = ['2024-01-01T00:00:00.123456788Z', '2024-01-01T00:00:00.123456789Z'].map((text) => dateRange(text)?.low ?? 0n);
    expect((b ?? 0n) - (a ?? 0n)).toBe(1n);
  });

  test('the machine\'s own zone plays no part', () => {
    const before = process.env.TZ;
    const resources: Resource[] = resourcesOf('ImagingStudy', { a: study('2013-07-14T10:00:00Z') });
    const answers = ['UTC', 'America/New_York', 'Asia/Kolkata'].map((zone) => {
      process.env.TZ = zone;
      return [dateRange('2013-07-14')?.low, indexOf(resources).all('ImagingStudy').length];
    });
    process.env.TZ = before;
    expect(new Set(answers.map(String)).size).toBe(1);
  });
});
