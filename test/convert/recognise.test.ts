import { recognise } from '../../scripts/convert/recognise';
import type { Resource } from '../../scripts/core/fhir';
import type { ModelVersion } from '../../scripts/core/element-model';
import { BALLOT_STUDIES } from '../versions/ballot-studies';

const coding = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' };
const R4 = { resourceType: 'ImagingStudy', id: 'r4', status: 'available', subject: { reference: 'Patient/p' }, modality: [coding], interpreter: [{ reference: 'Practitioner/d' }], series: [{ uid: '1.2', modality: coding, instance: [{ uid: '1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2' } }] }] };
const R5 = { ...R4, id: 'r5', interpreter: undefined, modality: [{ coding: [coding] }], partOf: [{ reference: 'Procedure/p' }], series: [{ ...R4.series[0], modality: { coding: [coding] }, bodySite: { concept: { text: 'Chest' } } }] };
const R6 = { ...R5, id: 'r6', partOf: undefined, procedure: [{ reference: 'Procedure/p' }], series: [{ ...R5.series[0], instance: [{ uid: '1', sopClass: 'urn:oid:1.2' }] }] };
const BALLOT = BALLOT_STUDIES[0] as Resource;

test.each<[string, Resource, ModelVersion]>([['R4', R4, '4.0'], ['R4 as R4B', R4, '4.3'], ['R5', R5, '5.0'], ['6.0-draft', R6, '6.0'], ['the ballot', BALLOT, '0.5']])('%s data is what it is said to be', (_, study, version) => {
  expect(recognise(study, version)).toBeUndefined();
});

test.each<[Resource, ModelVersion, string]>([
  [R5, '4.0', 'This is R5 data: modality is a CodeableConcept, series.modality is a CodeableConcept, series.bodySite is a CodeableReference and 1 more; FHIR R4 is asked for.'],
  [R4, '5.0', 'This is R4 data: modality is a Coding, interpreter is no element of R5, series.modality is a Coding; FHIR R5 is asked for.'],
  [R6, '5.0', 'This is 6.0-draft data (a draft): series.instance.sopClass is a plain value ("urn:oid:1.2"), procedure is a Reference; FHIR R5 is asked for.'],
  [{ resourceType: 'Endpoint', status: 'active', connectionType: [{ coding: [coding] }], payload: [{}], address: 'http://a' }, '4.0', 'This is R5 data: connectionType repeats, connectionType is a CodeableConcept, payload is no element of R4; FHIR R4 is asked for.'],
])('other data is named once, by what shows it', (study, claimed, message) => {
  expect(recognise(study, claimed)?.message).toBe(message);
});

test('a study of the ballot is recognised among R4', () => {
  expect(recognise(BALLOT, '4.0')).toMatchObject({ version: '0.5', evidence: expect.arrayContaining(['uid is no element of R4']) as string[] });
});

test('what is merely wrong is no other version: a misspelt element, a wrong code, an unknown type', () => {
  expect(recognise({ ...R4, colour: 'red' }, '4.0')).toBeUndefined();
  expect(recognise({ ...R4, status: 'complete' }, '4.0')).toBeUndefined();
  expect(recognise({ resourceType: 'Medication', code: 1 }, '4.0')).toBeUndefined();
});
