/** A seed in, the same endless sequence of numbers each time out (mulberry32): for data, never for secrets. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of the values, of which there must be one. */
  pick<T>(values: readonly T[]): T;
  /** 32 random bits as a number from 0. */
  bits(): number;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const between = (low: number, high: number) => low + Math.floor((bits() / 2 ** 32) * (high - low + 1));
  return { bits, between, pick: (values) => values[between(0, values.length - 1)]! };
}
