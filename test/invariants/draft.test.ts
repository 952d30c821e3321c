/** The rules of the R6 draft: what keeps them, and what breaks each alone. */
import type { Resource } from '../../scripts/core/fhir';
import { checkInvariantsOf, rulesOf, RULES } from '../../scripts/invariants/rules';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const modality = (code: string, text?: string) => ({ coding: [{ system: DCM, code }], ...(text === undefined ? {} : { text }) });
const GOOD: Resource = {
  resourceType: 'ImagingStudy',
  id: 'draft',
  identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }],
  status: 'inactive',
  modality: [modality('CT'), modality('SR')],
  subject: { reference: 'Patient/p' },
  procedure: [{ reference: 'Procedure/p' }],
  numberOfSeries: 2,
  numberOfInstances: 2,
  series: [
    { uid: '1.2.3.1', modality: modality('CT'), numberOfInstances: 1, bodySite: { concept: { text: 'Chest' } }, instance: [{ uid: '1.2.3.1.1', sopClass: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' }] },
    { uid: '1.2.3.2', modality: modality('SR'), numberOfInstances: 1, instance: [{ uid: '1.2.3.2.1', sopClass: 'urn:oid:1.2.840.10008.5.1.4.1.1.88.22' }] },
  ],
};
type Series = Record<string, unknown>;
const [FIRST, SECOND] = GOOD.series as [Series, Series];
const codes = (change: object, version = '6.0') => checkInvariantsOf(version, { ...GOOD, ...change }).map(({ code, location }) => `${code} ${location?.path}`);

test('a study of the draft keeps all of its rules', () => {
  expect(codes({})).toEqual([]);
});

test.each<[string, object, string[]]>([
  ['series without a Study Instance UID', { identifier: [{ system: 'urn:x', value: 'a' }] }, ['ist-1 ImagingStudy.series']],
  ['two Study Instance UIDs', { identifier: [...(GOOD.identifier as object[]), { system: 'urn:dicom:uid', value: 'urn:oid:9' }] }, ['ist-2 ImagingStudy.identifier']],
  ['a wrong number of series', { numberOfSeries: 3 }, ['ist-3 ImagingStudy.numberOfSeries']],
  ['a number of instances, and series that list none', { numberOfInstances: 2, series: [{ ...FIRST, numberOfInstances: undefined, instance: undefined }, { ...SECOND, numberOfInstances: undefined, instance: undefined }] }, ['ist-4 ImagingStudy.numberOfInstances']],
  ['a number of instances that is not the sum', { numberOfInstances: undefined, series: [{ ...FIRST, numberOfInstances: 2 }, SECOND] }, ['ist-6 ImagingStudy.series[0].numberOfInstances']],
  ['a sum that differs', { numberOfInstances: 5, series: [{ ...FIRST, instance: undefined, numberOfInstances: 1 }, { ...SECOND, instance: undefined, numberOfInstances: 1 }] }, ['ist-4 ImagingStudy.numberOfInstances', 'ist-5 ImagingStudy.numberOfInstances']],
  ['a sum that differs from the instances listed', { series: [FIRST, { ...SECOND, numberOfInstances: undefined }] }, ['ist-5 ImagingStudy.numberOfInstances', 'r6-series-count ImagingStudy.series[1]']],
  ['instances that are listed and not counted', { numberOfInstances: undefined, series: [FIRST, { ...SECOND, numberOfInstances: undefined }] }, ['r6-series-count ImagingStudy.series[1]']],
  ['a modality that acquires nothing and is not listed (legal until R5)', { modality: [modality('CT')] }, ['ist-7 ImagingStudy.modality']],
  ['a text that only a series has', { series: [{ ...FIRST, modality: modality('CT', 'Computed') }, SECOND] }, ['ist-7 ImagingStudy.modality']],
  ['a series without a modality', { series: [{ ...FIRST, modality: undefined }, SECOND] }, ['ist-7 ImagingStudy.modality', 'r6-elements ImagingStudy.series[0].modality']],
  ['a modality that is none at all', { modality: [...(GOOD.modality as object[]), null] }, []],
  ['a mandatory primitive that has an extension in the place of a value', { status: undefined, _status: { extension: [{ url: 'http://x.example', valueCode: 'unknown' }] } }, []],
  ['a status that is none', { status: 'complete' }, ['r6-status ImagingStudy.status']],
  ['a sopClass that is a Coding', { series: [{ ...FIRST, instance: [{ uid: '1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2' } }] }, SECOND] }, ['r6-sop-class ImagingStudy.series[0].instance[0].sopClass']],
  ['a sopClass without urn:oid:', { series: [{ ...FIRST, instance: [{ uid: '1', sopClass: '1.2.840' }] }, SECOND] }, ['r6-sop-class ImagingStudy.series[0].instance[0].sopClass']],
  ['an element of R5', { partOf: [{ reference: 'Procedure/p' }] }, ['r6-elements ImagingStudy.partOf']],
  ['an element that is missing', { subject: undefined }, ['r6-elements ImagingStudy.subject']],
  ['an element below that is missing', { series: [FIRST, { ...SECOND, uid: undefined }] }, ['r6-elements ImagingStudy.series[1].uid']],
  ['an element that should repeat', { modality: modality('CT'), series: undefined, numberOfSeries: 0, numberOfInstances: 0 }, ['r6-elements ImagingStudy.modality']],
])('%s', (_, change, expected) => {
  expect(codes(change)).toEqual(expected);
});

test('the published versions have the rules of the guide, the draft its own seven and four more, an unknown version none', () => {
  for (const version of ['4.0', '4.3', '5.0']) expect(rulesOf(version)).toEqual(RULES);
  expect(rulesOf('6.0').map(({ id }) => id)).toEqual(['ist-1', 'ist-2', 'ist-3', 'ist-4', 'ist-5', 'ist-6', 'ist-7', 'r6-status', 'r6-sop-class', 'r6-series-count', 'r6-elements']);
  expect(rulesOf('0.5')).toEqual([]);
});

test('an R5 study whose modality is a concept is judged by the rules of the guide as an R4 one', () => {
  const broken = { modality: [modality('MR')] };
  expect(codes(broken, '5.0')).toEqual(['ist-7 ImagingStudy.modality[0]', 'ist-7 ImagingStudy.modality']);
  expect(codes({ modality: [modality('CT')] }, '5.0')).toEqual([]);
});
