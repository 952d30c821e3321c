/** Faults in the spelling of systems, identifiers, URLs and texts, in values of several systems, and in the edges of zones and months. */
import { literal } from '../../core/wildcard';
import type { StringValue } from '../../search/match/string';
import type { TokenValue } from '../../search/match/token';
import type { UriValue } from '../../search/match/uri';
import { isObject } from '../../core/json';
import type { Resource } from '../../core/fhir';
import type { Criterion } from '../../search/types';
import { indexing, isPlain, lookingAgain } from './matching';
import { rule, type FaultRow } from './row';
import { isFilter, mappingPairs, mappingValues, splitOr } from './rewriting';

const SYSTEM = /^((?:\\.|[^\\|])*)\|(.+)$/s;
const V2_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const same = (criterion: Criterion) => criterion;
/** Everything with a value is looked at again. */
const anyValue = (criterion: Criterion): Criterion => ({ ...criterion, modifier: 'missing', values: [{ raw: 'false', prefix: 'eq', text: 'false', parts: ['false'] }] });
const isOf = (type: string, modifier?: string) => (criterion: Criterion) => isPlain(criterion) && criterion.definition.type === type && criterion.modifier === modifier;
const hasWildcard = (criterion: Criterion) => criterion.values.some(({ text }) => /[%_]/.test(text));
const isIdentifier = (criterion: Criterion) => isOf('token')(criterion) && criterion.definition.code === 'identifier';
const withoutZeros = (code: string) => code.replace(/^0+(?=\d)/, '');

/** The resource with other values in its identifiers. */
const withIdentifiers = (change: (value: string) => string) => (resource: Resource): Resource =>
  Array.isArray(resource['identifier']) ? { ...resource, identifier: resource['identifier'].map((one: unknown) => (isObject(one) && typeof one['value'] === 'string' ? { ...one, value: change(one['value']) } : one)) } : resource;

export const DETAIL_FAULTS: readonly FaultRow[] = [
  { id: 'or-systems-crossed', group: 'token', does: 'Of several values each code is found under the system of each other one.', breaks: rule('or'), override: mappingPairs(([name, value]) => (isFilter(name) ? [[name, crossed(splitOr(value)).join(',')]] : undefined)) },
  { id: 'not-system-ignored', group: 'token', does: ':not passes over the system of the code.', breaks: rule('token-not'), override: mappingPairs(([name, value]) => (name.endsWith(':not') ? [[name, splitOr(value).map((one) => SYSTEM.exec(one)?.[2] ?? one).join(',')]] : undefined)) },
  { id: 'system-slash-ignored', group: 'token', does: 'A slash at the end of a system makes no difference.', breaks: rule('token-system-code'), override: mappingValues((value) => (SYSTEM.test(value) ? value.replace(/\/\|/, '|') : undefined)) },
  { id: 'identifier-zeros-cut-in-index', group: 'token', does: 'Identifiers are found without the zeros in front of them alone.', breaks: rule('token-code'), override: indexing(withIdentifiers(withoutZeros)) },
  { id: 'identifier-zeros-ignored', group: 'token', does: 'Zeros in front of an identifier make no difference.', breaks: rule('token-code'), override: lookingAgain(isIdentifier, anyValue, (value, { values }) => values.some(({ parts }) => withoutZeros((value as TokenValue).code ?? '') === withoutZeros(parts.at(-1) ?? ''))) },
  { id: 'identifier-wildcards', group: 'token', does: 'In an identifier a percent sign stands for any letters, an underscore for any letter.', breaks: rule('token-code'), override: lookingAgain((criterion) => isIdentifier(criterion) && hasWildcard(criterion), anyValue, (value, { values }) => values.some(({ parts }) => asWildcards(parts.at(-1) ?? '').test((value as TokenValue).code ?? ''))) },
  { id: 'token-text-case-told-apart', group: 'token', does: ':text tells upper and lower case apart.', breaks: rule('token-text'), override: lookingAgain(isOf('token', 'text'), same, (value, { values }) => (value as TokenValue).texts.some((text) => values.some((wanted) => text.startsWith(wanted.text)))) },
  { id: 'of-type-system-ignored', group: 'token', does: ':of-type passes over the system of the type.', breaks: rule('token-of-type'), override: mappingPairs(([name, value]) => (name.endsWith(':of-type') ? [[name, value.replace(/^[^|]*/, V2_TYPES)]] : undefined)) },
  { id: 'string-wildcards', group: 'string', does: 'A percent sign stands for any letters, an underscore for any letter.', breaks: rule('string-start'), override: lookingAgain((criterion) => isPlain(criterion) && criterion.definition.type === 'string' && hasWildcard(criterion), anyValue, (value, { values }) => (value as StringValue).texts.some((text) => values.some((wanted) => asWildcards(wanted.text).test(text)))) },
  { id: 'contains-case-told-apart', group: 'string', does: ':contains tells upper and lower case apart.', breaks: rule('string-contains'), override: lookingAgain(isOf('string', 'contains'), same, (value, { values }) => (value as StringValue).texts.some((text) => values.some((wanted) => text.includes(wanted.text)))) },
  { id: 'uri-slash-ignored', group: 'string', does: 'A slash at the end of a uri makes no difference.', breaks: rule('uri'), override: lookingAgain(isOf('uri'), anyValue, (value, { values }) => values.some(({ text }) => text.replace(/\/$/, '') === (value as UriValue).uri.replace(/\/$/, ''))) },
  { id: 'date-zone-minutes-lost', group: 'date', does: 'Of the offset of a time only the hours count.', breaks: rule('date-eq'), override: mappingValues((value) => (/^[a-z]{0,2}\d{4}-\d{2}-\d{2}T/.test(value) ? value.replace(/([+-]\d{2}):\d{2}$/, '$1:00') : undefined)) },
  { id: 'date-minute-as-second', group: 'date', does: 'A search for a minute is one for its first second.', breaks: rule('date-eq'), override: mappingValues((value) => value.replace(/^((?:eq)?\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?=Z|[+-])/, '$1:00')) },
  { id: 'date-month-ends-early', group: 'date', does: 'A month ends with its 28th day.', breaks: rule('date-eq'), override: mappingPairs(([name, value]) => (/^\d{4}-\d{2}$/.test(value) && !isReserved(name) ? [[name, `ge${value}-01`], [name, `le${value}-28`]] : undefined)) },
];

function crossed(values: readonly string[]): readonly string[] {
  const parts = values.flatMap((value) => { const match = SYSTEM.exec(value); return match === null ? [] : [match]; });
  return parts.length < values.length || values.length < 2 ? values : parts.flatMap(([, system]) => parts.map(([, , code]) => `${system}|${code}`));
}

function asWildcards(text: string): RegExp {
  return new RegExp(`^${literal(text).replaceAll('%', '.*').replaceAll('_', '.')}`, 'isu');
}

function isReserved(name: string): boolean {
  return !isFilter(name) || /[:.]/.test(name);
}
