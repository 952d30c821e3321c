/** ImagingStudies of the DSTU2 ballot (0.5.0), as a server of that age holds them. */
import type { Resource } from '../../scripts/core/fhir';

const series = (number: number, uid: string, modality: string) => ({
  number,
  modality,
  uid: `urn:oid:${uid}`,
  description: `Series ${number}`,
  numberOfInstances: 1,
  availability: 'ONLINE',
  url: `http://old.example/wado/rs/studies/2.16.124.113543.6003.1154777499.30246.19789.3503430045/series/${uid}`,
  bodySite: { system: 'http://snomed.info/sct', code: '51185008', display: 'Chest' },
  dateTime: '2011-01-01T11:01:20+03:00',
  instance: [
    {
      number: 1,
      uid: `urn:oid:${uid}.1`,
      sopclass: 'urn:oid:1.2.840.10008.5.1.4.1.1.2',
      type: 'CT image',
      title: 'An image',
      content: [{ contentType: 'image/jpeg', url: 'http://old.example/rendered/1.jpg' }],
    },
  ],
});

export const BALLOT_STUDIES: readonly Resource[] = [
  {
    resourceType: 'ImagingStudy',
    id: 'ballot-ct',
    started: '2011-01-01T11:01:20+03:00',
    patient: { reference: 'Patient/ballot-patient' },
    uid: 'urn:oid:2.16.124.113543.6003.1154777499.30246.19789.3503430045',
    accession: { system: 'http://old.example/accession', value: 'W12342398' },
    identifier: [{ system: 'http://old.example/study', value: '55551234' }],
    order: [{ reference: 'DiagnosticOrder/ballot-order' }],
    modalityList: ['CT', 'PT'],
    referrer: { reference: 'Practitioner/ballot-referrer' },
    availability: 'ONLINE',
    url: 'http://old.example/wado/rs/studies/2.16.124.113543.6003.1154777499.30246.19789.3503430045',
    numberOfSeries: 2,
    numberOfInstances: 2,
    clinicalInformation: 'Cough for three weeks',
    procedure: [{ system: 'http://www.radlex.org', code: 'RPID16', display: 'CT Chest' }],
    interpreter: { reference: 'Practitioner/ballot-reader' },
    description: 'CT of the chest',
    series: [series(1, '2.25.11', 'CT'), series(2, '2.25.12', 'PT')],
  },
  {
    resourceType: 'ImagingStudy',
    id: 'ballot-bare',
    patient: { reference: 'Patient/ballot-patient' },
    uid: 'urn:oid:2.25.13',
    availability: 'OFFLINE',
    numberOfSeries: 0,
    numberOfInstances: 0,
  },
];
