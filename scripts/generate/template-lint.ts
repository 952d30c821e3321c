/** A parsed template and the shape of its record in, the places out where it asks for what is not there or writes what is not escaped. */
import type { Finding } from '../core/finding';
import { allowedSentence } from '../core/nearest';
import { shapeOf, type Field, type Shape, type ValueType } from './shape';
import { mistake } from './source-text';
import { BLOCKS, HELPERS } from './template-helpers';

/** What a name stands for: a record, a value with elements of its own, or something unknown that may have any element. */
type Scope = Shape | 'any';

export interface LintContext {
  readonly file: string;
  /** Partials by name, to be read where they are used. */
  readonly partials: ReadonlyMap<string, { readonly file: string; readonly program: hbs.AST.Program }>;
}

const CODING = shapeOf({ system: 'text', version: 'text', code: 'text', display: 'text' });
const CONCEPT = shapeOf({ coding: [{ system: 'text', version: 'text', code: 'text', display: 'text' }], text: 'text' });
const REFERENCE = shapeOf({ reference: 'text', type: 'text', display: 'text', identifier: { system: 'text', value: 'text' } });
const ANYTHING: Field = { type: { kind: 'simple', type: 'json' }, list: false, required: false };
const LEAF: Shape = { fields: new Map() };

export function lintTemplate(program: hbs.AST.Program, shape: Shape, context: LintContext): Finding[] {
  const findings: Finding[] = [];
  lintProgram(program, { scopes: [shape], narrative: false, file: context.file, partials: context.partials, findings, within: [] });
  return findings;
}

interface Lint extends LintContext {
  /** Innermost last. */
  readonly scopes: readonly Scope[];
  readonly narrative: boolean;
  readonly findings: Finding[];
  /** Partials that are being read, so that one that includes itself ends. */
  readonly within: readonly string[];
}

function lintProgram(program: hbs.AST.Program | undefined, lint: Lint): void {
  for (const statement of program?.body ?? []) {
    if (statement.type === 'MustacheStatement') lintMustache(statement as hbs.AST.MustacheStatement, lint);
    else if (statement.type === 'BlockStatement') lintBlock(statement as hbs.AST.BlockStatement, lint);
    else if (statement.type === 'PartialStatement') lintPartial(statement as hbs.AST.PartialStatement, lint);
  }
}

function lintMustache(mustache: hbs.AST.MustacheStatement, lint: Lint): void {
  const path = mustache.path as hbs.AST.PathExpression;
  const call = mustache.params.length > 0 || path.original in HELPERS;
  if (call) {
    lintCall(path, Object.keys(HELPERS), lint);
    lintArguments(mustache, lint);
    return;
  }
  scopeOf(path, lint);
  if (!lint.narrative || !mustache.escaped) {
    const way = lint.narrative ? `{{${path.original}}}` : `{{json ${path.original}}}`;
    put(lint, mustache.loc, `{{${path.original}}} would write the value unescaped. Write ${way}.`);
  }
}

function lintBlock(block: hbs.AST.BlockStatement, lint: Lint): void {
  const path = block.path;
  lintCall(path, BLOCKS, lint);
  lintArguments(block, lint);
  const [argument] = block.params;
  const enters = path.original === 'each' || path.original === 'list' || path.original === 'with';
  const inner = argument?.type === 'PathExpression' ? scopeOf(argument as hbs.AST.PathExpression, { ...lint, findings: [] }) : 'any';
  const scopes = enters ? [...lint.scopes, inner] : lint.scopes;
  lintProgram(block.program, { ...lint, scopes, narrative: lint.narrative || path.original === 'narrative' });
  lintProgram(block.inverse, lint);
}

function lintPartial(statement: hbs.AST.PartialStatement, lint: Lint): void {
  const name = (statement.name as hbs.AST.PathExpression).original;
  const partial = lint.partials.get(name);
  if (partial === undefined) {
    put(lint, statement.loc, `There is no partial "${name}". ${allowedSentence(name, [...lint.partials.keys()])}`);
    return;
  }
  lintArguments({ params: statement.params, hash: statement.hash }, lint);
  if (lint.within.includes(name)) return;
  const [argument] = statement.params;
  const given = argument?.type === 'PathExpression' ? scopeOf(argument as hbs.AST.PathExpression, { ...lint, findings: [] }) : (lint.scopes.at(-1) ?? 'any');
  const scopes: Scope[] = [...lint.scopes.slice(0, -1), withNames(given, (statement.hash?.pairs ?? []).map(({ key }) => key))];
  lintProgram(partial.program, { ...lint, file: partial.file, scopes, within: [...lint.within, name] });
}

/** A partial sees the names of its arguments besides those of its scope. */
function withNames(scope: Scope, names: readonly string[]): Scope {
  if (scope === 'any' || names.length === 0) return scope;
  return { fields: new Map([...scope.fields, ...names.map((name): [string, Field] => [name, ANYTHING])]) };
}

function lintCall(path: hbs.AST.PathExpression, allowed: readonly string[], lint: Lint): void {
  if (!allowed.includes(path.original)) put(lint, path.loc, `"${path.original}" is not a helper. ${allowedSentence(path.original, allowed)}`);
}

function lintArguments({ params, hash }: { params: hbs.AST.Expression[]; hash?: hbs.AST.Hash }, lint: Lint): void {
  for (const argument of [...params, ...(hash?.pairs ?? []).map((pair) => pair.value)]) {
    if (argument.type === 'PathExpression') scopeOf(argument as hbs.AST.PathExpression, lint);
    else if (argument.type === 'SubExpression') {
      const call = argument as hbs.AST.SubExpression;
      lintCall(call.path, Object.keys(HELPERS), lint);
      lintArguments(call, lint);
    }
  }
}

/** Follows a path; puts a finding down where it leaves the declared fields. */
function scopeOf(path: hbs.AST.PathExpression, lint: Lint): Scope {
  if (path.data) return 'any';
  let scope: Scope = lint.scopes[lint.scopes.length - 1 - path.depth] ?? 'any';
  for (const part of path.parts) {
    if (scope === 'any') return 'any';
    const field = scope.fields.get(part);
    if (field === undefined) {
      put(lint, path.loc, `${path.original}: "${part}" is not a declared field. ${allowedSentence(part, [...scope.fields.keys()])}`, 'template-field');
      return 'any';
    }
    scope = insideOf(field);
  }
  return scope;
}

function insideOf({ type }: Field): Scope {
  if (type.kind === 'simple' && type.type === 'json') return 'any';
  return INSIDE[type.kind] ?? (type as Extract<ValueType, { kind: 'object' }>).shape;
}

const INSIDE: Partial<Record<ValueType['kind'], Shape>> = { coding: CODING, concept: CONCEPT, reference: REFERENCE, simple: LEAF, oneOf: LEAF };

function put(lint: Lint, loc: hbs.AST.SourceLocation, message: string, code: 'template-syntax' | 'template-field' = 'template-syntax'): void {
  lint.findings.push(mistake(code, message, { file: lint.file, line: loc.start.line, column: loc.start.column + 1 }));
}
