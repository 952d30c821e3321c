/** What is put in where a version demands an element that the other one does not have to have; each value says that it is none. */
import type { ModelVersion } from '../core/element-model';

export interface Supplied {
  readonly type: string;
  readonly version: ModelVersion;
  readonly element: string;
  readonly value: unknown;
  readonly why: string;
}

/** Stands where R5 demands the structure and R4 stated no location. */
export const UNKNOWN_STRUCTURE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK', display: 'unknown' }] };

export const SUPPLIED: readonly Supplied[] = [
  {
    type: 'Endpoint',
    version: '4.0',
    element: 'payloadType',
    value: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'any', display: 'Any' }] }],
    why: 'R4 demands a payloadType; "any" says that none was stated.',
  },
  {
    type: 'BodyStructure',
    version: '5.0',
    element: 'includedStructure',
    value: [{ structure: UNKNOWN_STRUCTURE }],
    why: 'R5 demands an includedStructure; the null flavor says that none was stated.',
  },
  {
    type: 'Encounter',
    version: '4.0',
    element: 'class',
    value: { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK', display: 'unknown' },
    why: 'R4 demands a class; the null flavor says that none was stated.',
  },
  {
    type: 'Condition',
    version: '5.0',
    element: 'clinicalStatus',
    value: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'unknown' }] },
    why: 'R5 demands a clinicalStatus; "unknown" says that none was stated.',
  },
];
