/** What can be wrong, and what may be different, between FHIR resources and the archive behind their endpoints; one row each. */
import { attribute, type DicomJson } from '../../dicom/dicomweb-json';
import { listOf, seriesOf } from '../../dicom/endpoints';
import type { Identifier, Resource } from '../../core/fhir';
import { DICOMWEB_FAULTS } from './faults';
import type { DicomwebOverride } from './server';

export interface CrossCheckRow {
  readonly kind: 'fault' | 'variant';
  readonly id: string;
  readonly group?: 'cross-check';
  readonly does: string;
  /** Name of the requirement that a fault breaks. */
  readonly breaks?: string;
  readonly url: string;
  /** Changes the FHIR server's resources, one by one. */
  readonly data?: (resource: Resource) => Resource;
  /** Changes the archive. */
  readonly override?: DicomwebOverride;
}

const R4 = 'https://hl7.org/fhir/R4/imagingstudy';
const fault = (id: string, does: string, breaks: string, change: Pick<CrossCheckRow, 'data' | 'override'>): CrossCheckRow => ({ kind: 'fault', group: 'cross-check', id: `cross-${id}`, does, breaks: `dicomweb:${breaks}`, url: `${R4}.html#notes`, ...change });
const variant = (id: string, does: string, page: string, change: Pick<CrossCheckRow, 'data' | 'override'>): CrossCheckRow => ({ kind: 'variant', id: `cross-${id}`, does, url: `${R4}${page}`, ...change });

const ofType = (type: string, change: (resource: Resource) => Resource) => ({ data: (resource: Resource) => (resource.resourceType === type ? change(resource) : resource) });
const studies = (change: (study: Resource) => Resource) => ofType('ImagingStudy', change);
type Draft = Record<string, unknown>;
const firstSeries = (change: (series: Draft) => Draft) => studies((study) => ({ ...study, series: seriesOf(study).map((series, index) => (index === 0 ? change(series as Draft) : series)) }));
const firstInstance = (change: (instance: Draft) => Draft) => firstSeries((series) => ({ ...series, instance: listOf<Draft>(series['instance']).map((instance, index) => (index === 0 ? change(instance) : instance)) }));
const identifiers = (change: (identifier: Identifier) => Identifier) => (resource: Resource) => ({ ...resource, identifier: listOf<Identifier>(resource['identifier']).map(change) });
/** A fault of the archive alone, planted behind a FHIR server. */
const archiveFault = (id: string, breaks?: string): CrossCheckRow => {
  const row = DICOMWEB_FAULTS.find((one) => one.id === `dicomweb-${id}`);
  if (row === undefined) throw new Error(`no DICOMweb fault ${id}`);
  return fault(id, `Behind the endpoint: ${row.does}`, breaks ?? row.breaks.replace('dicomweb:', ''), { override: row.override });
};

export const CROSS_CHECK_ROWS: readonly CrossCheckRow[] = [
  fault('address-ends-in-studies', 'The address of the endpoint ends in /studies.', 'endpoint-usable', ofType('Endpoint', (endpoint) => ({ ...endpoint, address: `${String(endpoint['address'])}/studies` }))),
  fault('study-unknown', 'The identifier names a study that the archive does not have.', 'study-found', studies(identifiers((identifier) => (identifier.system === 'urn:dicom:uid' ? { ...identifier, value: 'urn:oid:1.2.3.4.5' } : identifier)))),
  fault('series-unknown', 'The UID of a series is none of the study.', 'series-found', firstSeries((series) => ({ ...series, uid: '1.2.3.4.5.6' }))),
  fault('instance-unknown', 'The UID of an instance is none of the series.', 'instance-found', firstInstance((instance) => ({ ...instance, uid: '1.2.3.4.5.6.7' }))),
  fault('sop-class-other', 'The SOP class of an instance is another one.', 'instance-sop-class', firstInstance((instance) => ({ ...instance, sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.7' } }))),
  fault('modality-other', 'The modality of a series is another one.', 'series-modality', firstSeries((series) => ({ ...series, modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'NM' } }))),
  fault('count-too-large', 'The number of instances is larger than the archive has.', 'study-counts', studies((study) => ({ ...study, numberOfInstances: 1000 }))),
  fault('started-other-day', 'The study started on another day.', 'study-started', studies((study) => ({ ...study, started: '2020-02-02T10:00:00+01:00' }))),
  fault('started-other-hour', 'The study started an hour later than the archive says, which states its offset.', 'study-started', studies((study) => ({ ...study, started: new Date(Date.parse(String(study['started'])) + 3_600_000).toISOString() }))),
  fault('patient-other', 'The patient has another id than in the archive.', 'study-patient', ofType('Patient', identifiers((identifier) => ({ ...identifier, value: 'SOMEBODY-ELSE' })))),
  fault('accession-other', 'The accession number is another one.', 'study-accession', studies(identifiers((identifier) => (identifier.type?.coding?.some(({ code }) => code === 'ACSN') === true ? { ...identifier, value: 'OTHER-1' } : identifier)))),
  fault('offline', 'A study is available in FHIR and offline in the archive.', 'study-available', {
    override: { response: (response, { url }) => (response.status === 200 && /\/studies\?/.test(url) ? { ...response, body: JSON.stringify((JSON.parse(response.body) as DicomJson[]).map((one) => ({ ...one, ...attribute('InstanceAvailability', 'OFFLINE') }))) } : response) },
  }),
  archiveFault('metadata-other-study-uid', 'fhir-metadata'),
  archiveFault('other-instance-retrieved', 'fhir-retrieve'),
  archiveFault('rendered-is-html'),
  archiveFault('rendered-fails'),
  archiveFault('retrieve-accept-ignored'),
  archiveFault('unknown-study-is-empty'),
  archiveFault('multipart-without-boundary'),
  archiveFault('multipart-without-type'),
  archiveFault('parts-without-type'),
  variant('part-of-a-study', 'An ImagingStudy is of one series of its study.', '.html#bnr', studies((study) => ({ ...study, numberOfSeries: 1, numberOfInstances: seriesOf(study)[0]?.instance?.length ?? 0, series: seriesOf(study).slice(0, 1) }))),
  variant('no-instances-listed', 'An ImagingStudy lists series without their instances.', '-definitions.html#ImagingStudy.series.instance', studies((study) => ({ ...study, series: seriesOf(study).map((series) => Object.fromEntries(Object.entries(series).filter(([name]) => name !== 'instance'))) }))),
  variant('cancelled-not-archived', 'A cancelled study is in no archive.', '-definitions.html#ImagingStudy.status', studies((study) => ({ ...study, status: 'cancelled', identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.4.5' }] }))),
  variant('started-in-utc', 'The start of a study is written in UTC.', '-definitions.html#ImagingStudy.started', studies((study) => ({ ...study, started: new Date(String(study['started'])).toISOString() }))),
  variant('started-day-alone', 'The start of a study is written as a day.', '-definitions.html#ImagingStudy.started', studies((study) => ({ ...study, started: String(study['started']).slice(0, 10) }))),
  variant('no-rendered-archive', 'The archive renders nothing.', '.html#wado-rs', { override: { response: (response, { url }) => (/\/rendered/.test(url) ? { status: 406, headers: {}, body: '' } : response) } }),
  variant('endpoint-off', 'The endpoint is switched off.', '.html#notes', ofType('Endpoint', (endpoint) => ({ ...endpoint, status: 'off' }))),
];
