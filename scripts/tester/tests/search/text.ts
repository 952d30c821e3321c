/** The ways to search by string and uri parameters. https://hl7.org/fhir/R4/search.html#string */
import { withArticle } from '../../../core/grammar';
import { escapeValue } from '../../../search/escaping';
import { foldText } from '../../../search/fold-text';
import type { Chooser } from '../../choose/chooser';
import type { ParameterView } from '../../choose/parameter-view';
import { graphemes } from '../../../core/graphemes';
import { cutText, distinct, swapCase } from '../../choose/values';
import type { Pair } from '../../gather/query';
import { withDecoy } from '../../choose/decoy';
import { divideOrAny } from './token';
import type { Pick, Shape, ShapeStatics } from './shape';

/** Queries that are looked at for a trap at most. */
const TRAPS = 40;

const isString = ({ definition }: ShapeStatics) => definition.type === 'string';
const isUri = ({ definition }: ShapeStatics) => definition.type === 'uri';

const values = (view: ParameterView) => distinct(view.texts.map(({ text }) => text).filter((text) => graphemes(text.trim()).length > 1));
const needed = (view: ParameterView) => `two ${view.type} resources with different values in ${view.definition.code}`;
const candidates = (name: string, texts: readonly string[]): Pair[][] => distinct(texts).map((text) => [[name, escapeValue(text)]]);

export const TEXT_SHAPES: readonly Shape[] = [
  {
    id: 'start',
    title: 'a string is found by its start',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view.definition.code, values(view).map((text) => cutText(text, 0, Math.max(2, Math.ceil(graphemes(text).length / 2))))), needed(view)),
  },
  {
    id: 'case',
    title: 'upper and lower case are the same',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => {
      const seen = new Set(values(view));
      const swapped = [...seen].map((text) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()));
      return divideOrAny(chooser, candidates(view.definition.code, swapped.filter((text) => !seen.has(text))), needed(view));
    },
  },
  {
    id: 'accent',
    title: 'accents do not count',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => {
      const plain = values(view).filter((text) => text !== bare(text)).map(bare);
      return divideOrAny(chooser, candidates(view.definition.code, plain), `${withArticle(view.type)} with an accent in ${view.definition.code}`);
    },
  },
  {
    id: 'inside',
    title: 'a string is not found by what stands inside it',
    requirement: 'rule:string-start',
    applies: isString,
    // In names and addresses words may be searched one by one: there the oracle leaves it open, and no such text is chosen.
    pick: (view, chooser) => {
      const inner = values(view).filter((text) => graphemes(text).length > 5).flatMap((text) => [cutText(text, 1, 6), cutText(text, -5)]).filter((text) => text === text.trim());
      return trapOf(chooser, candidates(view.definition.code, inner), `${withArticle(view.type)} with a text of some length in ${view.definition.code} that is no name of a person`);
    },
  },
  {
    id: 'exact',
    title: ':exact finds the whole string alone',
    requirement: 'rule:string-exact',
    applies: isString,
    pick: (view, chooser) => divideOrAny(chooser, candidates(`${view.definition.code}:exact`, values(view)), needed(view)),
  },
  {
    id: 'exact-part',
    title: ':exact does not find a part',
    requirement: 'rule:string-exact',
    applies: isString,
    pick: (view, chooser) => {
      for (const text of values(view).filter((value) => graphemes(value).length > 3)) {
        const trap = chooser.outlook([[`${view.definition.code}:exact`, escapeValue(cutText(text, 0, -1).trimEnd())]]);
        if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `${withArticle(view.type)} with a value in ${view.definition.code}` };
    },
  },
  {
    id: 'exact-case',
    title: ':exact tells upper and lower case, and letters with and without accents apart',
    requirement: 'rule:string-exact',
    applies: isString,
    // "Matches must be exact, including case and accent sensitivity": one request asks for both where a value has an accent.
    pick: (view, chooser) => {
      const name = `${view.definition.code}:exact`;
      const accented = values(view).filter((text) => text !== bare(text)).map((text): Pair[] => [[name, [swapCase(text), bare(text)].map(escapeValue).join(',')]]);
      return trapOf(chooser, [...accented.slice(0, TRAPS / 2), ...candidates(name, values(view).map(swapCase))], `${withArticle(view.type)} with letters in ${view.definition.code}`);
    },
  },
  {
    id: 'contains',
    title: ':contains finds the text anywhere',
    requirement: 'rule:string-contains',
    applies: isString,
    pick: (view, chooser) => {
      const inner = values(view).filter((text) => graphemes(text).length > 3).map((text) => cutText(text, 1, -1).trim());
      return divideOrAny(chooser, candidates(`${view.definition.code}:contains`, inner), needed(view));
    },
  },
  {
    id: 'later-text',
    title: 'every repetition is searched, not the first alone',
    requirement: 'rule:several-paths',
    applies: isString,
    // What the later repetitions begin with and the earlier ones of the same resource do not; names and their parts both repeat.
    pick: (view, chooser) => {
      const earlier = new Map<string, Set<string>>();
      const later = view.texts.filter(({ holder, text }) => {
        const before = earlier.get(holder) ?? new Set();
        const folded = foldText(text);
        const isNew = text.trim().length > 1 && before.size > 0 && ![...before].some((other) => other.startsWith(folded));
        earlier.set(holder, before.add(folded));
        return isNew;
      });
      // The last one of a resource is the likeliest to be forgotten.
      const last = new Map(later.map(({ holder, text }) => [holder, text]));
      return divideOrAny(chooser, candidates(view.definition.code, [...last.values(), ...later.map(({ text }) => text)]), `${withArticle(view.type)} with several values in ${view.definition.code}`);
    },
  },
  {
    id: 'whole',
    title: 'a uri matches whole',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => {
      const picked = divideOrAny(chooser, candidates(view.definition.code, values(view)), needed(view));
      if ('needed' in picked || view.definition.multipleOr === false) return picked;
      // Another one's URL without its end: a server that compares beginnings finds that one too.
      const cut = view.texts.map(({ text, holder }) => ({ value: escapeValue(cutText(text, 0, -1)), misread: new Set([holder]) }));
      return { ...picked, ...withDecoy(picked.pairs, chooser, cut.filter(({ value }) => value !== '')) };
    },
  },
  {
    id: 'uri-case',
    title: 'upper and lower case of a uri are told apart',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => {
      const seen = new Set(values(view));
      // The last part may have no letters (`.../feed/4`): then the one before it is swapped too.
      const swapped = [...seen].map((uri) => [uri.replace(/[^/:]+$/, swapCase), uri.replace(/(?<=[^/]\/)[^/:]+\/[^/:]+$/, swapCase)].find((other) => other !== uri) ?? uri).filter((uri) => !seen.has(uri));
      return trapOf(chooser, candidates(view.definition.code, swapped), `${withArticle(view.type)} with a value in ${view.definition.code}`);
    },
  },
  {
    id: 'url-below',
    title: ':below finds the URLs that begin with the value',
    requirement: 'rule:uri-partial',
    applies: isUri,
    // A URL that goes on below another one shows most; else a folder in which some are.
    pick: (view, chooser) => {
      const folders = values(view).flatMap((url) => [url, url.replace(/[^/]+$/, ''), url.replace(/[^/]+\/[^/]+$/, '')]).filter((url) => /^https?:\/\/[^/]+\/./.test(url) || /^https?:\/\/[^/]+\/$/.test(url));
      const name = `${view.definition.code}:below`;
      const several = chooser.divide(candidates(name, folders), ({ pairs, must }) => must.size > sizeOf(chooser, view, pairs));
      if (several !== undefined) return several;
      // A folder that holds them all: where the URL alone is compared nothing comes.
      const all = candidates(name, distinct(folders).slice(0, TRAPS)).map((pairs) => chooser.outlook(pairs)).find(({ pairs, must, open }) => open === 0 && must.size > sizeOf(chooser, view, pairs));
      if (all !== undefined) return { pairs: all.pairs, trap: true };
      return divideOrAny(chooser, candidates(name, folders), `two ${view.type} resources with URLs that begin alike in ${view.definition.code}, and one that does not`);
    },
  },
  {
    id: 'url-above',
    title: ':above finds the URLs that the value begins with',
    requirement: 'rule:uri-partial',
    applies: isUri,
    pick: (view, chooser) => {
      const below = values(view).filter((url) => /^https?:/.test(url)).map((url) => `${url}/scout`);
      return divideOrAny(chooser, candidates(`${view.definition.code}:above`, below), `two ${view.type} resources with different URLs in ${view.definition.code}`);
    },
  },
  {
    id: 'part',
    title: 'a part of a uri matches nothing',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => {
      for (const text of values(view)) {
        const trap = chooser.outlook([[view.definition.code, escapeValue(cutText(text, 0, -1))]]);
        if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `${withArticle(view.type)} with a value in ${view.definition.code}` };
    },
  },
];

/** The first query that must find nothing. */
function trapOf(chooser: Chooser, queries: readonly Pair[][], lacking: string): Pick {
  const trap = queries.slice(0, TRAPS).map((pairs) => chooser.outlook(pairs)).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
  return trap === undefined ? { needed: lacking } : { pairs: trap.pairs, trap: true };
}

/** What the value finds without the modifier. */
function sizeOf(chooser: Chooser, view: ParameterView, pairs: readonly Pair[]): number {
  return chooser.outlook([[view.definition.code, pairs[0]?.[1] ?? '']]).must.size;
}

function bare(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}
