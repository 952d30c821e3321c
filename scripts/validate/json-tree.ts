/** A JSON text in, its values with their places and its faults out: what JSON.parse does not tell. */

/** A value and where it stands; offsets count UTF-16 units from the start of the text. */
export interface JsonNode {
  readonly start: number;
  /** After the last character. */
  readonly end: number;
  /** Of an object; where a name occurs twice, the last, as JSON.parse takes it. */
  readonly members?: ReadonlyMap<string, JsonMember>;
  /** Of an array. */
  readonly items?: readonly JsonNode[];
}

export interface JsonMember {
  /** Offset of the name's quotation mark. */
  readonly nameStart: number;
  readonly value: JsonNode;
}

export interface JsonFault {
  readonly code: 'json-syntax' | 'duplicate-property';
  readonly offset: number;
  readonly message: string;
}

export interface JsonTree {
  /** Absent where the text is no JSON. */
  readonly root?: JsonNode;
  /** At most one `json-syntax`, the last; reading ends there. */
  readonly faults: readonly JsonFault[];
}

/** No FHIR resource comes near; it keeps hostile input from exhausting the stack, here and in the validator. */
const MAX_DEPTH = 500;
const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** Reads one JSON value, which has to be all of the text: https://www.rfc-editor.org/rfc/rfc8259 */
export function readJsonTree(text: string): JsonTree {
  const reader = new Reader(text);
  try {
    const root = reader.value(0, 0);
    const end = reader.skipSpace(root.end);
    if (end < text.length) throw new SyntaxFault(end, `the end was expected, not ${reader.found(end)}`);
    return { root, faults: reader.faults };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { faults: [...reader.faults, { code: 'json-syntax', offset: error.offset, message: error.message }] };
  }
}

class SyntaxFault extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

class Reader {
  readonly faults: JsonFault[] = [];

  constructor(private readonly text: string) {}

  value(offset: number, depth: number): JsonNode {
    const start = this.skipSpace(offset);
    if (depth > MAX_DEPTH) throw new SyntaxFault(start, `nested deeper than ${MAX_DEPTH} levels`);
    switch (this.text[start]) {
      case '{':
        return this.object(start, depth);
      case '[':
        return this.array(start, depth);
      case '"':
        return { start, end: this.stringEnd(start) };
      default: {
        const end = this.match(SCALAR, start);
        if (end < 0) throw this.expected('a value', start);
        return { start, end };
      }
    }
  }

  skipSpace(offset: number): number {
    return this.match(SPACE, offset);
  }

  found(offset: number): string {
    if (offset >= this.text.length) return 'the end of the text';
    return JSON.stringify(/^\S{1,12}/.exec(this.text.slice(offset, offset + 12))?.[0] ?? this.text[offset]);
  }

  private object(start: number, depth: number): JsonNode {
    const members = new Map<string, JsonMember>();
    let at = this.skipSpace(start + 1);
    if (this.text[at] === '}') return { start, end: at + 1, members };
    for (;;) {
      if (this.text[at] !== '"') throw this.expected('a property name in quotes', at);
      const nameStart = at;
      at = this.stringEnd(at);
      const name = JSON.parse(this.text.slice(nameStart, at)) as string;
      if (members.has(name)) {
        this.faults.push({ code: 'duplicate-property', offset: nameStart, message: `The property "${name}" occurs twice in one object; JSON readers take one of the two and ignore the other.` });
      }
      at = this.skipSpace(at);
      if (this.text[at] !== ':') throw this.expected('":"', at);
      const value = this.value(at + 1, depth + 1);
      members.set(name, { nameStart, value });
      at = this.skipSpace(value.end);
      if (this.text[at] === '}') return { start, end: at + 1, members };
      if (this.text[at] !== ',') throw this.expected('"," or "}"', at);
      at = this.skipSpace(at + 1);
    }
  }

  private array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    let at = this.skipSpace(start + 1);
    if (this.text[at] === ']') return { start, end: at + 1, items };
    for (;;) {
      const item = this.value(at, depth + 1);
      items.push(item);
      at = this.skipSpace(item.end);
      if (this.text[at] === ']') return { start, end: at + 1, items };
      if (this.text[at] !== ',') throw this.expected('"," or "]"', at);
      at += 1;
    }
  }

  /** A loop, not one pattern: base64 strings run to megabytes. */
  private stringEnd(start: number): number {
    for (let at = start + 1; ; ) {
      const unit = this.text.charCodeAt(at);
      if (unit === 0x22) return at + 1;
      if (unit === 0x5c) {
        const end = this.match(ESCAPE, at);
        if (end < 0) throw this.expected('an escape like \\n or \\u00e9', at);
        at = end;
      } else if (Number.isNaN(unit)) {
        throw new SyntaxFault(start, 'a string that begins here has no closing quotation mark');
      } else if (unit < 0x20) {
        throw new SyntaxFault(at, `a control character (U+${unit.toString(16).padStart(4, '0')}) stands in a string; it has to be escaped`);
      } else {
        at += 1;
      }
    }
  }

  private match(pattern: RegExp, offset: number): number {
    pattern.lastIndex = offset;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }

  private expected(what: string, offset: number): SyntaxFault {
    return new SyntaxFault(offset, `${what} was expected, not ${this.found(offset)}`);
  }
}

/** Steps from a value into it: property names and array indexes. */
export type JsonPath = readonly (string | number)[];

/** The value at the end of the path, or the nearest one above it that exists; `start` is that of its property name, if it has one. */
export function findJson(root: JsonNode, path: JsonPath): { start: number; node: JsonNode; complete: boolean } {
  let found = { start: root.start, node: root };
  for (const step of path) {
    const { node } = found;
    const member = typeof step === 'string' ? node.members?.get(step) : undefined;
    const item = typeof step === 'number' ? node.items?.[step] : undefined;
    if (member !== undefined) found = { start: member.nameStart, node: member.value };
    else if (item !== undefined) found = { start: item.start, node: item };
    else return { ...found, complete: false };
  }
  return { ...found, complete: true };
}
