import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadElementTable } from '../../scripts/formats/element-table';
import { toTurtle } from '../../scripts/formats/turtle';
import { statementsOf } from './rdf-graph';

const R4 = loadElementTable(FHIR_VERSIONS.R4);
const R5 = loadElementTable(FHIR_VERSIONS.R5);

const PATIENT: Resource = {
  resourceType: 'Patient', id: 'anna', active: true, birthDate: '1990', deceasedDateTime: '2020-05-01T10:00:00Z',
  name: [{ family: 'Doe', given: ['Anna', 'B'] }],
  _birthDate: { extension: [{ url: 'http://example.org/x', valueInteger: 3 }] },
  managingOrganization: { reference: 'Organization/o' },
  maritalStatus: { coding: [{ system: 'http://snomed.info/sct', code: '87915002', display: 'Say "yes"\n' }] },
  contained: [{ resourceType: 'Organization', id: 'c', active: false }],
  contact: [{ gender: 'other' }, { modifierExtension: [{ url: 'http://example.org/not' }], gender: 'male' }],
  extension: [{ url: 'http://example.org/c', valueCanonical: 'http://example.org/ValueSet/v|1.2' }],
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Anna</div>' },
};

const FHIR = 'http://hl7.org/fhir/';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** Statements with the usual prefixes, so that they can be read. */
function said(resource: Resource, table = R4): string[] {
  return statementsOf(toTurtle(resource, table)).map((statement) => statement
    .replaceAll('http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf:').replaceAll(XSD, 'xsd:').replaceAll(FHIR, 'fhir:').replaceAll('^^xsd:string', '').replaceAll('rdf:type', 'a').replace(/<((?:fhir|rdf):[^>]*)>/g, '$1'));
}

/** Rows of https://hl7.org/fhir/R4/rdf.html */
describe('an R4 resource as Turtle', () => {
  const statements = said(PATIENT);
  it.each([
    ['is a tree root of its type', 'fhir:Patient/anna a fhir:Patient'],
    ['says so', 'fhir:Patient/anna fhir:nodeRole fhir:treeRoot'],
    ['names an element after the type that declares it', 'fhir:Patient/anna fhir:Resource.id [fhir:value "anna"]'],
    ['numbers what repeats', 'fhir:HumanName.given [fhir:index "1"^^xsd:integer; fhir:value "B"]'],
    ['gives values their type', 'fhir:Patient.active [fhir:value "true"^^xsd:boolean]'],
    ['gives dates the type of their precision', 'fhir:value "1990"^^xsd:gYear'],
    ['names a choice by its type', 'fhir:Patient.deceasedDateTime [fhir:value "2020-05-01T10:00:00Z"^^xsd:dateTime]'],
    ['keeps extensions of primitive values', 'fhir:Extension.valueInteger [fhir:value "3"^^xsd:integer]'],
    ['links references', 'fhir:link fhir:Organization/o'],
    ['says of which type the target of a reference is', 'fhir:Organization/o a fhir:Organization'],
    ['links canonicals, their version as a query', 'fhir:link <http://example.org/ValueSet/v?version=1.2>'],
    ['makes a coding an instance of its concept', 'a <http://snomed.info/id/87915002>'],
    ['escapes text', 'fhir:value "Say \\"yes\\"\\n"'],
    ['holds contained resources', 'fhir:DomainResource.contained [fhir:Organization.active [fhir:value "false"^^xsd:boolean]; fhir:Resource.id [fhir:value "c"]; fhir:index "0"^^xsd:integer; a fhir:Organization]'],
    ['holds the narrative as text', 'fhir:Narrative.div "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Anna</div>"'],
  ])('%s', (_, expected) => {
    expect(statements.filter((statement) => statement.includes(expected))).not.toEqual([]);
  });
});

/** Rows of https://hl7.org/fhir/R5/rdf.html */
describe('an R5 resource as Turtle', () => {
  const statements = said(PATIENT, R5);
  it.each([
    ['names an element by its own name alone', 'fhir:Patient/anna fhir:id [fhir:v "anna"]'],
    ['has what repeats as a list', 'fhir:given [rdf:first [fhir:v "Anna"]; rdf:rest [rdf:first [fhir:v "B"]; rdf:rest rdf:nil]]'],
    ['says the type of a choice at its value', 'fhir:deceased [fhir:v "2020-05-01T10:00:00Z"^^xsd:dateTime; a fhir:dateTime]'],
    ['gives addresses their type', 'fhir:url [fhir:v "http://example.org/x"^^xsd:anyURI]'],
    ['has the narrative as XML', 'fhir:div [fhir:v "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Anna</div>"^^rdf:XMLLiteral]'],
    ['keeps extensions of primitive values', 'fhir:birthDate [fhir:extension [rdf:first ['],
    ['hides what has a modifier extension from those who do not know it', 'fhir:_contact [rdf:first [fhir:gender [fhir:v "male"]; fhir:modifierExtension'],
    ['and leaves the others where they are', 'fhir:contact [rdf:first [fhir:gender [fhir:v "other"]]; rdf:rest rdf:nil]'],
  ])('%s', (_, expected) => {
    expect(statements.filter((statement) => statement.includes(expected))).not.toEqual([]);
  });

  it('is of another class where the resource itself is modified', () => {
    expect(said({ ...PATIENT, modifierExtension: [{ url: 'http://example.org/not' }] }, R5)).toContain('fhir:Patient/anna a fhir:_Patient');
  });
});

describe.each([['R4', R4], ['R5', R5]] as const)('Turtle of %s', (_, table) => {
  it('has the entries of a Bundle as nodes with their own addresses', () => {
    const bundle: Resource = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', active: true } }, { resource: { resourceType: 'Patient', id: 'two' } }] };
    const statements = said(bundle, table);
    expect(statements).toContain('<urn:uuid:1> a fhir:Patient');
    expect(statements.join('\n')).toMatch(/fhir:(Bundle\.entry\.)?resource <urn:uuid:1>/);
    expect(statements.join('\n')).toMatch(/fhir:(Bundle\.entry\.)?resource \[[^<]*"two"/);
  });

  it('refuses what the version does not know', () => {
    expect(() => toTurtle({ resourceType: 'Patient', colour: 'red' }, table)).toThrow('Patient.colour');
    expect(() => toTurtle({ resourceType: 'Colour' }, table)).toThrow('Colour');
  });
});

it('is not written for versions whose form is another one', () => {
  expect(() => toTurtle(PATIENT, { ...R4, fhirVersion: '6.0.0' })).toThrow('6.0.0');
});
