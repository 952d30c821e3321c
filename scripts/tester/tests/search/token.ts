/** The ways to search by a token parameter. https://hl7.org/fhir/R4/search.html#token */
import { withArticle } from '../../../core/grammar';
import { escapeValue } from '../../../search/escaping';
import { foldText } from '../../../search/fold-text';
import { valueSetMembers } from '../../../search/value-set';
import { codeValue, distinct, FOREIGN_SYSTEM, realTokens, swapCase, systemCodeValue } from '../../choose/values';
import type { Pair } from '../../gather/query';
import type { ParameterView } from '../../choose/parameter-view';
import type { Chooser } from '../../choose/chooser';
import type { Pick, Shape, ShapeStatics } from './shape';

/** Elements that have a system of their own; a bare code's system is implied, and others have none. */
const WITH_SYSTEM = ['Coding', 'CodeableConcept', 'Identifier'];

export const hasSystem = ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && WITH_SYSTEM.some((kind) => kinds.has(kind));
/** Bare codes, whose system their required binding says. */
const isBareCode = ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && kinds.has('code');
const isToken = ({ definition }: ShapeStatics) => definition.type === 'token';
export const hasCoding = ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && (kinds.has('Coding') || kinds.has('CodeableConcept'));
const isConcept = ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && kinds.has('CodeableConcept');

/** Codes, those of different resources first, so that a few candidates already cover much. */
function codes(view: ParameterView): string[] {
  return distinct(realTokens(view).map(({ token }) => codeValue(token)));
}

/** One candidate for each value. */
function each(name: string, values: readonly string[]): Pair[][] {
  return values.map((value) => [[name, value]]);
}

/** The query that divides the data, else one that at least finds something, else what would be needed. */
export function divideOrAny(chooser: Chooser, candidates: readonly (readonly Pair[])[], needed: string): Pick {
  const best = chooser.divide(candidates) ?? chooser.any(candidates);
  return best === undefined ? { needed } : { pairs: best.pairs, wanting: needed };
}

/** What rows with the same key say, each once. A large server's studies have tens of thousands of values: comparing each with each would take minutes. */
function collected<Row, Key, Value>(rows: readonly Row[], keyOf: (row: Row) => Key, valueOf: (row: Row) => Value): Map<Key, Set<Value>> {
  const found = new Map<Key, Set<Value>>();
  for (const row of rows) {
    const values = found.get(keyOf(row));
    if (values === undefined) found.set(keyOf(row), new Set([valueOf(row)]));
    else values.add(valueOf(row));
  }
  return found;
}

const several = (values: ReadonlySet<unknown> | undefined) => values !== undefined && values.size > 1;

/** Two values that divide the data, and the one without the other; at most this many values are combined. */
export const COMBINED = 14;

export const TOKEN_SHAPES: readonly Shape[] = [
  {
    id: 'code',
    title: 'a code alone matches in any system',
    requirement: 'rule:token-code',
    applies: isToken,
    pick: (view, chooser) => divideOrAny(chooser, each(view.definition.code, codes(view)), `two ${view.type} resources with different codes in ${view.definition.code}`),
  },
  {
    id: 'system-code',
    title: 'system|code matches that code in that system',
    requirement: 'rule:token-system-code',
    applies: hasSystem,
    pick: (view, chooser) => {
      const tokens = realTokens(view).filter(({ token }) => token.system !== undefined);
      // A code that stands under two systems shows most: the other system's must not be found.
      const systems = collected(tokens, ({ token }) => token.code, ({ token }) => token.system);
      const shared = tokens.filter(({ token }) => several(systems.get(token.code)));
      const values = distinct([...shared, ...tokens].map(({ token }) => systemCodeValue(token)));
      const best = chooser.divide(each(view.definition.code, distinct(shared.map(({ token }) => systemCodeValue(token)))));
      return best ?? divideOrAny(chooser, each(view.definition.code, values), `two ${view.type} resources with different coded values in ${view.definition.code}`);
    },
  },
  {
    id: 'other-system',
    title: 'a code under a system that it does not have matches nothing',
    requirement: 'rule:token-system-code',
    applies: hasSystem,
    pick: (view, chooser) => trapWith(view, chooser, (code) => `${escapeValue(FOREIGN_SYSTEM)}|${code}`, ({ system }) => system !== undefined),
  },
  {
    id: 'implicit-system',
    title: 'system|code matches a bare code under the system of its value set',
    requirement: 'rule:token-system-code',
    applies: isBareCode,
    // "code: (implicit): the system is defined in the value set": https://hl7.org/fhir/R4/search.html#token
    pick: (view, chooser) => {
      const values = realTokens(view).filter(({ token }) => token.kind === 'code' && token.system !== undefined).map(({ token }) => systemCodeValue(token));
      return divideOrAny(chooser, each(view.definition.code, distinct(values)), `two ${view.type} resources with different codes in ${view.definition.code}, whose value set has one system`);
    },
  },
  {
    id: 'implicit-other-system',
    title: 'a bare code under another system matches nothing',
    requirement: 'rule:token-system-code',
    applies: isBareCode,
    pick: (view, chooser) => trapWith(view, chooser, (code) => `${escapeValue(FOREIGN_SYSTEM)}|${code}`, ({ system }) => system !== undefined),
  },
  {
    id: 'no-system',
    title: '|code matches only where there is no system',
    requirement: 'rule:token-no-system',
    applies: hasSystem,
    pick: (view, chooser) => {
      const bare = distinct(realTokens(view).filter(({ token }) => token.system === undefined).map(({ token }) => `|${codeValue(token)}`));
      return chooser.divide(each(view.definition.code, bare)) ?? trapWith(view, chooser, (code) => `|${code}`, ({ system }) => system !== undefined);
    },
  },
  {
    id: 'system',
    title: 'system| matches any code of that system',
    requirement: 'rule:token-system',
    applies: hasSystem,
    pick: (view, chooser) => {
      const systems = distinct(realTokens(view).flatMap(({ token }) => (token.system === undefined ? [] : [`${escapeValue(token.system)}|`])));
      return divideOrAny(chooser, each(view.definition.code, systems), `${withArticle(view.type)} whose ${view.definition.code} is of another system, or absent`);
    },
  },
  {
    id: 'later-coding',
    title: 'every coding of a concept is searched, not the first alone',
    requirement: 'rule:several-paths',
    applies: isConcept,
    pick: (view, chooser) => {
      const all = realTokens(view);
      const first = collected(all.filter(({ coding }) => coding === 0), ({ holder }) => holder, ({ token }) => token.code);
      const later = all.filter(({ token, coding, holder }) => coding > 0 && first.get(holder)?.has(token.code) !== true);
      return divideOrAny(chooser, each(view.definition.code, distinct(later.map(({ token }) => systemCodeValue(token)))), `${withArticle(view.type)} whose ${view.definition.code} has a second coding with another code`);
    },
  },
  {
    id: 'later-element',
    title: 'every repetition of the element is searched, not the first alone',
    requirement: 'rule:several-paths',
    applies: isToken,
    pick: (view, chooser) => {
      const all = realTokens(view);
      const inFirst = new Set(all.filter(({ element }) => element === 0).map(({ holder, token }) => `${holder} ${token.code}`));
      // The furthest first: an index may end after some of the instances of a large study.
      const later = all.filter(({ element, holder, token }) => element > 0 && !inFirst.has(`${holder} ${token.code}`)).sort((a, b) => b.element - a.element);
      return divideOrAny(chooser, each(view.definition.code, distinct(later.map(({ token }) => codeValue(token)))), `${withArticle(view.type)} with several values in ${view.definition.code}, a later one different from the first`);
    },
  },
  {
    id: 'not',
    title: ':not matches whatever has no matching item, those without a value included',
    requirement: 'rule:token-not',
    applies: isToken,
    pick: (view, chooser) => {
      const name = `${view.definition.code}:not`;
      const all = realTokens(view);
      const held = collected(all, ({ holder }) => holder, ({ token }) => token.code);
      // A resource with this code and another one: negation item by item would find it, and must not.
      const mixed = all.filter(({ holder }) => several(held.get(holder)));
      const valueless = view.resources.length > held.size;
      const best = chooser.divide(each(name, distinct(mixed.map(({ token }) => codeValue(token)))));
      if (best !== undefined) return { pairs: best.pairs };
      return divideOrAny(chooser, each(name, codes(view)), `${view.type} resources with and without one of the codes in ${view.definition.code}${valueless ? '' : ', and one without any'}`);
    },
  },
  {
    id: 'escaping',
    title: 'an escaped comma is part of the value',
    requirement: 'rule:escaping',
    applies: isToken,
    pick: (view, chooser) => {
      const special = distinct(realTokens(view).filter(({ token }) => /[\\,|$]/.test(token.code)).map(({ token }) => codeValue(token)));
      const natural = chooser.divide(each(view.definition.code, special));
      if (natural !== undefined) return natural;
      // Split at the comma, the second half would be found.
      return trapWith(view, chooser, (code) => `scout\\,${code}`, () => true);
    },
  },
  {
    id: 'escaping-several',
    title: 'escaped dollars, bars and backslashes are part of the values, as commas are',
    requirement: 'rule:escaping',
    // Codes with such characters are rare: one parameter is asked, and only where the data has them.
    applies: (statics) => hasCoding(statics) && statics.definition.code === 'reason',
    pick: (view, chooser) => {
      const special = distinct(realTokens(view).filter(({ token }) => /[\\|$]/.test(token.code)).map(({ token }) => codeValue(token)));
      const wanted = `${view.type} resources with and without codes in ${view.definition.code} that hold $, | or a backslash`;
      return chooser.divide(each(view.definition.code, [special.join(','), ...special])) ?? { needed: wanted };
    },
  },
  {
    id: 'escaped-bar',
    title: 'an escaped bar does not divide system and code',
    requirement: 'rule:escaping',
    applies: hasSystem,
    pick: (view, chooser) => {
      const name = view.definition.code;
      for (const { token } of realTokens(view).slice(0, 20)) {
        if (token.system === undefined) continue;
        const trap = chooser.outlook([[name, `${escapeValue(token.system)}\\|${codeValue(token)}`]]);
        // Split at the bar, system and code would be found.
        if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `${withArticle(view.type)} with a coded value in ${name}` };
    },
  },
  {
    id: 'text',
    title: ':text searches the text that goes with the code',
    requirement: 'rule:token-text',
    applies: hasCoding,
    pick: (view, chooser) => {
      const texts = distinct(view.tokens.flatMap(({ token }) => token.texts).filter((text) => text.length > 2).map(escapeValue));
      return divideOrAny(chooser, each(`${view.definition.code}:text`, texts), `${withArticle(view.type)} whose ${view.definition.code} has a display or text`);
    },
  },
  {
    id: 'text-start',
    title: ':text finds a text by its start, as a search by string does',
    requirement: 'rule:token-text',
    applies: hasCoding,
    pick: (view, chooser) => {
      const starts = view.tokens.flatMap(({ token }) => token.texts).filter((text) => text.length > 5).map((text) => escapeValue(text.slice(0, Math.ceil(text.length / 2)).trimEnd()));
      return divideOrAny(chooser, each(`${view.definition.code}:text`, distinct(starts)), `${withArticle(view.type)} whose ${view.definition.code} has a display or text of some length`);
    },
  },
  ...(
    [
      { id: 'text-display', kind: 'coding', title: ':text finds a concept by the display of its codings', lacking: 'a coding with a display that is not the text of the concept too', applies: hasCoding },
      { id: 'text-concept', kind: 'text', title: ':text finds a concept by its own text', lacking: 'a concept with a text that is no display of its codings too', applies: isConcept },
      { id: 'text-identifier-type', kind: 'identifier', title: ':text finds an identifier by the text of its type', lacking: 'an identifier whose type has a text', applies: ({ definition, kinds }: ShapeStatics) => definition.type === 'token' && kinds.has('Identifier') },
    ] as const
  ).map(({ id, kind, title, lacking, applies }): Shape => ({
    id,
    title,
    requirement: 'rule:token-text',
    applies,
    // "searches text associated with the code/value - either CodeableConcept.text, Coding.display, or Identifier.type.text": https://hl7.org/fhir/R4/search.html#token
    pick: (view, chooser) => {
      const others = view.tokens.filter(({ token }) => token.kind !== kind).flatMap(({ holder, token }) => token.texts.map((text) => ({ holder, said: foldText(text) })));
      const said = collected(others, ({ holder }) => holder, (other) => other.said);
      const saidElsewhere = (holder: string, text: string) => [...(said.get(holder) ?? [])].some((other) => other.startsWith(foldText(text)));
      const alone = view.tokens.filter(({ token }) => token.kind === kind).flatMap(({ holder, token }) => token.texts.filter((text) => !saidElsewhere(holder, text)));
      return divideOrAny(chooser, each(`${view.definition.code}:text`, distinct(alone.filter((text) => text.length > 2).map(escapeValue))), `${withArticle(view.type)} in whose ${view.definition.code} there is ${lacking}`);
    },
  })),
  {
    id: 'id-case',
    title: 'upper and lower case of an id are told apart',
    requirement: 'rule:token-id',
    applies: ({ definition }) => definition.code === '_id',
    pick: (view, chooser) => {
      const swapped = realTokens(view).map(({ token }) => swapCase(token.code)).filter((id) => /[A-Z]/i.test(id));
      const trap = each('_id', distinct(swapped).slice(0, COMBINED)).map((pairs) => chooser.outlook(pairs)).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
      return trap === undefined ? { needed: `${withArticle(view.type)} whose id has letters` } : { pairs: trap.pairs, trap: true };
    },
  },
  ...(['below', 'above'] as const).map((modifier): Shape => ({
    id: `code-${modifier}`,
    title: `:${modifier} includes the code itself`,
    requirement: 'rule:token-subsumption',
    applies: hasCoding,
    // What else belongs to it only the code system knows: that the code itself is missing shows without it.
    pick: (view, chooser) => {
      const tokens = realTokens(view).filter(({ token, coding }) => token.system !== undefined && token.kind === 'coding' && coding === 0);
      const picked = divideOrAny(chooser, each(`${view.definition.code}:${modifier}`, distinct(tokens.map(({ token }) => systemCodeValue(token)))), `${withArticle(view.type)} with a coded value in ${view.definition.code}`);
      return 'needed' in picked ? picked : { ...picked, trap: true };
    },
  })),
  ...(['in', 'not-in'] as const).map((modifier): Shape => ({
    id: modifier,
    title: modifier === 'in' ? ':in finds the codes of a value set that the server has' : ':not-in finds the codes outside a value set that the server has',
    requirement: `rule:token-${modifier}`,
    applies: hasCoding,
    pick: (view, chooser, context) => {
      const urls = context.known.index.all('ValueSet').flatMap(({ url }) => (typeof url === 'string' && valueSetMembers(context.known.index, url) !== undefined ? [escapeValue(url)] : []));
      return divideOrAny(chooser, each(`${view.definition.code}:${modifier}`, distinct(urls)), `a ValueSet on this server that lists some of the codes in ${view.type}.${view.definition.code}, and not others`);
    },
  })),
  {
    id: 'of-type',
    title: ':of-type matches type and value of one identifier',
    requirement: 'rule:token-of-type',
    applies: ({ definition, kinds }) => definition.type === 'token' && kinds.has('Identifier'),
    pick: (view, chooser) => {
      const values = realTokens(view).flatMap(({ token }) =>
        (token.types ?? []).flatMap(({ system, code }) => (system === undefined || code === undefined ? [] : [`${escapeValue(system)}|${escapeValue(code)}|${codeValue(token)}`])),
      );
      return divideOrAny(chooser, each(`${view.definition.code}:of-type`, distinct(values)), `${withArticle(view.type)} with a typed identifier`);
    },
  },
];

/** A query that must find nothing, made of a code that is there: a server that reads it wrongly finds that. */
function trapWith(view: ParameterView, chooser: Chooser, write: (code: string) => string, fit: (token: { system?: string }) => boolean): Pick {
  const { code: name } = view.definition;
  const bait = distinct(realTokens(view).filter(({ token }) => fit(token)).map(({ token }) => codeValue(token)));
  for (const code of bait.slice(0, COMBINED)) {
    const trap = chooser.outlook([[name, write(code)]]);
    if (trap.must.size === 0 && trap.open === 0 && chooser.outlook([[name, code]]).must.size > 0) return { pairs: trap.pairs, trap: true };
  }
  return { needed: `${withArticle(view.type)} with a coded value in ${name}` };
}
