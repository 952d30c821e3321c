/** The limits every request passes: how many in all, how many at a time, how many a second. */
import { KnownError } from '../../core/known-error';

/** Waits some milliseconds; rejects when the signal aborts. Injected, so that tests need not wait. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

export const realWait: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

export interface Gate {
  /** Waits for a free place and the right moment, does the work, and frees the place. */
  pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Requests let through so far. */
  readonly count: number;
}

export interface GateLimits {
  /** Requests in all; undefined is unlimited. */
  budget?: number;
  /** Requests at the same time. */
  concurrency: number;
  /** Requests a second; undefined is unlimited. */
  rate?: number;
  now(): number;
  wait: Wait;
}

/** Code of the KnownError that a request gets when the budget is used up. */
export const BUDGET_USED_UP = 'budget-used-up';

/** A gate that holds its limits whatever the callers do. */
export function createGate(limits: GateLimits): Gate {
  const waiting: (() => void)[] = [];
  let free = limits.concurrency;
  let count = 0;
  let nextSlot = 0;

  const enter = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const takeSlot = async (signal?: AbortSignal) => {
    if (limits.rate === undefined) return;
    const slot = Math.max(limits.now(), nextSlot);
    nextSlot = slot + 1000 / limits.rate;
    if (slot > limits.now()) await limits.wait(slot - limits.now(), signal);
  };

  return {
    get count() {
      return count;
    },
    async pass(work, signal) {
      await enter();
      try {
        if (limits.budget !== undefined && count >= limits.budget) {
          throw new KnownError(BUDGET_USED_UP, `the request budget of ${limits.budget} is used up`, 'Raise it with --budget, or choose fewer tests with --only.');
        }
        count += 1;
        await takeSlot(signal);
        return await work();
      } finally {
        leave();
      }
    },
  };
}
