/** A query in, the rules its verdicts stand on out: what a test names as its requirement, the most particular last. */
import type { DecidingRuleId, RuleId } from './rules';
import type { Criterion, Query, SearchType } from './types';

const DATE_RULES = { eq: 'date-eq', ne: 'date-ne', gt: 'date-gt', lt: 'date-lt', ge: 'date-ge', le: 'date-le', sa: 'date-sa', eb: 'date-eb', ap: 'date-ap' } as const;
const TOKEN_MODIFIERS: Readonly<Record<string, DecidingRuleId>> = {
  text: 'token-text', not: 'token-not', 'of-type': 'token-of-type', in: 'token-in', 'not-in': 'token-not-in', above: 'token-subsumption', below: 'token-subsumption',
};
const STRING_MODIFIERS: Readonly<Record<string, DecidingRuleId>> = { exact: 'string-exact', contains: 'string-contains' };

const RANGES: ReadonlySet<SearchType> = new Set(['date', 'number', 'quantity']);

/** The rules of a whole query, each once, the most particular last. */
export function rulesOf(query: Query): readonly RuleId[] {
  const rules: RuleId[] = query.criteria.length > 1 ? ['and'] : [];
  if (query.lists.length > 0) rules.push('list');
  for (const criterion of query.criteria) rules.push(...criterionRules(criterion));
  return [...new Set(rules)];
}

/** The rules of one criterion, the most particular last. */
export function criterionRules(criterion: Criterion): readonly DecidingRuleId[] {
  if (criterion.reverse !== undefined) return ['has', ...criterionRules(criterion.reverse.criterion)];
  if (criterion.chain !== undefined) return ['chain', ...(criterion.chain.next[0] === undefined ? [] : criterionRules(criterion.chain.next[0].criterion))];
  const rules: DecidingRuleId[] = [];
  if (criterion.values.length > 1) rules.push(RANGES.has(criterion.definition.type) ? 'or-range' : 'or');
  if (criterion.values.some((value) => value.raw.includes('\\'))) rules.push('escaping');
  if (criterion.modifier === 'missing') return [...rules, 'missing'];
  for (const value of criterion.values) rules.push(...valueRules(criterion, value));
  return [...new Set(rules)];
}

function valueRules({ definition, modifier }: Criterion, value: Criterion['values'][number]): DecidingRuleId[] {
  switch (definition.type) {
    case 'token':
      if (modifier !== undefined) return [TOKEN_MODIFIERS[modifier] ?? 'token-code'];
      if (definition.code === '_id') return ['token-id'];
      return [tokenForm(value.parts)];
    case 'reference':
      if (modifier === 'identifier') return ['reference-identifier'];
      if (modifier === 'below' || modifier === 'above') return [/^[a-z][a-z0-9+.-]*:/.test(value.text) ? 'reference-canonical-below' : 'reference-hierarchy'];
      if (modifier !== undefined) return ['reference-type-modifier'];
      return [...(definition.expression?.includes('resolve()') ? (['reference-limited'] as const) : []), referenceForm(value.text)];
    case 'date':
      return [DATE_RULES[value.prefix]];
    case 'number':
      return [numberRule(value.prefix)];
    case 'quantity':
      return [numberRule(value.prefix), ...(value.parts.length > 1 ? (['quantity-unit'] as const) : [])];
    case 'string':
      return [STRING_MODIFIERS[modifier ?? ''] ?? 'string-start'];
    case 'uri':
      return [modifier === undefined ? 'uri' : 'uri-partial'];
    case 'composite':
      return ['composite'];
    case 'special':
      return [];
  }
}

function tokenForm([first, second]: readonly string[]): DecidingRuleId {
  if (second === undefined) return 'token-code';
  return second === '' ? 'token-system' : first === '' ? 'token-no-system' : 'token-system-code';
}

function referenceForm(text: string): DecidingRuleId {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return 'reference-url';
  return text.includes('/') ? 'reference-type-id' : 'reference-id';
}

function numberRule(prefix: string): DecidingRuleId {
  return prefix === 'ap' ? 'number-ap' : prefix === 'eq' || prefix === 'ne' ? 'number-eq' : 'number-compare';
}
