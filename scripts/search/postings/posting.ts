/**
 * The contract of a posting, an index of one parameter over the resources of one type: a search value in, the resources that may match
 * it out. It may name too many resources (each is judged afterwards) but never leaves out one whose outcome is not a certain no.
 */
import type { Entry } from '../entry';
import type { SearchValue } from '../types';

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

/** A posting without what `:missing` needs, which is the same for all types. */
export type Searchable<P extends Posting = Posting> = Omit<P, 'valued' | 'present'>;
