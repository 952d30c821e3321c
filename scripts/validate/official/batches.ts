/** Linked resources in, Bundles to send out: related resources together, each Bundle small enough to stay quick. */
import type { LinkedResource } from '../references';

export interface Batch {
  /** Indexes of the resources whose findings count. */
  readonly focus: readonly number[];
  /** Indexes of those that are only there to be referred to; another batch has them in focus. */
  readonly context: readonly number[];
}

export interface BatchLimits {
  readonly resources: number;
  /** Length of the focus resources' texts. */
  readonly characters: number;
}

/**
 * Measured on 2 cores with 600 resources: 4 ms each in Bundles of 60 to 200, 10 ms each in Bundles of 5 (each call costs 40 ms) and
 * 8 ms in one of 600; with 2000 resources in one Bundle it is 14 ms, as the validator searches the whole Bundle for every reference.
 */
export const BATCH_LIMITS: BatchLimits = { resources: 100, characters: 400_000 };

/** A resource with more references (a Group, a List) brings no targets along as context; they are looked up where it is in focus. */
const HUB = 50;

/**
 * Every index stands in the focus of exactly one batch; a resource is put beside those it refers to where there is room, else
 * they come along as context, with what they refer to themselves. No two resources of a batch have the same URL.
 * @param sizes length of each resource's text
 */
export function makeBatches(linked: readonly LinkedResource[], indexes: readonly number[], sizes: (index: number) => number, limits: BatchLimits = BATCH_LIMITS): Batch[] {
  const sendable = new Set(indexes);
  const waiting = new Set(indexes);
  const batches: Batch[] = [];
  let focus: number[] = [];
  let urls = new Set<string>();
  let room = limits.characters;
  const close = () => {
    if (focus.length > 0) batches.push({ focus, context: contextOf(linked, focus, urls).filter((index) => sendable.has(index)) });
    focus = [];
    urls = new Set();
    room = limits.characters;
  };
  for (const index of indexes) {
    // Depth first without recursion: a chain of references may be as long as the set.
    const stack = [index];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (!waiting.delete(next)) continue;
      const url = linked[next]?.fullUrl ?? '';
      if (focus.length >= limits.resources || (focus.length > 0 && sizes(next) > room) || urls.has(url)) close();
      focus.push(next);
      urls.add(url);
      room -= sizes(next);
      for (const target of [...(linked[next]?.targets ?? [])].reverse()) if (waiting.has(target)) stack.push(target);
    }
  }
  close();
  return batches;
}

/** What the focus refers to, directly or through others, and is not in it; never a second resource of the same URL. */
function contextOf(linked: readonly LinkedResource[], focus: readonly number[], urls: ReadonlySet<string>): number[] {
  const taken = new Set(urls);
  const context: number[] = [];
  const follow = (from: number) => {
    for (const target of linked[from]?.targets ?? []) {
      const url = linked[target]?.fullUrl ?? '';
      if (taken.has(url)) continue;
      taken.add(url);
      context.push(target);
    }
  };
  focus.forEach(follow);
  // `context` grows while it is walked.
  for (const index of context) if ((linked[index]?.targets.length ?? 0) <= HUB) follow(index);
  return context;
}
