/** Probes of the faults where several things of a search come together: with the fault the answer is wrong, without it right. */
import { found, type Row } from './fault-probes';

const HAS = '_has:ImagingStudy:patient:modality';

export const DEEP_PROBES: Readonly<Record<string, Row>> = {
  'chain-second-step-ignored': [found('ImagingStudy?basedon:ServiceRequest.patient.family=Adams'), 's1', 's1 s2 s3 s4 s5'],
  'chain-first-value-only': [found('ImagingStudy?patient.family=Adams,Baker'), 's1 s2', 's1'],
  'has-first-value-only': [found(`Patient?${HAS}=SR,MR`), 'p1 p2', 'p1'],
  'chains-of-one-reference-as-or': [found('ImagingStudy?patient.family=Adams&patient.identifier=B2'), '', 's1 s2'],
  'chains-first-only': [found('ImagingStudy?patient.family=Adams&endpoint.connection-type=none'), '', 's1'],
  'chain-counts-alone': [found('ImagingStudy?patient.family=Adams&modality=MR'), '', 's1'],
  'has-first-only': [found(`Patient?${HAS}=CT&${HAS}=MR`), '', 'p1'],
  'has-counts-alone': [found(`Patient?${HAS}=CT&family=Baker`), '', 'p1'],
  'has-in-chain-ignored': [found('ImagingStudy?patient._has:ServiceRequest:patient:status=active'), 's1', 's1 s2 s3 s4 s5'],
  'has-in-has-ignored': [found('Patient?_has:ServiceRequest:patient:_has:ImagingStudy:basedon:modality=CT'), 'p1', 'p1 p2 p3'],
  'id-counts-alone': [found('ImagingStudy?_id=s1&modality=MR'), '', 's1'],
  'last-updated-lost-beside-others': [found('ImagingStudy?_id=s1&_lastUpdated=lt1990'), '', 's1'],
};
