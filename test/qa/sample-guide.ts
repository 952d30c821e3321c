/** A small guide in which nothing is wrong, for tests that break one thing at a time. */
import type { Resource } from '../../scripts/core/fhir';
import type { QaGuide } from '../../scripts/qa/qa-guide';

export const CANONICAL = 'https://example.org/ig';
const about = { status: 'active', version: '1.0.0', date: '2026-01-01', title: 'Title', description: 'What it is for.' };

export const PROFILE = {
  ...about,
  resourceType: 'StructureDefinition', id: 'p', url: `${CANONICAL}/StructureDefinition/p`, name: 'P', kind: 'resource', type: 'Patient', derivation: 'constraint', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  snapshot: {
    element: [
      { id: 'Patient', path: 'Patient' },
      { id: 'Patient.identifier', path: 'Patient.identifier' },
      { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', mustSupport: true },
      { id: 'Patient.identifier:mrn.system', path: 'Patient.identifier.system', patternUri: 'urn:mrn' },
      { id: 'Patient.identifier:mrn.value', path: 'Patient.identifier.value', mustSupport: true },
      { id: 'Patient.gender', path: 'Patient.gender', binding: { strength: 'required', valueSet: `${CANONICAL}/ValueSet/v|1.0.0` } },
      { id: 'Patient.deceased[x]:deceasedBoolean', path: 'Patient.deceased[x]', sliceName: 'deceasedBoolean', mustSupport: true },
      { id: 'Patient.photo', path: 'Patient.photo', max: '0', mustSupport: true },
    ],
  },
  differential: { element: [{ id: 'Patient', path: 'Patient', constraint: [{ key: 'p-1', severity: 'error', expression: 'true' }] }] },
};
export const VALUE_SET = { ...about, resourceType: 'ValueSet', id: 'v', url: `${CANONICAL}/ValueSet/v`, name: 'V' };
export const EXAMPLE = { resourceType: 'Patient', id: 'x', meta: { profile: [PROFILE.url] }, identifier: [{ system: 'urn:mrn', value: '1' }, { system: 'urn:other' }], deceasedBoolean: false };

export function guideOf({ definitions = [PROFILE, VALUE_SET], examples = [EXAMPLE], ...more }: { definitions?: readonly Resource[]; examples?: readonly Resource[] } & Partial<Omit<QaGuide, 'definitions' | 'examples'>> = {}): QaGuide {
  return {
    packageId: 'example.ig',
    version: '1.0.0',
    canonical: CANONICAL,
    date: '2026-01-01',
    specialUrls: [],
    definitions,
    examples: examples.map((resource) => ({ resource, profiles: resource.meta?.profile ?? [], description: 'Shows it.' })),
    failing: [{ id: 'bad', rules: ['p-1'] }],
    fsh: [{ file: 'input/fsh/p.fsh', text: 'RuleSet: Meta\n* ^x = 1\n\nInvariant: p-1\nSeverity: #error\n\nProfile: P\n* insert Meta\n* obeys p-1\n' }],
    readyMade: [],
    configFile: 'sushi-config.yaml',
    sourceOf: (reference) => (reference === 'StructureDefinition/p' ? { file: 'input/fsh/p.fsh', line: 7 } : undefined),
    ...more,
  };
}
