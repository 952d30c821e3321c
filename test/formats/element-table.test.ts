import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { packageRoot } from '../../scripts/core/package-root';
import { hasElementTable, loadElementTable } from '../../scripts/formats/element-table';
import { isPrimitive, structureOf } from '../../scripts/formats/structures';
import { elementTableFrom } from '../../scripts/formats/element-table-source';

const element = (path: string, code: string, more: object = {}) => ({ path, type: [{ code }], ...more });

test('a table is made of StructureDefinitions and CompartmentDefinitions', () => {
  const definition = (more: object): Resource => ({ resourceType: 'StructureDefinition', kind: 'resource', derivation: 'specialization', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Base', ...more });
  const table = elementTableFrom('9.9', [
    definition({
      type: 'Thing',
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status', valueCode: 'normative' }],
      snapshot: {
        element: [
          { path: 'Thing' },
          element('Thing.id', 'string', { base: { path: 'Base.id' } }),
          element('Thing.status', 'code', { min: 1, isSummary: true }),
          element('Thing.note', 'string', { max: '*' }),
          { path: 'Thing.value[x]', isModifier: true, isSummary: true, type: [{ code: 'string' }, { code: 'Quantity' }] },
          element('Thing.part', 'BackboneElement', { isSummary: true }),
          element('Thing.part.id', 'http://hl7.org/fhirpath/System.String', { representation: ['xmlAttr'] }),
          element('Thing.part.address', 'url', { min: 1, isSummary: true }),
          element('Thing.part.definition', 'canonical'),
          { path: 'Thing.part.again', max: '*', contentReference: '#Thing.part' },
        ],
      },
    }),
    definition({ type: 'Thing', derivation: 'constraint', snapshot: { element: [element('Thing.note', 'string', { isSummary: true })] } }),
    definition({ type: 'Base', abstract: true, baseDefinition: undefined, snapshot: { element: [{ path: 'Base' }, { path: 'Base.id', base: { path: 'Base.id' }, type: [{ code: 'http://hl7.org/fhirpath/System.String', extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type', valueUrl: 'id' }] }] }] } }),
    definition({ type: 'string', kind: 'primitive-type', snapshot: { element: [] } }),
    { resourceType: 'CompartmentDefinition', url: 'http://hl7.org/fhir/CompartmentDefinition/patient', code: 'Patient', resource: [{ code: 'Thing', param: ['patient'] }, { code: 'Other' }] },
    { resourceType: 'CompartmentDefinition', url: 'http://example.org/CompartmentDefinition/example', code: 'Device', resource: [] },
  ]);
  expect(table).toEqual({
    fhirVersion: '9.9',
    types: { Thing: { normative: true, summary: ['status', 'valueString', 'valueQuantity', 'part', 'part.address'], kept: ['status', 'valueString', 'valueQuantity'] } },
    uriElements: ['address'],
    compartments: { Patient: { Thing: ['patient'] } },
    primitives: ['string'],
    structures: {
      Base: '- id:id',
      Thing: 'Base status:code note*:string value[x]:string|Quantity part:Thing.part',
      'Thing.part': 'BackboneElement address:url definition:canonical again*:Thing.part',
    },
  });
});

test('the shipped table is of R4 and knows ImagingStudy', () => {
  const table = loadElementTable(FHIR_VERSIONS.R4);
  expect(table.fhirVersion).toBe('4.0.1');
  expect(Object.keys(table.types).length).toBe(146);
  expect(table.types.ImagingStudy?.kept).toEqual(expect.arrayContaining(['status', 'subject']));
  expect(table.uriElements).toEqual(expect.arrayContaining(['url', 'valueUri', 'address']));
  expect(table.uriElements).not.toEqual(expect.arrayContaining(['system']));
  expect(table.compartments.Patient?.ImagingStudy).toEqual(['patient']);
});

test('a structure has the elements of its base first, and a row for each spelling of a choice', () => {
  const table = loadElementTable(FHIR_VERSIONS.R4);
  const extension = structureOf(table, 'Extension');
  expect([...(extension?.keys() ?? [])].slice(0, 4)).toEqual(['id', 'extension', 'url', 'valueBase64Binary']);
  expect(extension?.get('url')).toMatchObject({ isAttribute: true, repeats: false, type: 'uri' });
  expect(extension?.get('valueDateTime')?.place).toBe(extension?.get('valueReference')?.place);
  expect(structureOf(table, 'Patient')?.get('contact')).toMatchObject({ type: 'Patient.contact', repeats: true });
  expect(structureOf(table, 'Questionnaire.item')?.get('item')?.type).toBe('Questionnaire.item');
  expect([...(structureOf(table, 'Patient')?.keys() ?? [])].slice(0, 5)).toEqual(['id', 'meta', 'implicitRules', 'language', 'text']);
  expect(structureOf(table, 'constructor')).toBeUndefined();
});

const VERSIONS = readdirSync(join(packageRoot(), 'definitions')).flatMap((file) => /^elements-(.*)\.json$/.exec(file)?.[1]?.toUpperCase() ?? []);

test.each(VERSIONS)('every type that an element of %s names is in the table', (name) => {
  const table = loadElementTable({ name });
  const missing = Object.keys(table.structures).flatMap((name) => [...(structureOf(table, name)?.values() ?? [])].filter(({ type }) => !isPrimitive(table, type) && structureOf(table, type) === undefined).map((row) => `${name}.${row.name}: ${row.type}`));
  expect(missing).toEqual([]);
});

test('a version without a table is known to have none, and asked for it is a known error', () => {
  expect([hasElementTable(FHIR_VERSIONS.R4), hasElementTable({ name: '0.5' })]).toEqual([true, false]);
  expect(() => loadElementTable({ name: '0.5' })).toThrow(/The element table of FHIR 0.5 cannot be read/);
});
