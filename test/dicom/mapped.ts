/** DICOM values in, the study they map to out, and the parts of it that tests look at. */
import type { Resource } from '../../scripts/core/fhir';
import { NO_ZONE } from '../../scripts/dicom/date-time';
import { mapStudy, type MappedStudy } from '../../scripts/dicom/mapping';
import type { MappingOptions } from '../../scripts/dicom/mapping-context';
import { addDataSet, emptyStudySet } from '../../scripts/dicom/study-model';
import { dataSet, image, type Values } from './samples';

export const OPTIONS: MappingOptions = { zone: NO_ZONE, endpoints: [], counts: 'archive' };
export const code = (value: string, meaning: string, scheme = 'SCT'): Values => ({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });

export function map(all: readonly Values[], options: Partial<MappingOptions> = {}): MappedStudy {
  const set = emptyStudySet();
  all.forEach((values, i) => addDataSet(set, dataSet(values), `file-${i + 1}`));
  const [study] = set.studies.values();
  return mapStudy(study!, set, { ...OPTIONS, ...options });
}

export const one = (more: Values, options: Partial<MappingOptions> = {}): MappedStudy => map([image(1, 1, 1, more)], options);
export const seriesOf = ({ study }: MappedStudy): Record<string, unknown> => (study['series'] as Record<string, unknown>[])[0] ?? {};
export const related = (mapped: MappedStudy, type: string): Resource[] => mapped.related.filter(({ resourceType }) => resourceType === type);


