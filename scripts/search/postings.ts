/**
 * An index of one parameter over the resources of one type: a search value in, the resources that may match it out.
 * A posting may name too many resources (each is judged afterwards) but never leaves out one whose outcome is not a certain no.
 */
import { dateRange, HOUR, SECOND, type Nanoseconds } from './date-range';
import type { Entry } from './entry';
import type { DateValue } from './match/date';
import type { ReferenceValue } from './match/reference';
import type { TokenValue } from './match/token';
import type { UriValue } from './match/uri';
import { localKey, parseReference } from './reference-target';
import type { SearchType, SearchValue } from './types';

export interface Posting {
  /** Resources that have a value, searchable or not. */
  readonly valued: ReadonlySet<Entry>;
  /** Those of them that certainly count as having one (`:missing`). */
  readonly present: ReadonlySet<Entry>;
  add(entry: Entry, values: readonly unknown[]): void;
  remove(entry: Entry, values: readonly unknown[]): void;
  /**
   * Resources that may match; undefined where this posting cannot tell and all have to be judged.
   * @param mayMatch judges one distinct value, for postings that keep distinct values
   */
  candidates(search: SearchValue, modifier: string | undefined, base: string, mayMatch: (value: unknown) => boolean): ReadonlySet<Entry> | undefined;
}

/** A posting of references can also be asked from the other end. */
export interface ReferencePosting extends Posting {
  /** Who refers to a local `Type/id` that passes the test, or to anything that is not a local `Type/id`. */
  referrers(test: (key: string) => boolean, base: string): Iterable<Entry>;
}

/**
 * The posting that suits a parameter type.
 * @param isPresent whether a value certainly counts as one for `:missing`
 */
export function postingFor(type: SearchType, isPresent: (value: unknown) => boolean): Posting {
  const valued = new Set<Entry>();
  const present = new Set<Entry>();
  const inner = searchable(type);
  return {
    ...inner,
    valued,
    present,
    add(entry, values) {
      if (values.length > 0) valued.add(entry);
      if (values.some(isPresent)) present.add(entry);
      inner.add(entry, values);
    },
    remove(entry, values) {
      valued.delete(entry);
      present.delete(entry);
      inner.remove(entry, values);
    },
  };
}

type Searchable = Omit<Posting, 'valued' | 'present'>;

function searchable(type: SearchType): Searchable {
  switch (type) {
    case 'token':
      return keyed(tokenKeys, tokenLookup);
    case 'reference':
      return references();
    case 'uri':
      return keyed((value) => [`u ${withoutVersion((value as UriValue).uri)}`], uriLookup);
    case 'date':
      return dates();
    default:
      return distinct();
  }
}

const NOBODY: ReadonlySet<Entry> = new Set();

/** Sets of resources by text keys. */
function keyed(keysOf: (value: unknown) => readonly string[], lookup: (search: SearchValue, modifier: string | undefined, base: string) => readonly string[] | undefined): Searchable {
  const sets = new Map<string, Set<Entry>>();
  return {
    add(entry, values) {
      for (const key of values.flatMap(keysOf)) {
        const set = sets.get(key);
        if (set === undefined) sets.set(key, new Set([entry]));
        else set.add(entry);
      }
    },
    remove(entry, values) {
      for (const key of values.flatMap(keysOf)) {
        const set = sets.get(key);
        set?.delete(entry);
        if (set?.size === 0) sets.delete(key);
      }
    },
    candidates(search, modifier, base) {
      const keys = lookup(search, modifier, base);
      if (keys === undefined) return undefined;
      const found = [...new Set(keys)].flatMap((key) => sets.get(key) ?? []);
      if (found.length < 2) return found[0] ?? NOBODY;
      const union = new Set<Entry>();
      for (const set of found) for (const entry of set) union.add(entry);
      return union;
    },
  };
}

/** Contact points may be matched loosely, bare codes may have any system: these are always looked at. */
function tokenKeys(value: unknown): readonly string[] {
  const { kind, code, system } = value as TokenValue;
  const keys = kind === 'contact' ? ['contact'] : code === undefined ? [] : [`c ${code.toLowerCase()}`];
  if (system !== undefined) keys.push(`s ${system.toLowerCase()}`);
  else if (kind === 'code') keys.push('bare');
  return keys;
}

function tokenLookup({ parts }: SearchValue, modifier: string | undefined): readonly string[] | undefined {
  if (modifier === 'of-type') return [`c ${(parts[2] ?? '').toLowerCase()}`];
  if (modifier !== undefined) return undefined;
  const [first = '', second] = parts;
  if (second === '') return [`s ${first.toLowerCase()}`, 'bare'];
  const code = (second ?? first).toLowerCase();
  return [`c ${code}`, `c ${code.replace(/^urn:oid:/, '')}`, 'contact'];
}

function referenceKeys(value: unknown): readonly string[] {
  const { target, canonical, identifiers } = value as ReferenceValue;
  const keys = identifiers.flatMap((token) => (token.code === undefined ? [] : [`i ${token.code.toLowerCase()}`]));
  if (target !== undefined) keys.push(target.id === undefined ? `r ${target.raw}` : `d ${target.id}`);
  if (canonical !== undefined) keys.push(`u ${canonical.url}`);
  return keys;
}

/** References by key, and every distinct target with those who refer to it. */
function references(): Omit<ReferencePosting, 'valued' | 'present'> {
  const byKey = keyed(referenceKeys, referenceLookup);
  const byTarget = keyed((value) => targetKeys(value as ReferenceValue), ({ raw }) => [raw]);
  const targets = new Map<string, { value: ReferenceValue; count: number }>();
  return {
    candidates: byKey.candidates,
    add(entry, values) {
      byKey.add(entry, values);
      byTarget.add(entry, values);
      for (const value of values as readonly ReferenceValue[]) {
        for (const key of targetKeys(value)) {
          const row = targets.get(key);
          if (row === undefined) targets.set(key, { value, count: 1 });
          else row.count += 1;
        }
      }
    },
    remove(entry, values) {
      byKey.remove(entry, values);
      byTarget.remove(entry, values);
      for (const value of values as readonly ReferenceValue[]) {
        for (const key of targetKeys(value)) {
          const row = targets.get(key);
          if (row !== undefined && (row.count -= 1) === 0) targets.delete(key);
        }
      }
    },
    *referrers(test, base) {
      for (const [raw, { value }] of targets) {
        const key = value.target === undefined || value.nested !== undefined ? undefined : localKey(value.target, base);
        if (key === undefined || test(key)) yield* byTarget.candidates({ raw, prefix: 'eq', text: raw, parts: [raw] }, undefined, base, () => true) ?? [];
      }
    },
  };
}

/** One key for each distinct literal, canonical or nested target. */
function targetKeys({ target, canonical, nested }: ReferenceValue): readonly string[] {
  if (nested !== undefined) return ['(nested)'];
  return target === undefined ? (canonical === undefined ? [] : [canonical.url]) : [target.raw];
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

function uriLookup({ text }: SearchValue, modifier: string | undefined): readonly string[] | undefined {
  return modifier !== undefined || !text.includes(':') ? undefined : [`u ${withoutVersion(text)}`];
}

function withoutVersion(uri: string): string {
  const bar = uri.indexOf('|');
  return bar < 0 ? uri : uri.slice(0, bar);
}

/** More than any two zones can lie apart, and more than any rounding. */
const SLACK = 30n * HOUR + SECOND;

interface Limit {
  at: Nanoseconds;
  entry: Entry;
}

/** Both ends of every value in order; a search takes the stretch that may match. */
function dates(): Searchable {
  const lows: Limit[] = [];
  const highs: Limit[] = [];
  const loose = new Set<Entry>();
  const isLoose = (value: DateValue) => value.malformed === true || value.unbounded === true;
  return {
    add(entry, values) {
      for (const value of values as readonly DateValue[]) {
        if (isLoose(value)) loose.add(entry);
        else {
          insert(lows, value.low.at, entry);
          insert(highs, value.high.at, entry);
        }
      }
    },
    remove(entry, values) {
      for (const value of values as readonly DateValue[]) {
        if (isLoose(value)) loose.delete(entry);
        else {
          take(lows, value.low.at, entry);
          take(highs, value.high.at, entry);
        }
      }
    },
    candidates(search) {
      const range = dateRange(search.text);
      if (range === undefined) return undefined;
      const [from, to] = [range.low - SLACK, range.high + SLACK];
      const found = new Set(loose);
      const collect = (limits: readonly Limit[], first: number, last: number) => {
        for (let at = first; at < last; at += 1) found.add((limits[at] as Limit).entry);
      };
      switch (search.prefix) {
        case 'eq':
          collect(lows, position(lows, from), position(lows, to));
          return found;
        case 'gt':
        case 'ge':
        case 'sa':
          collect(highs, position(highs, from), highs.length);
          return found;
        case 'lt':
        case 'le':
        case 'eb':
          collect(lows, 0, position(lows, to));
          return found;
        default:
          return undefined;
      }
    },
  };
}

/** Position of the first limit at or after `at`, of those at `at` the first whose resource came at or after `ordinal`. */
function position(limits: readonly Limit[], at: Nanoseconds, ordinal = 0): number {
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const limit = limits[middle] as Limit;
    if (limit.at < at || (limit.at === at && limit.entry.ordinal < ordinal)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(limits: Limit[], at: Nanoseconds, entry: Entry): void {
  const place = position(limits, at, entry.ordinal);
  if (place === limits.length) limits.push({ at, entry });
  else limits.splice(place, 0, { at, entry });
}

function take(limits: Limit[], at: Nanoseconds, entry: Entry): void {
  const place = position(limits, at, entry.ordinal);
  if (limits[place]?.entry === entry) limits.splice(place, 1);
}

/** Every distinct value once, with the resources that have it: a search judges each value once. */
function distinct(): Searchable {
  const rows = new Map<string, { value: unknown; entries: Set<Entry> }>();
  return {
    add(entry, values) {
      for (const value of values) {
        const key = keyOf(value);
        const row = rows.get(key);
        if (row === undefined) rows.set(key, { value, entries: new Set([entry]) });
        else row.entries.add(entry);
      }
    },
    remove(entry, values) {
      for (const value of values) {
        const key = keyOf(value);
        const row = rows.get(key);
        row?.entries.delete(entry);
        if (row?.entries.size === 0) rows.delete(key);
      }
    },
    candidates(_search, _modifier, _base, mayMatch) {
      const found = new Set<Entry>();
      for (const { value, entries } of rows.values()) if (mayMatch(value)) for (const entry of entries) found.add(entry);
      return found;
    },
  };
}

function keyOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
