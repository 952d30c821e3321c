/** Each rule on a study or endpoint that keeps it, and on ones that break just it. */
import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { isDicomUid } from '../../scripts/core/dicom-uid';
import { brokenRules, checkInvariants, RULES } from '../../scripts/invariants/rules';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const modality = (code: string) => ({ system: DCM, code });

const GOOD: Resource = {
  resourceType: 'ImagingStudy',
  id: 'good',
  identifier: [
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
    { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] }, system: 'https://h.example.org/acsn', value: 'A1' },
  ],
  modality: [modality('CT')],
  numberOfSeries: 2,
  numberOfInstances: 3,
  series: [
    { uid: '1.2.3.1', modality: modality('CT'), numberOfInstances: 2, instance: [{ uid: '1.2.3.1.1' }, { uid: '1.2.3.1.2' }] },
    { uid: '1.2.3.2', modality: modality('SR'), numberOfInstances: 1, instance: [{ uid: '1.2.3.2.1' }] },
  ],
};

const endpoint = (connectionType: string, address: string): Resource => ({
  resourceType: 'Endpoint',
  connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: connectionType },
  address,
});

/** A copy of the good study with some elements replaced. */
const study = (change: Record<string, unknown>): Resource => ({ ...GOOD, ...change });
const series = (...rows: object[]) => rows;

const ACSN = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };
const UID = { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' };
const oneSeries = (modalityOfIt: object) => study({ modality: undefined, numberOfSeries: 1, numberOfInstances: undefined, series: series({ uid: '1.2', modality: modalityOfIt }) });

const BROKEN: readonly [rule: string, resource: Resource, path: string][] = [
  ['scout-study-uid', study({ identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }] }), 'ImagingStudy.identifier[0].value'],
  ['scout-study-uid', study({ identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.02.3' }] }), 'ImagingStudy.identifier[0].value'],
  ['scout-series-uid', study({ numberOfSeries: 1, numberOfInstances: undefined, series: series({ uid: '1.2.03', modality: modality('CT') }) }), 'ImagingStudy.series[0].uid'],
  ['scout-series-uid', study({ numberOfSeries: 1, numberOfInstances: undefined, series: series({ uid: 'urn:oid:1.2.3', modality: modality('CT') }) }), 'ImagingStudy.series[0].uid'],
  ['scout-instance-uid', study({ numberOfSeries: 1, numberOfInstances: 1, series: series({ uid: '1.2', modality: modality('CT'), instance: [{ uid: `1.${'2'.repeat(63)}` }] }) }), 'ImagingStudy.series[0].instance[0].uid'],
  ['scout-series-uid-unique', study({ numberOfInstances: undefined, series: series({ uid: '1.2', modality: modality('CT') }, { uid: '1.2', modality: modality('CT') }) }), 'ImagingStudy.series[1].uid'],
  ['scout-instance-uid-unique', study({ numberOfInstances: 2, series: series({ uid: '1.2', modality: modality('CT'), instance: [{ uid: '1.3' }] }, { uid: '1.4', modality: modality('CT'), instance: [{ uid: '1.3' }] }) }), 'ImagingStudy.series[1].instance[0].uid'],
  ['ist-1', study({ identifier: [] }), 'ImagingStudy.series'],
  ['ist-2', study({ identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2' }, { system: 'urn:dicom:uid', value: 'urn:oid:1.3' }] }), 'ImagingStudy.identifier'],
  ['ist-3', study({ numberOfSeries: 1 }), 'ImagingStudy.numberOfSeries'],
  ['ist-4', study({ numberOfSeries: 1, numberOfInstances: 2, series: series({ uid: '1.2', modality: modality('CT'), instance: [{ uid: '1.3' }] }) }), 'ImagingStudy.numberOfInstances'],
  ['ist-5', study({ numberOfSeries: 1, numberOfInstances: 2, series: series({ uid: '1.2', modality: modality('CT'), numberOfInstances: 1 }) }), 'ImagingStudy.numberOfInstances'],
  ['ist-6', study({ numberOfSeries: 1, numberOfInstances: undefined, series: series({ uid: '1.2', modality: modality('CT'), numberOfInstances: 2, instance: [{ uid: '1.3' }] }) }), 'ImagingStudy.series[0].numberOfInstances'],
  ['ist-7', study({ modality: [modality('CT'), modality('MR')] }), 'ImagingStudy.modality[1]'],
  ['ist-7', study({ modality: [modality('SR')] }), 'ImagingStudy.modality'],
  ['scout-accession', study({ identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }, { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] }, value: 'A1' }] }), 'ImagingStudy.identifier[1]'],
  ['scout-series-modality', study({ modality: undefined, numberOfSeries: 1, numberOfInstances: undefined, series: series({ uid: '1.2', modality: { display: 'CT' } }) }), 'ImagingStudy.series[0].modality'],
  ['scout-accession', study({ identifier: [UID, { type: ACSN, system: 'https://h.example.org/acsn' }] }), 'ImagingStudy.identifier[1]'],
  ['scout-accession', study({ identifier: [{ type: ACSN, ...UID }] }), 'ImagingStudy.identifier[0]'],
  ['scout-series-modality', oneSeries({ code: 'CT' }), 'ImagingStudy.series[0].modality'],
  ['scout-series-modality', oneSeries({ system: DCM }), 'ImagingStudy.series[0].modality'],
  ['scout-wado-rs-address', endpoint('dicom-wado-rs', 'https://pacs.example.org/wado-rs/studies'), 'Endpoint.address'],
  ['scout-wado-rs-address', endpoint('dicom-wado-rs', 'https://pacs.example.org/wado-rs/study/1.2.3.4.5'), 'Endpoint.address'],
  ['scout-wado-rs-address', endpoint('dicom-wado-rs', 'https://pacs.example.org/wado-rs/'), 'Endpoint.address'],
  ['scout-wado-rs-address', endpoint('dicom-wado-rs', 'https://pacs.example.org/wado-rs?x=1'), 'Endpoint.address'],
  ['scout-wado-rs-address', endpoint('dicom-wado-rs', 'pacs.example.org/wado-rs'), 'Endpoint.address'],
  ['scout-wado-uri-address', endpoint('dicom-wado-uri', 'https://pacs.example.org/wado?requestType=WADO'), 'Endpoint.address'],
  ['scout-iid-address', endpoint('ihe-iid', 'https://pacs.example.org/IID?'), 'Endpoint.address'],
];

describe('invariant rules', () => {
  test.each(BROKEN)('%s is the only rule broken by its counter-example (%#)', (rule, resource, path) => {
    const broken = brokenRules(resource);
    expect(broken.map((row) => row.rule.id)).toEqual([rule]);
    expect(broken[0]?.violations.map((violation) => violation.path)).toEqual([path]);
  });

  test('every rule has a counter-example', () => {
    expect(RULES.map((rule) => rule.id).filter((id) => !BROKEN.some(([rule]) => rule === id))).toEqual([]);
  });

  test.each([
    ['a study with an SR series that the study level leaves out', GOOD],
    ['modality without any listed series', study({ series: undefined, numberOfSeries: 5, numberOfInstances: 9 })],
    ['a local type of identifiers that is called ACSN too', study({ identifier: [UID, { type: { coding: [{ system: 'https://h.example.org/types', code: 'ACSN' }] }, value: 'A1' }] })],
    ['a local code of a series that is called as an acquisition modality', study({ series: series({ uid: '1.2', modality: modality('CT') }, { uid: '1.3', modality: { system: DCM.replace(/...$/, 'OWN'), code: 'MR' } }), numberOfInstances: undefined })],
    ['a WADO-RS base URL', endpoint('dicom-wado-rs', 'https://pacs.example.org:8443/dicom-web')],
    ['a WADO-RS base below a folder called studies', endpoint('dicom-wado-rs', 'https://pacs.example.org/studies/dicom-web')],
    ['a WADO-RS path that merely contains the word studies', endpoint('dicom-wado-rs', 'https://pacs.example.org/studies-archive/rs')],
    ['a WADO-URI base with trailing slash', endpoint('dicom-wado-uri', 'https://pacs.example.org/wado/')],
    ['an endpoint of another kind', endpoint('hl7-fhir-rest', 'https://h.example.org/fhir?x=1')],
  ])('accepts %s', (_what, resource) => {
    expect(checkInvariants(resource)).toEqual([]);
  });

  test('malformed elements are left to base validation and trip no rule', () => {
    const malformed = { resourceType: 'ImagingStudy', identifier: 'x', modality: [3, null], series: [null, { uid: 7, modality: null, instance: {} }] } as Resource;
    expect(brokenRules(malformed).map((row) => row.rule.id)).toEqual(['ist-1', 'scout-series-modality']);
  });

  test('counts tell which way they differ', () => {
    const relation = (stated: number) => brokenRules(study({ numberOfSeries: stated }))[0]?.violations[0]?.count;
    expect(relation(1)).toBe('more-listed-than-stated');
    expect(relation(3)).toBe('fewer-listed-than-stated');
  });

  test('one of a kind is listed, several are', () => {
    const said = (more: object) => brokenRules({ ...GOOD, ...more }).flatMap(({ violations }) => violations.map(({ message }) => message));
    const [series] = GOOD['series'] as { instance?: object[] }[];
    const one = { ...series, instance: series?.instance?.slice(0, 1), numberOfInstances: 9 };
    expect(said({ series: [one], modality: undefined, numberOfSeries: 4, numberOfInstances: 9 })).toEqual(['4 is stated, but 1 series is listed.', '9 is stated, but 1 instance is listed.', '9 is stated, but 1 instance is listed.']);
  });
});

test('a UID is legal exactly when its components are numbers without leading zeros, in at most 64 characters', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 }), (components) => {
      const uid = components.join('.');
      expect(isDicomUid(uid)).toBe(uid.length <= 64);
      expect(isDicomUid(`${uid}.0${components[0]}`)).toBe(false);
      expect(isDicomUid(`${uid}.`)).toBe(false);
    }),
  );
});
