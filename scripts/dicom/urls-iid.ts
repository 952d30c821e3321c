/** The address of an IHE Invoke Image Display service in, the URL that opens a viewer out: RAD-106 in https://profiles.ihe.net/RAD/TF/Volume2/RAD-106.html */
import { queryString, withQuery } from './urls-query';
import { badParameter } from './urls-wado-rs';

export type IidRequest = IidStudies | IidPatient;

interface IidOptions {
  readonly viewerType?: string;
  /** Images for a diagnosis, not for a look. */
  readonly diagnosticQuality?: boolean;
  readonly keyImagesOnly?: boolean;
}

/** Studies by UID (bare, without `urn:oid:`), or by accession number. */
export interface IidStudies extends IidOptions {
  readonly requestType: 'STUDY';
  readonly studyUid?: readonly string[];
  readonly accessionNumber?: readonly string[];
}

export interface IidPatient extends IidOptions {
  readonly requestType: 'PATIENT';
  /** HL7 v2's CX: `id^^^&oid&ISO`. */
  readonly patientId: string;
  readonly patientName?: string;
  readonly patientBirthDate?: string;
  readonly lowerDateTime?: string;
  readonly upperDateTime?: string;
  readonly mostRecentResults?: number;
  readonly modalitiesInStudy?: readonly string[];
}

/** @throws KnownError `bad-url-parameter` for a request that names nothing to show */
export function iidUrl(base: string, request: IidRequest): string {
  const options = { viewerType: request.viewerType, diagnosticQuality: flag(request.diagnosticQuality), keyImagesOnly: flag(request.keyImagesOnly) };
  if (request.requestType === 'PATIENT') {
    const { patientId, patientName, patientBirthDate, lowerDateTime, upperDateTime, mostRecentResults, modalitiesInStudy } = request;
    if (patientId === '') throw badParameter('a request for a patient needs the patient\'s id');
    return withQuery(base, queryString({ requestType: 'PATIENT', patientID: patientId, patientName, patientBirthDate, lowerDateTime, upperDateTime, mostRecentResults, modalitiesInStudy: modalitiesInStudy?.join(','), ...options }));
  }
  const studies = (request.studyUid ?? []).map((uid) => uid.replace(/^urn:oid:/, ''));
  const accessions = request.accessionNumber ?? [];
  if ((studies.length === 0) === (accessions.length === 0)) throw badParameter('a request for studies names either their UIDs or their accession numbers');
  return withQuery(base, queryString({ requestType: 'STUDY', studyUID: studies.join(','), accessionNumber: accessions.join(','), ...options }));
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
