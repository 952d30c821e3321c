/** The posting of reference parameters: by target, by URL and by identifier, and the other way round. */
import type { Entry } from '../entry';
import type { ReferenceValue } from '../match/reference';
import { localKey, parseReference } from '../reference-target';
import type { SearchValue } from '../types';
import { keyed } from './keyed';
import type { ReferencePosting, Searchable } from './posting';
import { withoutVersion } from './uris';

/** References by key, and every distinct target with those who refer to it. */
export function references(): Searchable<ReferencePosting> {
  const byKey = keyed(referenceKeys, referenceLookup);
  const targets = new Map<string, { value: ReferenceValue; entries: Set<Entry> }>();
  return {
    candidates: byKey.candidates,
    add(entry, values) {
      byKey.add(entry, values);
      for (const value of values as readonly ReferenceValue[]) {
        const key = targetKey(value);
        if (key === undefined) continue;
        const row = targets.get(key);
        if (row === undefined) targets.set(key, { value, entries: new Set([entry]) });
        else row.entries.add(entry);
      }
    },
    remove(entry, values) {
      byKey.remove(entry, values);
      for (const value of values as readonly ReferenceValue[]) {
        const key = targetKey(value) ?? '';
        const row = targets.get(key);
        row?.entries.delete(entry);
        if (row?.entries.size === 0) targets.delete(key);
      }
    },
    *referrers(test, base) {
      for (const { value, entries } of targets.values()) {
        const key = value.target === undefined || value.nested !== undefined ? undefined : localKey(value.target, base);
        if (key === undefined || test(key)) yield* entries;
      }
    },
  };
}

function referenceKeys(value: unknown): readonly string[] {
  const { target, canonical, identifiers } = value as ReferenceValue;
  const keys = identifiers.flatMap((token) => (token.code === undefined ? [] : [`i ${token.code.toLowerCase()}`]));
  if (target !== undefined) keys.push(target.id === undefined ? `r ${target.raw}` : `d ${target.id}`);
  if (canonical !== undefined) keys.push(`u ${canonical.url}`);
  return keys;
}

function referenceLookup({ text, parts }: SearchValue, modifier: string | undefined, base: string): readonly string[] | undefined {
  if (modifier === 'identifier') {
    const [first = '', second] = parts;
    return second === '' ? undefined : [`i ${(second ?? first).toLowerCase()}`];
  }
  if (modifier === 'above' || modifier === 'below') return undefined;
  const url = withoutVersion(text);
  return [`r ${text}`, `d ${parseReference(text).id ?? text}`, `u ${url}`, `u ${base}/${url}`];
}

/** One key for each distinct literal, canonical or nested target. */
function targetKey({ target, canonical, nested }: ReferenceValue): string | undefined {
  return nested === undefined ? (target?.raw ?? canonical?.url) : '(nested)';
}
