/** Token parameters: https://hl7.org/fhir/R4/search.html#token */
import { isCoding, type CodeableConcept, type Coding, type Identifier } from '../../core/fhir';
import { isObject } from '../../core/json';
import { textOf } from '../json';
import type { ExtractedValue } from '../extract';
import { either, type Outcome } from '../outcome';
import type { SearchDefinitions, SearchValue } from '../types';
import type { MatchContext, ParameterType } from './context';
import { matchText } from './string';

/** Where a token comes from; the rules differ by it. */
export type TokenKind = 'coding' | 'identifier' | 'contact' | 'code' | 'boolean' | 'id' | 'string' | 'uri' | 'text' | 'empty';

export interface TokenValue {
  kind: TokenKind;
  system?: string;
  code?: string;
  /** What `:text` searches. */
  texts: readonly string[];
  /** Type codings of an identifier, for `:of-type`. */
  types?: readonly Coding[];
}

/** What R4 calls "the implicit system for boolean values", which "is never actually used", and the system of the code system that its link leads to. */
const SPECIAL_VALUES = ['http://hl7.org/fhir/special-values', 'http://terminology.hl7.org/CodeSystem/special-values'];

const KINDS: Readonly<Record<string, TokenKind>> = {
  code: 'code',
  boolean: 'boolean',
  id: 'id',
  string: 'string',
  markdown: 'string',
  uri: 'uri',
  url: 'uri',
  oid: 'uri',
  uuid: 'uri',
  canonical: 'uri',
};

export const TOKEN: ParameterType<TokenValue> = {
  read: readToken,
  present: ({ kind, code, texts }) => {
    if (kind === 'text' || (kind === 'coding' && code === undefined && texts.length > 0)) return 'open-missing-text';
    return code === undefined ? 'open-missing-empty' : 'yes';
  },
  match: matchToken,
  describe(value) {
    const main = value.code === undefined ? '' : value.system === undefined ? value.code : `${value.system}|${value.code}`;
    const text = value.texts.map((row) => JSON.stringify(row)).join(' ');
    return [main || (value.system === undefined ? '' : `${value.system}|`), text].filter((part) => part !== '').join(' ') || '(nothing to search by)';
  },
};

/** The tokens of an element: one for each coding of a concept, one for its text. */
export function readToken(extracted: ExtractedValue, definitions: SearchDefinitions): TokenValue[] {
  const { value, type, path } = extracted;
  const kind = KINDS[type];
  if (kind !== undefined || !isObject(value)) {
    // An object, a list, or null where a code belongs: nothing to search by.
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    const code = String(value);
    const system = kind === 'code' ? definitions.codeSystemOf(path) : undefined;
    return [{ kind: kind ?? 'string', ...(system === undefined ? {} : { system }), code, texts: [] }];
  }
  switch (type) {
    case 'CodeableConcept': {
      const { coding, text } = value as CodeableConcept;
      const tokens = (Array.isArray(coding) ? coding : []).filter(isObject).map(readCoding);
      if (typeof text === 'string') tokens.push({ kind: 'text', texts: [text] });
      return tokens.length > 0 ? tokens : [{ kind: 'empty', texts: [] }];
    }
    // https://hl7.org/fhir/R5/search.html#token: a token searches the concept of a CodeableReference; one without a concept has no value.
    case 'CodeableReference': {
      const { concept } = value as { concept?: unknown };
      return isObject(concept) ? readToken({ ...extracted, value: concept, type: 'CodeableConcept' }, definitions) : [];
    }
    case 'Coding':
      return [readCoding(value)];
    case 'Identifier': {
      const identifier = value as Identifier;
      const types = Array.isArray(identifier.type?.coding) ? identifier.type.coding.filter(isCoding) : [];
      const system = textOf(identifier.system);
      const code = textOf(identifier.value);
      const text = textOf(identifier.type?.text);
      const empty = system === undefined && code === undefined && text === undefined && types.length === 0;
      return [{ kind: empty ? 'empty' : 'identifier', ...defined({ system, code }), texts: text === undefined ? [] : [text], types }];
    }
    case 'ContactPoint': {
      const code = textOf((value as { value?: unknown }).value);
      return [{ kind: code === undefined ? 'empty' : 'contact', ...defined({ code }), texts: [] }];
    }
    case 'Money':
      return [{ kind: 'code', ...defined({ code: textOf((value as { currency?: unknown }).currency) }), texts: [] }];
    default:
      return [{ kind: 'empty', texts: [] }];
  }
}

function readCoding(coding: Coding): TokenValue {
  const system = textOf(coding.system);
  const code = textOf(coding.code);
  const display = textOf(coding.display);
  if (system === undefined && code === undefined && display === undefined) return { kind: 'empty', texts: [] };
  return { kind: 'coding', ...defined({ system, code }), texts: display === undefined ? [] : [display] };
}

function defined<T extends Record<string, string | undefined>>(row: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string };
}

/** One search value against one token. `:not`, `:not-in` and `:missing` concern all tokens of a resource and are not judged here. */
export function matchToken(search: SearchValue, token: TokenValue, modifier: string | undefined, context: MatchContext): Outcome {
  switch (modifier) {
    case 'text':
      return token.texts.reduce<Outcome>((found, text) => either(found, matchText(search.text, text, 'open-token-text-inside')), 'no');
    case 'of-type':
      return matchOfType(search, token);
    case 'in':
    case 'not-in':
      return inValueSet(search.text, token, context);
    case 'above':
    case 'below':
      return matchSubsumption(search, token, modifier);
    default:
      return matchPlain(search, token);
  }
}

/** The four forms: `c`, `s|c`, `|c`, `s|`. */
function matchPlain(search: SearchValue, token: TokenValue): Outcome {
  const [first = '', second] = search.parts;
  if (second === undefined) return sameCode(first, token);
  const code: Outcome = second === '' ? 'yes' : sameCode(second, token);
  if (code === 'no') return 'no';
  const system = first === '' ? withoutSystem(token) : sameSystem(first, token, second === '');
  return system === 'no' ? 'no' : code === 'yes' ? system : code;
}

function sameCode(wanted: string, token: TokenValue): Outcome {
  if (token.code === undefined) return 'no';
  if (token.code === wanted) return 'yes';
  if (token.kind === 'contact') return sameContact(wanted, token.code);
  if (token.kind === 'id' && wanted === `urn:oid:${token.code}`) return 'open-token-oid';
  if (token.code.toLowerCase() !== wanted.toLowerCase()) return 'no';
  // "If the underlying data type is string then the search is not case sensitive"; ids always are.
  if (token.kind === 'string') return 'yes';
  return token.kind === 'id' ? 'no' : 'open-token-case';
}

function sameContact(wanted: string, value: string): Outcome {
  const strip = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [a, b] = [strip(wanted), strip(value)];
  return a !== '' && (b.includes(a) || a.includes(b)) && b !== '' ? 'open-token-contact' : 'no';
}

/** `|c`: the element has no system. */
function withoutSystem(token: TokenValue): Outcome {
  switch (token.kind) {
    case 'coding':
    case 'identifier':
      return token.system === undefined ? 'yes' : 'no';
    case 'code':
      return 'open-token-implicit-system';
    default:
      return 'open-token-system-not-applicable';
  }
}

/** `s|c` and `s|`. */
function sameSystem(wanted: string, token: TokenValue, systemAlone: boolean): Outcome {
  switch (token.kind) {
    case 'coding':
    case 'identifier':
      if (token.system === wanted) return 'yes';
      return token.system !== undefined && token.system.toLowerCase() === wanted.toLowerCase() ? 'open-token-case' : 'no';
    case 'code':
      if (token.system === undefined) return 'open-token-implicit-system';
      return token.system === wanted ? 'yes' : 'no';
    case 'boolean':
      return SPECIAL_VALUES.includes(wanted) ? 'open-token-system-not-applicable' : 'no';
    default:
      return systemAlone ? 'no' : 'open-token-system-not-applicable';
  }
}

function matchOfType(search: SearchValue, token: TokenValue): Outcome {
  const [system = '', code = '', value = ''] = search.parts;
  const type = (token.types ?? []).reduce<Outcome>((found, coding) => {
    const row: TokenValue = { kind: 'coding', texts: [], ...defined({ system: textOf(coding.system), code: textOf(coding.code) }) };
    return either(found, matchPlain({ ...search, parts: [system, code] }, row));
  }, 'no');
  if (type === 'no') return 'no';
  const same = sameCode(value, token);
  return same === 'yes' ? type : same;
}

function inValueSet(reference: string, token: TokenValue, context: MatchContext): Outcome {
  if (token.code === undefined) return 'no';
  const members = context.valueSet(reference);
  if (members === undefined) return 'open-value-set';
  if (token.kind === 'code' && token.system === undefined) {
    return [...members].some((member) => member.endsWith(`|${token.code}`)) ? 'open-token-implicit-system' : 'no';
  }
  return members.has(`${token.system ?? ''}|${token.code}`) ? 'yes' : 'no';
}

/** The code itself is always included; beyond that the hierarchy decides, or the base part of a MIME type. */
function matchSubsumption(search: SearchValue, token: TokenValue, modifier: 'above' | 'below'): Outcome {
  const exact = matchPlain(search, token);
  if (exact === 'yes' || token.code === undefined) return exact;
  const [first = '', second] = search.parts;
  const wanted = second ?? first;
  if (token.kind === 'code' && modifier === 'below' && wanted.includes('/') && token.code.includes('/')) {
    return token.code.toLowerCase().startsWith(`${wanted.toLowerCase()};`) ? 'yes' : exact;
  }
  const sameSystemOrAny = second === undefined || first === '' || sameSystem(first, token, true) !== 'no';
  return sameSystemOrAny ? 'open-subsumption' : 'no';
}
