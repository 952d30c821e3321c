/** Field declarations in (`status: oneOf(a, b)!`), the shape a record must have out. */
import type { Finding } from '../core/finding';
import { allowedSentence } from '../core/nearest';
import { mistake, type Place } from './source-text';
import { kindOf, type YamlNode, type YamlScalar } from './yaml-tree';

/** Kinds of simple values, each with the words an error uses for it. */
export const SIMPLE_TYPES = {
  text: 'a text',
  integer: 'a whole number from 0',
  boolean: 'true or false',
  date: 'a FHIR date (YYYY, YYYY-MM or YYYY-MM-DD)',
  dateTime: 'a FHIR dateTime (YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a zone)',
  instant: 'a FHIR instant (YYYY-MM-DDThh:mm:ss with a zone)',
  uri: 'an absolute URI',
  system: 'a name from the systems of codes.yaml or an absolute URI',
  uid: 'a DICOM UID',
  id: 'a FHIR id',
  json: 'any value',
} as const;

export type SimpleType = keyof typeof SIMPLE_TYPES;

/** What a value may be. */
export type ValueType =
  | { readonly kind: 'simple'; readonly type: SimpleType }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** One Coding from a group of codes.yaml. */
  | { readonly kind: 'coding'; readonly group: string }
  /** A CodeableConcept from a group of codes.yaml. */
  | { readonly kind: 'concept'; readonly group: string }
  | { readonly kind: 'reference'; readonly types: readonly string[] }
  | { readonly kind: 'object'; readonly shape: Shape };

export interface Field {
  readonly type: ValueType;
  readonly list: boolean;
  readonly required: boolean;
  /** Read where the record says nothing. */
  readonly fallback?: Pick<YamlScalar, 'kind' | 'value' | 'text'>;
}

export interface Shape {
  readonly fields: ReadonlyMap<string, Field>;
  /** The field that a plain value stands for: `instances: 3` is `instances: [{count: 3}]`. */
  readonly short?: string;
}

/** How a shape is written down in code: the same words as in a template's front matter. */
export interface ShapeText {
  readonly [field: string]: string | ShapeText | readonly [ShapeText];
}

const DECLARATION = /^([A-Za-z]+)(?:\(([^)]*)\))?(\[\])?(!)?(?: = (.+))?$/;
const GROUPED = ['oneOf', 'coding', 'concept', 'reference'] as const;
const WORDS: readonly string[] = [...Object.keys(SIMPLE_TYPES), ...GROUPED];

/** A declaration such as `coding(bodySite)[]!`, or the sentence that says why it is none. */
export function parseField(text: string): Field | string {
  const [, word = '', argument, list, required, fallback] = DECLARATION.exec(text.trim()) ?? [];
  const type = valueType(word, argument);
  if (typeof type === 'string') return `"${text}" does not declare a field: ${type}`;
  const field = { type, list: list !== undefined, required: required !== undefined };
  return fallback === undefined ? field : { ...field, fallback: scalar(fallback.trim()) };
}

function valueType(word: string, argument: string | undefined): ValueType | string {
  if (!WORDS.includes(word)) return allowedSentence(word, WORDS);
  if (word in SIMPLE_TYPES) return argument === undefined ? { kind: 'simple', type: word as SimpleType } : `${word} takes no argument.`;
  const names = (argument ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  const [first] = names;
  if (first === undefined) return `${word} needs an argument in parentheses.`;
  if (word === 'oneOf') return { kind: 'oneOf', values: names };
  if (word === 'reference') return { kind: 'reference', types: names };
  return { kind: word as 'coding' | 'concept', group: first };
}

function scalar(text: string): Pick<YamlScalar, 'kind' | 'value' | 'text'> {
  const value = text === 'true' || text === 'false' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text;
  return { kind: 'scalar', value, text };
}

/** The shape written in code. @throws Error where it cannot be read: a bug of ours, found by any test. */
export function shapeOf(text: ShapeText): Shape {
  const fields = new Map<string, Field>();
  let short: string | undefined;
  for (const [name, declared] of Object.entries(text)) {
    if (name === '$short' && typeof declared === 'string') short = declared;
    else fields.set(name, fieldOf(declared));
  }
  return short === undefined ? { fields } : { fields, short };
}

function fieldOf(declared: ShapeText[string]): Field {
  if (typeof declared === 'string') {
    const field = parseField(declared);
    if (typeof field === 'string') throw new Error(field);
    return field;
  }
  const list = Array.isArray(declared);
  const shape = shapeOf((list ? declared[0] : declared) as ShapeText);
  return { type: { kind: 'object', shape }, list, required: false };
}

/** The shape written in YAML: a mapping of names to declarations, a nested mapping for an object, a list of one mapping for a list of objects. */
export function readShape(node: YamlNode): { shape: Shape; findings: Finding[] } {
  const fields = new Map<string, Field>();
  const findings: Finding[] = [];
  const reject = (message: string, place: Place) => findings.push(mistake('bad-shape', message, place));
  let short: string | undefined;
  if (node.kind !== 'mapping') reject(`Fields are a mapping of names to declarations, not ${kindOf(node)}.`, node.place);
  for (const { key, value } of node.kind === 'mapping' ? node.entries : []) {
    if (key === '$short' && value.kind === 'scalar') {
      short = value.text;
      continue;
    }
    if (value.kind === 'scalar') {
      const field = parseField(value.text);
      if (typeof field === 'string') reject(field, value.place);
      else fields.set(key, field);
      continue;
    }
    const list = value.kind === 'sequence';
    const inner = list ? value.items[0] : value;
    if (inner?.kind !== 'mapping' || (list && value.items.length !== 1)) {
      reject(`A list of objects is declared by a list of one mapping.`, value.place);
      continue;
    }
    const nested = readShape(inner);
    findings.push(...nested.findings);
    fields.set(key, { type: { kind: 'object', shape: nested.shape }, list, required: false });
  }
  return { shape: short === undefined ? { fields } : { fields, short }, findings };
}
