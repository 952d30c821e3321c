/** Ways to search in which servers are inexact although they know the parameter: spelling of systems, codes and URLs, wildcards of databases, values of several systems, half-hour zones. https://hl7.org/fhir/R4/search.html#ptypes */
import { withArticle } from '../../../core/grammar';
import { graphemes } from '../../../core/graphemes';
import { escapeValue } from '../../../search/escaping';
import type { Chooser } from '../../choose/chooser';
import { instantAt, zoneOf } from '../../choose/date-forms';
import type { ParameterView } from '../../choose/parameter-view';
import { codeValue, distinct, FOREIGN_SYSTEM, realTokens, swapCase, systemCodeValue } from '../../choose/values';
import type { Pair } from '../../gather/query';
import { COMBINED, divideOrAny, hasCoding, hasSystem } from './token';
import type { Pick, Shape, ShapeStatics } from './shape';

/** Queries that are looked at for a trap at most. */
const TRAPS = 40;

const isString = ({ definition }: ShapeStatics) => definition.type === 'string';
const isUri = ({ definition }: ShapeStatics) => definition.type === 'uri';
const isDate = ({ definition }: ShapeStatics) => definition.type === 'date';
const isReference = ({ definition, kinds }: ShapeStatics) => definition.type === 'reference' && kinds.has('Reference');

const isIdentifier = ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && kinds.has('Identifier');

const coded = (view: ParameterView) => realTokens(view).filter(({ token }) => token.system !== undefined);
const texts = (view: ParameterView) => distinct(view.texts.map(({ text }) => text).filter((text) => graphemes(text.trim()).length > 3));

export const DETAIL_SHAPES: readonly Shape[] = [
  {
    id: 'or-systems',
    title: 'each of several values keeps its own system',
    requirement: 'rule:or',
    applies: (statics) => hasSystem(statics) && statics.definition.multipleOr !== false,
    pick: (view, chooser) => {
      const name = view.definition.code;
      const tokens = [...new Map(coded(view).map((seen) => [systemCodeValue(seen.token), seen.token])).values()].slice(0, COMBINED * 4);
      const pairs = tokens.flatMap((a, i) => tokens.slice(i + 1).filter((b) => a.system !== b.system && a.code !== b.code).map((b) => [a, b] as const)).slice(0, COMBINED * COMBINED);
      const sizeOf = (value: string) => chooser.outlook([[name, value]]).must.size;
      const either = ([a, b]: (typeof pairs)[number]): Pair[] => [[name, `${systemCodeValue(a)},${systemCodeValue(b)}`]];
      // Where each code stands under the other system too, a server that takes systems and codes apart finds more than it may.
      const crossed = pairs.filter(([a, b]) => sizeOf(systemCodeValue({ ...a, code: b.code })) + sizeOf(systemCodeValue({ ...b, code: a.code })) > 0);
      const both = ({ pairs: [pair], must }: { pairs: readonly Pair[]; must: ReadonlySet<string> }) => (pair?.[1] ?? '').split(/(?<!\\),/).every((value) => sizeOf(value) < must.size);
      const best = chooser.divide(crossed.map(either), both) ?? chooser.divide(pairs.map(either), both);
      return best === undefined ? { needed: `two ${view.type} resources with values of different systems in ${name}` } : { pairs: best.pairs };
    },
  },
  {
    id: 'not-system',
    title: ':not with system|code leaves out that code in that system alone',
    requirement: 'rule:token-not',
    applies: hasSystem,
    pick: (view, chooser) => {
      const tokens = coded(view);
      const shared = tokens.filter(({ token }) => tokens.some((other) => other.token.code === token.code && other.token.system !== token.system)).slice(0, COMBINED);
      const ask = (seen: typeof tokens) => distinct(seen.map(({ token }) => systemCodeValue(token))).map((value): Pair[] => [[`${view.definition.code}:not`, value]]);
      // Where the code alone leaves out more, a server that passes over the system shows.
      const best = chooser.divide(ask(shared), ({ pairs: [pair], must }) => chooser.outlook([[pair?.[0] ?? '', (pair?.[1] ?? '').replace(/^(\\.|[^\\|])*\|/, '')]]).must.size < must.size);
      return best ?? divideOrAny(chooser, ask(tokens), `${view.type} resources with one code under two systems in ${view.definition.code}`);
    },
  },
  {
    id: 'system-spelling',
    title: 'a system that is written a little otherwise is another one',
    requirement: 'rule:token-system-code',
    applies: hasSystem,
    // A system is a uri, and these are compared as they are written: https://hl7.org/fhir/R4/datatypes.html#uri
    pick: (view, chooser) => trap(chooser, coded(view).map(({ token }) => systemSpellings(token.system ?? '').map((system) => `${escapeValue(system)}|${codeValue(token)}`)).filter((values) => values.length > 0).map((values) => [view.definition.code, values.join(',')]), `${withArticle(view.type)} with a value in ${view.definition.code} whose system is a URL`),
  },
  {
    id: 'text-case',
    title: ':text does not tell upper and lower case apart',
    requirement: 'rule:token-text',
    applies: hasCoding,
    pick: (view, chooser) => {
      const swapped = view.tokens.flatMap(({ token }) => token.texts).filter((text) => text.length > 2).map(swapCase);
      return divideOrAny(chooser, distinct(swapped).map((text): Pair[] => [[`${view.definition.code}:text`, escapeValue(text)]]), `${withArticle(view.type)} whose ${view.definition.code} has a display or text`);
    },
  },
  {
    id: 'of-type-system',
    title: ':of-type with a type of another system matches nothing',
    requirement: 'rule:token-of-type',
    applies: isIdentifier,
    pick: (view, chooser) => {
      const values = realTokens(view).flatMap(({ token }) => (token.types ?? []).flatMap(({ code }) => (code === undefined ? [] : [`${escapeValue(FOREIGN_SYSTEM)}|${escapeValue(code)}|${codeValue(token)}`])));
      return trap(chooser, values.map((value) => [`${view.definition.code}:of-type`, value]), `${withArticle(view.type)} with a typed identifier`);
    },
  },
  {
    id: 'literal',
    title: 'an identifier is compared as it is written: zeros in front count, and so do spaces, slashes, plus signs and letters beyond ASCII; percent sign and underscore stand for themselves',
    requirement: 'rule:token-code',
    applies: isIdentifier,
    // "Matches are literal": https://hl7.org/fhir/R4/search.html#token. Accession numbers 0042 and 42 are two; databases read marks in a value as any letters.
    pick: (view, chooser) => {
      const name = view.definition.code;
      const seen = realTokens(view);
      const codes = distinct(seen.map(({ token }) => token.code));
      const inOrder = distinct([...codes.filter((code) => /^[1-9]\d*$/.test(code)), ...codes.filter((code) => /^\d/.test(code)), ...codes]);
      for (const code of inOrder.slice(0, TRAPS)) {
        const others = misspelt(code).map(escapeValue).join(',');
        const { must, open, mustNot } = chooser.outlook([[name, others]]);
        if (must.size > 0 || open > 0 || mustNot === 0) continue;
        const holders = seen.filter(({ token }) => token.code === code).map(({ holder }) => holder);
        const plainly: Pair[] = [[name, others]];
        // In the same breath some that an index may hold in another form than they are written in; each has a holder of its own, so that each shows.
        const odd = hardToKeep(seen.filter(({ holder }) => !holders.includes(holder)));
        const both = chooser.outlook([[name, [...odd.map(escapeValue), others].join(',')]]);
        const tells = odd.length > 0 && view.definition.multipleOr !== false && both.open === 0 && both.mustNot > 0 && odd.every((one) => chooser.outlook([[name, escapeValue(one)]]).must.size > 0);
        return tells ? { pairs: both.pairs, plainly, trap: true, bait: holders.slice(0, 3) } : { pairs: plainly, trap: true };
      }
      return { needed: `${withArticle(view.type)} with a value in ${name}` };
    },
  },
  {
    id: 'wildcard',
    title: 'percent sign, underscore and apostrophe stand for themselves',
    requirement: 'rule:string-start',
    applies: isString,
    // What databases take for "any letters", "any letter" and the end of a text is a character like others here.
    pick: (view, chooser) => {
      const name = view.definition.code;
      const queries = texts(view).flatMap((text): Pair[] => {
        const all = graphemes(text);
        const put = (mark: string) => escapeValue([all[0], mark, ...all.slice(2)].join(''));
        const values = ['_', '%', '\''].map(put).join(',');
        return [[name, values], [`${name}:exact`, values]];
      });
      return trap(chooser, queries, `${withArticle(view.type)} with a value in ${name}`);
    },
  },
  {
    id: 'contains-case',
    title: ':contains does not tell upper and lower case apart',
    requirement: 'rule:string-contains',
    applies: isString,
    pick: (view, chooser) => divideOrAny(chooser, texts(view).map((text): Pair[] => [[`${view.definition.code}:contains`, escapeValue(swapCase(graphemes(text).slice(1).join('').trim()))]]), `two ${view.type} resources with different values in ${view.definition.code}`),
  },
  {
    id: 'uri-spelling',
    title: 'a uri that is written a little otherwise is another one',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => trap(chooser, texts(view).map(spellings).filter((uris) => uris.length > 0).map((uris) => [view.definition.code, uris.map(escapeValue).join(',')]), `${withArticle(view.type)} with a URL in ${view.definition.code}`),
  },
  {
    id: 'other-server',
    title: 'Type/id does not find references to resources of other servers',
    requirement: 'rule:reference-type-id',
    applies: isReference,
    pick: (view, chooser) => {
      const name = view.definition.code;
      const { base } = chooser;
      for (const { target, holder } of view.references) {
        if (target?.base === undefined || target.base === base || target.type === undefined || target.id === undefined) continue;
        const { pairs, must, open, mustNot } = chooser.outlook([[name, `${target.type}/${target.id}`]]);
        if (open === 0 && mustNot > 0 && !must.has(holder)) return { pairs, trap: true, bait: [holder] };
      }
      return { needed: `${withArticle(view.type)} whose ${name} refers to a resource of another server` };
    },
  },
  {
    id: 'half-hour-zone',
    title: 'the minutes of a time zone count',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      const moved = distinct(view.texts.map(({ text }) => text)).flatMap((text) => [330, -210].filter((zone) => zone !== zoneOf(text)).flatMap((zone) => instantAt(text, 0, zone) ?? []));
      return divideOrAny(chooser, distinct(moved).map((value): Pair[] => [[view.definition.code, value]]), `two ${view.type} resources with different instants in ${view.definition.code}`);
    },
  },
  {
    id: 'last-day',
    title: 'the last day of a year or month belongs to it',
    requirement: 'rule:date-eq',
    applies: isDate,
    pick: (view, chooser) => {
      const days = view.texts.filter(({ text }) => /^\d{4}-\d{2}-\d{2}$/.test(text));
      const years = days.filter(({ text }) => text.endsWith('-12-31')).map(({ text }) => text.slice(0, 4));
      const months = days.filter(({ text }) => isLastOfMonth(text)).map(({ text }) => text.slice(0, 7));
      const ask = (values: readonly string[]) => chooser.divide(distinct(values).map((value): Pair[] => [[view.definition.code, value]]));
      // What is no more exact than a month or year reaches to its last day.
      const whole = view.texts.map(({ text }) => text).filter((text) => /^\d{4}(-\d{2})?$/.test(text));
      return ask(years) ?? ask(months) ?? ask(whole.filter((text) => text.length === 7)) ?? ask(whole) ?? { needed: `${withArticle(view.type)} with the last day of a year or month in ${view.definition.code}, and another one` };
    },
  },
];

/** The first query that must find nothing, though something lies close by. */
function trap(chooser: Chooser, queries: readonly Pair[], lacking: string): Pick {
  const found = queries.slice(0, TRAPS).map((pair) => chooser.outlook([pair])).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
  return found === undefined ? { needed: lacking } : { pairs: found.pairs, trap: true };
}

/** Ways in which a code is apt to be kept otherwise than it is written. */
const EASILY_LOST: readonly RegExp[] = [/^0+[1-9]\d*$/, /[^\x20-\x7e]/, /\S \S/, /\+/, /^[^:]*\/[^:]*$/, /[#&]/];
/** Codes that are asked for beside each other. */
const ODD = 4;

/** Codes that are easily lost, one for each way if there are so many, each of another resource. */
function hardToKeep(seen: readonly { holder: string; token: { code: string } }[]): string[] {
  // What is long, unevenly spaced or not composed is sometimes brought into shape by who keeps it.
  const plain = seen.filter(({ token: { code } }) => code.length <= 60 && code === code.trim() && !/ {2}|[\p{C}%?"'<>;]/u.test(code) && code === code.normalize('NFC'));
  const chosen = new Map<string, string>();
  const count = (code: string) => EASILY_LOST.filter((way) => way.test(code)).length;
  for (const way of EASILY_LOST) {
    const fitting = plain.filter(({ token: { code } }) => way.test(code));
    if (fitting.some(({ token: { code } }) => [...chosen.values()].includes(code))) continue;
    const best = fitting.filter(({ holder }) => !chosen.has(holder)).reduce<(typeof fitting)[number] | undefined>((a, b) => (a === undefined || count(b.token.code) > count(a.token.code) ? b : a), undefined);
    if (best !== undefined && chosen.size < ODD) chosen.set(best.holder, best.token.code);
  }
  return [...chosen.values()];
}

/** What a server takes for the code that counts digits or hands its marks to a database. */
function misspelt(code: string): string[] {
  const all = graphemes(code);
  const numbers = /^\d+$/.test(code) ? [`0${code}`, code.replace(/^0+(?=\d)/, '')].filter((other) => other !== code) : [];
  return [...numbers, [...all.slice(0, -1), '_'].join(''), [...all.slice(0, Math.ceil(all.length / 2)), '%'].join('')];
}

/** What a server takes for the system that hardly compares systems: also the beginning of it, and another host's with the same end. */
function systemSpellings(system: string): string[] {
  const spelt = spellings(system);
  return spelt.length === 0 ? [] : [...spelt, ...[system.slice(0, -1), system.replace(/\/\/[^/]+/, '//elsewhere.example')].filter((other) => other !== system && !spelt.includes(other))];
}

/** Other spellings of a URL, which a browser would hardly tell from it. */
function spellings(url: string): string[] {
  // A fragment is not for every server a part of the URL.
  if (!/^https?:\/\/[^/]+\/[^#?]+$/.test(url)) return [];
  return [url.endsWith('/') ? url.slice(0, -1) : `${url}/`, url.startsWith('https:') ? `http${url.slice(5)}` : `https${url.slice(4)}`];
}

function isLastOfMonth(day: string): boolean {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).getUTCDate() === 1;
}
