/** What a test of a DICOMweb base is: like a test of a FHIR server, with another context. */
import type { Judgement } from '../test-case';
import type { DicomwebContext } from './context';
import type { DicomwebRequirement } from './requirements';

export interface DicomwebTest {
  /** Unique: `qido.studies.by-date`. */
  readonly id: string;
  readonly title: string;
  readonly group: 'qido' | 'wado-rs' | 'wado-uri' | 'stow';
  readonly requirement: DicomwebRequirement;
  /** Runs only with --write. */
  readonly mode?: 'write';
  run(context: DicomwebContext): Promise<Judgement>;
}
