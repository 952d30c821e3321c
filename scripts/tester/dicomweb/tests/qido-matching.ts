/** QIDO-RS: searches by values that divide the studies at hand; both sides of the answer are known. */
import type { Exchange } from '../../../core/result';
import { tagOf, textOf, textsOf, type Keyword } from '../../../dicom/dicomweb-json';
import { noData } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { searchPath, type DicomwebContext } from '../context';
import { limited, type ArchiveStudy } from '../harvest';
import { fail, info, pass, unusable } from '../judging';
import { dataSetsOf, statusInWords } from '../read-answer';
import type { DicomwebRequirement } from '../requirements';
import type { DicomwebTest } from '../test-case';

interface Query {
  readonly query: Readonly<Record<string, string>>;
  /** Whether a study must be found. */
  must(study: ArchiveStudy): boolean;
  /** Whether it may be found. */
  may?(study: ArchiveStudy): boolean;
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly requirement: DicomwebRequirement;
  readonly needed: string;
  choose(studies: readonly ArchiveStudy[]): Query | undefined;
}

const values = (study: ArchiveStudy, keyword: Keyword) => textsOf(study.dataSet, keyword);

/** A query by the first value that some of the studies have and others have not. */
function byValue(keyword: Keyword, name: string = keyword): Row['choose'] {
  return (studies) => {
    for (const value of studies.flatMap((study) => values(study, keyword))) {
      if (/[*?\\,]/.test(value) || !/[A-Za-z0-9]/.test(value) || studies.every((study) => values(study, keyword).includes(value))) continue;
      return { query: { [name]: value }, must: (study) => values(study, keyword).includes(value), may: (study) => values(study, keyword).some((other) => folded(other) === folded(value)) };
    }
    return undefined;
  };
}

/** Names of persons may be matched whatever their case, position and accents (PS3.4 section C.2.2.2.1). */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '').sort().join(' ');
}

const ROWS: readonly Row[] = [
  ...(['PatientID', 'PatientName', 'AccessionNumber', 'StudyDate', 'StudyTime', 'StudyID', 'ReferringPhysicianName'] as const).map((keyword): Row => ({
    id: keyword.toLowerCase(), title: `${keyword} finds the studies that have it, and no others`, requirement: 'qido-matching', needed: `two studies that differ in their ${keyword}`, choose: byValue(keyword),
  })),
  {
    id: 'modalitiesinstudy', title: 'ModalitiesInStudy finds every study with a series of that modality', requirement: 'qido-matching', needed: 'a study with a second modality, and one without',
    choose(studies) {
      // The second modality of a study shows whether more than the first is looked at.
      const have = (study: ArchiveStudy) => [...new Set(study.series.flatMap(({ modality }) => modality ?? []))];
      const wanted = [...studies.flatMap((study) => have(study).slice(1)), ...studies.flatMap(have)].find((modality) => !studies.every((study) => have(study).includes(modality)));
      return wanted === undefined ? undefined : { query: { ModalitiesInStudy: wanted }, must: (study) => have(study).includes(wanted) };
    },
  },
  { id: 'studyinstanceuid', title: 'StudyInstanceUID finds the study', requirement: 'qido-matching', needed: 'two studies', choose: byUid },
  { id: 'tag', title: 'An attribute may be named by its tag', requirement: 'qido-matching', needed: 'two studies of different patients', choose: byValue('PatientID', tagOf('PatientID')) },
  {
    id: 'uid-list', title: 'A list of UIDs finds each of them', requirement: 'qido-uid-list', needed: 'two studies',
    choose(studies) {
      const uids = [...new Set(studies.map(({ uid }) => uid))].slice(0, 2);
      return uids.length < 2 ? undefined : { query: { StudyInstanceUID: uids.join(',') }, must: ({ uid }) => uids.includes(uid) };
    },
  },
  {
    id: 'wildcard', title: 'An asterisk stands for any characters', requirement: 'qido-wildcard', needed: 'two studies whose patient ids, accession numbers or study ids begin differently',
    // Of names of persons wild cards are left to the server (PS3.4 section C.2.2.2.4).
    choose(studies) {
      for (const keyword of ['PatientID', 'AccessionNumber', 'StudyID'] as const) {
        const value = (study: ArchiveStudy) => textOf(study.dataSet, keyword) ?? '';
        for (const whole of studies.map(value).filter((text) => /^[A-Za-z0-9 ._-]{2,}$/.test(text))) {
          const prefix = whole.slice(0, -1);
          if (studies.every((study) => value(study).startsWith(prefix))) continue;
          return { query: { [keyword]: `${prefix}*` }, must: (study) => value(study).startsWith(prefix), may: (study) => value(study).toLowerCase().startsWith(prefix.toLowerCase()) };
        }
      }
      return undefined;
    },
  },
  {
    id: 'date-range', title: 'A range of dates finds every day in it, its ends included', requirement: 'qido-range', needed: 'studies of three different days',
    choose(studies) {
      const day = (study: ArchiveStudy) => textOf(study.dataSet, 'StudyDate') ?? '';
      const days = [...new Set(studies.map(day))].filter((text) => /^\d{8}$/.test(text)).sort();
      const [from, to] = days.length < 3 ? [days[0], days[0]] : [days[0], days[days.length - 2]];
      if (from === undefined || to === undefined || days.length < 2) return undefined;
      return { query: { StudyDate: `${from}-${to}` }, must: (study) => day(study) >= from && day(study) <= to };
    },
  },
  {
    id: 'combined', title: 'Several keys have to match together', requirement: 'qido-matching', needed: 'two studies of one patient on different days',
    choose(studies) {
      const key = (study: ArchiveStudy) => [textOf(study.dataSet, 'PatientID'), textOf(study.dataSet, 'StudyDate')] as const;
      for (const study of studies) {
        const [patient, date] = key(study);
        const narrows = studies.some((other) => key(other)[0] === patient && key(other)[1] !== date);
        if (patient !== undefined && date !== undefined && narrows && !/[*?\\,]/.test(patient)) return { query: { PatientID: patient, StudyDate: date }, must: (other) => key(other)[0] === patient && key(other)[1] === date };
      }
      return undefined;
    },
  },
];

function byUid(studies: readonly ArchiveStudy[]): Query | undefined {
  const [first] = studies;
  return first === undefined || studies.every(({ uid }) => uid === first.uid) ? undefined : { query: { StudyInstanceUID: first.uid }, must: ({ uid }) => uid === first.uid };
}

export const QIDO_MATCHING_TESTS: readonly DicomwebTest[] = ROWS.map((row) => ({
  id: `qido.match.${row.id}`,
  title: row.title,
  group: 'qido',
  requirement: row.requirement,
  async run(context: DicomwebContext): Promise<Judgement> {
    const chosen = row.choose(context.studies);
    if (chosen === undefined) return noData(`Needed: ${row.needed}.`);
    const exchange = await context.get(searchPath('studies', chosen.query));
    return unusable(exchange) ?? judgeMatches(context.studies, chosen, exchange);
  },
}));

function judgeMatches(studies: readonly ArchiveStudy[], chosen: Query, exchange: Exchange): Judgement {
  const { query } = chosen;
  const must = (study: ArchiveStudy) => chosen.must(study);
  const may = (study: ArchiveStudy) => chosen.may?.(study) ?? chosen.must(study);
  const asked = Object.entries(query).map(([name, value]) => `${name}=${value}`).join('&');
  const { dataSets, problem } = dataSetsOf(exchange);
  if (exchange.response?.status === 400) return info(`${asked} is refused: ${statusInWords(exchange)}.`, exchange);
  if (problem !== undefined) return fail(`${asked}: ${problem}.`, exchange);
  const found = dataSets.flatMap((one) => textOf(one, 'StudyInstanceUID') ?? []);
  const missing = limited(exchange) ? [] : studies.filter((study) => must(study) && !found.includes(study.uid));
  const wrong = studies.filter((study) => !must(study) && !may(study) && found.includes(study.uid));
  if (missing.length + wrong.length === 0) return pass(`${asked} finds ${found.length} studies, as it should.`, exchange);
  const [first] = [...missing, ...wrong];
  return {
    ...fail(`${asked} ${missing.length > 0 ? `misses ${missing.length} studies that match` : `finds ${wrong.length} studies that do not match`}.`, exchange),
    expected: studies.filter(must).map(({ uid }) => uid).sort(),
    actual: studies.filter(({ uid }) => found.includes(uid)).map(({ uid }) => uid).sort(),
    ...(first === undefined ? {} : { witness: { reference: `studies/${first.uid}`, excerpt: first.dataSet, why: missing.includes(first) ? `It matches ${asked} and is not found.` : `It does not match ${asked} and is found.` } }),
  };
}
