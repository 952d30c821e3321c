/** One filtering `name=value` pair in, a criterion out - modifiers, chains and reverse chains of any depth - or the issue that prevents it. */
import { isWellEscaped, splitEscaped } from './escaping';
import { issue } from './issues';
import { parseSearchValue } from './search-value';
import type { ChainStep, Criterion, QueryIssue, SearchDefinitions, SearchParameterDefinition, SearchType, SearchValue } from './types';

/** The modifiers of R4 by parameter type; `:[Type]` of references is looked up among the types: https://hl7.org/fhir/R4/search.html#modifiers */
export const MODIFIERS: Readonly<Record<SearchType, readonly string[]>> = {
  number: ['missing'],
  date: ['missing'],
  string: ['missing', 'exact', 'contains', 'text'],
  token: ['missing', 'text', 'not', 'above', 'below', 'in', 'not-in', 'of-type'],
  reference: ['missing', 'identifier', 'above', 'below'],
  composite: [],
  quantity: ['missing'],
  uri: ['missing', 'above', 'below'],
  special: [],
};

/** A criterion, or the issue that stands in its place; issues that leave the criterion usable are in `remarks`. */
export type ParsedCriterion = { criterion: Criterion; remarks: readonly QueryIssue[] } | { issue: QueryIssue };

/** Steps of a chain, forward and reverse, that are followed at most. */
const DEEPEST = 12;

const HAS = /^_has:([^:]+):([^:]+):(.+)$/s;

/** Parses one pair for a search on `type`. */
export function parseCriterion(definitions: SearchDefinitions, type: string, name: string, value: string): ParsedCriterion {
  return parseStep({ definitions, written: `${name}=${value}`, value, known: new Map(), depth: 0 }, type, name);
}

/** One pair while it is being parsed. */
interface Pair {
  readonly definitions: SearchDefinitions;
  /** `name=value`. */
  readonly written: string;
  readonly value: string;
  /** The same rest of a chain on the same type is parsed once, however many ways lead there. */
  readonly known: Map<string, ParsedCriterion>;
  depth: number;
}

function parseStep(pair: Pair, type: string, name: string): ParsedCriterion {
  const key = `${type} ${name}`;
  const known = pair.known.get(key);
  if (known !== undefined) return known;
  if (pair.depth >= DEEPEST) return fail(pair, 'not-computable', `Chains of more than ${DEEPEST} steps are not supported.`);
  pair.depth += 1;
  const parsed = name.startsWith('_has:') ? reverse(pair, type, name) : forward(pair, type, name);
  pair.depth -= 1;
  pair.known.set(key, parsed);
  return parsed;
}

function forward(pair: Pair, type: string, name: string): ParsedCriterion {
  const dot = name.indexOf('.');
  const head = dot < 0 ? name : name.slice(0, dot);
  const colon = head.indexOf(':');
  const code = colon < 0 ? head : head.slice(0, colon);
  const modifier = colon < 0 ? undefined : head.slice(colon + 1);
  const definition = pair.definitions.find(type, code);
  if (definition === undefined) return fail(pair, 'unknown-parameter', unknownMessage(pair, type, code));
  if (dot >= 0) return chain(pair, name, name.slice(dot + 1), definition, modifier);
  if (modifier !== undefined && !allowsModifier(pair, definition, modifier)) {
    const allowed = MODIFIERS[definition.type].map((row) => `:${row}`).join(' ') || 'none';
    return fail(pair, 'unsupported-modifier', `":${modifier}" is no modifier of "${code}" (type ${definition.type}). Allowed: ${allowed}.`);
  }
  if (definition.type === 'special' || definition.expression === undefined || (modifier === 'text' && definition.type === 'string')) {
    return fail(pair, 'not-computable', `"${code}${modifier === undefined ? '' : `:${modifier}`}" is not supported: what it finds is left to the server.`);
  }
  const values = modifier === 'missing' ? missingValue(pair) : parsedValues(pair, definition, modifier);
  if (values === undefined) return fail(pair, 'bad-value', badValueMessage(definition, modifier, pair.value));
  const remarks = definition.multipleOr === false && values.length > 1 ? [issue('unsupported-value', pair.written, `"${code}" is defined to take one value, not several.`)] : [];
  return { criterion: { raw: name, written: pair.written, definition, ...(modifier === undefined ? {} : { modifier }), values }, remarks };
}

function allowsModifier(pair: Pair, definition: SearchParameterDefinition, modifier: string): boolean {
  if (definition.type === 'reference' && pair.definitions.resourceTypes.has(modifier)) return true;
  return MODIFIERS[definition.type].includes(modifier);
}

function missingValue(pair: Pair): SearchValue[] | undefined {
  if (pair.value !== 'true' && pair.value !== 'false') return undefined;
  return [{ raw: pair.value, prefix: 'eq', text: pair.value, parts: [pair.value] }];
}

function parsedValues(pair: Pair, definition: SearchParameterDefinition, modifier: string | undefined): SearchValue[] | undefined {
  if (!isWellEscaped(pair.value)) return undefined;
  const parts = splitEscaped(pair.value, ',').filter((part) => part !== '');
  const values = parts.map((part) => parseSearchValue(part, definition, modifier, pair.definitions));
  return values.length > 0 && values.every((value) => value !== undefined) ? values : undefined;
}

function chain(pair: Pair, name: string, rest: string, definition: SearchParameterDefinition, modifier: string | undefined): ParsedCriterion {
  if (definition.type !== 'reference') {
    return fail(pair, 'unknown-parameter', `"${definition.code}" is of type ${definition.type}: only references can be chained.`);
  }
  if (modifier !== undefined && !pair.definitions.resourceTypes.has(modifier)) {
    return fail(pair, 'unsupported-modifier', `":${modifier}" before a chain is not a resource type.`);
  }
  const targets = modifier !== undefined ? [modifier] : definition.target.length > 0 ? definition.target : [...pair.definitions.resourceTypes];
  const next: { type: string; criterion: Criterion }[] = [];
  const remarks: QueryIssue[] = [];
  let failure: QueryIssue | undefined;
  for (const type of targets) {
    const parsed = parseStep(pair, type, rest);
    if ('criterion' in parsed) {
      next.push({ type, criterion: parsed.criterion });
      remarks.push(...parsed.remarks);
    } else if (failure === undefined || (failure.code === 'unknown-parameter' && parsed.issue.code !== 'unknown-parameter')) failure = parsed.issue;
  }
  if (next.length === 0) return { issue: failure ?? issue('unknown-parameter', pair.written, `"${definition.code}" has no target types.`) };
  if (next.length > 1 && modifier === undefined) {
    const types = next.map((row) => row.type);
    const shown = types.length > 6 ? `${types.slice(0, 6).join(', ')} and ${types.length - 6} more` : types.join(', ');
    remarks.unshift(issue('ambiguous-chain', pair.written, `"${name}" may mean several types: ${shown}. Say which: ${definition.code}:${types[0]}.${rest}.`));
  }
  const step: ChainStep = { next, ...(modifier === undefined ? {} : { targetType: modifier }) };
  return { criterion: { raw: name, written: pair.written, definition, chain: step, values: [] }, remarks: remarks.slice(0, 1) };
}

function reverse(pair: Pair, type: string, name: string): ParsedCriterion {
  const match = HAS.exec(name);
  if (match === null) return fail(pair, 'unknown-parameter', '_has is written _has:Type:referenceParameter:parameter=value.');
  const [, source, code, rest] = match as unknown as [string, string, string, string];
  if (!pair.definitions.resourceTypes.has(source)) return fail(pair, 'unknown-parameter', `"${source}" in _has is no resource type.`);
  const reference = pair.definitions.find(source, code);
  if (reference?.type !== 'reference') return fail(pair, 'unknown-parameter', `"${code}" is no reference parameter of ${source}.`);
  if (reference.target.length > 0 && !reference.target.includes(type)) {
    return fail(pair, 'never-refers', `"${code}" of ${source} never refers to ${type}, only to ${reference.target.join(', ')}.`);
  }
  const parsed = parseStep(pair, source, rest);
  if ('issue' in parsed) return parsed;
  return { criterion: { raw: name, written: pair.written, definition: reference, reverse: { type: source, reference, criterion: parsed.criterion }, values: [] }, remarks: parsed.remarks };
}

function unknownMessage(pair: Pair, type: string, code: string): string {
  const codes = pair.definitions.of(type).map((row) => row.code);
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const similar = codes.find((known) => plain(known) === plain(code));
  return `"${code}" is no search parameter of ${type}. ${similar === undefined ? `It has: ${codes.join(', ')}.` : `Did you mean "${similar}"?`}`;
}

function fail(pair: Pair, code: QueryIssue['code'], message: string): { issue: QueryIssue } {
  return { issue: issue(code, pair.written, message) };
}

function badValueMessage(definition: SearchParameterDefinition, modifier: string | undefined, value: string): string {
  const wanted: Record<SearchType, string> = {
    number: 'a number, with or without a prefix such as gt',
    date: 'a date (yyyy, yyyy-mm, yyyy-mm-dd or yyyy-mm-ddThh:mm[:ss] with a zone), with or without a prefix such as ge',
    quantity: '[prefix]number, [prefix]number|system|code or [prefix]number||code',
    token: modifier === 'of-type' ? 'system|code|value' : 'code, system|code, |code or system|',
    composite: 'the parts joined by $',
    reference: 'id, Type/id or a URL',
    string: 'text',
    uri: 'a URI',
    special: 'text',
  };
  const expected = modifier === 'missing' ? 'true or false' : wanted[definition.type];
  return `"${value}" cannot be read as a value of "${definition.code}${modifier === undefined ? '' : `:${modifier}`}": expected ${expected}.`;
}
