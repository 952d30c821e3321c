/** The two RDF forms of FHIR as tables of what differs: https://hl7.org/fhir/R4/rdf.html (R4, R4B) and https://hl7.org/fhir/R5/rdf.html */
import type { ElementTable } from './element-table';
import { structureOf, type ElementRow } from './structures';
import { LITERAL_TYPES } from './turtle-terms';

export interface RdfForm {
  readonly prefixes: Readonly<Record<string, string>>;
  /** Codes of these systems are also classes. */
  readonly ontologies: Readonly<Record<string, { readonly prefix: string; readonly namespace: string }>>;
  /** Property of a primitive's value. */
  readonly value: string;
  readonly literalTypes: Readonly<Record<string, string>>;
  /** What repeats is a list of RDF; otherwise each value says its place. */
  readonly lists: boolean;
  /** A narrative is a value as any other; otherwise a bare text. */
  readonly narrativeHasNode: boolean;
  /** A choice element has one property, and its value says its type; otherwise the property's name says it. */
  readonly choiceSaysType: boolean;
  /** Whoever reads an element with a modifier extension without knowing it must not find it: its name is another one. */
  readonly marksModified: boolean;
  property(table: ElementTable, structure: string, row: ElementRow): string;
}

const COMMON = { owl: 'http://www.w3.org/2002/07/owl#', rdfs: 'http://www.w3.org/2000/01/rdf-schema#', xsd: 'http://www.w3.org/2001/XMLSchema#' };
const SNOMED = { prefix: 'sct', namespace: 'http://snomed.info/id/' };
const ADDRESS = 'xsd:anyURI';

const R4_FORM: RdfForm = {
  prefixes: COMMON,
  ontologies: { 'http://snomed.info/sct': SNOMED, 'http://loinc.org': { prefix: 'loinc', namespace: 'http://loinc.org/rdf#' } },
  value: 'fhir:value',
  literalTypes: LITERAL_TYPES,
  lists: false,
  narrativeHasNode: false,
  choiceSaysType: false,
  marksModified: false,
  property: (table, structure, row) => `${declaredIn(table, structure, row.name)}.${row.name}`,
};

const R5_FORM: RdfForm = {
  prefixes: { ...COMMON, rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#' },
  ontologies: { 'http://snomed.info/sct': SNOMED, 'http://loinc.org': { prefix: 'loinc', namespace: 'https://loinc.org/rdf/' } },
  value: 'fhir:v',
  literalTypes: { ...LITERAL_TYPES, integer64: 'xsd:long', uri: ADDRESS, url: ADDRESS, canonical: ADDRESS, oid: ADDRESS, uuid: ADDRESS, xhtml: 'rdf:XMLLiteral' },
  lists: true,
  narrativeHasNode: true,
  choiceSaysType: true,
  marksModified: true,
  property: (_, __, row) => row.stem ?? row.name,
};

export function rdfForm({ fhirVersion }: Pick<ElementTable, 'fhirVersion'>): RdfForm | undefined {
  return fhirVersion.startsWith('4.') ? R4_FORM : fhirVersion.startsWith('5.') ? R5_FORM : undefined;
}

/** The type that declares an element gives its property the name: `Element.extension`, `Patient.contact.name`. */
function declaredIn(table: ElementTable, structure: string, name: string): string {
  const base = table.structures[structure]?.split(' ')[0] ?? '-';
  return base !== '-' && structureOf(table, base)?.has(name) === true ? declaredIn(table, base, name) : structure;
}
