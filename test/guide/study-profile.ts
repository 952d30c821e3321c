/** The ImagingStudy profile is IHE IMR's element table with rules and bindings of our own. */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { Resource } from '../../scripts/core/fhir';
import { RULES } from '../../scripts/invariants/rules';
import { r4Resource, type BuiltGuide, type Element } from './built-guide';

const CANONICAL = 'https://fhir-scout.org/ig/imaging';

/** The rows of IHE IMR 1.1.0's differential: https://profiles.ihe.net/RAD/IMR/1.1.0/StructureDefinition-imr-imagingstudy.html */
const IMR_TABLE: readonly [id: string, cardinality: string, mustSupport: boolean][] = [
  ['ImagingStudy.identifier', '1..*', false],
  ['ImagingStudy.identifier:studyUID', '1..1', true],
  ['ImagingStudy.identifier:studyUID.system', '1..1', false],
  ['ImagingStudy.identifier:studyUID.value', '1..1', true],
  ['ImagingStudy.modality', '1..*', false],
  ['ImagingStudy.subject', '1..1', false],
  ['ImagingStudy.started', '1..1', true],
  ['ImagingStudy.endpoint', '1..*', false],
];

export function testStudyProfile(guide: () => BuiltGuide): void {
  const snapshot = () => guide().elements('scout-imaging-study', 'snapshot');
  const differential = () => guide().elements('scout-imaging-study', 'differential');
  const element = (id: string) => snapshot().find((row) => row.id === id);

  test.each(IMR_TABLE)('%s has IHE\'s cardinality %s and must-support flag', (id, cardinality, mustSupport) => {
    const row = element(id);
    expect([`${row?.min}..${row?.max}`, row?.mustSupport === true]).toEqual([cardinality, mustSupport]);
  });

  test('seven elements are mandatory beyond R4 and three are must-support, as IHE counts', () => {
    const base = (r4Resource('StructureDefinition', 'ImagingStudy')['snapshot'] as { element: Element[] }).element;
    const minimum = new Map(base.map(({ id, min }) => [id, min]));
    const mandatory = differential().filter(({ id, min }) => (min ?? 0) > (minimum.get(id) ?? 0));
    expect(mandatory.map(({ id }) => id)).toEqual(IMR_TABLE.map(([id]) => id).filter((id) => id !== 'ImagingStudy.subject'));
    expect(mandatory).toHaveLength(7);
    expect(snapshot().filter(({ mustSupport }) => mustSupport === true)).toHaveLength(3);
  });

  test('identifier is sliced as IHE does: unordered, open, by pattern of system', () => {
    expect(element('ImagingStudy.identifier')?.slicing).toMatchObject({ ordered: false, rules: 'open', discriminator: [{ type: 'pattern', path: 'system' }] });
    expect(element('ImagingStudy.identifier:studyUID.system')?.patternUri).toBe('urn:dicom:uid');
    expect(snapshot().filter(({ id }) => /^ImagingStudy\.identifier:[^.]+$/.test(id))).toHaveLength(1);
  });

  test('the subject is a patient, the endpoint one of ours', () => {
    expect(element('ImagingStudy.subject')?.type).toEqual([expect.objectContaining({ targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] })]);
    expect(element('ImagingStudy.endpoint')?.type).toEqual([expect.objectContaining({ targetProfile: [`${CANONICAL}/StructureDefinition/scout-imaging-endpoint`] })]);
  });

  test.each([
    ['ImagingStudy.modality', 'scout-acquisition-modality'],
    ['ImagingStudy.series.modality', 'scout-modality'],
    ['ImagingStudy.series.instance.sopClass', 'scout-storage-sop-class'],
  ])('%s is bound to %s as strongly as in R4', (id, valueSet) => {
    expect(element(id)?.binding).toMatchObject({ strength: 'extensible', valueSet: `${CANONICAL}/ValueSet/${valueSet}` });
  });

  test.each(RULES.filter(({ resourceType }) => resourceType === 'ImagingStudy').map((rule) => [rule.id, rule] as const))(
    '%s stands in the snapshot with severity, sentence and expression',
    (id, rule) => {
      const constraint = constraints(snapshot()).find(({ key }) => key === id);
      expect(constraint).toMatchObject({ severity: rule.severity, source: `${CANONICAL}/StructureDefinition/scout-imaging-study` });
      expect(constraint?.human).toMatch(/^[A-Z].*SHALL.*\.$/);
      expect(constraint?.expression).toBeTruthy();
    },
  );

  test('a study that keeps every rule passes the snapshot\'s own expressions, and one that breaks some fails just those', () => {
    expect(brokenConstraints(snapshot(), STUDY)).toEqual([]);
    const broken = structuredClone(STUDY);
    broken.identifier[0]!.value = 'urn:oid:1.02.3';
    broken.series[0]!.uid = '1.2.03';
    broken.series[1]!.modality = { display: 'Report' } as never;
    broken.numberOfInstances = 9;
    expect(brokenConstraints(snapshot(), broken)).toEqual(['ist-4', 'scout-series-modality', 'scout-series-uid', 'scout-study-uid']);
  });
}

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

const STUDY = {
  resourceType: 'ImagingStudy',
  identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }],
  status: 'available',
  modality: [{ system: DCM, code: 'US' }],
  subject: { reference: 'Patient/p' },
  started: '2026-02-17',
  endpoint: [{ reference: 'Endpoint/e' }],
  numberOfSeries: 2,
  numberOfInstances: 2,
  series: [
    { uid: '1.2.3.1', modality: { system: DCM, code: 'US' }, instance: [{ uid: '1.2.3.1.1' }] },
    { uid: '1.2.3.2', modality: { system: DCM, code: 'SR' }, instance: [{ uid: '1.2.3.2.1' }] },
  ],
};

function constraints(elements: readonly Element[]) {
  return elements.flatMap(({ constraint }) => constraint ?? []);
}

/** Keys of our own constraints that a resource breaks, evaluated where the snapshot puts them. */
export function brokenConstraints(elements: readonly Element[], resource: Resource): string[] {
  return elements
    .flatMap((row) => (row.constraint ?? []).map((constraint) => ({ ...constraint, row })))
    .filter(({ source }) => source?.startsWith(CANONICAL))
    .filter(({ row, expression }) => {
      // A slice's elements are those whose pattern its discriminator names; there is one slice.
      const place = row.id.includes(':studyUID') ? row.path.replace('identifier', "identifier.where(system = 'urn:dicom:uid')") : row.path;
      const holds = fhirpath.evaluate(resource, `${place}.all(${expression})`, {}, r4) as unknown[];
      return holds.some((value) => value !== true);
    })
    .map(({ key }) => key)
    .sort();
}
