import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadElementTable } from '../../scripts/server/element-table';
import { elementTableFrom } from '../../scripts/server/element-table-source';

const element = (path: string, code: string, more: object = {}) => ({ path, type: [{ code }], ...more });

test('a table is made of StructureDefinitions and CompartmentDefinitions', () => {
  const definition = (more: object): Resource => ({ resourceType: 'StructureDefinition', kind: 'resource', derivation: 'specialization', ...more });
  const table = elementTableFrom('9.9', [
    definition({
      type: 'Thing',
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status', valueCode: 'normative' }],
      snapshot: {
        element: [
          { path: 'Thing' },
          element('Thing.status', 'code', { min: 1, isSummary: true }),
          element('Thing.note', 'string'),
          { path: 'Thing.value[x]', isModifier: true, isSummary: true, type: [{ code: 'string' }, { code: 'Quantity' }] },
          element('Thing.part', 'BackboneElement', { isSummary: true }),
          element('Thing.part.address', 'url', { min: 1, isSummary: true }),
          element('Thing.part.definition', 'canonical'),
        ],
      },
    }),
    definition({ type: 'Thing', derivation: 'constraint', snapshot: { element: [element('Thing.note', 'string', { isSummary: true })] } }),
    definition({ type: 'Base', abstract: true, snapshot: { element: [] } }),
    { resourceType: 'CompartmentDefinition', url: 'http://hl7.org/fhir/CompartmentDefinition/patient', code: 'Patient', resource: [{ code: 'Thing', param: ['patient'] }, { code: 'Other' }] },
    { resourceType: 'CompartmentDefinition', url: 'http://example.org/CompartmentDefinition/example', code: 'Device', resource: [] },
  ]);
  expect(table).toEqual({
    fhirVersion: '9.9',
    types: { Thing: { normative: true, summary: ['status', 'valueString', 'valueQuantity', 'part', 'part.address'], kept: ['status', 'valueString', 'valueQuantity'] } },
    uriElements: ['address'],
    compartments: { Patient: { Thing: ['patient'] } },
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
