/** Remembers answers to requests that change nothing, as many as fit, so that no test asks twice without need. */
import type { Exchange } from '../core/result';

export interface Memory {
  get(key: string): Promise<Exchange> | undefined;
  /** Remembers an answer under way; one that does not come is forgotten. */
  set(key: string, pending: Promise<Exchange>): void;
  /** What a write has changed, no earlier answer tells. */
  clear(): void;
}

/** Characters of bodies that are kept by default: enough for the examples many times over, and no burden for the machine. */
const ENOUGH = 100_000_000;

export function createMemory(limit = ENOUGH): Memory {
  const entries = new Map<string, { pending: Promise<Exchange>; size: number }>();
  let total = 0;
  const forget = (key: string) => {
    total -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => entries.get(key)?.pending,
    set(key, pending) {
      const entry = { pending, size: 0 };
      entries.set(key, entry);
      const settle = (exchange: Exchange) => {
        if (entries.get(key) !== entry) return;
        if (exchange.response === undefined) return forget(key);
        entry.size = exchange.response.body.length;
        total += entry.size;
        // The oldest go first.
        for (const oldest of entries.keys()) {
          if (total <= limit) break;
          forget(oldest);
        }
      };
      pending.then(settle, () => {
        if (entries.get(key) === entry) forget(key);
      });
    },
    clear() {
      entries.clear();
      total = 0;
    },
  };
}
