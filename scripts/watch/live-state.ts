/** What a live site shows and knows: the last good pages, what is wrong with the sources as they are now, and what the validator says. */
import type { Finding } from '../core/finding';

/** A finding with the text around its place. */
export interface Problem {
  readonly finding: Finding;
  readonly excerpt?: string;
}

/** What the official validator is doing. */
export type ValidatorState =
  | { readonly state: 'off'; readonly why: string }
  | { readonly state: 'starting' }
  | { readonly state: 'checking'; readonly resources: number }
  | { readonly state: 'done'; readonly errors: number; readonly warnings: number; readonly problems: readonly Problem[] };

export interface LiveState {
  /** Grows with every change of any page. */
  readonly generation: number;
  /** Path in the site -> text, of the last sources without an error. */
  readonly pages: ReadonlyMap<string, string>;
  /** Path -> file on disk. */
  readonly files: ReadonlyMap<string, string>;
  /** Makes a file that is not worth making at every edit: the archives for download. */
  readonly archive?: (path: string) => string | Uint8Array | undefined;
  /** Generation in which each page became what it is. */
  readonly changedAt: ReadonlyMap<string, number>;
  /** Whether the pages are those of the sources as they are: false after an edit that breaks them. */
  readonly current: boolean;
  readonly problems: readonly Problem[];
  readonly validator: ValidatorState;
  /** When the pages were made, as text; absent before the first. */
  readonly madeAt?: string;
}

export const NOTHING_YET: LiveState = { generation: 0, pages: new Map(), files: new Map(), changedAt: new Map(), current: false, problems: [], validator: { state: 'starting' } };

/** The next state with new pages; a page whose text is the same stays of its generation. */
export function withPages(state: LiveState, pages: ReadonlyMap<string, string>, files: ReadonlyMap<string, string>, madeAt: string): { state: LiveState; changed: string[] } {
  const changed = [...pages].filter(([path, text]) => state.pages.get(path) !== text).map(([path]) => path);
  const gone = [...state.pages.keys()].filter((path) => !pages.has(path));
  const generation = changed.length + gone.length === 0 ? state.generation : state.generation + 1;
  const changedAt = new Map(state.changedAt);
  for (const path of [...changed, ...gone]) changedAt.set(path, generation);
  return { state: { ...state, generation, pages, files, changedAt, madeAt }, changed };
}
