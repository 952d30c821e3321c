/** One value of a parameter (the text between commas) in, its parts out; undefined where it is not written as its type demands. */
import { dateRange } from './date-range';
import { decimalRange } from './decimal-range';
import { splitEscaped, unescapeValue } from './escaping';
import type { SearchDefinitions, SearchParameterDefinition, SearchType, SearchValue } from './types';

/** https://hl7.org/fhir/R4/search.html#prefix */
export const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
type Prefix = SearchValue['prefix'];

const PREFIXED_TYPES: readonly SearchType[] = ['number', 'date', 'quantity'];

/** What a value is read as: its parameter's type, or another where the modifier says so. */
export function valueType(definition: SearchParameterDefinition, modifier: string | undefined): SearchType {
  if (definition.type === 'token' && (modifier === 'text' || modifier === 'in' || modifier === 'not-in')) return 'string';
  if (definition.type === 'reference' && modifier === 'identifier') return 'token';
  return definition.type;
}

/**
 * Parses one value.
 * @returns undefined for a value that is malformed for the type: a date that is none, a number that is none, too many parts
 */
export function parseSearchValue(raw: string, definition: SearchParameterDefinition, modifier: string | undefined, definitions: SearchDefinitions): SearchValue | undefined {
  const type = valueType(definition, modifier);
  if (type === 'composite') return parseComposite(raw, definition, definitions);
  const { prefix, rest } = PREFIXED_TYPES.includes(type) ? splitPrefix(raw) : { prefix: 'eq' as Prefix, rest: raw };
  const parts = splitEscaped(rest, '|').map(unescapeValue);
  const value: SearchValue = { raw, prefix, text: unescapeValue(rest), parts };
  return isWellFormed(value, type, modifier) ? value : undefined;
}

function isWellFormed(value: SearchValue, type: SearchType, modifier: string | undefined): boolean {
  const { parts } = value;
  switch (type) {
    case 'date':
      return dateRange(value.text) !== undefined;
    case 'number':
      return parts.length === 1 && decimalRange(value.text) !== undefined;
    case 'quantity':
      return parts.length <= 3 && decimalRange(parts[0] ?? '') !== undefined;
    case 'token':
      if (modifier === 'of-type') return parts.length === 3 && parts.every((part) => part !== '');
      return parts.length <= 2 && parts.some((part) => part !== '');
    default:
      return value.text !== '';
  }
}

function splitPrefix(raw: string): { prefix: Prefix; rest: string } {
  const found = PREFIXES.find((prefix) => raw.startsWith(prefix));
  return found === undefined ? { prefix: 'eq', rest: raw } : { prefix: found, rest: raw.slice(2) };
}

/** `a$b`: one value for each component, each read as the component's own parameter. */
function parseComposite(raw: string, definition: SearchParameterDefinition, definitions: SearchDefinitions): SearchValue | undefined {
  const parts = splitEscaped(raw, '$');
  const component = definition.component ?? [];
  if (parts.length !== component.length) return undefined;
  const components: SearchValue[] = [];
  for (const [index, part] of parts.entries()) {
    const row = definitions.byUrl(component[index]?.definition ?? '');
    const value = row === undefined ? undefined : parseSearchValue(part, row, undefined, definitions);
    if (value === undefined) return undefined;
    components.push(value);
  }
  return { raw, prefix: 'eq', text: unescapeValue(raw), parts: [unescapeValue(raw)], components };
}
