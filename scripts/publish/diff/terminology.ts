/** Two states of a value set or a code system in, the codes that came and went out. */
import type { Resource } from '../../core/fhir';
import type { Difference } from './change';
import { compareMembers, compareOther, plainText } from './compare-values';
import type { Codes } from './element';
import { conceptCodes } from './value-set-codes';

/** A code that is gone is one that producers may no longer write; a new one is one that consumers do not know. */
export function compareValueSets(before: Resource, after: Resource, codes: Codes): Difference[] {
  const [old, now] = [codes.before(String(before['url'])), codes.after(String(after['url']))];
  return [
    ...compareMembers('codes', undefined, old?.included ?? [], now?.included ?? [], ['tightened', 'loosened']),
    ...compareMembers('codes', 'excluded', old?.excluded ?? [], now?.excluded ?? [], ['loosened', 'tightened']),
  ];
}

export function compareCodeSystems(before: Resource, after: Resource): Difference[] {
  return [
    ...compareMembers('codes', undefined, conceptCodes(before), conceptCodes(after), ['tightened', 'loosened']),
    ...compareOther('codes', 'caseSensitive', plainText(before['caseSensitive']), plainText(after['caseSensitive'])),
    ...compareOther('content', 'content', plainText(before['content']), plainText(after['content'])),
  ];
}
