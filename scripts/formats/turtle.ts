/** A resource in, its RDF as Turtle out, in the form of its FHIR version. */
import { isResource, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import type { ElementTable } from './element-table';
import { structureOf, type ElementRow } from './structures';
import { rdfForm, type RdfForm } from './turtle-forms';
import { dateType, FHIR, iri, linkAddress, literal } from './turtle-terms';

type Value = Readonly<Record<string, unknown>>;

export interface TurtleOptions {
  /** Address under which `Type/id` becomes the address of a resource; FHIR's own unless said. */
  readonly base?: string;
}

interface Writer {
  readonly table: ElementTable;
  readonly form: RdfForm;
  readonly base: string;
  /** Statements about other nodes than the resource: what a Bundle's entries hold, of which type the targets of references are. */
  readonly others: Map<string, string[]>;
}

/**
 * @throws KnownError `no-turtle-form` for a version without a known RDF form, and for what the version does not know
 */
export function toTurtle(resource: Resource, table: ElementTable, { base = FHIR }: TurtleOptions = {}): string {
  const form = rdfForm(table);
  if (form === undefined) throw new KnownError('no-turtle-form', `FHIR ${table.fhirVersion} has another RDF form than R4 and R5, and only these can be written.`);
  const writer: Writer = { table, form, base, others: new Map() };
  const subject = resource.id === undefined ? '[]' : iri(`${base}${resource.resourceType}/${resource.id}`);
  const [type, ...body] = resourceLines(writer, resource, 1);
  const statements = [[subject, [type!, 'fhir:nodeRole fhir:treeRoot', ...body]] as const, ...[...writer.others].filter(([node]) => node !== subject)].map(([node, lines]) => `\n${node} ${lines.join(' ;\n  ')} .\n`);
  const ontologies = Object.values(form.ontologies).filter(({ prefix }) => statements.some((text) => text.includes(`a ${prefix}:`)));
  const prefixes = [['fhir', FHIR], ...Object.entries(form.prefixes), ...ontologies.map(({ prefix, namespace }) => [prefix, namespace])].map(([name, address]) => `@prefix ${name}: <${address}> .\n`);
  return `${prefixes.join('')}${statements.join('')}`;
}

const pad = (depth: number): string => '  '.repeat(depth);

/** The type first. */
function resourceLines(writer: Writer, { resourceType, ...elements }: Resource, depth: number): string[] {
  const { table, form } = writer;
  if (structureOf(table, resourceType) === undefined) throw new KnownError('no-turtle-form', `${resourceType} is no resource type of FHIR ${table.fhirVersion}.`);
  return [`a fhir:${form.marksModified && isModified(elements) ? '_' : ''}${resourceType}`, ...elementLines(writer, resourceType, elements, resourceType, depth)];
}

/** One line for each element (a list) or for each of its values, in the order of the definition. */
function elementLines(writer: Writer, structure: string, value: Value, path: string, depth: number): string[] {
  const { table, form } = writer;
  const rows = structureOf(table, structure);
  if (rows === undefined) throw new KnownError('no-turtle-form', `${path} has the type ${structure}, which FHIR ${table.fhirVersion} does not have.`);
  const names = [...new Set(Object.keys(value).map((name) => name.replace(/^_/, '')))];
  const found = names.map((name) => {
    const row = rows.get(name);
    if (row === undefined) throw new KnownError('no-turtle-form', `${path}.${name} is no element of FHIR ${table.fhirVersion}.`);
    return row;
  });
  return found.sort((a, b) => a.place - b.place).flatMap((row) => {
    const name = form.property(table, structure, row);
    const values = asList(value[row.name]);
    const siblings = asList(value[`_${row.name}`]);
    const fullUrl = path === 'Bundle.entry' && row.name === 'resource' && typeof value.fullUrl === 'string' ? value.fullUrl : undefined;
    const nodes = Array.from({ length: Math.max(values.length, siblings.length) }, (_, at) => {
      const modified = form.marksModified && isModified(values[at]);
      const lines = row.repeats && !form.lists ? [`fhir:index ${at}`] : [];
      const text = fullUrl !== undefined && isResource(values[at]) ? elsewhere(writer, fullUrl, values[at]) : node(writer, row, values[at], siblings[at], lines, `${path}.${row.name}`, depth);
      return { property: `fhir:${modified ? '_' : ''}${name}`, text };
    });
    if (!row.repeats || !form.lists) return nodes.map(({ property, text }) => `${property} ${text}`);
    const properties = [...new Set(nodes.map(({ property }) => property))];
    return properties.map((property) => `${property} ( ${nodes.filter((one) => one.property === property).map(({ text }) => text).join(' ')} )`);
  });
}

const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const isValue = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);
const isModified = (value: unknown): boolean => isValue(value) && value.modifierExtension !== undefined;

/** What an entry of a Bundle holds is a node of its own, with the entry's address. */
function elsewhere({ others, ...writer }: Writer, fullUrl: string, resource: Resource): string {
  const address = iri(fullUrl);
  others.set(address, resourceLines({ others, ...writer }, resource, 1));
  return address;
}

function node(writer: Writer, row: ElementRow, value: unknown, sibling: unknown, index: readonly string[], path: string, depth: number): string {
  const { form } = writer;
  if (row.type === 'xhtml' && !form.narrativeHasNode) return literal(String(value));
  const lines = [
    ...(form.choiceSaysType && row.stem !== undefined ? [`a fhir:${row.type}`] : []),
    ...index,
    ...content(writer, row, value, path, depth),
    ...(isValue(sibling) ? elementLines(writer, 'Element', sibling, path, depth + 1) : []),
  ];
  return lines.length === 1 && !lines[0]!.includes('\n') ? `[ ${lines[0]} ]` : `[\n${lines.map((line) => `${pad(depth + 1)}${line}`).join(' ;\n')} ]`;
}

function content(writer: Writer, row: ElementRow, value: unknown, path: string, depth: number): string[] {
  const { form } = writer;
  if (isResource(value)) return resourceLines(writer, value, depth + 1);
  if (isValue(value)) return [...typing(form, row, value), ...referenceLinks(writer, row, value), ...elementLines(writer, row.type, value, path, depth + 1)];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  const text = String(value);
  return [`${form.value} ${literal(text, typeOf(form, row, text))}`, ...(row.type === 'canonical' ? linkLine(writer, text) : [])];
}

function typeOf({ literalTypes }: RdfForm, { type }: ElementRow, text: string): string | undefined {
  return type === 'date' || type === 'dateTime' ? dateType(text) : literalTypes[type];
}

/** A coding of an ontology is an instance of its concept. */
function typing({ ontologies }: RdfForm, { type }: ElementRow, { system, code }: Value): string[] {
  const ontology = type === 'Coding' && typeof system === 'string' ? ontologies[system] : undefined;
  if (ontology === undefined || typeof code !== 'string' || !/^[\w-]+$/.test(code)) return [];
  return [`a ${ontology.prefix}:${ontology.prefix === 'loinc' ? code.toUpperCase() : code}`];
}

/** References are also links between nodes, and say of which type the other one is. */
function referenceLinks(writer: Writer, { type }: ElementRow, { reference }: Value): string[] {
  if (type !== 'Reference' || typeof reference !== 'string') return [];
  const target = linkAddress(writer.base, reference);
  const targetType = target?.startsWith(FHIR) === true ? /^([A-Z][A-Za-z]+)\//.exec(target.slice(FHIR.length))?.[1] : undefined;
  if (target !== undefined && targetType !== undefined && !writer.others.has(iri(target))) writer.others.set(iri(target), [`a fhir:${targetType}`]);
  return linkLine(writer, reference);
}

function linkLine({ base }: Writer, reference: string): string[] {
  const target = linkAddress(base, reference);
  return target === undefined ? [] : [`fhir:link ${iri(target)}`];
}
