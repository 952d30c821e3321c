/** What becomes of each element of the ImagingStudy of the DSTU2 ballot (0.5.0) in R4, one row each: mapped, mapped with an extension, or dropped. */
import type { BallotSeries, BallotStudy, MadeSeries, MadeStudy } from './ballot-study';
import { accessionIdentifier, bareUid, contentExtensions, endpointFor, instanceOf, modalityCoding, orderReference, statusOf, studyUidIdentifier, availabilityExtension } from './ballot-values';
import { remark, type ConvertContext } from './context';

export interface BallotRow<From, To> {
  /** Path below ImagingStudy in the ballot. */
  readonly path: string;
  readonly how: 'mapped' | 'extension' | 'dropped';
  /** Where it goes, or why it goes nowhere. */
  readonly becomes: string;
  /** Puts it there. */
  put(from: From, to: To, context: ConvertContext): void;
}

const given = <T>(value: T | undefined, use: (value: T) => void): void => {
  if (value !== undefined && value !== null) use(value);
};

export const STUDY_ROWS: readonly BallotRow<BallotStudy, MadeStudy>[] = [
  { path: 'started', how: 'mapped', becomes: 'started', put: ({ started }, study) => given(started, (value) => (study.elements.started = value)) },
  { path: 'patient', how: 'mapped', becomes: 'subject', put: ({ patient }, study) => given(patient, (value) => (study.elements.subject = value)) },
  { path: 'uid', how: 'mapped', becomes: 'identifier with system urn:dicom:uid', put: ({ uid }, study) => given(uid, (value) => study.identifier.push(studyUidIdentifier(value))) },
  { path: 'accession', how: 'mapped', becomes: 'identifier of type ACSN', put: ({ accession }, study) => given(accession, (value) => study.identifier.push(accessionIdentifier(value))) },
  { path: 'identifier', how: 'mapped', becomes: 'identifier', put: ({ identifier }, study) => void study.identifier.push(...(identifier ?? [])) },
  {
    path: 'order',
    how: 'mapped',
    becomes: 'basedOn; a reference to a DiagnosticOrder becomes one to the ServiceRequest of the same id, its successor',
    put: ({ order }, study, context) => given(order, (value) => (study.elements.basedOn = value.map((reference) => orderReference(reference, context)))),
  },
  { path: 'modalityList', how: 'mapped', becomes: 'modality, with the system of DICOM\'s codes', put: ({ modalityList }, study) => given(modalityList, (value) => (study.elements.modality = value.map(modalityCoding))) },
  { path: 'referrer', how: 'mapped', becomes: 'referrer', put: ({ referrer }, study) => given(referrer, (value) => (study.elements.referrer = value)) },
  {
    path: 'availability',
    how: 'extension',
    becomes: 'status as far as it tells one, and an extension with the code itself',
    put: ({ availability }, study, context) => {
      study.elements.status = statusOf(availability);
      if (availability === undefined) remark(context, 'supplied', 'availability', 'R4 demands a status, and no availability tells one: it is unknown.');
      else study.extension.push(availabilityExtension('ImagingStudy.availability', availability, context));
    },
  },
  {
    path: 'url',
    how: 'mapped',
    becomes: 'endpoint: an Endpoint of type dicom-wado-rs whose address is the url cut before /studies/',
    put: ({ url }, study, context) => given(url, (value) => study.endpoint.push(...endpointFor(value, 'url', study, context))),
  },
  { path: 'numberOfSeries', how: 'mapped', becomes: 'numberOfSeries', put: ({ numberOfSeries }, study) => given(numberOfSeries, (value) => (study.elements.numberOfSeries = value)) },
  { path: 'numberOfInstances', how: 'mapped', becomes: 'numberOfInstances', put: ({ numberOfInstances }, study) => given(numberOfInstances, (value) => (study.elements.numberOfInstances = value)) },
  { path: 'clinicalInformation', how: 'mapped', becomes: 'reasonCode.text', put: ({ clinicalInformation }, study) => given(clinicalInformation, (text) => (study.elements.reasonCode = [{ text }])) },
  { path: 'procedure', how: 'mapped', becomes: 'procedureCode.coding', put: ({ procedure }, study) => given(procedure, (value) => (study.elements.procedureCode = value.map((coding) => ({ coding: [coding] })))) },
  { path: 'interpreter', how: 'mapped', becomes: 'interpreter', put: ({ interpreter }, study) => given(interpreter, (value) => (study.elements.interpreter = [value])) },
  { path: 'description', how: 'mapped', becomes: 'description', put: ({ description }, study) => given(description, (value) => (study.elements.description = value)) },
  { path: 'series', how: 'mapped', becomes: 'series', put: ({ series }, study, context) => given(series, (value) => (study.elements.series = value.map((one, i) => madeSeries(one, i, study, context)))) },
];

type SeriesTarget = MadeSeries & { study: MadeStudy; at: string };

export const SERIES_ROWS: readonly BallotRow<BallotSeries, SeriesTarget>[] = [
  { path: 'series.number', how: 'mapped', becomes: 'series.number', put: ({ number }, series) => given(number, (value) => (series.elements.number = value)) },
  { path: 'series.modality', how: 'mapped', becomes: 'series.modality, with the system of DICOM\'s codes', put: ({ modality }, series) => given(modality, (value) => (series.elements.modality = modalityCoding(value))) },
  { path: 'series.uid', how: 'mapped', becomes: 'series.uid without urn:oid:', put: ({ uid }, series) => given(uid, (value) => (series.elements.uid = bareUid(value))) },
  { path: 'series.description', how: 'mapped', becomes: 'series.description', put: ({ description }, series) => given(description, (value) => (series.elements.description = value)) },
  { path: 'series.numberOfInstances', how: 'mapped', becomes: 'series.numberOfInstances', put: ({ numberOfInstances }, series) => given(numberOfInstances, (value) => (series.elements.numberOfInstances = value)) },
  {
    path: 'series.availability',
    how: 'extension',
    becomes: 'an extension of the series',
    put: ({ availability }, series, context) => given(availability, (value) => series.extension.push(availabilityExtension('ImagingStudy.series.availability', value, context))),
  },
  {
    path: 'series.url',
    how: 'mapped',
    becomes: 'series.endpoint, unless the study has the same service already',
    put: ({ url }, series, context) => given(url, (value) => series.endpoint.push(...endpointFor(value, `${series.at}.url`, series.study, context))),
  },
  { path: 'series.bodySite', how: 'mapped', becomes: 'series.bodySite', put: ({ bodySite }, series) => given(bodySite, (value) => (series.elements.bodySite = value)) },
  { path: 'series.laterality', how: 'mapped', becomes: 'series.laterality', put: ({ laterality }, series) => given(laterality, (value) => (series.elements.laterality = value)) },
  { path: 'series.dateTime', how: 'mapped', becomes: 'series.started', put: ({ dateTime }, series) => given(dateTime, (value) => (series.elements.started = value)) },
  {
    path: 'series.instance',
    how: 'mapped',
    becomes: 'series.instance',
    put: ({ instance }, series, context) => given(instance, (value) => (series.elements.instance = value.map((one, i) => ({ ...contentExtensions(one, `${series.at}.instance[${i}]`, context), ...instanceOf(one) })))),
  },
];

/** What instanceOf and contentExtensions do, for the table. */
export const INSTANCE_ROWS: readonly Omit<BallotRow<never, never>, 'put'>[] = [
  { path: 'series.instance.number', how: 'mapped', becomes: 'series.instance.number' },
  { path: 'series.instance.uid', how: 'mapped', becomes: 'series.instance.uid without urn:oid:' },
  { path: 'series.instance.sopclass', how: 'mapped', becomes: 'series.instance.sopClass: a Coding of system urn:ietf:rfc:3986 with the code urn:oid:UID' },
  { path: 'series.instance.type', how: 'mapped', becomes: 'series.instance.sopClass.display' },
  { path: 'series.instance.title', how: 'mapped', becomes: 'series.instance.title' },
  { path: 'series.instance.content', how: 'extension', becomes: 'an extension of the instance, one for each attachment' },
];

function madeSeries(series: BallotSeries, index: number, study: MadeStudy, context: ConvertContext): Record<string, unknown> {
  const made: SeriesTarget = { extension: [], endpoint: [], elements: {}, study, at: `series[${index}]` };
  for (const row of SERIES_ROWS) row.put(series, made, context);
  const { extension, endpoint, elements } = made;
  // A series that is reached by the study's own service needs no endpoint of its own.
  const own = endpoint.filter(({ reference }) => !study.endpoint.some((other) => other.reference === reference));
  return { ...(extension.length > 0 ? { extension } : {}), ...elements, ...(own.length > 0 ? { endpoint: own } : {}) };
}
