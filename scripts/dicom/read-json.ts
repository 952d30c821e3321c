/** A data set of the DICOM JSON model in, the same shape as of a file out: PS3.18 annex F. */
import { isObject } from '../core/json';
import { KnownError } from '../core/known-error';
import { cleanText, type DataSet, type DataSetItem, type DataValues } from './data-set';
import { REPRESENTATIONS, TAGS, type ValueRepresentation } from './tags';

/**
 * Reads the attributes of `tags.ts`; everything else is passed over, bulk data included.
 * @throws KnownError `bad-dicom-json` for what is no data set at all
 */
export function fromDicomJson(json: unknown): DataSet {
  if (!isObject(json)) throw new KnownError('bad-dicom-json', 'It is not a data set of the DICOM JSON model: an object with tags as names was expected.');
  const dataSet = new Map<number, DataValues>();
  for (const [name, attribute] of Object.entries(json)) {
    if (!/^[0-9A-Fa-f]{8}$/.test(name) || !isObject(attribute)) continue;
    const tag = parseInt(name, 16);
    const representation = REPRESENTATIONS.get(tag);
    if (representation === undefined) continue;
    dataSet.set(tag, valuesOf(attribute['Value'], representation));
  }
  // Its texts are UTF-8 whatever the instance says (PS3.18 F.2).
  dataSet.delete(TAGS.SpecificCharacterSet.tag);
  return dataSet;
}

function valuesOf(value: unknown, representation: ValueRepresentation): DataValues {
  const values: unknown[] = Array.isArray(value) ? value : [];
  if (representation === 'SQ') return values.filter(isObject).map((item): DataSetItem => fromDicomJson(item));
  return values.map((one) => (representation === 'PN' && isObject(one) ? personName(one) : scalar(one)));
}

/** An empty value in the middle of others is null. */
function scalar(value: unknown): string {
  return typeof value === 'string' ? cleanText(value) : typeof value === 'number' ? String(value) : '';
}

function personName(groups: Record<string, unknown>): string {
  const [alphabetic, ideographic, phonetic] = ['Alphabetic', 'Ideographic', 'Phonetic'].map((name) => scalar(groups[name]));
  return `${alphabetic}=${ideographic}=${phonetic}`.replace(/=+$/, '');
}
