/** A value set's name and an index in, the codes of the value set out - where they can be known without a terminology server. */
import type { Resource } from '../core/fhir';
import { isObject } from '../core/json';
import { itemsOf, textOf } from './json';
import { localKey, parseReference } from './reference-target';
import type { SearchIndex } from './types';

/**
 * `system|code` of every member, by URL (with or without `|version`) or by reference to a ValueSet of the index. Undefined where
 * the value set is not there, or is defined by filters, by other value sets or by a whole code system.
 */
export function valueSetMembers(index: SearchIndex, reference: string): ReadonlySet<string> | undefined {
  const [url, version] = reference.split('|', 2) as [string, string?];
  const key = localKey(parseReference(reference), index.base);
  const found = (key === undefined ? undefined : index.get(key)) ?? index.all('ValueSet').find((set) => set.url === url && (version === undefined || set.version === version));
  return found?.resourceType === 'ValueSet' ? membersOf(found) : undefined;
}

function membersOf(valueSet: Resource): ReadonlySet<string> | undefined {
  const { compose, expansion } = valueSet;
  if (isObject(expansion)) {
    const contains = itemsOf(expansion.contains);
    if (typeof expansion.total !== 'number' || expansion.total <= contains.length) return new Set(expanded(contains));
  }
  if (!isObject(compose) || itemsOf(compose.exclude).length > 0) return undefined;
  const members = new Set<string>();
  for (const include of itemsOf(compose.include)) {
    if (!isObject(include) || include.filter !== undefined || include.valueSet !== undefined || !Array.isArray(include.concept)) return undefined;
    for (const concept of include.concept.filter(isObject)) members.add(`${textOf(include.system) ?? ''}|${textOf(concept.code) ?? ''}`);
  }
  return members.size > 0 ? members : undefined;
}

/** The codes of an expansion, those below others included. */
function expanded(contains: readonly unknown[]): string[] {
  return contains.filter(isObject).flatMap((row) => [`${textOf(row.system) ?? ''}|${textOf(row.code) ?? ''}`, ...expanded(itemsOf(row.contains))]);
}
