/** The cross-check: for a sample of the studies, whether what the ImagingStudy promises is what the archive behind its endpoints has. */
import type { Exchange } from '../../../core/result';
import type { Resource, Reference } from '../../../core/fhir';
import { textOf } from '../../../dicom/dicomweb-json';
import { identityOf } from '../../../dicom/dicomweb-read-file';
import { sopClassKind } from '../../../dicom/sop-class-kind';
import { wadoUriUrl } from '../../../dicom/urls-wado-uri';
import { brokenRules } from '../../../invariants/rules';
import { localKey, parseReference } from '../../../search/reference-target';
import type { TestContext } from '../../context';
import { failedToAsk, noData } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import { HEADER_BYTES, MULTIPART_AS_STORED, pathOf, PICTURE_BYTES, type DicomwebContext } from '../context';
import { absent, fail, info, notAcceptable, pass, refusal, unusable, warn, worst } from '../judging';
import { dataSetsOf, faultOfPicture, filesOf, multipartOf, pictureOf, statusInWords, unanswered, whyUnanswered } from '../read-answer';
import { UNKNOWN_UID } from '../tests/qido';
import type { DicomwebRequirement } from '../requirements';
import type { CrossCheck } from './access';
import { accessionDifferences, countDifferences, instanceDifferences, modalityDifferences, patientDifferences, seriesDifferences, sopClassDifferences, startedDifferences, type Comparison, type Difference } from './differences';
import { gatherStudies, isHttpUrl, type ArchiveAnswer, type GatheredSeries, type GatheredStudy } from './gather';

const NEEDED = 'Needed: an ImagingStudy with a Study Instance UID and an active endpoint of the type dicom-wado-rs.';
/** Series of a study from which metadata and an instance are retrieved. */
const MOST_SERIES = 4;
/** Width and height of the pictures that a report shows, and how many of which size. */
const PICTURE = { pixels: 128, bytes: 40_000, most: 12 };

interface Row {
  readonly id: string;
  readonly title: string;
  readonly requirement: DicomwebRequirement;
  /** Clauses that its judge may name instead. */
  readonly also?: readonly DicomwebRequirement[];
  readonly judge: (input: Input) => Promise<Judgement> | Judgement;
}

interface Input {
  readonly studies: readonly GatheredStudy[];
  readonly context: TestContext;
  /** A context of this test for an archive. */
  archive(base: string): DicomwebContext;
}

/** Differences as a judgement: those that are legal are information. */
function compared(rows: readonly Comparison[], what: string, studies: readonly GatheredStudy[], worse: 'fail' | 'warn' = 'fail'): Judgement {
  const count = rows.reduce((sum, row) => sum + row.compared, 0);
  const all = rows.flatMap(({ differences }) => differences);
  const broken = all.filter(({ open }) => open === undefined);
  if (count === 0 && all.length === 0) return noData(`Needed: a study in an archive that answers, with ${what} on both sides.`);
  if (broken.length > 0) return different(broken, worse === 'fail' ? fail : warn, studies);
  return all.length > 0 ? different(all, info, studies) : pass(`${count} compared: ${what} agree.`);
}

function different(list: readonly Difference[], judge: (message: string, exchange?: Exchange) => Judgement, studies: readonly GatheredStudy[]): Judgement {
  const [first] = list as readonly [Difference, ...Difference[]];
  const more = list.length > 1 ? ` ${list.length - 1} more.` : '';
  const excerpt = studies.find(({ reference }) => reference === first.reference)?.resource;
  return { ...judge(`${first.reference}: ${first.says}.${more}`, first.exchange), actual: list.map(({ reference, says }) => `${reference}: ${says}`), witness: { reference: first.reference, excerpt, why: `${first.says}.` } };
}

function archivesOf(studies: readonly GatheredStudy[]): { study: GatheredStudy; answer: ArchiveAnswer }[] {
  return studies.flatMap((study) => [...study.archives.values()].map((answer) => ({ study, answer })));
}

/** Series that the archive has, with what the ImagingStudy lists of them; a few of each study. */
function retrievable(studies: readonly GatheredStudy[]): { study: GatheredStudy; series: GatheredSeries; base: string; instances: { uid: string; sopClass: string }[] }[] {
  return studies.flatMap((study) => study.series.flatMap((series) => {
    const { archive, uid, element } = series;
    const stored = archive?.study?.series.find((one) => one.uid === uid);
    if (archive === undefined || stored === undefined) return [];
    const listed = (element.instance ?? []).flatMap((one) => (one.uid === undefined ? [] : [{ uid: one.uid, sopClass: one.sopClass?.code?.replace(/^urn:oid:/, '') ?? '' }]));
    const present = listed.filter((one) => stored.instances.some(({ uid: other }) => other === one.uid));
    const instances = present.length > 0 || listed.length > 0 ? present : stored.instances.map((one) => ({ uid: one.uid, sopClass: one.sopClass ?? '' }));
    return [{ study, series, base: archive.base, instances }];
  }).slice(0, MOST_SERIES));
}

const ROWS: readonly Row[] = [
  { id: 'study.found', title: 'The archive behind the endpoint has the study', requirement: 'study-found', also: ['endpoint-usable'], judge: judgeFound },
  { id: 'study.available', title: 'A study that is available can be had', requirement: 'study-available', judge: judgeAvailable },
  { id: 'series.uids', title: 'The series are those of the archive', requirement: 'series-found', judge: ({ studies }) => compared(studies.map(seriesDifferences), 'series', studies) },
  { id: 'instances.uids', title: 'The instances are those of the archive', requirement: 'instance-found', judge: ({ studies }) => compared(studies.map(instanceDifferences), 'instances', studies) },
  { id: 'instances.sop-class', title: 'The SOP classes are those of the archive', requirement: 'instance-sop-class', judge: ({ studies }) => compared(studies.map(sopClassDifferences), 'SOP classes', studies) },
  { id: 'series.modality', title: 'The modalities are those of the archive', requirement: 'series-modality', judge: ({ studies }) => compared(studies.map(modalityDifferences), 'modalities', studies) },
  { id: 'counts', title: 'The numbers of series and instances are those of the archive', requirement: 'study-counts', judge: ({ studies }) => compared(studies.map(countDifferences), 'numbers of series and instances', studies) },
  { id: 'started', title: 'The study started when the archive says', requirement: 'study-started', judge: ({ studies }) => compared(studies.map(startedDifferences), 'study dates', studies) },
  { id: 'patient', title: 'The patient is that of the archive', requirement: 'study-patient', judge: ({ studies, context }) => compared(studies.map((study) => patientDifferences(study, patientOf(study.resource, context))), 'patient ids', studies, 'warn') },
  { id: 'accession', title: 'The accession number is that of the archive', requirement: 'study-accession', judge: ({ studies }) => compared(studies.map(accessionDifferences), 'accession numbers', studies) },
  { id: 'metadata', title: 'The metadata of each series can be had and carries its UIDs', requirement: 'fhir-metadata', judge: judgeMetadata },
  { id: 'instance', title: 'An instance of each series can be had, is DICOM, and carries the UIDs asked for', requirement: 'fhir-retrieve', judge: judgeInstances },
  { id: 'multipart', title: 'What is retrieved is well-formed multipart', requirement: 'wado-multipart', also: ['wado-multipart-type', 'wado-part-type'], judge: judgeMultipart },
  { id: 'rendered', title: 'The images can be had rendered', requirement: 'fhir-rendered', also: ['wado-rendered', 'no-server-error'], judge: judgeRendered },
  { id: 'accept', title: 'What cannot be sent acceptably is 406', requirement: 'not-acceptable', judge: (input) => eachArchive(input, async (archive, { study }) => notAcceptable(await archive.get(pathOf(study.uid), { accept: 'text/x-scout', maxBytes: HEADER_BYTES }), 'A retrieval that accepts text/x-scout only')) },
  { id: 'unknown-study', title: 'A study that does not exist is 404', requirement: 'wado-not-found', judge: (input) => eachArchive(input, async (archive) => refusal(await archive.get(pathOf(UNKNOWN_UID), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES }), [404], 'A study that does not exist')) },
  { id: 'uri', title: 'WADO-URI endpoints bring the instances of their series', requirement: 'uri-retrieve', judge: judgeUri },
];

export const CROSS_CHECK_TESTS: readonly TestCase[] = ROWS.map(({ id, title, requirement, also, judge }) => ({
  id: `dicomweb.${id}`,
  title,
  group: 'dicomweb',
  resourceType: 'ImagingStudy',
  requirement: `dicomweb:${requirement}` as const,
  ...(also === undefined ? {} : { also: also.map((key) => `dicomweb:${key}` as const) }),
  needs: [{ kind: 'type', type: 'ImagingStudy' }],
  tags: ['dicomweb'],
  crossChecks: true,
  async run(context) {
    const check: CrossCheck | undefined = context.crossCheck;
    if (check === undefined) return noData('Needed: --dicomweb.');
    const studies = await gatherStudies(context, check);
    if (studies.length === 0) return noData(NEEDED);
    return judge({ studies, context, archive: (base) => check.archive(base, context.scope) });
  },
}));

function judgeFound({ studies }: Input): Judgement {
  const judged = archivesOf(studies).map(({ study, answer }) => {
    const { search, problem, base, endpoint } = answer;
    const at = `${study.reference} (${study.uid})`;
    if (unanswered(search) && isHttpUrl(base)) return failedToAsk(`The archive at ${base} does not answer: ${whyUnanswered(search)}. If it has another name from here, map it with --dicomweb-base.`, search);
    const rules = endpoint.endpoint === undefined ? [] : brokenRules(endpoint.endpoint);
    const broken = rules.map(({ rule, violations }) => `${rule.id}: ${violations[0]?.message ?? ''}`).join(' ');
    if (problem !== undefined) return { ...fail(`${at} cannot be looked for at ${base}: ${problem}.${broken === '' ? '' : ` The address breaks ${broken}`}`, search), ...(broken === '' ? {} : { requirement: 'dicomweb:endpoint-usable' as const }) };
    if (answer.study !== undefined) return broken === '' ? pass(`${study.reference} is found.`, search) : { ...warn(`The address of ${endpoint.reference} breaks ${broken}`, search), requirement: 'dicomweb:endpoint-usable' as const };
    const { status } = study.resource as { status?: string };
    if (status !== undefined && status !== 'available') return info(`${at} is not found at ${base}; its status is ${status}.`, search);
    return { ...fail(`${at} is not found at ${base}.`, search), witness: { reference: study.reference, excerpt: study.resource, why: `The archive has no study ${study.uid}.` } };
  });
  const failed = judged.filter(({ verdict }) => verdict === 'fail');
  const result = worst(judged) ?? noData(NEEDED);
  return failed.length > 0 ? { ...result, actual: failed.map(({ message }) => message) } : result.verdict === 'pass' ? pass(`${judged.length} of ${judged.length} studies are found where their endpoints say.`, result.decisive) : result;
}

/** "available: all study data is available"; Instance Availability (0008,0056) says more, where it is returned. */
function judgeAvailable({ studies }: Input): Judgement {
  const answers = archivesOf(studies).filter(({ study, answer }) => study.resource['status'] === 'available' && answer.problem === undefined);
  const broken = answers.flatMap(({ study, answer }): Difference[] => {
    const says = answer.study === undefined ? 'is available, and the archive does not have it' : undefined;
    const availability = answer.study && textOf(answer.study.dataSet, 'InstanceAvailability');
    const offline = availability === 'OFFLINE' || availability === 'UNAVAILABLE' ? `is available, and the archive says ${availability}` : undefined;
    const difference = says ?? offline;
    return difference === undefined ? [] : [{ reference: study.reference, says: difference, exchange: answer.search }];
  });
  if (answers.length === 0) return noData('Needed: a study of the status available, at an archive that answers.');
  return broken.length > 0 ? different(broken, fail, studies) : pass(`${answers.length} studies are available, and their archives have them.`);
}

function patientOf(study: Resource, { known }: TestContext): Resource | undefined {
  const { reference = '' } = (study['subject'] ?? {}) as Reference;
  const key = localKey(parseReference(reference), known.index.base);
  return key === undefined || !key.startsWith('Patient/') ? undefined : known.index.get(key);
}

async function judgeMetadata(input: Input): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const { study, series, base } of retrievable(input.studies)) {
    const exchange = await input.archive(base).get(`${pathOf(study.uid, series.uid)}/metadata`);
    const { dataSets, problem } = dataSetsOf(exchange);
    const uids = new Set(dataSets.map((one) => `${textOf(one, 'StudyInstanceUID') ?? 'none'} / ${textOf(one, 'SeriesInstanceUID') ?? 'none'}`));
    const right = `${study.uid} / ${series.uid}`;
    judged.push(unusable(exchange)
      ?? (exchange.response?.truncatedAt !== undefined ? info(`The metadata of series ${series.uid} is longer than what is downloaded.`, exchange)
        : problem !== undefined || dataSets.length === 0 ? fail(`${study.reference}: the metadata of series ${series.uid} cannot be had: ${problem ?? 'it is empty'}.`, exchange)
          : [...uids].some((one) => one !== right) ? { ...fail(`${study.reference}: the metadata of series ${series.uid} carries other UIDs.`, exchange), expected: [right], actual: [...uids] }
            : pass(`The metadata of series ${series.uid} carries its UIDs.`, exchange)));
  }
  return summary(judged, 'series give their metadata');
}

async function judgeInstances(input: Input): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const { study, series, base, instances } of retrievable(input.studies)) {
    const [instance] = instances;
    if (instance === undefined) continue;
    const exchange = await input.archive(base).get(pathOf(study.uid, series.uid, instance.uid), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES });
    judged.push(unusable(exchange) ?? judgeFile(exchange, study, series.uid, instance.uid));
  }
  return summary(judged, 'instances are retrieved');
}

function judgeFile(exchange: Exchange, study: GatheredStudy, seriesUid: string, instanceUid: string): Judgement {
  const { files, problem } = filesOf(exchange);
  const [file] = files;
  if (problem !== undefined || file === undefined) return fail(`${study.reference}: instance ${instanceUid} cannot be had: ${problem ?? 'nothing came'}.`, exchange);
  const found = identityOf(file);
  const [expected, actual] = [[study.uid, seriesUid, instanceUid], [found.studyUid, found.seriesUid, found.instanceUid].map((uid) => uid ?? 'none')];
  return expected.every((uid, index) => uid === actual[index]) ? pass(`Instance ${instanceUid} is DICOM and carries its UIDs.`, exchange) : { ...fail(`${study.reference}: what is retrieved as instance ${instanceUid} carries other UIDs.`, exchange), expected, actual };
}

async function judgeMultipart(input: Input): Promise<Judgement> {
  return eachArchive(input, async (archive, { study, answer }) => {
    const one = retrievable([study]).find(({ base, instances }) => base === answer.base && instances.length > 0);
    const [instance] = one?.instances ?? [];
    if (one === undefined || instance === undefined) return noData('Needed: an instance in the archive.');
    const exchange = await archive.get(pathOf(study.uid, one.series.uid, instance.uid), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES });
    if (exchange.response?.status !== 200) return unusable(exchange) ?? noData('Needed: an instance that can be retrieved.', exchange);
    const { mediaType, parts, closed, problem } = multipartOf(exchange);
    if (problem !== undefined) return fail(`The payload cannot be taken apart: ${problem}.`, exchange);
    if (!mediaType.quoted.includes('type')) return { ...fail(mediaType.parameters['type'] === undefined ? 'The Content-Type has no type parameter.' : 'The type parameter is not quoted.', exchange), requirement: 'dicomweb:wado-multipart-type' };
    if (parts.some(({ headers }) => !/^application\/dicom\s*(;|$)/i.test(headers['content-type'] ?? ''))) return { ...fail('A part does not state the Content-Type application/dicom.', exchange), requirement: 'dicomweb:wado-part-type' };
    return closed || exchange.response.truncatedAt !== undefined ? pass('The payload is well-formed.', exchange) : fail('The last delimiter is missing.', exchange);
  });
}

async function judgeRendered(input: Input): Promise<Judgement> {
  const judged: Judgement[] = [];
  const pictures: NonNullable<Judgement['pictures']>[number][] = [];
  for (const { study, series, base, instances } of retrievable(input.studies)) {
    const instance = instances.find(({ sopClass }) => sopClassKind(sopClass) === 'image');
    if (instance === undefined) continue;
    const exchange = await input.archive(base).get(`${pathOf(study.uid, series.uid, instance.uid)}/rendered?viewport=${PICTURE.pixels},${PICTURE.pixels}`, { accept: 'image/jpeg, image/png;q=0.9', maxBytes: PICTURE_BYTES });
    const fault = exchange.response?.status === 200 ? faultOfPicture(exchange) : undefined;
    judged.push(unusable(exchange)
      ?? (absent(exchange) || exchange.response?.status !== 200 ? warn(`${study.reference}: instance ${instance.uid} cannot be had rendered: ${statusInWords(exchange)}.`, exchange)
        : fault !== undefined ? { ...fail(`${study.reference}: of what comes as rendered instance ${instance.uid}, ${fault}.`, exchange), requirement: 'dicomweb:wado-rendered' } : pass(`Instance ${instance.uid} comes rendered.`, exchange)));
    const { bytes, image, contentType } = pictureOf(exchange);
    const shown = image?.kind === 'jpeg' || image?.kind === 'png' || image?.kind === 'gif';
    if (fault === undefined && shown && bytes.length <= PICTURE.bytes && pictures.length < PICTURE.most) pictures.push({ caption: `${study.reference}, series ${series.uid}`, source: `data:${contentType.split(';')[0]?.trim()};base64,${bytes.toString('base64')}` });
  }
  return { ...(judged.length === 0 ? noData('Needed: an image in the archive.') : summary(judged, 'images come rendered')), ...(pictures.length > 0 ? { pictures } : {}) };
}

async function judgeUri(input: Input): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const { study, series, instances } of retrievable(input.studies)) {
    const [instance] = instances;
    if (instance === undefined || series.uriBase === undefined) continue;
    const url = wadoUriUrl(series.uriBase, { studyUid: study.uid, seriesUid: series.uid, instanceUid: instance.uid }, { contentType: ['application/dicom'] });
    const exchange = await input.archive(series.uriBase).get(url, { accept: 'application/dicom', maxBytes: HEADER_BYTES });
    judged.push(unusable(exchange) ?? judgeFile(exchange, study, series.uid, instance.uid));
  }
  return judged.length === 0 ? noData('Needed: a series with an active endpoint of the type dicom-wado-uri.') : summary(judged, 'instances are retrieved by WADO-URI');
}

/** One judgement for each archive, by the first study that it has; the worst stands. */
async function eachArchive(input: Input, judge: (archive: DicomwebContext, place: { study: GatheredStudy; answer: ArchiveAnswer }) => Promise<Judgement>): Promise<Judgement> {
  const places = new Map(archivesOf(input.studies).filter(({ answer }) => answer.study !== undefined).reverse().map((place) => [place.answer.base, place]));
  const judged: Judgement[] = [];
  for (const [base, place] of places) judged.push(await judge(input.archive(base), place));
  return worst(judged) ?? noData('Needed: a study in an archive that answers.');
}

/** The worst with the messages of all that are as bad. */
function summary(judged: readonly Judgement[], what: string): Judgement {
  const result = worst(judged);
  if (result === undefined) return noData('Needed: a study in an archive that answers.');
  if (result.verdict === 'pass') return pass(`${judged.length} ${what}.`, result.decisive);
  const alike = judged.filter(({ verdict }) => verdict === result.verdict);
  return alike.length === 1 ? result : { ...result, message: `${result.message} ${alike.length - 1} more.`, ...(result.actual === undefined ? { actual: alike.map(({ message }) => message) } : {}) };
}
