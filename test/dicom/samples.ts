/** Small data sets for the tests, by keyword. */
import type { DataSet, DataValues } from '../../scripts/dicom/data-set';
import { TAGS, type TagName } from '../../scripts/dicom/tags';
import type { Element } from './dicom-writer';

export type Values = Partial<Record<TagName, string | readonly Values[]>>;

/** Elements to be written to a file; texts must be ASCII. */
export function elements(values: Values): Element[] {
  return (Object.entries(values) as [TagName, string | readonly Values[]][]).map(([name, value]) => ({ ...TAGS[name], value: typeof value === 'string' ? value : value.map(elements) }));
}

/** The same as it is after reading. */
export function dataSet(values: Values): DataSet {
  return new Map((Object.entries(values) as [TagName, string | readonly Values[]][]).map(([name, value]): [number, DataValues] => [TAGS[name].tag, typeof value === 'string' ? (value === '' ? [] : value.split('\\')) : value.map(dataSet)]));
}

export const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';

/** What every CT image has. */
export function image(study: number, series: number, instance: number, more: Values = {}): Values {
  return {
    SOPClassUID: CT_CLASS,
    SOPInstanceUID: `1.2.3.${study}.${series}.${instance}`,
    StudyInstanceUID: `1.2.3.${study}`,
    SeriesInstanceUID: `1.2.3.${study}.${series}`,
    Modality: 'CT',
    PatientID: 'P1',
    PatientName: 'Doe^Jane',
    StudyDate: '20260217',
    StudyTime: '081530',
    SeriesNumber: String(series),
    InstanceNumber: String(instance),
    ...more,
  };
}
