import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadElementTable } from '../../scripts/formats/element-table';
import { toTurtle } from '../../scripts/formats/turtle';

const R4 = loadElementTable(FHIR_VERSIONS.R4);
const triples = (resource: Resource) => toTurtle(resource, R4).replace(/\s+/g, ' ');

const PATIENT: Resource = {
  resourceType: 'Patient', id: 'anna', active: true, birthDate: '1990', deceasedDateTime: '2020-05-01T10:00:00Z',
  name: [{ family: 'Doe', given: ['Anna', 'B'] }],
  _birthDate: { extension: [{ url: 'http://example.org/x', valueInteger: 3 }] },
  managingOrganization: { reference: 'Organization/o' },
  maritalStatus: { coding: [{ system: 'http://snomed.info/sct', code: '87915002', display: 'Say "yes"\n' }] },
  contained: [{ resourceType: 'Organization', id: 'c', active: false }],
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Anna</div>' },
};

/** Rows of https://hl7.org/fhir/R4/rdf.html */
describe('a resource as Turtle', () => {
  it.each([
    ['is a tree root of its type', '<http://hl7.org/fhir/Patient/anna> a fhir:Patient ; fhir:nodeRole fhir:treeRoot ;'],
    ['names an element after the type that declares it', 'fhir:Resource.id [ fhir:value "anna" ]'],
    ['numbers what repeats', 'fhir:HumanName.given [ fhir:index 0 ; fhir:value "Anna" ] ; fhir:HumanName.given [ fhir:index 1 ; fhir:value "B" ]'],
    ['gives values their type', 'fhir:Patient.active [ fhir:value "true"^^xsd:boolean ]'],
    ['gives dates the type of their precision', 'fhir:value "1990"^^xsd:gYear'],
    ['names a choice by its type', 'fhir:Patient.deceasedDateTime [ fhir:value "2020-05-01T10:00:00Z"^^xsd:dateTime ]'],
    ['keeps extensions of primitive values', 'fhir:Extension.valueInteger [ fhir:value "3"^^xsd:integer ]'],
    ['links references', 'fhir:link <http://hl7.org/fhir/Organization/o>'],
    ['makes a coding an instance of its concept', '@prefix sct: <http://snomed.info/id/> .'],
    ['says the concept', 'a sct:87915002'],
    ['escapes text', 'fhir:value "Say \\"yes\\"\\n"'],
    ['holds contained resources', 'fhir:DomainResource.contained [ a fhir:Organization ;'],
    ['holds the narrative as text', 'fhir:Narrative.div "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Anna</div>"'],
  ])('%s', (_, expected) => {
    expect(triples(PATIENT)).toContain(expected);
  });

  it('closes what it opens', () => {
    const text = toTurtle(PATIENT, R4).replace(/"(?:[^"\\]|\\.)*"/g, '');
    expect(text.split('[').length).toBe(text.split(']').length);
    expect(text.trimEnd().endsWith('.')).toBe(true);
  });

  it('refuses what the version does not know, and versions with another form', () => {
    expect(() => toTurtle({ resourceType: 'Patient', colour: 'red' }, R4)).toThrow('Patient.colour');
    expect(() => toTurtle(PATIENT, { ...R4, fhirVersion: '5.0.0' })).toThrow('5.0.0');
  });
});
