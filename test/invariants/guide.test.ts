/** The rules in TypeScript and the invariants in FSH say the same: same keys, same severities, same answer on every study. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { Resource } from '../../scripts/core/fhir';
import { RULES } from '../../scripts/invariants/rules';

const FOLDER = join(__dirname, '../../input/fsh/invariants');

/** Invariants that the profile puts on an element below the resource, and which elements those are. */
const ELEMENT: Record<string, string> = {
  'scout-study-uid': "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value",
  'scout-series-uid': 'ImagingStudy.series.uid',
  'scout-instance-uid': 'ImagingStudy.series.instance.uid',
  'scout-series-modality': 'ImagingStudy.series',
};

const invariants = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const id = /^Invariant:\s*(\S+)/m.exec(text)?.[1] ?? '';
  const severity = /^Severity:\s*#(\S+)/m.exec(text)?.[1];
  const expression = /^Expression:\s*"(.*)"$/m.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? '';
  const whole = ELEMENT[id] === undefined ? expression : `${ELEMENT[id]}.all(${expression})`;
  return { id, severity, holds: fhirpath.compile(whole, r4) as (resource: Resource) => unknown[] };
});

test('the guide and the catalogue have the same rules with the same severity', () => {
  const rows = (list: readonly { id: string; severity?: string }[]) => list.map(({ id, severity }) => `${id} ${severity}`).sort();
  expect(rows(RULES)).toEqual(rows(invariants));
});

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const uid = fc.constantFrom('1.2.3', '1.2.3.0', '2.25.1', '1.02', '1.2.', 'urn:oid:1.2.3', `1.${'9'.repeat(62)}`, `1.${'9'.repeat(63)}`);
const modality = fc.constantFrom({ system: DCM, code: 'CT' }, { system: DCM, code: 'MR' }, { system: DCM, code: 'SR' }, { code: 'CT' }, { display: 'CT' });
const count = fc.integer({ min: 0, max: 4 });
const series = fc.record(
  { uid, modality, numberOfInstances: count, instance: fc.array(fc.record({ uid }), { minLength: 1, maxLength: 3 }) },
  { requiredKeys: ['uid'] },
);
const identifier = fc.oneof(
  fc.record({ system: fc.constantFrom('urn:dicom:uid', 'https://h.example.org'), value: fc.oneof(uid, uid.map((text) => `urn:oid:${text}`)) }, { requiredKeys: ['value'] }),
  fc.record(
    { type: fc.constant({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] }), system: fc.constantFrom('urn:dicom:uid', 'https://h.example.org'), value: fc.constant('A1') },
    { requiredKeys: ['type'] },
  ),
);
const study = fc.record(
  {
    resourceType: fc.constant('ImagingStudy'),
    identifier: fc.array(identifier, { minLength: 1, maxLength: 3 }),
    modality: fc.array(modality, { minLength: 1, maxLength: 2 }),
    numberOfSeries: count,
    numberOfInstances: count,
    series: fc.array(series, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['resourceType'] },
);
const endpoint = fc.record(
  {
  resourceType: fc.constant('Endpoint'),
  connectionType: fc.record({
    system: fc.constantFrom('http://terminology.hl7.org/CodeSystem/endpoint-connection-type', 'https://h.example.org'),
    code: fc.constantFrom('dicom-wado-rs', 'dicom-wado-uri', 'ihe-iid', 'hl7-fhir-rest'),
  }),
  address: fc
    .tuple(fc.constantFrom('https://h', 'http://h:80', 'ftp://h', 'h'), fc.array(fc.constantFrom('/', '/rs', '/studies', '/study', '/1.2.3', '/metadata', '/instance', '?', '?a=b', '#x'), { maxLength: 4 }))
    .map(([authority, parts]) => authority + parts.join('')),
  },
  { requiredKeys: ['resourceType', 'connectionType'] },
);

test.each(RULES.map((rule) => [rule.id, rule] as const))('%s agrees with its FHIRPath expression on generated resources', (id, rule) => {
  const holds = invariants.find((row) => row.id === id)?.holds;
  const resources: fc.Arbitrary<Resource> = rule.resourceType === 'Endpoint' ? endpoint : study;
  let broken = 0;
  fc.assert(
    fc.property(resources, (resource) => {
      const violations = rule.check(resource);
      if (violations.length > 0) broken += 1;
      expect({ resource, holds: holds?.(resource) }).toEqual({ resource, holds: [violations.length === 0] });
    }),
    { numRuns: 400, seed: 20261122 },
  );
  expect(broken).toBeGreaterThan(0);
});
