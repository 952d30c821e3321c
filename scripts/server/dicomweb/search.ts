/** A search request's level and query in, the matching data sets out: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html */
import { attribute, ATTRIBUTES, tagOf, textsOf, type DicomJson, type Keyword } from '../../dicom/dicomweb-json';
import type { DicomTarget } from '../../dicom/urls-wado-rs';
import type { Pairs } from '../query-string';
import { studyCounts, type Archive, type StoredInstance } from './archive';

export type Level = 'studies' | 'series' | 'instances';

export interface Search {
  readonly level: Level;
  /** The study and series that the URL names. */
  readonly within: Partial<DicomTarget>;
  readonly keys: readonly { readonly keyword: Keyword; readonly value: string }[];
  readonly include: readonly string[];
  readonly limit?: number;
  readonly offset: number;
  readonly fuzzy: boolean;
}

/** Query keys that the request has and the server cannot use, or values without a meaning: the request is bad. */
export class BadQuery extends Error {}

const OPTIONS = ['includefield', 'limit', 'offset', 'fuzzymatching', 'accept', 'charset', 'emptyvaluematching', 'multiplevaluematching'];

/** @throws BadQuery for a key that is no attribute, or a value that its attribute cannot have (PS3.18 section 8.3.4.1) */
export function parseSearch(level: Level, within: Partial<DicomTarget>, pairs: Pairs): Search {
  const keys: { keyword: Keyword; value: string }[] = [];
  for (const [name, value] of pairs) {
    if (OPTIONS.includes(name)) continue;
    const keyword = keywordOf(name);
    if (keyword === undefined) throw new BadQuery(`${name} is no attribute that can be searched here.`);
    if (value !== '' && ATTRIBUTES[keyword][1] === 'DA' && !/^(\d{8}|\d{8}-(\d{8})?|-\d{8})$/.test(value)) throw new BadQuery(`${name}=${value} is no date and no range of dates.`);
    keys.push({ keyword, value });
  }
  const whole = (name: string) => {
    const value = pairs.findLast(([other]) => other === name)?.[1];
    if (value !== undefined && !/^\d+$/.test(value)) throw new BadQuery(`${name}=${value} is no whole number.`);
    return value === undefined ? undefined : Number(value);
  };
  const limit = whole('limit');
  return {
    level,
    within,
    keys,
    include: pairs.filter(([name]) => name === 'includefield').flatMap(([, value]) => value.split(',')),
    ...(limit === undefined ? {} : { limit }),
    offset: whole('offset') ?? 0,
    fuzzy: pairs.some(([name, value]) => name === 'fuzzymatching' && value === 'true'),
  };
}

function keywordOf(name: string): Keyword | undefined {
  if (Object.hasOwn(ATTRIBUTES, name)) return name as Keyword;
  return (Object.keys(ATTRIBUTES) as Keyword[]).find((keyword) => tagOf(keyword) === name.toUpperCase());
}

const PATIENT_AND_STUDY: readonly Keyword[] = ['StudyDate', 'StudyTime', 'AccessionNumber', 'ReferringPhysicianName', 'TimezoneOffsetFromUTC', 'PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyInstanceUID', 'StudyID'];
const SERIES: readonly Keyword[] = ['Modality', 'TimezoneOffsetFromUTC', 'SeriesDescription', 'SeriesInstanceUID', 'SeriesNumber'];
const INSTANCE: readonly Keyword[] = ['SOPClassUID', 'SOPInstanceUID', 'InstanceNumber', 'NumberOfFrames', 'Rows', 'Columns', 'BitsAllocated'];

/** The matches of a page, each with the attributes of tables 10.6.3-3 to 10.6.3-5 and those asked for. @param base URL of the service */
export function searchArchive(archive: Archive, search: Search, base: string): DicomJson[] {
  const groups = groupsOf(archive.of(search.within), search.level).map((instances) => entityOf(archive, search, instances, base));
  const matching = groups.filter(({ all }) => search.keys.every(({ keyword, value }) => matches(all, keyword, value)));
  const end = search.limit === undefined ? undefined : search.offset + search.limit;
  return matching.slice(search.offset, end).map(({ returned }) => returned);
}

function groupsOf(instances: readonly StoredInstance[], level: Level): StoredInstance[][] {
  const groups = new Map<string, StoredInstance[]>();
  for (const instance of instances) {
    const key = level === 'studies' ? instance.studyUid : level === 'series' ? instance.seriesUid : instance.instanceUid;
    groups.set(key, [...(groups.get(key) ?? []), instance]);
  }
  return [...groups.values()];
}

/** What can be matched against, and what is returned. */
function entityOf(archive: Archive, { level, within, include, keys }: Search, instances: readonly StoredInstance[], base: string): { all: DicomJson; returned: DicomJson } {
  const [first] = instances as readonly [StoredInstance, ...StoredInstance[]];
  const study = studyCounts(archive.of({ studyUid: first.studyUid }));
  const computed: DicomJson = {
    ...attribute('InstanceAvailability', 'ONLINE'),
    ...attribute('ModalitiesInStudy', ...study.modalities),
    ...attribute('NumberOfStudyRelatedSeries', study.series),
    ...attribute('NumberOfStudyRelatedInstances', study.instances),
    ...attribute('NumberOfSeriesRelatedInstances', archive.of({ seriesUid: first.seriesUid }).length),
    ...attribute('RetrieveURL', retrieveUrl(base, first, level)),
  };
  const all = { ...first.dataSet, ...computed };
  const wanted = new Set<string>([
    ...PATIENT_AND_STUDY.filter((keyword) => level === 'studies' || within.studyUid === undefined || keyword === 'StudyInstanceUID').map(tagOf),
    ...(level === 'studies' || within.studyUid === undefined ? (['ModalitiesInStudy', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'] as const).map(tagOf) : []),
    ...(level === 'series' || (level === 'instances' && within.seriesUid === undefined) ? [...SERIES, 'NumberOfSeriesRelatedInstances' as const].map(tagOf) : []),
    ...(level === 'instances' ? [...INSTANCE, 'SeriesInstanceUID' as const].map(tagOf) : []),
    ...(['SpecificCharacterSet', 'InstanceAvailability', 'RetrieveURL'] as const).map(tagOf),
    ...keys.map(({ keyword }) => tagOf(keyword)),
    ...include.map((name) => (Object.hasOwn(ATTRIBUTES, name) ? tagOf(name as Keyword) : name.toUpperCase())),
  ]);
  const everything = include.includes('all');
  return { all, returned: Object.fromEntries(Object.entries(all).filter(([tag]) => wanted.has(tag) || (everything && !tag.startsWith('7FE0')))) };
}

function retrieveUrl(base: string, { studyUid, seriesUid, instanceUid }: StoredInstance, level: Level): string {
  return `${base}/studies/${studyUid}${level === 'studies' ? '' : `/series/${seriesUid}`}${level === 'instances' ? `/instances/${instanceUid}` : ''}`;
}

/** Attribute matching of PS3.4 section C.2.2.2: universal, single value, list of UIDs, wild card, range. */
export function matches(dataSet: DicomJson, keyword: Keyword, value: string): boolean {
  if (value === '') return true;
  const vr = ATTRIBUTES[keyword][1];
  const texts = textsOf(dataSet, keyword);
  if (vr === 'UI') return value.split(/[,\\]/).some((uid) => texts.includes(uid.trim()));
  if (vr === 'DA' && value.includes('-')) {
    const [from = '', to = ''] = value.split('-');
    return texts.some((text) => (from === '' || text >= from) && (to === '' || text <= to));
  }
  if (vr === 'PN') return texts.some((text) => pattern(value.replace(/\^+$/, ''), 'i').test(text.replace(/\^+$/, '')));
  return vr === 'DA' || vr === 'TM' || vr === 'IS' || vr === 'US' ? texts.includes(value) : texts.some((text) => pattern(value).test(text));
}

function pattern(value: string, flags = ''): RegExp {
  return new RegExp(`^${value.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
}
