/** Quantity parameters: https://hl7.org/fhir/R4/search.html#quantity */
import { isObject } from '../../core/json';
import { decimalRange } from '../decimal-range';
import { textOf } from '../json';
import type { Outcome } from '../outcome';
import type { SearchValue } from '../types';
import type { ParameterType } from './context';
import { matchNumber, readRange, type NumberValue } from './number';

export interface QuantityValue {
  number: NumberValue;
  system?: string;
  code?: string;
  unit?: string;
  /** Has a comparator (`<`), or is sampled data. */
  vague: boolean;
}

const UCUM = 'http://unitsofmeasure.org';
const CURRENCY = 'urn:iso:std:iso:4217';

export const QUANTITY: ParameterType<QuantityValue> = {
  read({ value, type }) {
    if (!isObject(value)) return [];
    if (type === 'SampledData') return [{ ...unitOf(value.origin), number: { integer: false, text: 'sampled data' }, vague: true }];
    if (type === 'Range') {
      const limits = [value.low, value.high].filter(isObject);
      return [{ ...unitOf(limits[0]), number: readRange(value), vague: limits.some((limit) => limit.comparator !== undefined) }];
    }
    const text = typeof value.value === 'number' || typeof value.value === 'string' ? String(value.value) : '';
    const number = decimalRange(text);
    const amount: NumberValue = { ...(number === undefined ? {} : { low: number, high: number }), integer: false, text };
    const money = textOf(value.currency);
    if (money !== undefined) return [{ number: amount, system: CURRENCY, code: money, vague: false }];
    return [{ ...unitOf(value), number: amount, vague: value.comparator !== undefined }];
  },
  present: (value) => (value.number.low === undefined && value.number.high === undefined && !value.vague ? 'open-missing-empty' : 'yes'),
  match: matchQuantity,
  describe: (value) => [value.number.text, value.unit ?? value.code].filter((part) => part !== undefined && part !== '').join(' '),
};

function unitOf(value: unknown): { system?: string; code?: string; unit?: string } {
  if (!isObject(value)) return {};
  const [system, code, unit] = [textOf(value.system), textOf(value.code), textOf(value.unit)];
  return { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }), ...(unit === undefined ? {} : { unit }) };
}

function matchQuantity(search: SearchValue, value: QuantityValue): Outcome {
  const [number = '', system = '', code = ''] = search.parts;
  const unit = matchUnit(system, code, value);
  if (unit !== 'yes') return unit;
  if (value.vague) return 'open-quantity-comparator';
  return matchNumber(search.prefix, number, value.number);
}

function matchUnit(system: string, code: string, value: QuantityValue): Outcome {
  if (code === '') return system === '' || value.system === system ? 'yes' : 'no';
  if (system === '') return value.code === code || value.unit === code ? 'yes' : value.system === UCUM ? 'open-quantity-unit' : 'no';
  if (value.system !== system) return 'no';
  if (value.code === code) return 'yes';
  return system === UCUM && value.code !== undefined ? 'open-quantity-unit' : 'no';
}
