/**
 * JSON text in, values out that remember how their numbers were written, and back again: a FHIR decimal of 1.0 is not the same as 1.
 * "Implementations SHALL handle decimal values in ways that preserve and respect the precision of the value": https://hl7.org/fhir/R4/datatypes.html#decimal
 */

/** How a number is written, by the object or array that holds it and the name or position in it; only where JavaScript would write it otherwise. */
const written = new WeakMap<object, Map<string, string>>();
/** Whether there is any such number: most data has none, and is then read and written as fast as ever. */
let any = false;

/** A number of JSON. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Most numbers cannot be such: only zeros at the end of a fraction, exponents, many digits and what JavaScript gives an exponent are lost. UIDs and times in texts end otherwise. */
const MAY_BE_LOST = /(?:^|[:[,])\s*(?:-0|-?(?:\d+\.\d*0|0\.0{6}\d+|\d[\d.]*[eE][+-]?\d+|\d[\d.]{15,}))\s*(?:$|[,}\]])/;
const MARK = '\u0000number:';

/** The text of a number in an object or array, where it is another than JavaScript's. */
export function writtenNumber(holder: object, key: string | number): string | undefined {
  return written.get(holder)?.get(String(key));
}

/** Remembers how a number is written; what JSON could not write, or JavaScript writes alike, is passed over. */
export function noteWrittenNumber(holder: object, key: string | number, text: string): void {
  if (!NUMBER.test(text) || String(Number(text)) === text) return;
  let texts = written.get(holder);
  if (texts === undefined) written.set(holder, (texts = new Map<string, string>()));
  texts.set(String(key), text);
  any = true;
}

/** As `JSON.parse`. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  if (!MAY_BE_LOST.test(text)) return JSON.parse(text);
  const texts: string[] = [];
  const marked = text.replace(STRING_OR_NUMBER, (part) => (part.startsWith('"') || String(Number(part)) === part ? part : `"\\u0000number:${texts.push(part) - 1}"`));
  if (texts.length === 0) return JSON.parse(text);
  try {
    return JSON.parse(marked, function (this: object, key, value: unknown) {
      const original = typeof value === 'string' && value.startsWith(MARK) ? texts[Number(value.slice(MARK.length))] : undefined;
      if (original === undefined) return value;
      noteWrittenNumber(this, key, original);
      return Number(original);
    });
  } catch {
    // What is no JSON is refused with its own positions.
    return JSON.parse(text);
  }
}

/** As `JSON.stringify`, each number as it was written. */
export function stringifyExactly(value: unknown, indent?: number): string {
  // To look for one is much quicker than to be asked at each value.
  if (!any || !holdsWritten(value)) return JSON.stringify(value, null, indent);
  let marked = false;
  const text = JSON.stringify(
    value,
    function (this: object, key, inner: unknown) {
      const original = typeof inner === 'number' ? writtenNumber(this, key) : undefined;
      if (original === undefined || Number(original) !== inner) return inner;
      marked = true;
      return MARK + original;
    },
    indent,
  );
  return marked ? text.replace(/"\\u0000number:([^"]*)"/g, '$1') : text;
}

function holdsWritten(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (written.has(value)) return true;
  for (const key in value) if (holdsWritten((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** Lets a copy remember what its original does, wherever both have the same number in the same place; the copy is given back. */
export function withWrittenNumbers<T>(copy: T, original: unknown): T {
  if (any) carry(original, copy);
  return copy;
}

function carry(from: unknown, to: unknown): void {
  if (typeof from !== 'object' || from === null || typeof to !== 'object' || to === null || from === to) return;
  for (const [key, value] of Object.entries(to)) {
    const before = (from as Record<string, unknown>)[key];
    const text = typeof value === 'number' && value === before ? writtenNumber(from, key) : undefined;
    if (text !== undefined) noteWrittenNumber(to, key, text);
    else carry(before, value);
  }
}
