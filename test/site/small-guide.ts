/** A guide of a few artifacts and pages, made in memory, for tests that need no compiler. */
import type { Resource } from '../../scripts/core/fhir';
import type { ExternalDefinition, SiteArtifact, SiteGuide, SitePage } from '../../scripts/site/guide';

export const CANONICAL = 'https://example.org/ig';

export const PARENT: Resource = {
  resourceType: 'StructureDefinition', id: 'Patient', url: 'http://hl7.org/fhir/StructureDefinition/Patient', name: 'Patient', type: 'Patient', kind: 'resource', derivation: 'specialization', abstract: false,
  snapshot: {
    element: [
      { id: 'Patient', path: 'Patient', min: 0, max: '*', short: 'A person' },
      { id: 'Patient.identifier', path: 'Patient.identifier', min: 0, max: '*', short: 'An identifier', isSummary: true, type: [{ code: 'Identifier' }] },
      { id: 'Patient.active', path: 'Patient.active', min: 0, max: '1', short: 'In use', isModifier: true, type: [{ code: 'boolean' }] },
      { id: 'Patient.gender', path: 'Patient.gender', min: 0, max: '1', type: [{ code: 'code' }], binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' } },
    ],
  },
};

export const PROFILE: Resource = {
  resourceType: 'StructureDefinition', id: 'named', url: `${CANONICAL}/StructureDefinition/named`, name: 'Named', title: 'Named patient', status: 'draft', type: 'Patient', kind: 'resource', derivation: 'constraint',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient', description: 'A patient with a *number*.',
  snapshot: {
    element: [
      { id: 'Patient', path: 'Patient', min: 0, max: '*', short: 'A person', constraint: [{ key: 'named-1', severity: 'error', human: 'A rule', expression: 'identifier.exists()', source: `${CANONICAL}/StructureDefinition/named` }] },
      { id: 'Patient.identifier', path: 'Patient.identifier', min: 1, max: '*', short: 'An identifier', isSummary: true, mustSupport: true, type: [{ code: 'Identifier' }], slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } },
      { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', min: 1, max: '1', type: [{ code: 'Identifier' }] },
      { id: 'Patient.identifier:mrn.system', path: 'Patient.identifier.system', min: 1, max: '1', type: [{ code: 'uri' }], fixedUri: 'https://hospital.example.org' },
      { id: 'Patient.active', path: 'Patient.active', min: 0, max: '1', short: 'In use', isModifier: true, type: [{ code: 'boolean' }], definition: 'See [the rules](extensibility.html#modifierExtension).' },
      { id: 'Patient.gender', path: 'Patient.gender', min: 0, max: '1', type: [{ code: 'code' }], binding: { strength: 'required', valueSet: `${CANONICAL}/ValueSet/colours` } },
    ],
  },
  differential: {
    element: [
      { id: 'Patient', path: 'Patient', constraint: [{ key: 'named-1', severity: 'error', human: 'A rule', expression: 'identifier.exists()' }] },
      { id: 'Patient.identifier', path: 'Patient.identifier', min: 1, mustSupport: true, slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } },
      { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', min: 1, max: '1' },
      { id: 'Patient.identifier:mrn.system', path: 'Patient.identifier.system', min: 1, fixedUri: 'https://hospital.example.org' },
      { id: 'Patient.gender', path: 'Patient.gender', binding: { strength: 'required', valueSet: `${CANONICAL}/ValueSet/colours` } },
    ],
  },
};

export const COLOURS: Resource = { resourceType: 'ValueSet', id: 'colours', url: `${CANONICAL}/ValueSet/colours`, title: 'Colours', status: 'active', compose: { include: [{ system: `${CANONICAL}/CodeSystem/paint` }] } };
export const PAINT: Resource = { resourceType: 'CodeSystem', id: 'paint', url: `${CANONICAL}/CodeSystem/paint`, title: 'Paint', status: 'active', content: 'complete', concept: [{ code: 'red', display: 'Red', definition: '<script>alert(1)</script> as <b>blood</b>', concept: [{ code: 'crimson' }] }] };
export const EXAMPLE: Resource = { resourceType: 'Patient', id: 'anna', meta: { profile: [`${CANONICAL}/StructureDefinition/named`] }, identifier: [{ system: 'https://hospital.example.org', value: '7' }], name: [{ family: 'Doe', given: ['Anna'] }], text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="alert(1)">Anna <img src="https://evil.example.org/x.png"/></p><script>alert(1)</script></div>' } };

export function artifact(resource: Resource, example = false, more: Partial<SiteArtifact> = {}): SiteArtifact {
  const title = typeof resource.title === 'string' ? resource.title : resource.id!;
  return { reference: `${resource.resourceType}/${resource.id}`, resource, example, exampleOf: example ? (resource.meta?.profile ?? []) : [], title, source: { file: `input/fsh/${resource.id}.fsh`, line: 7 }, ...more };
}

export function page(name: string, text: string, title = name): SitePage {
  return { name, title, format: 'markdown', depth: 0, source: { file: `input/pagecontent/${name}.md`, text } };
}

export function smallGuide(changes: Partial<SiteGuide> = {}): SiteGuide {
  const known = new Map<string, ExternalDefinition>([[PARENT.url as string, { resourceType: 'StructureDefinition', id: 'Patient', url: PARENT.url as string, title: 'Patient', href: 'https://hl7.org/fhir/R4/patient.html', packageLabel: 'hl7.fhir.r4.core#4.0.1', read: () => PARENT }]]);
  return {
    packageId: 'example.ig', version: '1.0.0', name: 'Example', title: 'An example guide', description: '', canonical: CANONICAL, fhirVersion: '4.0.1', status: 'draft', dependencies: [], groups: [],
    artifacts: [artifact(PROFILE), artifact(COLOURS), artifact(PAINT), artifact(EXAMPLE, true)],
    pages: [page('index', 'See [the profile](StructureDefinition-named.html).')],
    companions: new Map(), menu: [{ title: 'Home', href: 'index.html', children: [] }], includes: new Map(), data: {}, files: new Map(), plantuml: new Map(),
    externals: { find: (url) => known.get(url) }, tests: [], findings: [], ...changes,
  };
}
