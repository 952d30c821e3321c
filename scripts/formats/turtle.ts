/** A resource in, its RDF as Turtle out: https://hl7.org/fhir/R4/rdf.html. R4 and R4B have this form; R5 has another one. */
import { isResource, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import type { ElementTable } from './element-table';
import { structureOf, type ElementRow } from './structures';

type Value = Readonly<Record<string, unknown>>;

export interface TurtleOptions {
  /** Address under which `Type/id` becomes the address of a resource; FHIR's own unless said. */
  readonly base?: string;
}

const FHIR = 'http://hl7.org/fhir/';
/** https://hl7.org/fhir/R4/rdf.html#ontologies: codes of these systems are also classes. */
const ONTOLOGIES: Readonly<Record<string, { prefix: string; namespace: string }>> = {
  'http://snomed.info/sct': { prefix: 'sct', namespace: 'http://snomed.info/id/' },
  'http://loinc.org': { prefix: 'loinc', namespace: 'https://loinc.org/rdf/' },
};
const PREFIXES = { fhir: FHIR, owl: 'http://www.w3.org/2002/07/owl#', rdfs: 'http://www.w3.org/2000/01/rdf-schema#', xsd: 'http://www.w3.org/2001/XMLSchema#' };

/** Types whose values are no plain strings. */
const LITERALS: Readonly<Record<string, string>> = {
  boolean: 'boolean', integer: 'integer', positiveInt: 'positiveInteger', unsignedInt: 'nonNegativeInteger', decimal: 'decimal', instant: 'dateTime', time: 'time', base64Binary: 'base64Binary',
};

interface Writer {
  readonly table: ElementTable;
  readonly base: string;
}

/**
 * @throws KnownError `no-turtle-form` for a version whose RDF has another form, and for what the version does not know
 */
export function toTurtle(resource: Resource, table: ElementTable, { base = FHIR }: TurtleOptions = {}): string {
  if (!table.fhirVersion.startsWith('4.')) throw new KnownError('no-turtle-form', `FHIR ${table.fhirVersion} has another RDF form than R4, and only that one can be written.`);
  const writer: Writer = { table, base };
  const subject = resource.id === undefined ? '[]' : `<${iri(`${base}${resource.resourceType}/${resource.id}`)}>`;
  const body = ['a fhir:' + resource.resourceType, 'fhir:nodeRole fhir:treeRoot', ...resourceLines(writer, resource, 1)];
  const ontologies = Object.values(ONTOLOGIES).filter(({ prefix }) => body.some((line) => line.includes(`a ${prefix}:`)));
  const prefixes = [...Object.entries(PREFIXES), ...ontologies.map(({ prefix, namespace }) => [prefix, namespace])].map(([name, address]) => `@prefix ${name}: <${address}> .\n`);
  return `${prefixes.join('')}\n${subject} ${body.join(' ;\n  ')} .\n`;
}

const pad = (depth: number): string => '  '.repeat(depth);

function resourceLines(writer: Writer, { resourceType, ...elements }: Resource, depth: number): string[] {
  if (structureOf(writer.table, resourceType) === undefined) throw new KnownError('no-turtle-form', `${resourceType} is no resource type of FHIR ${writer.table.fhirVersion}.`);
  return elementLines(writer, resourceType, elements, resourceType, depth);
}

/** One line for each value of each element, in the order of the definition. */
function elementLines(writer: Writer, structure: string, value: Value, path: string, depth: number): string[] {
  const rows = structureOf(writer.table, structure);
  if (rows === undefined) throw new KnownError('no-turtle-form', `${path} has the type ${structure}, which FHIR ${writer.table.fhirVersion} does not have.`);
  const names = [...new Set(Object.keys(value).map((name) => name.replace(/^_/, '')))];
  const found = names.map((name) => {
    const row = rows.get(name);
    if (row === undefined) throw new KnownError('no-turtle-form', `${path}.${name} is no element of FHIR ${writer.table.fhirVersion}.`);
    return row;
  });
  return found.sort((a, b) => a.place - b.place).flatMap((row) => {
    const property = `fhir:${declaredIn(writer.table, structure, row.name)}.${row.name}`;
    const values = asList(value[row.name]);
    const siblings = asList(value[`_${row.name}`]);
    return Array.from({ length: Math.max(values.length, siblings.length) }, (_, at) => {
      const index = row.repeats ? [`fhir:index ${at}`] : [];
      return `${property} ${node(writer, row, values[at], siblings[at], index, `${path}.${row.name}`, depth)}`;
    });
  });
}

const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The type that declares an element gives its property the name: `Element.extension`, `Patient.contact.name`. */
function declaredIn(table: ElementTable, structure: string, name: string): string {
  const base = table.structures[structure]?.split(' ')[0] ?? '-';
  return base !== '-' && structureOf(table, base)?.has(name) === true ? declaredIn(table, base, name) : structure;
}

function node(writer: Writer, row: ElementRow, value: unknown, sibling: unknown, index: readonly string[], path: string, depth: number): string {
  if (row.type === 'xhtml') return quoted(String(value));
  const lines = [...index];
  if (isResource(value)) lines.unshift(`a fhir:${value.resourceType}`, ...resourceLines(writer, value, depth + 1));
  else if (isValue(value)) lines.push(...typing(value), ...links(writer, row, value), ...elementLines(writer, row.type, value, path, depth + 1));
  else if (value !== undefined && value !== null) lines.push(`fhir:value ${literal(row.type, value)}`);
  if (isValue(sibling)) lines.push(...elementLines(writer, 'Element', sibling, path, depth + 1));
  return lines.length === 1 && !lines[0]!.includes('\n') ? `[ ${lines[0]} ]` : `[\n${lines.map((line) => `${pad(depth + 1)}${line}`).join(' ;\n')} ]`;
}

const isValue = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A coding of an ontology is an instance of its concept. */
function typing({ system, code }: Value): string[] {
  const ontology = typeof system === 'string' ? ONTOLOGIES[system] : undefined;
  return ontology === undefined || typeof code !== 'string' || !/^[\w-]+$/.test(code) ? [] : [`a ${ontology.prefix}:${code}`];
}

/** References are also links between nodes. */
function links({ base }: Writer, { type }: ElementRow, { reference }: Value): string[] {
  if (type !== 'Reference' || typeof reference !== 'string' || reference.startsWith('#')) return [];
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(reference);
  return absolute || /^[A-Z][A-Za-z]+\/[\w.-]+/.test(reference) ? [`fhir:link <${iri(absolute ? reference : base + reference)}>`] : [];
}

function literal(type: string, value: unknown): string {
  const text = String(value);
  const datatype = type === 'date' || type === 'dateTime' ? dateType(text) : LITERALS[type];
  return datatype === undefined ? quoted(text) : `${quoted(text)}^^xsd:${datatype}`;
}

/** https://hl7.org/fhir/R4/rdf.html#4.4.3: a date has the type of its precision. */
function dateType(text: string): string {
  if (text.length === 4) return 'gYear';
  if (text.length === 7) return 'gYearMonth';
  return text.includes('T') ? 'dateTime' : 'date';
}

/** https://www.w3.org/TR/turtle/#sec-escapes */
function quoted(text: string): string {
  return `"${text.replace(/[\\"\n\r\t\b\f]/g, (character) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' })[character] ?? character)}"`;
}

/** Characters that an address in Turtle cannot hold. */
function iri(text: string): string {
  return text.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
