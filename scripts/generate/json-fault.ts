/** A text that JSON.parse refused in, the place of its first fault and what was expected there out: V8's own message often has no place. */

export interface JsonFault {
  /** 0-based. */
  readonly offset: number;
  readonly message: string;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The first fault, or undefined where the text is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    const end = skip(text, value(text, 0));
    return end === text.length ? undefined : { offset: end, message: `the end was expected, not ${found(text, end)}` };
  } catch (error) {
    if (error instanceof Fault) return { offset: error.offset, message: error.message };
    throw error;
  }
}

class Fault extends Error {
  constructor(text: string, expected: string, readonly offset: number) {
    super(`${expected} was expected, not ${found(text, offset)}`);
  }
}

function found(text: string, offset: number): string {
  return offset >= text.length ? 'the end' : `"${/^\S{1,12}/.exec(text.slice(offset))?.[0] ?? text[offset]}"`;
}

function match(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function skip(text: string, offset: number): number {
  return match(SPACE, text, offset);
}

/** The offset after the value that begins at or after `offset`. */
function value(text: string, offset: number): number {
  const start = skip(text, offset);
  if (text[start] === '{') return members(text, start + 1, '}', true);
  if (text[start] === '[') return members(text, start + 1, ']', false);
  const end = match(SCALAR, text, start);
  if (end < 0) throw new Fault(text, 'a value', start);
  return end;
}

function members(text: string, offset: number, close: string, named: boolean): number {
  let at = skip(text, offset);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (named) {
      if (text[at] !== '"') throw new Fault(text, 'an element name in quotes', at);
      at = skip(text, value(text, at));
      if (text[at] !== ':') throw new Fault(text, '":"', at);
      at += 1;
    }
    at = skip(text, value(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw new Fault(text, `"," or "${close}"`, at);
    at = skip(text, at + 1);
  }
}
