/** Modality (0008,0060) in, a Coding out: https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_33.html */
import { DCM } from '../core/dicom-modality';
import type { Coding } from '../core/fhir';

/** Displays are those of the DICOM ontology in FHIR R4, against which validators check; OSS has none, for that copy misspells it. */
const DISPLAYED: Readonly<Record<string, string>> = {
  AR: 'Autorefraction',
  AU: 'Audio',
  BDUS: 'Ultrasound Bone Densitometry',
  BI: 'Biomagnetic imaging',
  BMD: 'Bone Mineral Densitometry',
  CR: 'Computed Radiography',
  CT: 'Computed Tomography',
  DG: 'Diaphanography',
  DX: 'Digital Radiography',
  ECG: 'Electrocardiography',
  EPS: 'Cardiac Electrophysiology',
  ES: 'Endoscopy',
  GM: 'General Microscopy',
  HC: 'Hard Copy',
  HD: 'Hemodynamic Waveform',
  IO: 'Intra-oral Radiography',
  IVOCT: 'Intravascular Optical Coherence Tomography',
  IVUS: 'Intravascular Ultrasound',
  KER: 'Keratometry',
  KO: 'Key Object Selection',
  LEN: 'Lensometry',
  LS: 'Laser surface scan',
  MG: 'Mammography',
  MR: 'Magnetic Resonance',
  NM: 'Nuclear Medicine',
  OAM: 'Ophthalmic Axial Measurements',
  OCT: 'Optical Coherence Tomography',
  OP: 'Ophthalmic photography',
  OPM: 'Ophthalmic Mapping',
  OPT: 'Ophthalmic Tomography',
  OPV: 'Ophthalmic Visual Field',
  OT: 'Other Modality',
  PR: 'Presentation State',
  PT: 'Positron emission tomography',
  PX: 'Panoramic X-Ray',
  REG: 'Registration',
  RF: 'Radiofluoroscopy',
  RG: 'Radiographic imaging',
  RTDOSE: 'Radiotherapy Dose',
  RTIMAGE: 'Radiotherapy Image',
  RTPLAN: 'Radiotherapy Plan',
  RTRECORD: 'Radiotherapy Treatment Record',
  RTSTRUCT: 'Radiotherapy Structure Set',
  SEG: 'Segmentation',
  SM: 'Slide Microscopy',
  SMR: 'Stereometric Relationship',
  SR: 'Structured Report Document',
  SRF: 'Subjective Refraction',
  TG: 'Thermography',
  US: 'Ultrasound',
  VA: 'Visual Acuity',
  XA: 'X-Ray Angiography',
  XC: 'External-camera Photography',
};

/** Defined terms that came after R4's copy of the ontology, or have no display that can be given. */
const FURTHER = new Set(
  'ANN ASMT CFM CTPROTOCOL DMS DOC EEG EMG EOG FID IOL M3D OPTBSV OPTENF OSS PA PLAN POS RESP RTINTENT RTRAD RTSEGANN RWV STAIN TEXTUREMAP XAPROTOCOL'.split(' '),
);

/** A Coding in DICOM's code system for a defined term; a word that DICOM does not define stands without a system. */
export function modalityCoding(modality: string): Coding {
  const display = DISPLAYED[modality];
  if (display !== undefined) return { system: DCM, code: modality, display };
  return FURTHER.has(modality) ? { system: DCM, code: modality } : { code: modality };
}

/** True for the defined terms of CID 33. */
export function isDefinedModality(modality: string): boolean {
  return modality in DISPLAYED || FURTHER.has(modality);
}
