/** A WADO-URI base address, UIDs and parameters in, the URL of one instance out: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_9.html */
import { queryString, withQuery } from './urls-query';
import { badParameter, type DicomTarget } from './urls-wado-rs';

/** The optional parameters (PS3.18 sections 9.1.2 and 9.4 to 9.5); those of rendering do not go together with application/dicom. */
export interface WadoUriParameters {
  /** Media types in the order of preference. */
  readonly contentType?: readonly string[];
  readonly charset?: readonly string[];
  /** Asks the server to take the patient's data out; only with application/dicom. */
  readonly anonymize?: true;
  /** UID of the transfer syntax; only with application/dicom. */
  readonly transferSyntax?: string;
  readonly annotation?: readonly ('patient' | 'technique')[];
  readonly rows?: number;
  readonly columns?: number;
  /** Left, top, right and bottom edge as shares of the image, 0 to 1. */
  readonly region?: readonly [left: number, top: number, right: number, bottom: number];
  readonly windowCenter?: number;
  readonly windowWidth?: number;
  /** From 1. */
  readonly frameNumber?: number;
  /** 1 to 100. */
  readonly imageQuality?: number;
  readonly presentationUid?: string;
  readonly presentationSeriesUid?: string;
}

const DICOM = 'application/dicom';

/** @throws KnownError `bad-url-parameter` for values, or combinations of parameters, that PS3.18 does not allow */
export function wadoUriUrl(base: string, target: Required<DicomTarget>, parameters: WadoUriParameters = {}): string {
  check(parameters);
  const { contentType, charset, anonymize, annotation, region, presentationUid, presentationSeriesUid, ...plain } = parameters;
  const query = queryString({
    requestType: 'WADO',
    studyUID: target.studyUid,
    seriesUID: target.seriesUid,
    objectUID: target.instanceUid,
    contentType: contentType?.join(','),
    charset: charset?.join(','),
    anonymize: anonymize === true ? 'yes' : undefined,
    annotation: annotation?.join(','),
    rows: plain.rows,
    columns: plain.columns,
    region: region?.join(','),
    windowCenter: plain.windowCenter,
    windowWidth: plain.windowWidth,
    frameNumber: plain.frameNumber,
    imageQuality: plain.imageQuality,
    presentationUID: presentationUid,
    presentationSeriesUID: presentationSeriesUid,
    transferSyntax: plain.transferSyntax,
  });
  return withQuery(base, query);
}

function check(parameters: WadoUriParameters): void {
  const { contentType, rows, columns, frameNumber, imageQuality, region, windowCenter, windowWidth, presentationUid, presentationSeriesUid, transferSyntax, anonymize } = parameters;
  for (const [name, value] of Object.entries({ rows, columns, frameNumber, imageQuality })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) throw badParameter(`${name} is a whole number from 1, not ${value}`);
  }
  if (imageQuality !== undefined && imageQuality > 100) throw badParameter(`imageQuality is at most 100, not ${imageQuality}`);
  if (region !== undefined) {
    const [left, top, right, bottom] = region;
    if (!region.every((edge) => edge >= 0 && edge <= 1) || left >= right || top >= bottom) throw badParameter(`a region is left,top,right,bottom as shares from 0 to 1, not ${region.join(',')}`);
  }
  if ((windowCenter === undefined) !== (windowWidth === undefined)) throw badParameter('windowCenter and windowWidth belong together');
  if ((presentationUid === undefined) !== (presentationSeriesUid === undefined)) throw badParameter('presentationUID and presentationSeriesUID belong together');
  const native = contentType !== undefined && contentType.every((type) => type.split(';')[0]?.trim() === DICOM);
  const rendering = [rows, columns, region, windowCenter, frameNumber, imageQuality, presentationUid].some((value) => value !== undefined);
  if (native && rendering) throw badParameter('parameters of rendering do not go with contentType=application/dicom');
  if (!native && (transferSyntax !== undefined || anonymize !== undefined)) throw badParameter('transferSyntax and anonymize go with contentType=application/dicom only');
}
