/** The exchanges of a test in, what a report keeps of them out: all that a failure needs, little of what went well. */
import type { Exchange, Verdict } from '../core/result';

/** Bytes of a body that a report keeps: of the decisive answer, and of the others. */
const KEPT = { telling: { decisive: 100_000, other: 10_000, count: 12 }, quiet: { decisive: 2_000, other: 0, count: 1 } } as const;

const TELLING: readonly Verdict[] = ['fail', 'warn', 'error'];

/** The decisive exchange first, then the others in the order in which they were sent. */
export function evidence(exchanges: readonly Exchange[], decisive: Exchange | undefined, verdict: Verdict): Exchange[] {
  const kept = TELLING.includes(verdict) ? KEPT.telling : KEPT.quiet;
  const first = decisive ?? exchanges.at(-1);
  if (first === undefined) return [];
  const others = exchanges.filter((exchange) => exchange !== first);
  return [shortened(first, kept.decisive), ...others.slice(0, kept.count - 1).map((exchange) => shortened(exchange, kept.other))];
}

function shortened(exchange: Exchange, limit: number): Exchange {
  const { response } = exchange;
  if (response === undefined || response.body.length <= limit) return exchange;
  return { ...exchange, response: { ...response, body: response.body.slice(0, limit), truncatedAt: limit } };
}
