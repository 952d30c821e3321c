/** A criterion without chain and the values of a resource in, the outcome out: OR over both, negation, `:missing`, composites. */
import type { Workings } from './evaluation';
import { PARAMETER_TYPES } from './match';
import type { TokenValue } from './match/token';
import { allOf, anyOf, isOpen, not, type Outcome } from './outcome';
import type { Criterion, SearchParameterDefinition, SearchValue } from './types';
import { componentsOf, type CompositeRow } from './values';

type Judge = Pick<Workings, 'context' | 'content' | 'settle'>;

/** The outcome of a criterion for a resource with these values. */
export function judgeValues(workings: Judge, criterion: Criterion, found: readonly unknown[]): Outcome {
  const { definition, modifier, values: wanted } = criterion;
  if (definition.type === 'special') return 'no';
  if (definition.type === 'composite') return anyOf(wanted, (search) => anyOf(found, (row) => judgeRow(workings, search, row as CompositeRow, definition)));
  const type = PARAMETER_TYPES[definition.type];
  const matches = (search: SearchValue, how: string | undefined) =>
    anyOf(found, (value) => workings.settle(type.match(search, value, how, workings.context, definition)));
  switch (modifier) {
    case 'missing': {
      const present = anyOf(found, (value) => workings.settle(type.present(value)));
      return wanted[0]?.text === 'true' ? not(present) : present;
    }
    case 'not': {
      const none = not(anyOf(wanted, (search) => matches(search, undefined)));
      const notEvery = anyOf(wanted, (search) => not(matches(search, undefined)));
      if (none === notEvery || isOpen(none)) return none;
      return isOpen(notEvery) ? notEvery : workings.settle('open-token-not-several');
    }
    case 'not-in': {
      const coded = (found as readonly TokenValue[]).filter((token) => token.code !== undefined);
      return anyOf(wanted, (search) => workings.settle(outside(coded.map((token) => type.match(search, token, modifier, workings.context, definition)))));
    }
    default:
      return anyOf(wanted, (search) => (found.length === 0 && isUnequal(search, definition) ? workings.settle('open-ne-valueless') : matches(search, modifier)));
  }
}

/** `ne` of a parameter that has prefixes: a resource without a value may be found by it. */
export function isUnequal(search: SearchValue, { type }: SearchParameterDefinition): boolean {
  return search.prefix === 'ne' && (type === 'date' || type === 'number' || type === 'quantity');
}

/** All parts of a composite in one repetition of its element. */
function judgeRow(workings: Judge, search: SearchValue, row: CompositeRow, definition: SearchParameterDefinition): Outcome {
  const components = componentsOf(definition, workings.content.definitions);
  return allOf(components.keys(), (at) => {
    const part = components[at]?.definition;
    const wanted = search.components?.[at];
    if (part === undefined || wanted === undefined || part.type === 'composite' || part.type === 'special') return 'no';
    const type = PARAMETER_TYPES[part.type];
    if ((row[at] ?? []).length === 0 && isUnequal(wanted, part)) return workings.settle('open-ne-valueless');
    return anyOf(row[at] ?? [], (value) => workings.settle(type.match(wanted, value, undefined, workings.context, part)));
  });
}

/** `:not-in`: certain where all codings are outside, or all inside; where there is none, neither holds. */
function outside(inside: readonly Outcome[]): Outcome {
  const anyInside = anyOf(inside, (row) => row);
  const allInside = allOf(inside, (row) => row);
  if (anyInside === allInside) return not(anyInside);
  return isOpen(anyInside) ? anyInside : isOpen(allInside) ? allInside : 'open-value-set-mixed';
}
