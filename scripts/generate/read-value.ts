/** A YAML node and the type it should have in, the FHIR-shaped value out; every mistake becomes a finding with place and what was allowed. */
import type { Reference } from '../core/fhir';
import { allowedSentence, closest } from '../core/nearest';
import { CODE_SHAPE, conceptOf, toEntry, type CodeEntry, type CodeText } from './code-entry';
import { readSimple } from './read-simple';
import { reject, type Reading } from './reading';
import { shapeOf, type Field, type Shape, type ValueType } from './shape';
import { kindOf, type YamlMapping, type YamlNode } from './yaml-tree';

/** The value, or undefined after a mistake. */
export function readValue(type: ValueType, node: YamlNode, reading: Reading): unknown {
  switch (type.kind) {
    case 'simple':
      return readSimple(type.type, node, reading);
    case 'oneOf':
      return readChoice(type.values, node, reading);
    case 'coding': {
      const entry = readCode(type.group, node, reading);
      if (entry?.codings.length === 0) return reject('wrong-type', `a ${type.group} with a code was expected, but ${kindOf(node)} is text alone.`, node.place, reading);
      return entry?.codings[0];
    }
    case 'concept': {
      const entry = readCode(type.group, node, reading);
      return entry && conceptOf(entry);
    }
    case 'reference':
      return readReference(type.types, node, reading);
    case 'object':
      return readObject(type.shape, node, reading);
  }
}

/** A mapping by its shape: all fields of the shape are there, absent ones as undefined, so that a template's typing error shows. */
export function readObject(shape: Shape, node: YamlNode, reading: Reading): Record<string, unknown> | undefined {
  const mapping = asMapping(shape, node);
  if (mapping === undefined) return reject('wrong-type', `a mapping was expected, not ${kindOf(node)}. ${allowedKeys(shape)}`, node.place, reading);
  const value: Record<string, unknown> = {};
  for (const [name, field] of shape.fields) {
    const entry = mapping.entries.find(({ key }) => key === name);
    const inner = { ...reading, path: reading.path === '' ? name : `${reading.path}.${name}` };
    if (entry === undefined && field.required) reject('missing-key', 'must be there.', mapping.place, inner);
    const stated = entry?.value ?? (field.fallback && { ...field.fallback, place: mapping.place });
    value[name] = stated === undefined ? undefined : readField(field, stated, inner);
  }
  for (const { key, keyPlace } of mapping.entries) {
    if (shape.fields.has(key)) continue;
    const free = [...shape.fields.keys()].filter((name) => mapping.entries.every((entry) => entry.key !== name));
    const meant = closest(key, free);
    const hint = meant === undefined ? allowedKeys(shape) : `Did you mean "${meant}"? ${allowedKeys(shape)}`;
    reject('unknown-key', `"${key}" is not a field here. ${hint}`, keyPlace, reading);
  }
  return value;
}

function readField(field: Field, node: YamlNode, reading: Reading): unknown {
  if (!field.list) {
    if (node.kind === 'sequence' && !takesLists(field.type)) return reject('wrong-type', 'one value was expected, not a list.', node.place, reading);
    return readValue(field.type, node, reading);
  }
  const items = node.kind === 'sequence' ? node.items : [node];
  return items.map((item, i) => readValue(field.type, item, { ...reading, path: `${reading.path}[${i}]` })).filter((value) => value !== undefined);
}

function asMapping(shape: Shape, node: YamlNode): YamlMapping | undefined {
  if (node.kind === 'mapping') return node;
  if (node.kind !== 'scalar' || shape.short === undefined) return undefined;
  return { kind: 'mapping', entries: [{ key: shape.short, keyPlace: node.place, value: node }], place: node.place };
}

function allowedKeys(shape: Shape): string {
  return `Allowed: ${[...shape.fields.keys()].join(', ')}.`;
}

function readChoice(values: readonly string[], node: YamlNode, reading: Reading): string | undefined {
  if (node.kind === 'scalar' && values.includes(node.text)) return node.text;
  const word = node.kind === 'scalar' ? node.text : '';
  return reject('unknown-value', `${kindOf(node)} is not allowed here. ${allowedSentence(word, values)}`, node.place, reading);
}

function readCode(group: string, node: YamlNode, reading: Reading): CodeEntry | undefined {
  if (node.kind === 'sequence') return reject('wrong-type', `one ${group} was expected, not a list.`, node.place, reading);
  if (node.kind === 'mapping') {
    const code = readObject(CODE_SHAPE, node, reading) as CodeText | undefined;
    return code && toEntry(code);
  }
  const entries = reading.vocabulary.groups.get(group);
  const names = [...(entries?.keys() ?? [])];
  return entries?.get(node.text) ?? reject('unknown-code', `${kindOf(node)} is not a ${group} of codes.yaml. ${allowedSentence(node.text, names)}`, node.place, reading);
}

function readReference(types: readonly string[], node: YamlNode, reading: Reading): Reference | undefined {
  if (node.kind === 'mapping') return readObject(LOGICAL_REFERENCE, node, reading);
  if (node.kind === 'sequence') return reject('wrong-type', 'one reference was expected, not a list.', node.place, reading);
  const records = reading.records ?? new Map<string, ReadonlySet<string>>();
  const [type, id] = node.text.includes('/') ? node.text.split('/', 2) : [undefined, node.text];
  const candidates = types.filter((allowed) => (type === undefined || type === allowed) && records.get(allowed)?.has(id ?? '') === true);
  if (candidates.length === 1) {
    const reference: Reference = { reference: `${candidates[0]}/${id}` };
    reading.references?.push(reference);
    return reference;
  }
  if (candidates.length > 1) {
    const forms = candidates.map((candidate) => `${candidate}/${id}`).join(', ');
    return reject('unknown-reference', `"${node.text}" may be ${forms}: write one of them.`, node.place, reading);
  }
  if (type !== undefined && !types.includes(type)) {
    return reject('unknown-reference', `a reference to ${type} is not allowed here. ${allowedSentence(type, types)}`, node.place, reading);
  }
  const allowed = types.flatMap((target) => [...(records.get(target) ?? [])].map((known) => (type === undefined ? known : `${target}/${known}`)));
  return reject('unknown-reference', `no ${types.join(' or ')} has the id ${kindOf(node)}. ${allowedSentence(node.text, allowed)}`, node.place, reading);
}

/** A reference by business identifier or display alone: https://hl7.org/fhir/R4/references.html#logical */
const LOGICAL_REFERENCE = shapeOf({ type: 'text', identifier: { system: 'system', value: 'text!' }, display: 'text' });

function takesLists(type: ValueType): boolean {
  return type.kind === 'simple' && type.type === 'json';
}
