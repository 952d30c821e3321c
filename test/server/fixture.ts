/** A small data set in which each rule makes a difference. */
import type { Resource } from '../../scripts/core/fhir';

export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
export const MRN = 'urn:fhir-scout:mrn';
export const ACCESSION = 'urn:fhir-scout:accession';
export const SITE = 'urn:fhir-scout:site';
export const REASON = 'urn:fhir-scout:reason';

const site = (code: string) => ({ system: SITE, code });
const modality = (code: string) => ({ system: DCM, code });
const acsn = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };

export const FIXTURE: readonly Resource[] = [
  { resourceType: 'Patient', id: 'p1', identifier: [{ system: MRN, value: 'A1' }], name: [{ family: 'Adams', given: ['Ann'] }], birthDate: '1970-01-01' },
  { resourceType: 'Patient', id: 'p2', identifier: [{ system: MRN, value: 'B2' }], name: [{ family: 'Baker' }], birthDate: '1980-02-03' },
  { resourceType: 'Patient', id: 'p3', name: [{ family: 'Cole' }] },
  { resourceType: 'Group', id: 'p1', type: 'animal', actual: true },
  { resourceType: 'Device', id: 'd1' },
  { resourceType: 'Practitioner', id: 'pr1' },
  { resourceType: 'Endpoint', id: 'e1', status: 'active', connectionType: { code: 'dicom-wado-rs' }, payloadType: [{ text: 'x' }], address: 'https://pacs.example/wado' },
  { resourceType: 'Endpoint', id: 'e2', status: 'active', connectionType: { code: 'ihe-iid' }, payloadType: [{ text: 'x' }], address: 'https://pacs.example/iid' },
  { resourceType: 'ServiceRequest', id: 'r1', status: 'active', intent: 'order', subject: { reference: 'Patient/p1' }, identifier: [{ system: ACCESSION, value: 'ORDER-1' }] },
  {
    resourceType: 'ImagingStudy',
    id: 's1',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.1' }, { type: acsn, system: ACCESSION, value: 'ACC-1' }],
    status: 'available',
    modality: [modality('CT')],
    subject: { reference: 'Patient/p1' },
    started: '2024-01-01T10:00:00Z',
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    endpoint: [{ reference: 'Endpoint/e1' }],
    numberOfSeries: 2,
    reasonCode: [{ coding: [{ system: REASON, code: 'COUGH', display: 'A cough' }, { system: 'urn:fhir-scout:other', code: 'R05' }], text: 'Coughing' }],
    series: [
      { uid: '1.2.3.1.1', modality: modality('CT'), bodySite: site('chest'), performer: [{ actor: { reference: 'Practitioner/pr1' } }], instance: [{ uid: '1.2.3.1.1.1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' } }, { uid: '1.2.3.1.1.2', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' } }] },
      { uid: '1.2.3.1.2', modality: modality('SR'), endpoint: [{ reference: 'Endpoint/e2' }] },
    ],
  },
  {
    resourceType: 'ImagingStudy',
    id: 's2',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.2' }],
    status: 'available',
    subject: { reference: 'Patient/p2' },
    started: '2024-01-01T23:30:00-05:00',
    description: 'Brain',
    series: [{ uid: '1.2.3.2.1', modality: { code: 'MR' }, bodySite: site('head') }],
  },
  { resourceType: 'ImagingStudy', id: 's3', meta: { tag: [{ system: 'urn:fhir-scout:tag', code: 'a,b' }] }, status: 'registered', subject: { reference: 'Group/p1' }, started: '2024-01-02T00:00:00Z' },
  {
    resourceType: 'ImagingStudy',
    id: 's4',
    status: 'available',
    subject: { reference: 'Device/d1' },
    started: '2024-01-02T00:00:30Z',
    reasonCode: [{ coding: [{ system: REASON, code: 'FALL' }] }],
    series: [
      { uid: '1.2.3.4.1', modality: modality('CT'), bodySite: site('head') },
      { uid: '1.2.3.4.2', modality: modality('MR'), bodySite: site('chest') },
    ],
  },
  {
    resourceType: 'ImagingStudy',
    id: 's5',
    status: 'cancelled',
    subject: { identifier: { system: MRN, value: 'A1' } },
    started: '2023-06',
    series: [{ uid: '1.2.3.5.1', modality: { system: 'urn:fhir-scout:other', code: 'CT' }, bodySite: { code: 'a|b' } }],
  },
];
