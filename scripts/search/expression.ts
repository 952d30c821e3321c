/**
 * A search parameter's FHIRPath text in, its branches and steps out, for the small language that nearly all of them are
 * written in; undefined for the few that need a whole FHIRPath engine.
 */

export type Step =
  | { kind: 'child'; name: string }
  /** `as(T)`, `ofType(T)` or `(x as T)`. */
  | { kind: 'type'; type: string }
  /** `where(resolve() is T)`. */
  | { kind: 'resolves'; type: string }
  /** `where(name = 'text')`. */
  | { kind: 'equals'; name: string; text: string }
  /** `extension('url')`. */
  | { kind: 'extension'; url: string }
  | { kind: 'index'; position: number }
  /** `name.exists() and name != false`: one boolean for each element, whether it has such a child other than false. */
  | { kind: 'present-not-false'; name: string };

export interface Branch {
  /** A resource type, `%resource`, or empty for a path relative to the current element. */
  root: string;
  steps: readonly Step[];
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(%resource)|'((?:[^'\\]|\\.)*)'|(\d+)|([.|()[\]=]))/y;

interface Token {
  kind: 'name' | 'resource' | 'text' | 'number' | 'mark';
  text: string;
}

/** How `deceased` is written for every type that has it. */
const PRESENT_NOT_FALSE = /^\s*([A-Z]\w*)\.(\w+)\.exists\(\)\s+and\s+\1\.\2\s*!=\s*false\s*$/;

/** The branches of a union, at the top level; `undefined` where the text goes beyond the small language. */
export function parseExpression(text: string): Branch[] | undefined {
  const [, root, name] = PRESENT_NOT_FALSE.exec(text) ?? [];
  if (root !== undefined && name !== undefined) return [{ root, steps: [{ kind: 'present-not-false', name }] }];
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  const cursor = cursorOver(tokens);
  try {
    const branches = union(cursor);
    return cursor.done() ? branches : undefined;
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

/** The top-level branches of a union as text: `A.b | C.d` gives two. */
export function splitUnion(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "'") at = text.indexOf("'", at + 1) < 0 ? text.length : text.indexOf("'", at + 1);
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, text.slice(from).trim()].filter((part) => part !== '');
}

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    if (text.slice(TOKEN.lastIndex).trim() === '') break;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, name, resource, literal, number, mark] = match;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (resource !== undefined) tokens.push({ kind: 'resource', text: resource });
    else if (literal !== undefined) tokens.push({ kind: 'text', text: literal.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'mark', text: mark as string });
  }
  return tokens;
}

/** Thrown inside this file alone: the text needs more than the small language. */
class Beyond extends Error {}

/** A place in the tokens that moves on. */
interface Cursor {
  done(): boolean;
  /** Whether the next token is this one. */
  is(text: string, kind?: Token['kind']): boolean;
  /** The same, and moves past it. */
  accept(text: string, kind?: Token['kind']): boolean;
  /** The same; anything else is beyond the language. */
  expect(text: string, kind?: Token['kind']): void;
  /** The text of the next token, which must be of this kind. */
  take(kind: Token['kind']): string;
}

function cursorOver(tokens: readonly Token[]): Cursor {
  let at = 0;
  const is = (text: string, kind: Token['kind'] = 'mark') => tokens[at]?.kind === kind && tokens[at]?.text === text;
  const accept = (text: string, kind: Token['kind'] = 'mark') => {
    const found = is(text, kind);
    if (found) at += 1;
    return found;
  };
  return {
    done: () => at >= tokens.length,
    is,
    accept,
    expect(text, kind) {
      if (!accept(text, kind)) throw new Beyond();
    },
    take(kind) {
      const token = tokens[at];
      if (token?.kind !== kind) throw new Beyond();
      at += 1;
      return token.text;
    },
  };
}

function union(cursor: Cursor): Branch[] {
  const branches = path(cursor);
  while (cursor.accept('|')) branches.push(...path(cursor));
  return branches;
}

/** A primary with its steps; a union in brackets multiplies out. */
function path(cursor: Cursor): Branch[] {
  let branches: Branch[];
  if (cursor.accept('(')) {
    branches = union(cursor);
    if (cursor.accept('as', 'name')) branches = append(branches, { kind: 'type', type: cursor.take('name') });
    cursor.expect(')');
  } else if (cursor.accept('%resource', 'resource')) {
    branches = [{ root: '%resource', steps: [] }];
  } else {
    const name = cursor.take('name');
    if (cursor.is('(')) throw new Beyond();
    branches = [/^[A-Z]/.test(name) ? { root: name, steps: [] } : { root: '', steps: [{ kind: 'child', name }] }];
  }
  for (;;) {
    if (cursor.accept('.')) branches = append(branches, step(cursor));
    else if (cursor.accept('[')) {
      if (branches.length > 1) throw new Beyond();
      branches = append(branches, { kind: 'index', position: Number(cursor.take('number')) });
      cursor.expect(']');
    } else return branches;
  }
}

function append(branches: readonly Branch[], next: Step): Branch[] {
  return branches.map((branch) => ({ ...branch, steps: [...branch.steps, next] }));
}

function step(cursor: Cursor): Step {
  const name = cursor.take('name');
  if (!cursor.accept('(')) return { kind: 'child', name };
  const found = call(cursor, name);
  cursor.expect(')');
  return found;
}

function call(cursor: Cursor, name: string): Step {
  if (name === 'as' || name === 'ofType') return { kind: 'type', type: cursor.take('name') };
  if (name === 'extension') return { kind: 'extension', url: cursor.take('text') };
  if (name !== 'where') throw new Beyond();
  const left = cursor.take('name');
  if (left === 'resolve') {
    cursor.expect('(');
    cursor.expect(')');
    cursor.expect('is', 'name');
    return { kind: 'resolves', type: cursor.take('name') };
  }
  cursor.expect('=');
  return { kind: 'equals', name: left, text: cursor.take('text') };
}
