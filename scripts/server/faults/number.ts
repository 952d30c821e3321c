/** Faults in searches by number, by quantity and by several parts at once. */
import { decimalRange, type Decimal } from '../../search/decimal-range';
import type { QuantityValue } from '../../search/match/quantity';
import type { Criterion, SearchDefinitions, SearchValue } from '../../search/types';
import type { Override } from '../behaviour';
import { asking, askingEach, isPlain, lookingAgain } from './matching';
import { rule, type FaultRow } from './row';

const isAmount = (criterion: Criterion) => isPlain(criterion) && criterion.modifier === undefined && ['number', 'quantity'].includes(criterion.definition.type);
const isQuantity = (criterion: Criterion) => isAmount(criterion) && criterion.definition.type === 'quantity';

/** Each value of a number or quantity becomes another one. */
const amounts = (change: (value: SearchValue) => SearchValue, chosen = isAmount): Override =>
  askingEach((criterion) => (chosen(criterion) ? { ...criterion, values: criterion.values.map(change) } : criterion));

const withNumber = (value: SearchValue, number: string): SearchValue => ({ ...value, text: [number, ...value.parts.slice(1)].join('|'), parts: [number, ...value.parts.slice(1)] });
const written = ({ units, exponent }: Decimal) => `${units}e${exponent}`;
const prefixed = (from: readonly SearchValue['prefix'][], to: SearchValue['prefix']) => amounts((value) => (from.includes(value.prefix) ? { ...value, prefix: to } : value));

export const NUMBER_FAULTS: readonly FaultRow[] = [
  {
    id: 'number-eq-exact',
    group: 'number',
    does: 'A number finds the very number alone, whatever its precision.',
    breaks: rule('number-eq'),
    // From the number on, and up to it: nothing else is left.
    override: asking((query) => ({
      ...query,
      criteria: query.criteria.flatMap((criterion) => (isAmount(criterion) && criterion.values.every(({ prefix }) => prefix === 'eq') && criterion.values.length === 1 ? (['ge', 'le'] as const).map((prefix) => ({ ...criterion, values: criterion.values.map((value) => ({ ...value, prefix })) })) : [criterion])),
    })),
  },
  { id: 'number-ne-as-eq', group: 'number', does: 'ne finds the number itself.', breaks: rule('number-eq'), override: prefixed(['ne'], 'eq') },
  { id: 'number-prefix-ignored', group: 'number', does: 'Every prefix of a number is taken for eq.', breaks: rule('number-compare'), override: prefixed(['gt', 'lt', 'ge', 'le', 'sa', 'eb'], 'eq') },
  {
    id: 'number-gt-and-lt-swapped',
    group: 'number',
    does: 'gt finds smaller numbers, lt greater ones.',
    breaks: rule('number-compare'),
    override: amounts((value) => ({ ...value, prefix: value.prefix === 'gt' ? 'lt' : value.prefix === 'lt' ? 'gt' : value.prefix })),
  },
  {
    id: 'number-gt-beyond-precision',
    group: 'number',
    does: 'gt begins above everything that rounds to the number.',
    breaks: rule('number-compare'),
    override: amounts((value) => {
      const high = value.prefix === 'gt' ? decimalRange(value.parts[0] ?? '')?.high : undefined;
      return high === undefined ? value : withNumber(value, written(high));
    }),
  },
  { id: 'number-ap-as-gt', group: 'number', does: 'ap finds what is greater, and not the number itself.', breaks: rule('number-ap'), override: amounts((value) => (value.prefix === 'ap' ? { ...withNumber(value, written(decimalRange(value.parts[0] ?? '')?.high ?? { units: 0n, exponent: 0 })), prefix: 'gt' } : value)) },
  {
    id: 'quantity-unit-ignored',
    group: 'number',
    does: 'The unit of a quantity is passed over: the number alone decides.',
    breaks: rule('quantity-unit'),
    override: amounts((value) => ({ ...value, text: value.parts[0] ?? '', parts: value.parts.slice(0, 1) }), isQuantity),
  },
  {
    id: 'quantity-unit-text-unmatched',
    group: 'number',
    does: 'number||unit finds coded units alone, not those that are only written out.',
    breaks: rule('quantity-unit'),
    override: lookingAgain((criterion) => isQuantity(criterion) && criterion.values.every(({ parts }) => parts.length === 3 && parts[1] === ''), (criterion) => criterion, (value, criterion) => criterion.values.some(({ parts }) => parts[2] === (value as QuantityValue).code)),
  },
  {
    id: 'composite-parts-anywhere',
    group: 'number',
    does: 'The parts of a composite may match in different repetitions of the element.',
    breaks: rule('composite'),
    override: (reference) => ({ select: (index, query) => reference.select(index, { ...query, criteria: query.criteria.flatMap((criterion) => taken(criterion, query.type, index.definitions)) }) }),
  },
  {
    id: 'composite-first-part-only',
    group: 'number',
    does: 'Of a composite only the first part counts.',
    breaks: rule('composite'),
    override: (reference) => ({ select: (index, query) => reference.select(index, { ...query, criteria: query.criteria.flatMap((criterion) => taken(criterion, query.type, index.definitions).slice(0, 1)) }) }),
  },
];

/** A composite taken apart: a criterion for each part, on its own; any other criterion as it is. */
function taken(criterion: Criterion, type: string, definitions: SearchDefinitions): Criterion[] {
  const [value] = criterion.values;
  if (!isPlain(criterion) || criterion.definition.type !== 'composite' || value?.components === undefined || criterion.values.length !== 1) return [criterion];
  return value.components.flatMap((part, at) => {
    const code = definitions.byUrl(criterion.definition.component?.[at]?.definition ?? '')?.code;
    const definition = code === undefined ? undefined : definitions.find(type, code);
    return definition === undefined ? [] : [{ ...criterion, definition, values: [part] }];
  });
}
