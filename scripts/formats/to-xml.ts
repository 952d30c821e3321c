/** A resource in, its XML form out: https://hl7.org/fhir/R4/xml.html */
import { withArticle } from '../core/grammar';
import { writtenNumber } from '../core/exact-json';
import { isResource, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import type { ElementTable } from './element-table';
import { isPrimitive, structureOf, type ElementRow } from './structures';
import { escapeAttribute, FHIR_NAMESPACE, readXmlTree, XHTML_NAMESPACE } from './xml-tree';

export interface XmlOptions {
  /** Each element on a line of its own, indented. */
  pretty?: boolean;
}

/**
 * The elements come out in the order of their definition, whatever order the object has them in.
 * @throws KnownError `no-xml-form` for what FHIR's XML has no place for: an element that the version does not know, text that XML cannot hold
 */
export function toXml(resource: Resource, table: ElementTable, { pretty = false }: XmlOptions = {}): string {
  const writer: Writer = { table, line: (depth) => (pretty ? `\n${'  '.repeat(depth)}` : '') };
  const body = writeResource(writer, resource, resource.resourceType, 0, ` xmlns="${FHIR_NAMESPACE}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>${pretty ? '' : '\n'}${body}\n`;
}

interface Writer {
  readonly table: ElementTable;
  /** What stands before the tag of an element at a depth. */
  readonly line: (depth: number) => string;
}

/** Characters that XML 1.0 cannot hold, not even as references: https://www.w3.org/TR/xml/#charsets */
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function refuse(path: string, what: string): never {
  throw new KnownError('no-xml-form', `${path} ${what}.`, 'FHIR in XML is described at https://hl7.org/fhir/R4/xml.html.');
}

function writeResource(writer: Writer, resource: Resource, path: string, depth: number, namespace = ''): string {
  const { resourceType, ...elements } = resource;
  if (structureOf(writer.table, resourceType) === undefined) refuse(path, `is ${withArticle(resourceType)}, which FHIR ${writer.table.fhirVersion} does not have`);
  return writeComplex(writer, resourceType, resourceType, elements, path, depth, namespace);
}

/** An element of a complex type with all that is in it. */
function writeComplex(writer: Writer, tag: string, type: string, value: object, path: string, depth: number, namespace = ''): string {
  const structure = structureOf(writer.table, type) ?? refuse(path, `is of the type ${type}, which FHIR ${writer.table.fhirVersion} does not have`);
  const names = new Map<string, { row: ElementRow; value?: unknown; shadow?: unknown }>();
  for (const [name, child] of Object.entries(value)) {
    if (child === undefined) continue;
    const plain = name.startsWith('_') ? name.slice(1) : name;
    const row = structure.get(plain) ?? refuse(path, `has the element "${name}", which ${type} does not have`);
    names.set(plain, { ...names.get(plain), row, ...(name === plain ? { value: asWritten(value, name, child) } : { shadow: child }) });
  }
  const parts = [...names.values()].sort((a, b) => a.row.place - b.row.place);
  const attributes = parts.filter(({ row }) => row.isAttribute).map(({ row, value: text }) => attribute(row.name, text, `${path}.${row.name}`));
  const content = parts.filter(({ row }) => !row.isAttribute).map(({ row, value: child, shadow }) => writeRepeats(writer, row, child, shadow, `${path}.${row.name}`, depth + 1));
  if (attributes.length + content.length === 0) refuse(path, 'is empty');
  const open = `${writer.line(depth)}<${tag}${namespace}${attributes.join('')}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join('')}${writer.line(depth)}</${tag}>`;
}

/** A number, or the numbers of a list, as they were written. */
function asWritten(holder: object, name: string, value: unknown): unknown {
  if (typeof value === 'number') return writtenNumber(holder, name) ?? value;
  return Array.isArray(value) && typeof value[0] === 'number' ? value.map((item: unknown, i) => (typeof item === 'number' ? (writtenNumber(value, i) ?? item) : item)) : value;
}

/** All repetitions of an element; the shadow holds the ids and extensions of primitive values: https://hl7.org/fhir/R4/json.html#primitive */
function writeRepeats(writer: Writer, row: ElementRow, value: unknown, shadow: unknown, path: string, depth: number): string {
  const values = Array.isArray(value) ? value : [value];
  const shadows = Array.isArray(shadow) ? shadow : [shadow];
  const count = Math.max(value === undefined ? 0 : values.length, shadow === undefined ? 0 : shadows.length);
  if (!row.repeats && count > 1) refuse(path, `is given ${count} times, but does not repeat`);
  return Array.from({ length: count }, (_, i) => writeOne(writer, row, values[i] ?? undefined, shadows[i] ?? undefined, count > 1 ? `${path}[${i}]` : path, depth)).join('');
}

function writeOne(writer: Writer, { name, type }: ElementRow, value: unknown, shadow: unknown, path: string, depth: number): string {
  if (type === 'xhtml') return writer.line(depth) + checkedXhtml(value, path);
  if (isPrimitive(writer.table, type)) return writePrimitive(writer, name, value, shadow, path, depth);
  if (typeof value !== 'object' || value === null) return refuse(path, `is ${JSON.stringify(value)}, but ${withArticle(type)} has elements`);
  // The type of the element decides, not the property: ExampleScenario.instance has an element called resourceType.
  if (type !== 'Resource') return writeComplex(writer, name, type, value, path, depth);
  if (!isResource(value)) return refuse(path, 'is no resource: resourceType is missing');
  return `${writer.line(depth)}<${name}>${writeResource(writer, value, path, depth + 1)}${writer.line(depth)}</${name}>`;
}

function writePrimitive(writer: Writer, name: string, value: unknown, shadow: unknown, path: string, depth: number): string {
  const { id, extension, ...rest } = (shadow ?? {}) as { id?: unknown; extension?: unknown };
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) refuse(path, `has the element "${unknown}" beside its value; only id and extension may stand there`);
  const attributes = `${id === undefined ? '' : attribute('id', id, `${path}.id`)}${value === undefined ? '' : attribute('value', value, path)}`;
  const extensions = extension === undefined ? '' : writeRepeats(writer, { name: 'extension', type: 'Extension', repeats: true, isAttribute: false, place: 0 }, extension, undefined, `${path}.extension`, depth + 1);
  if (attributes === '' && extensions === '') refuse(path, 'is empty');
  const open = `${writer.line(depth)}<${name}${attributes}`;
  return extensions === '' ? `${open}/>` : `${open}>${extensions}${writer.line(depth)}</${name}>`;
}

function attribute(name: string, value: unknown, path: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return refuse(path, `is ${value === null ? 'null' : typeof value}, not a value`);
  const text = String(value);
  // "Attributes can never be empty": https://hl7.org/fhir/R4/xml.html#rep
  if (text === '') refuse(path, 'is an empty text');
  if (NOT_IN_XML.test(text)) refuse(path, 'has a character that XML cannot hold');
  return ` ${name}="${escapeAttribute(text)}"`;
}

/** The narrative goes out as it is, so it must be one well-formed XHTML element. */
function checkedXhtml(value: unknown, path: string): string {
  if (typeof value !== 'string') return refuse(path, 'is no text');
  try {
    const tree = readXmlTree(value.trim());
    if (tree.namespace === XHTML_NAMESPACE && /^<div[\s>/]/.test(value.trim())) return value.trim();
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    refuse(path, `is no XHTML: ${error.message.replace(/^Line \d+: /, '').replace(/\.$/, '')}`);
  }
  return refuse(path, `is no div in the namespace ${XHTML_NAMESPACE}`);
}
