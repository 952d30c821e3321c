/** Small packages with the same shape as the real ones: a core that exists in two parts only, two that name each other. */
import type { RequiredPackage } from '../../scripts/packages/required-packages';
import type { FakeRegistry, Files } from './fake-registry';

export const TERMINOLOGY: RequiredPackage = { name: 'test.terminology', version: '7.0.1', purpose: 'test', repin: { 'test.extensions': '5.3.0' } };
export const EXTENSIONS: RequiredPackage = { name: 'test.extensions', version: '5.3.0', purpose: 'test', repin: { 'test.terminology': null } };
export const CORE: RequiredPackage = {
  name: 'test.core',
  version: '4.0.1',
  purpose: 'test',
  assembly: {
    content: { name: 'test.examples', version: '4.0.1' },
    names: { name: 'test.corexml', version: '4.0.1' },
    absent: ['StructureDefinition-xml-type'],
  },
};

export const PATIENT = { resourceType: 'StructureDefinition', id: 'Patient', url: 'http://example.org/Patient', kind: 'resource', type: 'Patient', derivation: 'specialization' };
export const STATUS = { resourceType: 'SearchParameter', id: 'status', url: 'http://example.org/status', type: 'token' };

export const TERMINOLOGY_FILES: Files = {
  'package/package.json': { name: 'test.terminology', version: '7.0.1', dependencies: { 'test.core': '4.0.1', 'test.extensions': '5.2.0' } },
  'package/CodeSystem-a.json': { resourceType: 'CodeSystem', id: 'a', url: 'http://example.org/a', content: 'complete', concept: [{ code: 'x' }] },
  'package/CodeSystem-b.json': { resourceType: 'CodeSystem', id: 'b', url: 'http://example.org/b', content: 'fragment' },
  'package/other/validation-summary.json': { errors: 0 },
};
export const EXTENSIONS_FILES: Files = {
  'package/package.json': { name: 'test.extensions', version: '5.3.0', dependencies: { 'test.core': '4.0.1', 'test.terminology': '6.5.0' } },
  'package/StructureDefinition-e.json': { resourceType: 'StructureDefinition', id: 'e', url: 'http://example.org/e' },
};
export const CONTENT_FILES: Files = {
  'package/package.json': { name: 'test.examples', version: '4.0.1', type: 'fhir.examples' },
  'package/StructureDefinition-Patient.json': PATIENT,
  'package/SearchParameter-status.json': STATUS,
  'package/Patient-example.json': { resourceType: 'Patient', id: 'example' },
};
export const NAMES_FILES: Files = {
  'package/package.json': { name: 'test.corexml', version: '4.0.1', type: 'fhir.core', title: 'Core' },
  'package/StructureDefinition-Patient.xml': '<StructureDefinition/>',
  'package/SearchParameter-status.xml': '<SearchParameter/>',
  'package/StructureDefinition-xml-type.xml': '<StructureDefinition/>',
  'package/xml/patient.xsd': '<schema/>',
};

/** Everything that the three samples need. */
export async function publishAll(registry: FakeRegistry): Promise<void> {
  await registry.publish('test.terminology', '7.0.1', TERMINOLOGY_FILES);
  await registry.publish('test.extensions', '5.3.0', EXTENSIONS_FILES);
  await registry.publish('test.examples', '4.0.1', CONTENT_FILES);
  await registry.publish('test.corexml', '4.0.1', NAMES_FILES);
}
