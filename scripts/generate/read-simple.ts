/** A YAML scalar and the simple type it should have in, a string, number or boolean out. */
import { isDicomUid } from '../core/dicom-uid';
import { isId } from '../core/fhir';
import { allowedSentence } from '../core/nearest';
import { reject, type Reading } from './reading';
import { SIMPLE_TYPES, type SimpleType } from './shape';
import type { Mistake } from './source-text';
import { kindOf, plainValue, type YamlNode, type YamlScalar } from './yaml-tree';

const DAY = '([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])';
const TIME = 'T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))';
/** The patterns of https://hl7.org/fhir/R4/datatypes.html#primitive */
const PATTERNS = {
  date: new RegExp(`^${DAY})?)?$`),
  dateTime: new RegExp(`^${DAY}(${TIME})?)?)?$`),
  instant: new RegExp(`^${DAY}${TIME}))$`),
} as const;
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;

/** The value, or undefined after a mistake. */
export function readSimple(type: SimpleType, node: YamlNode, reading: Reading): unknown {
  if (type === 'json') return plainValue(node);
  const wrong = (code: Mistake = 'wrong-type') => reject(code, `${SIMPLE_TYPES[type]} was expected, not ${kindOf(node)}.`, node.place, reading);
  if (node.kind !== 'scalar' || node.text === '') return wrong();
  const { text, value } = node;
  switch (type) {
    case 'text':
      return value === null ? wrong() : text;
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : wrong();
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong();
    case 'date':
    case 'dateTime':
    case 'instant':
      return PATTERNS[type].test(text) && isCalendarDay(text) ? text : wrong('bad-date');
    case 'uri':
      return ABSOLUTE_URI.test(text) ? text : wrong('bad-uri');
    case 'uid':
      return isDicomUid(text) ? text : reject('bad-uid', `"${text}" is not a legal DICOM UID: digits and dots, at most 64 characters, no component with a leading zero.`, node.place, reading);
    case 'id':
      return isId(text) ? text : reject('bad-id', `"${text}" is not a FHIR id: letters, digits, "-" and ".", at most 64.`, node.place, reading);
    case 'system':
      return readSystem(node, reading);
  }
}

/** False for 2023-02-30: the pattern lets it through. */
function isCalendarDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return true;
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

function readSystem({ text, place }: YamlScalar, reading: Reading): string | undefined {
  const known = reading.vocabulary.systems;
  if (known.has(text)) return known.get(text);
  return ABSOLUTE_URI.test(text) ? text : reject('unknown-code', `"${text}" is neither a system of codes.yaml nor an absolute URI. ${allowedSentence(text, [...known.keys()])}`, place, reading);
}
