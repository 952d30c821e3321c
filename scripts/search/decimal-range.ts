/** Decimal text in, the exact number and the range its digits imply out: https://hl7.org/fhir/R4/search.html#number */

/** An exact decimal: `units` times ten to the power of `exponent`. */
export interface Decimal {
  units: bigint;
  exponent: number;
}

export interface DecimalRange {
  /** The number itself. */
  value: Decimal;
  /** Half a unit of the last digit below and above: 100 means [99.5, 100.5). */
  low: Decimal;
  high: Decimal;
}

/** Far more digits than any real number has: what is longer is no number anyone means. */
const DECIMAL = /^([+-]?)(\d{1,80})(?:\.(\d{1,80}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The number that `text` writes and its implicit range; undefined for text that is no decimal. */
export function decimalRange(text: string): DecimalRange | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = '', power] = match;
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const exponent = Number(power ?? 0) - fraction.length;
  return {
    value: { units, exponent },
    low: { units: units * 10n - 5n, exponent: exponent - 1 },
    high: { units: units * 10n + 5n, exponent: exponent - 1 },
  };
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.units * 10n ** BigInt(a.exponent - exponent);
  const right = b.units * 10n ** BigInt(b.exponent - exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}
