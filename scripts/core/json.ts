/** Anything in, whether it is a JSON object out: what other people's files and servers send may be of any JSON type. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path of names and positions; undefined where nothing does, whatever stands on the way. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const step of path) at = typeof step === 'number' ? (Array.isArray(at) ? (at as unknown[])[step] : undefined) : isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}

const LONGEST_IN_WORDS = 80;

/** Any JSON value as a sentence shows it: `"x"`, `7`, `{"a":1}`, cut where it is long; `nothing` where there is none. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= LONGEST_IN_WORDS ? text : `${text.slice(0, LONGEST_IN_WORDS)}…`;
}

/**
 * Levels of lists and objects that anything is read to: FHIR's own resources need a few dozen, and whoever walks through a value
 * that goes much deeper runs out of stack.
 */
export const DEEPEST = 500;

/** Whether a JSON text goes deeper than is read; looked at before it is parsed, which alone can take minutes where it goes down by millions. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Position of the quote that ends a string, of the end of the text where none does. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
