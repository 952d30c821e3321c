/** The XML form of a resource in, the resource as its JSON form would have it out: https://hl7.org/fhir/R4/xml.html */
import { noteWrittenNumber } from '../core/exact-json';
import type { Resource } from '../core/fhir';
import type { ElementTable } from './element-table';
import { isPrimitive, structureOf, type ElementRow } from './structures';
import { badXml, FHIR_NAMESPACE, readXmlTree, XHTML_NAMESPACE, type XmlElement } from './xml-tree';

/**
 * Numbers become JSON numbers that remember how they were written (1.10 is not 1.1; core/exact-json.ts).
 * @throws KnownError `bad-xml` with the line, for what is not well-formed, in another order than the definition, or not of FHIR at all
 */
export function fromXml(text: string, table: ElementTable): Resource {
  return readResource(table, readXmlTree(text));
}

function readResource(table: ElementTable, element: XmlElement): Resource {
  if (element.namespace !== FHIR_NAMESPACE) throw badXml(element.line, `<${element.name}> is in the namespace "${element.namespace}" instead of ${FHIR_NAMESPACE}`);
  if (!Object.hasOwn(table.types, element.name)) throw badXml(element.line, `<${element.name}> is no resource of FHIR ${table.fhirVersion}`);
  const resource: Resource = { resourceType: element.name };
  return Object.assign(resource, readComplex(table, element.name, element));
}

/** A value and what stands beside it in JSON, `_name`. */
interface Read {
  readonly value?: unknown;
  readonly shadow?: unknown;
  /** How a number is written. */
  readonly written?: string;
}

function readComplex(table: ElementTable, type: string, element: XmlElement): Record<string, unknown> {
  const structure = structureOf(table, type);
  if (structure === undefined) throw badXml(element.line, `<${element.name}> is of the type ${type}, which FHIR ${table.fhirVersion} does not have`);
  const result: Record<string, unknown> = {};
  for (const [name, value] of element.attributes) {
    if (structure.get(name)?.isAttribute !== true) throw badXml(element.line, `<${element.name}> has the attribute ${name}, which ${type} does not have`);
    if (value === '') throw badXml(element.line, `the attribute ${name} of <${element.name}> is empty`);
    result[name] = value;
  }
  let last: ElementRow | undefined;
  for (let i = 0; i < element.children.length; ) {
    const first = element.children[i] as XmlElement;
    const row = structure.get(first.name);
    if (row === undefined || row.isAttribute || first.namespace !== (row.type === 'xhtml' ? XHTML_NAMESPACE : FHIR_NAMESPACE)) throw badXml(first.line, `<${element.name}> has no element <${first.name}>`);
    // "Elements must always appear in the order documented": https://hl7.org/fhir/R4/xml.html#rep
    if (last !== undefined && row.place < last.place) throw badXml(first.line, `<${first.name}> must stand before <${last.name}>`);
    if (last !== undefined && row.place === last.place) throw badXml(first.line, `<${first.name}> stands beside <${last.name}>, but only one of them may`);
    let end = i;
    while (element.children[end]?.name === first.name) end += 1;
    const same = element.children.slice(i, end);
    if (same.length > 1 && !row.repeats) throw badXml(same[1]?.line ?? first.line, `<${first.name}> stands twice, but does not repeat`);
    put(result, row, same.map((child) => readOne(table, row, child)));
    last = row;
    i = end;
  }
  if (Object.keys(result).length === 0) throw badXml(element.line, `<${element.name}> is empty`);
  return result;
}

/** Into `name` and `_name`; in lists null keeps the place: https://hl7.org/fhir/R4/json.html#primitive */
function put(result: Record<string, unknown>, { name, repeats }: ElementRow, read: readonly Read[]): void {
  const values = read.map(({ value }) => value ?? null);
  const shadows = read.map(({ shadow }) => shadow ?? null);
  if (values.some((value) => value !== null)) result[name] = repeats ? values : values[0];
  read.forEach(({ written }, position) => {
    if (written !== undefined) noteWrittenNumber(repeats ? values : result, repeats ? position : name, written);
  });
  if (shadows.some((shadow) => shadow !== null)) result[`_${name}`] = repeats ? shadows : shadows[0];
}

function readOne(table: ElementTable, { type }: ElementRow, element: XmlElement): Read {
  if (type === 'xhtml') return { value: element.xhtml };
  if (isPrimitive(table, type)) return readPrimitive(table, type, element);
  if (type !== 'Resource') return { value: readComplex(table, type, element) };
  const [child, second] = element.children;
  if (child === undefined || second !== undefined || element.attributes.size > 0) throw badXml(element.line, `<${element.name}> must hold one resource and nothing else`);
  return { value: readResource(table, child) };
}

function readPrimitive(table: ElementTable, type: string, element: XmlElement): Read {
  const { value, ...rest } = Object.fromEntries(element.attributes);
  const beside = element.children.length + Object.keys(rest).length === 0 ? undefined : readComplex(table, 'Element', { ...element, attributes: new Map(Object.entries(rest)) });
  if (value === undefined && beside === undefined) throw badXml(element.line, `<${element.name}> is empty`);
  if (value === '') throw badXml(element.line, `the attribute value of <${element.name}> is empty`);
  return { ...(value === undefined ? {} : { value: jsonValue(type, value, element), ...(type === 'decimal' ? { written: value.trim() } : {}) }), ...(beside === undefined ? {} : { shadow: beside }) };
}

const WHOLE: readonly string[] = ['integer', 'unsignedInt', 'positiveInt'];

/** JSON has booleans and numbers of its own: https://hl7.org/fhir/R4/json.html#primitive; an integer64 is text there, too. */
function jsonValue(type: string, text: string, element: XmlElement): unknown {
  const trimmed = text.trim();
  if (type === 'boolean') {
    if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
    throw badXml(element.line, `<${element.name}> is "${text}" instead of true or false`);
  }
  if (type !== 'decimal' && !WHOLE.includes(type)) return text;
  const form = type === 'decimal' ? /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/ : /^[+-]?\d+$/;
  const number = Number(trimmed);
  if (!form.test(trimmed) || !Number.isFinite(number)) throw badXml(element.line, `<${element.name}> is "${text}", which is no ${type}`);
  return number;
}
