/** The ways to search by a date parameter: each prefix at each precision, on both sides of each boundary. https://hl7.org/fhir/R4/search.html#date */
import { withArticle } from '../../../core/grammar';
import type { Chooser } from '../../choose/chooser';
import { cutTo, dayBeside, instantAt, isInstant, zoneOf, type Precision } from '../../choose/date-forms';
import type { ParameterView } from '../../choose/parameter-view';
import { distinct } from '../../choose/values';
import type { DecidingRuleId } from '../../../search/rules';
import type { Pair } from '../../gather/query';
import { judgeRefusal } from '../../judge/refusal';
import { divideOrAny } from './token';
import type { Pick, Shape, ShapeStatics } from './shape';

const isDate = ({ definition }: ShapeStatics) => definition.type === 'date';

/** The prefixes with the precisions at which each has a boundary worth testing. */
const PREFIXES: readonly { prefix: string; title: string; precisions: readonly Precision[] }[] = [
  { prefix: 'eq', title: 'eq', precisions: ['year', 'month', 'day', 'minute', 'second'] },
  { prefix: 'ne', title: 'ne', precisions: ['year', 'day', 'second'] },
  { prefix: 'gt', title: 'gt', precisions: ['year', 'month', 'day', 'second'] },
  { prefix: 'lt', title: 'lt', precisions: ['year', 'month', 'day', 'second'] },
  { prefix: 'ge', title: 'ge', precisions: ['year', 'month', 'day', 'second'] },
  { prefix: 'le', title: 'le', precisions: ['year', 'month', 'day', 'second'] },
  { prefix: 'sa', title: 'sa', precisions: ['year', 'day', 'second'] },
  { prefix: 'eb', title: 'eb', precisions: ['year', 'day', 'second'] },
  { prefix: 'ap', title: 'ap', precisions: ['day'] },
];

const texts = (view: ParameterView) => distinct(view.texts.map(({ text }) => text));
const needed = (view: ParameterView, what: string) => `two ${view.type} resources with different dates in ${view.definition.code}${what}`;

function cut(view: ParameterView, precision: Precision): string[] {
  return distinct(texts(view).flatMap((text) => cutTo(text, precision) ?? []));
}

function candidates(view: ParameterView, values: readonly string[], prefix = ''): Pair[][] {
  return values.map((value) => [[view.definition.code, `${prefix}${value}`]]);
}

const PREFIX_SHAPES: readonly Shape[] = PREFIXES.flatMap(({ prefix, title, precisions }) =>
  precisions.map((precision): Shape => ({
    id: `${prefix}-${precision}`,
    title: `${title} with a ${precision}`,
    requirement: `rule:date-${prefix}` as `rule:${DecidingRuleId}`,
    tags: [prefix, precision],
    applies: isDate,
    pick: (view, chooser) => {
      const asked = candidates(view, cut(view, precision), prefix);
      // A minute in which something happened off its first second, for certain, tells the minute from that second.
      const inFirstSecond = (value = '') => chooser.outlook([[view.definition.code, value.replace(/(T\d{2}:\d{2})/, '$1:00')]]);
      const best = precision === 'minute' ? chooser.divide(asked, ({ pairs: [pair], must }) => inFirstSecond(pair?.[1]).must.size + inFirstSecond(pair?.[1]).open < must.size) : undefined;
      return best === undefined ? divideOrAny(chooser, asked, needed(view, precision === 'second' || precision === 'minute' ? ', with time and zone' : '')) : { pairs: best.pairs };
    },
  })),
);

/** The value itself is the boundary: one step beside it the answer changes. */
const BOUNDARIES: readonly { id: string; title: string; prefix: string; later: number; requirement: DecidingRuleId }[] = [
  { id: 'ge-boundary', title: 'ge at the very second of a value includes it', prefix: 'ge', later: 0, requirement: 'date-ge' },
  { id: 'ge-beyond', title: 'ge one second after a value leaves it out', prefix: 'ge', later: 1, requirement: 'date-ge' },
  { id: 'gt-beyond', title: 'gt one second before a value includes it', prefix: 'gt', later: -1, requirement: 'date-gt' },
  { id: 'gt-after', title: 'gt one second after a value leaves it out', prefix: 'gt', later: 1, requirement: 'date-gt' },
  { id: 'le-boundary', title: 'le at the very second of a value includes it', prefix: 'le', later: 0, requirement: 'date-le' },
  { id: 'le-beyond', title: 'le one second before a value leaves it out', prefix: 'le', later: -1, requirement: 'date-le' },
  { id: 'lt-boundary', title: 'lt at the very second of a value leaves it out', prefix: 'lt', later: 0, requirement: 'date-lt' },
  { id: 'lt-beyond', title: 'lt one second after a value includes it', prefix: 'lt', later: 1, requirement: 'date-lt' },
  { id: 'sa-boundary', title: 'sa at the very second of a value leaves it out', prefix: 'sa', later: 0, requirement: 'date-sa' },
  { id: 'sa-beyond', title: 'sa one second before a value includes it', prefix: 'sa', later: -1, requirement: 'date-sa' },
  { id: 'eb-boundary', title: 'eb at the very second of a value leaves it out', prefix: 'eb', later: 0, requirement: 'date-eb' },
  { id: 'eb-beyond', title: 'eb one second after a value includes it', prefix: 'eb', later: 1, requirement: 'date-eb' },
  { id: 'eq-beyond', title: 'eq one second beside a value leaves it out', prefix: 'eq', later: 1, requirement: 'date-eq' },
];

const BOUNDARY_SHAPES: readonly Shape[] = BOUNDARIES.map(({ id, title, prefix, later, requirement }): Shape => ({
  id,
  title,
  requirement: `rule:${requirement}`,
  tags: [prefix, 'boundary'],
  applies: isDate,
  pick: (view, chooser) => atBoundary(view, chooser, prefix, later),
}));

/** A query at some seconds from a known value that is certain about that very value. */
function atBoundary(view: ParameterView, chooser: Chooser, prefix: string, later: number): Pick {
  let fallback: Pick | undefined;
  for (const { text, holder } of view.texts.filter((seen) => isInstant(seen.text)).slice(0, 60)) {
    const value = instantAt(text, later, zoneOf(text) ?? 0);
    if (value === undefined) continue;
    const outlook = chooser.outlook([[view.definition.code, `${prefix}${value}`]]);
    const certain = outlook.must.has(holder) || (outlook.open === 0 && outlook.mustNot > 0);
    if (!certain) continue;
    if (outlook.must.size > 0 && outlook.mustNot > 0) return { pairs: outlook.pairs, bait: [holder] };
    // All or nothing: still a trap, because the very value at the boundary shows the fault.
    fallback ??= { pairs: outlook.pairs, trap: true, bait: [holder] };
  }
  return fallback ?? { needed: needed(view, ', with time and zone') };
}

/** Days without a time: neither side has a zone, so that the edges of a day are certain. */
const DAY_EDGES: readonly { id: string; title: string; prefix: string; days: number; requirement: DecidingRuleId }[] = [
  { id: 'le-day-before', title: 'le the day before a day leaves it out', prefix: 'le', days: -1, requirement: 'date-le' },
  { id: 'le-same-day', title: 'le a day includes it', prefix: 'le', days: 0, requirement: 'date-le' },
  { id: 'ge-day-after', title: 'ge the day after a day leaves it out', prefix: 'ge', days: 1, requirement: 'date-ge' },
  { id: 'ge-same-day', title: 'ge a day includes it', prefix: 'ge', days: 0, requirement: 'date-ge' },
  { id: 'gt-same-day', title: 'gt a day leaves it out', prefix: 'gt', days: 0, requirement: 'date-gt' },
  { id: 'lt-same-day', title: 'lt a day leaves it out', prefix: 'lt', days: 0, requirement: 'date-lt' },
  { id: 'sa-same-day', title: 'sa a day leaves out what holds it', prefix: 'sa', days: 0, requirement: 'date-sa' },
  { id: 'sa-day-before', title: 'sa the day before a day includes it', prefix: 'sa', days: -1, requirement: 'date-sa' },
  { id: 'eb-day-after', title: 'eb the day after a day includes it', prefix: 'eb', days: 1, requirement: 'date-eb' },
];

const DAY_SHAPES: readonly Shape[] = DAY_EDGES.map(({ id, title, prefix, days, requirement }): Shape => ({
  id,
  title,
  requirement: `rule:${requirement}`,
  tags: [prefix, 'boundary'],
  applies: isDate,
  pick: (view, chooser) => {
    for (const { text, holder } of view.texts.filter((seen) => /^\d{4}-\d{2}-\d{2}$/.test(seen.text)).slice(0, 60)) {
      const outlook = chooser.outlook([[view.definition.code, `${prefix}${dayBeside(text, days)}`]]);
      const included = days === 0 ? prefix === 'le' || prefix === 'ge' : prefix === 'sa' || prefix === 'eb';
      if (outlook.must.has(holder) !== included || outlook.mustNot === 0) continue;
      // A month or a year that holds the day tells sa from gt, even where sa finds nothing.
      const tells = prefix === 'sa' && days === 0 ? chooser.outlook([[view.definition.code, `gt${text}`]]).must.size > outlook.must.size : outlook.must.size > 0;
      if (tells) return { pairs: outlook.pairs, bait: [holder], ...(outlook.must.size === 0 ? { trap: true } : {}) };
    }
    return { needed: `two ${view.type} resources with days without a time in ${view.definition.code}` };
  },
}));

export const DATE_SHAPES: readonly Shape[] = [
  {
    id: 'plain',
    title: 'a date without a prefix means eq',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view, cut(view, 'day')), needed(view, '')),
  },
  ...PREFIX_SHAPES,
  ...BOUNDARY_SHAPES,
  ...DAY_SHAPES,
  {
    id: 'eq-within',
    title: 'eq does not match a value that reaches beyond the search value',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      const coarse = texts(view).flatMap((text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? [`${text}T12:00:00Z`] : /^\d{4}-\d{2}$/.test(text) ? [`${text}-15`] : []));
      return trapOf(view, chooser, coarse, `${withArticle(view.type)} with a day without a time in ${view.definition.code}`);
    },
  },
  {
    id: 'full-minute',
    title: 'a search for a full minute with zero seconds is for that second alone',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      const within = texts(view).filter((text) => isInstant(text) && text.slice(17, 19) !== '00').map((text) => `${text.slice(0, 17)}00${/(Z|[+-]\d{2}:\d{2})$/.exec(text)?.[0] ?? 'Z'}`);
      return trapOf(view, chooser, within, `${withArticle(view.type)} with an instant off the full minute in ${view.definition.code}`);
    },
  },
  {
    id: 'le-minute-before',
    title: 'le the minute before an instant leaves it out',
    requirement: 'rule:date-le',
    applies: isDate,
    pick: (view, chooser) => {
      const minutes = texts(view).filter((text) => isInstant(text) && text.slice(17, 19) === '00').flatMap((text) => { const before = instantAt(text, -60, zoneOf(text) ?? 0); return before === undefined ? [] : (cutTo(before, 'minute') ?? []); });
      return divideOrAny(chooser, candidates(view, minutes, 'le'), needed(view, ', at a full minute'));
    },
  },
  {
    id: 'other-zone',
    title: 'the same instant written in another time zone is the same',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      // Some zones are far away: an offset that is dropped moves the value by hours.
      const moved = texts(view).flatMap((text) => [-480, 330, 0].filter((zone) => zone !== zoneOf(text)).flatMap((zone) => instantAt(text, 0, zone) ?? []));
      return divideOrAny(chooser, candidates(view, distinct(moved)), needed(view, ', with time and zone'));
    },
  },
  {
    id: 'negative-zone',
    title: 'a negative offset counts',
    requirement: 'rule:date-ge',
    applies: isDate,
    pick: (view, chooser) => {
      const moved = texts(view).flatMap((text) => instantAt(text, 0, -300) ?? []);
      return divideOrAny(chooser, candidates(view, distinct(moved), 'ge'), needed(view, ', with time and zone'));
    },
  },
  {
    id: 'zero-seconds',
    title: 'a time with zero seconds is a second, not a minute',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      const round = texts(view).filter((text) => isInstant(text) && text.slice(17, 19) === '00');
      return divideOrAny(chooser, candidates(view, round.flatMap((text) => cutTo(text, 'second') ?? [])), needed(view, ', at a full minute'));
    },
  },
  {
    id: 'range',
    title: 'two bounds make a range',
    requirement: 'rule:and',
    applies: isDate,
    pick: (view, chooser) => {
      const name = view.definition.code;
      const sorted = distinct(texts(view).filter(isInstant).map((text) => instantAt(text, 0, 0) as string)).sort();
      const ranges = sorted.flatMap((from, i) => sorted.slice(i + 1, i + 6).map((to): Pair[] => [[name, `ge${from}`], [name, `lt${to}`]]));
      // Each bound has to cut something off that the other leaves.
      const best = chooser.divide(ranges, ({ pairs, must }) => pairs.every((pair) => chooser.outlook([pair]).must.size > must.size));
      return best === undefined ? { needed: `three ${view.type} resources with different instants in ${name}` } : { pairs: best.pairs };
    },
  },
  {
    id: 'period-end',
    title: 'the end of a period lasts as long as its precision says',
    requirement: 'rule:date-gt',
    // R5 writes some of these parameters in expressions whose types we cannot tell; then the data tells.
    applies: (statics) => isDate(statics) && (statics.kinds.has('Period') || statics.kinds.size === 0),
    // "2012-02-03T10:00:00 is in a period that has an end value of 2012-02-03": https://hl7.org/fhir/R4/datatypes-definitions.html#Period.end
    pick: (view, chooser) => {
      let fallback: Pick | undefined;
      for (const { text, holder } of periodEnds(view)) {
        const { pairs, must, mustNot } = chooser.outlook([[view.definition.code, `gt${withinCoarse(text)}`]]);
        if (!must.has(holder)) continue;
        if (mustNot > 0) return { pairs, bait: [holder] };
        fallback ??= { pairs, trap: true, bait: [holder] };
      }
      return fallback ?? { needed: `${withArticle(view.type)} with a period in ${view.definition.code} whose end is a day, a month or a year` };
    },
  },
  {
    id: 'malformed',
    title: 'a date that is none is an error',
    requirement: 'rule:syntax-error',
    applies: isDate,
    run: async (view, _, context) => {
      const pairs: Pair[] = [[view.definition.code, '2024-13-45']];
      const answer = await context.search(view.type, pairs, { firstPageOnly: true });
      return judgeRefusal({ fhirVersion: context.definitions.fhirVersion, type: view.type, pairs, answer, otherwise: 'warn', because: 'there is no month 13' });
    },
  },
];

/** Ends of periods that have no time: of two texts in one element the later one. */
function periodEnds(view: ParameterView): { text: string; holder: string }[] {
  return view.texts.filter(({ text, holder, location }, i) => {
    const before = view.texts[i - 1];
    return text.length <= 10 && before?.holder === holder && before.location === location;
  });
}

/** A moment in every time zone's day, or a day of the month or year, that lies after the first instant of the text in most zones. */
function withinCoarse(text: string): string {
  return text.length === 10 ? `${text}T09:00:00Z` : text.length === 7 ? `${text}-15` : `${text}-07-01`;
}

/** A query that must find nothing, though a value lies close by. */
function trapOf(view: ParameterView, chooser: Chooser, values: readonly string[], lacking: string): Pick {
  const found = candidates(view, distinct(values)).map((pairs) => chooser.outlook(pairs)).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
  return found === undefined ? { needed: lacking } : { pairs: found.pairs, trap: true };
}
