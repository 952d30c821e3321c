/** DICOM modality codes and which of them are acquisition modalities (PS3.16 CID 29). */

/** Code system of DICOM's controlled terminology in FHIR. */
export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

/**
 * Codes of CID 29 Acquisition Modality:
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html
 */
export const ACQUISITION_MODALITIES: ReadonlySet<string> = new Set(
  'AR BDUS BI BMD CR CT DG DX ECG EPS ES GM HD IO IVOCT IVUS KER LEN LS MG MR NM OAM OCT OP OPM OPT OPV OSS PT PX RF RG RTIMAGE SM SRF TG US VA XA XC'.split(' '),
);
