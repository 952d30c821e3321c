/** The table of parameter types: how each reads elements and compares them. */
import type { SearchType } from '../types';
import type { ParameterType } from './context';
import { DATE } from './date';
import { NUMBER } from './number';
import { QUANTITY } from './quantity';
import { REFERENCE } from './reference';
import { STRING } from './string';
import { TOKEN } from './token';
import { URI } from './uri';

/** Types whose values are compared one by one; composites are made of them, special ones are not computable. */
export type AtomicType = Exclude<SearchType, 'composite' | 'special'>;

/** Values of all types lie in one index, so the table is read without their types; each row sees only what it has read itself. */
const untyped = <V>(row: ParameterType<V>) => row as unknown as ParameterType<unknown>;

export const PARAMETER_TYPES: Readonly<Record<AtomicType, ParameterType<unknown>>> = {
  token: untyped(TOKEN),
  reference: untyped(REFERENCE),
  date: untyped(DATE),
  string: untyped(STRING),
  uri: untyped(URI),
  number: untyped(NUMBER),
  quantity: untyped(QUANTITY),
};
