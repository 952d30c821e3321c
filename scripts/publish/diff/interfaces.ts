/** Two states of a search parameter or an operation in, what callers and servers meet differently out. */
import type { Resource } from '../../core/fhir';
import type { Difference } from './change';
import { compareMembers, compareOrdered, compareOther, plainText } from './compare-values';

const SEARCH_WORDS = ['code', 'type', 'expression', 'multipleOr', 'multipleAnd'] as const;
const SEARCH_LISTS = ['base', 'target', 'comparator', 'modifier', 'chain'] as const;

export function compareSearchParameters(before: Resource, after: Resource): Difference[] {
  return [
    ...SEARCH_WORDS.flatMap((word) => compareOther('search', word, plainText(before[word]), plainText(after[word]))),
    ...SEARCH_LISTS.flatMap((list) => compareMembers('search', list, (before[list] ?? []) as string[], (after[list] ?? []) as string[], ['removed', 'added'])),
  ];
}

interface Parameter {
  readonly name: string;
  readonly use: string;
  readonly min?: number;
  readonly max?: string;
  readonly type?: string;
  readonly part?: readonly Parameter[];
}

const OPERATION_WORDS = ['code', 'kind', 'affectsState', 'system', 'type', 'instance'] as const;

export function compareOperations(before: Resource, after: Resource): Difference[] {
  const [old, now] = [parametersOf(before), parametersOf(after)];
  return [
    ...OPERATION_WORDS.flatMap((word) => compareOther('search', word, plainText(before[word]), plainText(after[word]))),
    ...compareMembers('search', 'resource', (before['resource'] ?? []) as string[], (after['resource'] ?? []) as string[], ['removed', 'added']),
    ...[...new Set([...old.keys(), ...now.keys()])].flatMap((at): Difference[] => {
      const [was, is] = [old.get(at), now.get(at)];
      const one = was ?? is;
      if (was !== undefined && is !== undefined) {
        return [
          ...compareOrdered('parameter', at, was.min ?? 0, is.min ?? 0, 1),
          ...compareOrdered('parameter', at, maximum(was.max), maximum(is.max), -1, (value) => (value === Infinity ? '*' : String(value))),
          ...compareOther('requiredParameter', at, was.type, is.type),
        ];
      }
      const required = at.startsWith('in ') && (one?.min ?? 0) > 0;
      return [{ kind: was === undefined ? 'added' : 'removed', aspect: required ? 'requiredParameter' : 'parameter', at }];
    }),
  ];
}

function maximum(max: string | undefined): number {
  return max === undefined || max === '*' ? Infinity : Number(max);
}

function parametersOf(operation: Resource): Map<string, Parameter> {
  const below = (parameters: readonly Parameter[], prefix: string): [string, Parameter][] =>
    parameters.flatMap((one) => [[`${prefix === '' ? `${one.use} ` : prefix}${one.name}`, one] as [string, Parameter], ...below(one.part ?? [], `${prefix === '' ? `${one.use} ` : prefix}${one.name}.`)]);
  return new Map(below((operation['parameter'] ?? []) as Parameter[], ''));
}
