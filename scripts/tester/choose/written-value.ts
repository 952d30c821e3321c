/** One element as a parameter reads it in, the search values that are certain to find it out. */
import { isObject } from '../../core/json';
import { escapeValue } from '../../search/escaping';
import type { ExtractedValue } from '../../search/extract';
import { textOf } from '../../search/json';
import { readToken } from '../../search/match/token';
import type { SearchDefinitions, SearchParameterDefinition } from '../../search/types';
import { isRealCode, systemCodeValue } from './values';

/** As `system|code`, `number|system|code`, `Type/id` or the text itself; nothing for what has no such form. */
export function writtenValues(extracted: ExtractedValue, { type }: Pick<SearchParameterDefinition, 'type'>, definitions: SearchDefinitions): string[] {
  const { value } = extracted;
  switch (type) {
    case 'token':
      return readToken(extracted, definitions).filter(isRealCode).map(systemCodeValue);
    case 'quantity':
      return isObject(value) && typeof value.value === 'number' && value.comparator === undefined ? [writtenAmount(String(value.value), textOf(value.system), textOf(value.code))] : [];
    case 'reference':
      return isObject(value) && typeof value.reference === 'string' ? [value.reference] : [];
    case 'composite':
    case 'special':
      return [];
    default:
      return typeof value === 'string' || typeof value === 'number' ? [escapeValue(String(value))] : [];
  }
}

/** `number|system|code`, or the number alone where the unit is not coded. */
export function writtenAmount(number: string, system: string | undefined, code: string | undefined): string {
  return system === undefined || code === undefined ? number : `${number}|${escapeValue(system)}|${escapeValue(code)}`;
}
