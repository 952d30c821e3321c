/** Probes of the faults in what the server holds: with the fault a study or an endpoint is read otherwise than it was put. */
import { resourceOf } from './client';
import type { Probe, Row } from './fault-probes';
import { DCM } from './fixture';

/** A study with all that the faults of the data group touch. */
const STUDY = {
  resourceType: 'ImagingStudy',
  id: 'kept',
  identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.9' }, { type: { coding: [{ code: 'ACSN' }] }, system: 'urn:fhir-scout:accession', value: 'A9' }],
  status: 'available',
  modality: [{ system: DCM, code: 'CT' }, { system: DCM, code: 'PT' }],
  subject: { reference: 'Patient/p1' },
  started: '2024-01-01',
  referrer: { reference: 'Practitioner/pr1' },
  endpoint: [{ reference: 'Endpoint/e1' }],
  numberOfSeries: 2,
  numberOfInstances: 3,
  series: [
    { uid: '1.2.9.1', modality: { system: DCM, code: 'CT' }, numberOfInstances: 2, instance: [{ uid: '1.2.9.1.1', sopClass: { code: 'x' } }, { uid: '1.2.9.1.2', sopClass: { code: 'x' } }] },
    { uid: '1.2.9.2', modality: { system: DCM, code: 'PT' }, numberOfInstances: 1, instance: [{ uid: '1.2.9.2.1', sopClass: { code: 'x' } }] },
  ],
};
/** What is found by reading the study again, and at the server's own search. */
const kept = (pick: (study: Partial<typeof STUDY>) => unknown): Probe => (client) => {
  client.send('PUT', 'ImagingStudy/kept', STUDY);
  const read = resourceOf(client.send('GET', 'ImagingStudy/kept'));
  expect(client.bundle('ImagingStudy?_id=kept').entry?.[0]?.resource).toEqual(read);
  return pick(read);
};
const address = (connectionType: string): Probe => (client) => {
  client.send('PUT', 'Endpoint/kept', { resourceType: 'Endpoint', id: 'kept', status: 'active', connectionType: { code: connectionType }, payloadType: [{ text: 'x' }], address: 'https://pacs.example/x' });
  return resourceOf(client.send('GET', 'Endpoint/kept')).address;
};

export const DATA_PROBES: Readonly<Record<string, Row>> = {
  'two-study-uids': [kept(({ identifier }) => identifier?.filter(({ system }) => system === 'urn:dicom:uid').map(({ value }) => value)), ['urn:oid:1.2.9'], ['urn:oid:1.2.9', 'urn:oid:1.2.9.1']],
  'study-uid-missing': [kept(({ identifier }) => identifier?.map(({ value }) => value)), ['urn:oid:1.2.9', 'A9'], ['A9']],
  'study-uid-without-urn': [kept(({ identifier }) => identifier?.map(({ value }) => value)), ['urn:oid:1.2.9', 'A9'], ['1.2.9', 'A9']],
  'series-uid-with-urn': [kept(({ series }) => series?.[0]?.uid), '1.2.9.1', 'urn:oid:1.2.9.1'],
  'instance-uid-with-leading-zero': [kept(({ series }) => series?.[1]?.instance[0]?.uid), '1.2.9.2.1', '1.2.9.2.1.007'],
  'series-uid-twice': [kept(({ series }) => series?.map(({ uid }) => uid)), ['1.2.9.1', '1.2.9.2'], ['1.2.9.1', '1.2.9.1']],
  'instance-uid-twice': [kept(({ series }) => series?.[0]?.instance.map(({ uid }) => uid)), ['1.2.9.1.1', '1.2.9.1.2'], ['1.2.9.1.1', '1.2.9.1.1']],
  'series-count-too-small': [kept(({ numberOfSeries }) => numberOfSeries), 2, 1],
  'instance-count-too-small': [kept(({ numberOfInstances }) => numberOfInstances), 3, 2],
  'series-instance-count-too-small': [kept(({ series }) => series?.[0]?.numberOfInstances), 2, 1],
  'study-modality-lacks-ct': [kept(({ modality }) => modality?.map(({ code }) => code)), ['CT', 'PT'], ['PT']],
  'accession-without-system': [kept(({ identifier }) => identifier?.map(({ system }) => system)), ['urn:dicom:uid', 'urn:fhir-scout:accession'], ['urn:dicom:uid', undefined]],
  'series-modality-without-system': [kept(({ series }) => series?.[0]?.modality), { system: DCM, code: 'CT' }, { code: 'CT' }],
  'wado-rs-address-with-studies': [address('dicom-wado-rs'), 'https://pacs.example/x', 'https://pacs.example/x/studies'],
  'wado-uri-address-with-query': [address('dicom-wado-uri'), 'https://pacs.example/x', 'https://pacs.example/x?requestType=WADO'],
  'iid-address-with-query': [address('ihe-iid'), 'https://pacs.example/x', 'https://pacs.example/x?requestType=STUDY'],
  'endpoint-dangling': [kept(({ endpoint }) => endpoint), [{ reference: 'Endpoint/e1' }], [{ reference: 'Endpoint/former' }]],
  'contained-absent': [kept(({ referrer }) => referrer), { reference: 'Practitioner/pr1' }, { reference: '#referrer' }],
  'reference-to-wrong-type': [kept(({ referrer }) => referrer), { reference: 'Practitioner/pr1' }, { reference: 'Patient/p1' }],
  'study-of-another-version': [kept(({ modality }) => modality), [{ system: DCM, code: 'CT' }, { system: DCM, code: 'PT' }], [{ coding: [{ system: DCM, code: 'CT' }] }, { coding: [{ system: DCM, code: 'PT' }] }]],
  'started-missing': [kept(({ started }) => started), '2024-01-01', undefined],
  'study-status-missing': [kept(({ status: code }) => code), 'available', undefined],
  'sop-class-missing': [kept(({ series }) => series?.[0]?.instance[0]), { uid: '1.2.9.1.1', sopClass: { code: 'x' } }, { uid: '1.2.9.1.1' }],
  'status-outside-binding': [kept(({ status: code }) => code), 'available', 'complete'],
};
