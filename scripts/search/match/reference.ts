/** Reference parameters: https://hl7.org/fhir/R4/search.html#reference */
import type { Identifier, Reference, Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import { textOf } from '../json';
import { anyOf, weaken, type Outcome } from '../outcome';
import { localKey, parseReference, type ReferenceTarget } from '../reference-target';
import type { SearchParameterDefinition, SearchValue } from '../types';
import type { MatchContext, ParameterType } from './context';
import { matchToken, readToken, TOKEN, type TokenValue } from './token';

export interface ReferenceValue {
  /** The literal reference; absent where there is only an identifier or a display. */
  target?: ReferenceTarget;
  /** `canonical` and `uri` elements hold the URL of a conformance resource, perhaps with `|version`. */
  canonical?: { url: string; version?: string };
  /** Reference.identifier. */
  identifiers: readonly TokenValue[];
  /** See ExtractedValue.limited. */
  limited?: 'known' | 'unknown';
  /** A resource nested in another (Bundle.entry.resource). */
  nested?: Resource;
  /** Only a display, a resource that is contained, or nothing at all: no search names it. */
  empty: boolean;
}

export const REFERENCE: ParameterType<ReferenceValue> = {
  read({ value, type, limited }, definitions) {
    const limit = limited === undefined ? {} : { limited };
    if (typeof value === 'string') {
      if (type !== 'canonical' && type !== 'uri' && type !== 'url') return [];
      const [url, version] = value.split('|', 2) as [string, string?];
      return [{ canonical: { url, ...(version === undefined ? {} : { version }) }, target: parseReference(value), identifiers: [], empty: false, ...limit }];
    }
    if (!isObject(value)) return [];
    if (typeof value.resourceType === 'string') {
      const nested = value as Resource;
      const target = nested.id === undefined ? {} : { target: parseReference(`${nested.resourceType}/${nested.id}`) };
      return [{ ...target, nested, identifiers: [], empty: false, ...limit }];
    }
    // A reference parameter on a CodeableReference searches its reference: https://hl7.org/fhir/R5/search.html#reference
    const inner = type === 'CodeableReference' ? (value as { reference?: unknown }).reference : value;
    if (!isObject(inner)) return [];
    const { reference, identifier } = inner as Reference;
    const literal = textOf(reference);
    const identifiers = isObject(identifier) ? readIdentifier(identifier, definitions) : [];
    const target = literal === undefined ? {} : { target: parseReference(literal) };
    const named = literal !== undefined && !literal.startsWith('#');
    return [{ ...target, identifiers, empty: !named && identifiers.length === 0, ...limit }];
  },
  present(value) {
    const there: Outcome = value.empty ? 'open-missing-empty' : 'yes';
    return value.limited === 'unknown' ? weaken(there, 'open-reference-unresolvable') : there;
  },
  match: matchReference,
  describe(value) {
    const identifiers = value.identifiers.map((token) => `identifier ${TOKEN.describe(token)}`);
    return [...(value.target === undefined ? [] : [value.target.raw]), ...identifiers].join(', ') || '(neither reference nor identifier)';
  },
};

function readIdentifier(identifier: Identifier, definitions: Parameters<typeof readToken>[1]): TokenValue[] {
  const path = 'Reference.identifier';
  return readToken({ value: identifier, type: 'Identifier', typePath: 'Identifier', path, location: '' }, definitions).filter((token) => token.kind !== 'empty');
}

/** One search value against one reference. */
function matchReference(search: SearchValue, value: ReferenceValue, modifier: string | undefined, context: MatchContext, definition: SearchParameterDefinition): Outcome {
  const outcome = matchLiteral(search, value, modifier, definition, context);
  if (outcome === 'no' || value.limited === undefined || modifier === 'identifier') return limitedIdentifier(outcome, value);
  const key = value.target === undefined ? undefined : localKey(value.target, context.base);
  return key === undefined || !context.known(key) ? weaken(outcome, 'open-reference-unresolvable') : outcome;
}

/** An identifier alone does not tell the type that `where(resolve() is T)` asks for. */
function limitedIdentifier(outcome: Outcome, value: ReferenceValue): Outcome {
  return value.limited === 'unknown' ? weaken(outcome, 'open-reference-unresolvable') : outcome;
}

function matchLiteral(search: SearchValue, value: ReferenceValue, modifier: string | undefined, definition: SearchParameterDefinition, context: MatchContext): Outcome {
  switch (modifier) {
    case 'identifier':
      return anyOf(value.identifiers, (identifier) => matchToken(search, identifier, undefined, context));
    case 'above':
    case 'below':
      if (value.canonical !== undefined) return matchCanonicalPart(search.text, value.canonical, modifier);
      return matchHierarchy(search, value, definition, context);
    default:
      if (value.canonical !== undefined) return matchCanonical(search.text, value.canonical, context.base);
      return value.target === undefined ? 'no' : matchTarget(search.text, value.target, modifier, definition, context);
  }
}

/** `id`, `Type/id`, an absolute URL; with `:Type` an id of that type. */
function matchTarget(wanted: string, target: ReferenceTarget, type: string | undefined, definition: SearchParameterDefinition, context: MatchContext): Outcome {
  if (target.fragment !== undefined) return wanted === target.raw ? 'open-reference-contained' : 'no';
  if (type !== undefined && target.type !== undefined && target.type !== type) return 'no';
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(wanted)) return matchId(wanted, target, type, definition, context);
  const asked = parseReference(wanted);
  if (asked.type === undefined) return wanted === target.raw ? 'yes' : 'no';
  if (asked.id !== target.id || asked.type !== target.type) return 'no';
  const sameServer = (asked.base === undefined || asked.base === context.base) === (target.base === undefined || target.base === context.base);
  if (!sameServer || (asked.base !== undefined && asked.base !== context.base && asked.base !== target.base)) return 'no';
  const outcome = versions(asked, target);
  return type === undefined ? outcome : weaken(outcome, 'open-reference-type-twice');
}

function matchId(id: string, target: ReferenceTarget, type: string | undefined, definition: SearchParameterDefinition, context: MatchContext): Outcome {
  if (target.id !== id || localKey(target, context.base) === undefined) return target.raw === id ? 'open-reference-bare-id' : 'no';
  const outcome = versions({ raw: id }, target);
  return type === undefined && definition.target.length !== 1 ? weaken(outcome, 'open-reference-bare-id') : outcome;
}

function versions(asked: ReferenceTarget, target: ReferenceTarget): Outcome {
  return asked.version === target.version ? 'yes' : asked.version !== undefined && target.version !== undefined ? 'no' : 'open-reference-version';
}

function matchHierarchy(search: SearchValue, value: ReferenceValue, definition: SearchParameterDefinition, context: MatchContext): Outcome {
  if (value.target === undefined) return 'no';
  const itself = matchTarget(search.text, value.target, undefined, definition, context);
  const type = parseReference(search.text).type;
  return itself !== 'no' || (type !== undefined && type !== value.target.type) ? itself : 'open-reference-hierarchy';
}

function matchCanonical(wanted: string, value: { url: string; version?: string }, base: string): Outcome {
  const [url, version] = wanted.split('|', 2) as [string, string?];
  if (url === value.url) return version === value.version ? 'yes' : version !== undefined && value.version !== undefined ? 'no' : 'open-canonical-version';
  return `${base}/${wanted}` === value.url ? 'open-canonical-version' : 'no';
}

/** `:below` finds every version, or those that start with the version given; `:above` on canonicals is not described. */
function matchCanonicalPart(wanted: string, value: { url: string; version?: string }, modifier: 'above' | 'below'): Outcome {
  const [url, version] = wanted.split('|', 2) as [string, string?];
  if (url !== value.url) return 'no';
  if (modifier === 'above') return version === value.version ? 'yes' : 'open-canonical-version';
  if (version === undefined || version === value.version) return 'yes';
  if (value.version === undefined) return 'open-canonical-version';
  if (!value.version.startsWith(version)) return 'no';
  return value.version.charAt(version.length) === '.' ? 'yes' : 'open-canonical-version';
}
