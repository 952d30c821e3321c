/** Faults in dates: prefixes, precision, boundaries, offsets. */
import { rule, type FaultRow } from './row';
import { askingEach, indexing } from './matching';
import { mappingPairs, mappingValues } from './rewriting';
import type { Override } from '../behaviour';

const DATE = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4}(?:-\d{2}(?:-\d{2}(?:T.*)?)?)?)$/;

/** Parameters whose values are dates, as far as a proxy can know them by name. */
export function isDateParameter(name: string): boolean {
  return /^(_lastUpdated|started|date|issued|authored|authored-on|birthdate|death-date|modified|period|occurrence)$/.test(name.split('.').at(-1)?.split(':').at(-1) ?? name);
}

function dates(change: (prefix: string, date: string) => string | undefined): Override {
  return mappingValues((value, name) => {
    const match = isDateParameter(name) ? DATE.exec(value) : null;
    return match === null ? undefined : change(match[1] ?? 'eq', match[2] ?? '');
  });
}

const prefix = (from: string, to: string) => dates((is, date) => (is === from ? `${to}${date}` : undefined));

export const DATE_FAULTS: readonly FaultRow[] = [
  {
    id: 'date-ge-as-gt',
    group: 'date',
    does: 'ge leaves out what lies within the search value.',
    breaks: rule('date-ge'),
    override: prefix('ge', 'gt'),
  },
  {
    id: 'date-le-as-lt',
    group: 'date',
    does: 'le leaves out what lies within the search value.',
    breaks: rule('date-le'),
    override: prefix('le', 'lt'),
  },
  {
    id: 'date-gt-as-ge',
    group: 'date',
    does: 'gt also finds what lies within the search value.',
    breaks: rule('date-gt'),
    override: prefix('gt', 'ge'),
  },
  {
    id: 'date-lt-as-le',
    group: 'date',
    does: 'lt also finds what lies within the search value.',
    breaks: rule('date-lt'),
    override: prefix('lt', 'le'),
  },
  {
    id: 'date-sa-as-ge',
    group: 'date',
    does: 'sa also finds what lies within the search value.',
    breaks: rule('date-sa'),
    override: prefix('sa', 'ge'),
  },
  {
    id: 'date-eb-as-le',
    group: 'date',
    does: 'eb also finds what lies within the search value.',
    breaks: rule('date-eb'),
    override: prefix('eb', 'le'),
  },
  { id: 'date-sa-as-gt', group: 'date', does: 'sa finds what holds the search value and ends after it.', breaks: rule('date-sa'), override: prefix('sa', 'gt') },
  { id: 'date-ne-as-eq', group: 'date', does: 'ne finds what is equal.', breaks: rule('date-ne'), override: prefix('ne', 'eq') },
  {
    id: 'date-ap-as-gt',
    group: 'date',
    does: 'ap finds what is later, and not the day itself.',
    breaks: rule('date-ap'),
    override: dates((is, date) => (is === 'ap' ? `sa${date}` : undefined)),
  },
  {
    id: 'range-or-first-only',
    group: 'date',
    does: 'Of dates, numbers and quantities joined by a comma only the first counts.',
    breaks: rule('or-range'),
    override: askingEach((criterion) => (['date', 'number', 'quantity'].includes(criterion.definition.type) ? { ...criterion, values: criterion.values.slice(0, 1) } : criterion)),
  },
  {
    id: 'date-prefix-ignored',
    group: 'date',
    does: 'Every prefix is taken for eq.',
    breaks: rule('date-ge'),
    override: dates((is, date) => (is === 'eq' ? undefined : date)),
  },
  {
    id: 'date-gt-and-lt-swapped',
    group: 'date',
    does: 'gt finds what is before, lt what is after.',
    breaks: rule('date-gt'),
    override: dates((is, date) => ({ gt: `lt${date}`, lt: `gt${date}` })[is]),
  },
  {
    id: 'date-le-includes-next-midnight',
    group: 'date',
    does: 'le of a day also finds the first instant of the next day.',
    breaks: rule('date-le'),
    override: dates((is, date) => (is === 'le' && date.length === 10 ? `lt${nextDay(date)}T00:00:01Z` : undefined)),
  },
  {
    id: 'date-eq-as-overlap',
    group: 'date',
    does: 'eq finds what overlaps the search value, though it reaches beyond it.',
    breaks: rule('date-eq'),
    override: mappingPairs(([name, value]) => {
      const match = isDateParameter(name) ? DATE.exec(value) : null;
      return match === null || (match[1] ?? 'eq') !== 'eq' ? undefined : [[name, `ge${match[2]}`], [name, `le${match[2]}`]];
    }),
  },
  {
    id: 'date-seconds-widened',
    group: 'date',
    does: 'A time with zero seconds finds the whole minute.',
    breaks: rule('date-eq'),
    override: dates((is, date) => (/T\d{2}:\d{2}:00(\.0+)?(?=Z|[+-]|$)/.test(date) ? `${is}${date.replace(/(T\d{2}:\d{2}):00(\.0+)?/, '$1')}` : undefined)),
  },
  {
    id: 'date-month-as-first-day',
    group: 'date',
    does: 'A year or month is taken for its first day.',
    breaks: rule('date-eq'),
    override: dates((is, date) => (date.length < 10 ? `${is}${`${date}-01-01`.slice(0, 10)}` : undefined)),
  },
  {
    id: 'date-search-offset-dropped',
    group: 'date',
    does: 'The offset of a search value is read as UTC.',
    breaks: rule('date-eq'),
    override: dates((is, date) => (/[+-]\d{2}:\d{2}$/.test(date.slice(10)) ? `${is}${date.slice(0, -6)}Z` : undefined)),
  },
  {
    id: 'date-offset-dropped',
    group: 'date',
    does: 'The offset of a resource\'s time is read as UTC.',
    breaks: rule('date-eq'),
    override: indexing((resource) => mapDates(resource, (text) => text.replace(/[+-]\d{2}:\d{2}$/, 'Z')) as typeof resource),
  },
  {
    id: 'date-negative-offset-lost',
    group: 'date',
    does: 'Times with a negative offset are not indexed.',
    breaks: rule('date-eq'),
    override: indexing((resource) => mapDates(resource, (text) => (/-\d{2}:\d{2}$/.test(text) ? undefined : text)) as typeof resource),
  },
  {
    id: 'date-period-end-as-instant',
    group: 'date',
    does: 'A period that ends on a day ends with the first instant of that day.',
    breaks: rule('date-gt'),
    override: indexing((resource) => mapTexts(resource, (text, name) => (name === 'end' && text.length === 10 ? `${text}T00:00:00Z` : text)) as typeof resource),
  },
  {
    id: 'last-updated-ignored',
    group: 'date',
    does: '_lastUpdated does not filter.',
    breaks: rule('date-ge'),
    override: mappingPairs(([name]) => (name === '_lastUpdated' ? [] : undefined)),
  },
];

function nextDay(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

/** Every dateTime with a time within a value; undefined drops it. */
function mapDates(value: unknown, change: (text: string) => string | undefined): unknown {
  return mapTexts(value, (text) => (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? change(text) : text));
}

/** Every text within a value, with the name of the element that it is in; undefined drops it. */
function mapTexts(value: unknown, change: (text: string, name: string) => string | undefined, element = ''): unknown {
  if (typeof value === 'string') return change(value, element);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, child]) => {
    const kept = mapTexts(child, change, name);
    return kept === undefined ? [] : [[name, kept]];
  }));
}
