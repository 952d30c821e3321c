/** WADO-RS: instances, metadata, frames and rendered images of the sample; of each only as much as the question needs. */
import { numberOf, textOf } from '../../../dicom/dicomweb-json';
import { identityOf } from '../../../dicom/dicomweb-read-file';
import { sopClassKind } from '../../../dicom/sop-class-kind';
import { noData } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { HEADER_BYTES, MULTIPART_AS_STORED, MULTIPART_DICOM, pathOf, PICTURE_BYTES, type DicomwebContext } from '../context';
import { absent, differentInstances, fail, info, notAcceptable, notOffered, pass, refusal, sameUids, unusable, warn, worst, type PlacedInstance } from '../judging';
import { dataSetsOf, faultOfPicture, filesOf, multipartOf, pictureOf, statusInWords } from '../read-answer';
import type { DicomwebTest } from '../test-case';
import { UNKNOWN_UID } from './qido';

const NEEDED = 'Needed: a study whose instances can be searched.';
/** Instances looked at, one of each SOP class first. */
const MOST = 12;
/** A series is retrieved whole only if it is this small. */
const SMALL_SERIES = 5;
const SERIES_BYTES = 16_000_000;

const path = ({ study, series, instance }: PlacedInstance) => pathOf(study.uid, series.uid, instance.uid);
const images = (context: DicomwebContext) => differentInstances(context, MOST, (sopClass) => sopClassKind(sopClass) === 'image');

export const WADO_RS_TESTS: readonly DicomwebTest[] = [
  {
    id: 'wado.metadata.study', title: 'The metadata of a study has all its instances and carries its UID', group: 'wado-rs', requirement: 'wado-metadata',
    run: (context) => judgeMetadata(context, 'study'),
  },
  {
    id: 'wado.metadata.series', title: 'The metadata of a series has its instances and no others', group: 'wado-rs', requirement: 'wado-metadata',
    run: (context) => judgeMetadata(context, 'series'),
  },
  {
    id: 'wado.metadata.instance', title: 'The metadata of an instance is one data set with its UIDs', group: 'wado-rs', requirement: 'wado-metadata',
    run: (context) => judgeMetadata(context, 'instance'),
  },
  {
    id: 'wado.metadata.bulk', title: 'Metadata comes without pixels', group: 'wado-rs', requirement: 'wado-metadata-bulk',
    async run(context) {
      const [one] = images(context);
      if (one === undefined) return noData('Needed: an image.');
      const exchange = await context.get(`${path(one)}/metadata`, { maxBytes: SERIES_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const [dataSet] = dataSetsOf(exchange).dataSets;
      if (dataSet === undefined) return noData('Needed: metadata of an image.', exchange);
      return dataSet['7FE00010']?.InlineBinary === undefined ? pass('Pixels are not in the metadata.', exchange) : fail('The metadata has the pixels in it, as InlineBinary of 7FE00010.', exchange);
    },
  },
  {
    id: 'wado.instance', title: 'A retrieved instance is DICOM and carries the UIDs asked for', group: 'wado-rs', requirement: 'wado-retrieve',
    run: (context) => forEach(context, differentInstances(context, MOST), async (one) => {
      const exchange = await context.get(path(one), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { files, problem } = filesOf(exchange);
      if (problem !== undefined) return { ...fail(`Instance ${one.instance.uid}: ${problem}.`, exchange), ...(/boundary/.test(problem) ? { requirement: 'dicomweb:wado-multipart' as const } : {}) };
      if (files.length !== 1) return fail(`A request for one instance brings ${files.length}.`, exchange);
      const { studyUid, seriesUid, instanceUid } = identityOf(files[0] as (typeof files)[number]);
      return sameUids(`UIDs of instance ${one.instance.uid}`, [one.study.uid, one.series.uid, one.instance.uid], [studyUid, seriesUid, instanceUid].map((uid) => uid ?? 'none'), exchange);
    }),
  },
  {
    id: 'wado.instance.default-syntax', title: 'An instance comes in the default transfer syntax, or is refused by 406', group: 'wado-rs', requirement: 'wado-retrieve',
    run: (context) => forEach(context, differentInstances(context, MOST), async (one) => {
      const exchange = await context.get(path(one), { accept: MULTIPART_DICOM, maxBytes: HEADER_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return { ...broken, message: `Instance ${one.instance.uid} is retrieved as stored, and not without naming a transfer syntax: ${statusInWords(exchange)}.` };
      if (exchange.response?.status === 406) return info(`Instance ${one.instance.uid} cannot be had in the default transfer syntax: 406.`, exchange);
      const { files, problem } = filesOf(exchange);
      if (problem !== undefined || files[0] === undefined) return warn(`Instance ${one.instance.uid} cannot be had in the default transfer syntax: ${problem ?? 'nothing came'}.`, exchange);
      const { instanceUid } = identityOf(files[0]);
      return instanceUid === one.instance.uid ? pass('Instances come in the default transfer syntax.', exchange) : fail(`Another instance comes: ${instanceUid ?? 'without a UID'}.`, exchange);
    }),
  },
  {
    id: 'wado.instance.single-part', title: 'One instance as a single part', group: 'wado-rs', requirement: 'wado-retrieve',
    async run(context) {
      const [one] = differentInstances(context, 1);
      if (one === undefined) return noData(NEEDED);
      const exchange = await context.get(path(one), { accept: 'application/dicom; transfer-syntax=*', maxBytes: HEADER_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      if ((exchange.response?.status ?? 0) >= 400) return info(`Single parts are not offered: ${statusInWords(exchange)}.`, exchange);
      const { files, problem } = filesOf(exchange);
      return problem === undefined && files.length === 1 && identityOf(files[0] as (typeof files)[number]).instanceUid === one.instance.uid ? pass('The instance comes as a single part.', exchange) : fail(`Accept: application/dicom brings something else: ${problem ?? 'another instance'}.`, exchange);
    },
  },
  {
    id: 'wado.series', title: 'A retrieved series has all its instances', group: 'wado-rs', requirement: 'wado-retrieve',
    async run(context) {
      const all = context.studies.filter(({ complete }) => complete).flatMap((study) => study.series.map((series) => ({ study, series })));
      const small = all.filter(({ series }) => series.instances.length > 0 && series.instances.length <= SMALL_SERIES).sort((a, b) => b.series.instances.length - a.series.instances.length);
      const [chosen] = small;
      if (chosen === undefined) return noData(`Needed: a series of at most ${SMALL_SERIES} instances.`);
      const exchange = await context.get(pathOf(chosen.study.uid, chosen.series.uid), { accept: MULTIPART_AS_STORED, maxBytes: SERIES_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { files, complete, problem } = filesOf(exchange);
      if (problem !== undefined) return fail(`Series ${chosen.series.uid}: ${problem}.`, exchange);
      if (exchange.response?.truncatedAt !== undefined) return noData('Needed: a smaller series; this one is longer than what is downloaded.', exchange);
      const judged = sameUids(`Instances of series ${chosen.series.uid}`, chosen.series.instances.map(({ uid }) => uid), files.flatMap((file) => identityOf(file).instanceUid ?? []), exchange);
      return judged.verdict === 'pass' && !complete ? { ...fail('The last delimiter of the multipart payload is missing.', exchange), requirement: 'dicomweb:wado-multipart' } : judged;
    },
  },
  {
    id: 'wado.multipart', title: 'Multipart payloads state boundary, type and the type of their parts', group: 'wado-rs', requirement: 'wado-multipart',
    async run(context) {
      const [one] = differentInstances(context, 1);
      if (one === undefined) return noData(NEEDED);
      const exchange = await context.get(path(one), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      if (exchange.response?.status !== 200) return noData('Needed: an instance that can be retrieved.', exchange);
      const { mediaType, parts, closed, problem } = multipartOf(exchange);
      if (mediaType.type === 'application/dicom') return fail('multipart/related was asked for, and a single part came.', exchange);
      if (problem !== undefined) return fail(`The payload cannot be taken apart: ${problem}.`, exchange);
      if (mediaType.parameters['type'] === undefined) return { ...fail('The Content-Type has no type parameter.', exchange), requirement: 'dicomweb:wado-multipart-type' };
      if (!mediaType.quoted.includes('type')) return { ...fail(`The type parameter is not quoted (${mediaType.parameters['type']}), though it holds a slash.`, exchange), requirement: 'dicomweb:wado-multipart-type' };
      if (!/^application\/dicom(;|$)/.test(mediaType.parameters['type'])) return { ...fail(`The type parameter is ${mediaType.parameters['type']}, though application/dicom was asked for.`, exchange), requirement: 'dicomweb:wado-multipart-type' };
      if (parts.some(({ headers }) => !/^application\/dicom\s*(;|$)/i.test(headers['content-type'] ?? ''))) return { ...fail('A part does not state the Content-Type application/dicom.', exchange), requirement: 'dicomweb:wado-part-type' };
      return closed || exchange.response.truncatedAt !== undefined ? pass('The payload is well-formed.', exchange) : fail('The last delimiter is missing.', exchange);
    },
  },
  {
    id: 'wado.unknown-study', title: 'An unknown study is 404', group: 'wado-rs', requirement: 'wado-not-found',
    async run(context) {
      const retrieved = refusal(await context.get(pathOf(UNKNOWN_UID), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES }), [404], 'A study that does not exist');
      return worst([retrieved, refusal(await context.get(`${pathOf(UNKNOWN_UID)}/metadata`), [404], 'The metadata of a study that does not exist')]) ?? retrieved;
    },
  },
  {
    id: 'wado.unknown-instance', title: 'An unknown instance of a known series is 404', group: 'wado-rs', requirement: 'wado-not-found',
    async run(context) {
      const [one] = differentInstances(context, 1);
      return one === undefined ? noData(NEEDED) : refusal(await context.get(pathOf(one.study.uid, one.series.uid, UNKNOWN_UID), { accept: MULTIPART_AS_STORED, maxBytes: HEADER_BYTES }), [404], 'An instance that does not exist');
    },
  },
  {
    id: 'wado.accept', title: 'A retrieval that cannot be answered acceptably is 406', group: 'wado-rs', requirement: 'not-acceptable',
    async run(context) {
      const [one] = differentInstances(context, 1);
      return one === undefined ? noData(NEEDED) : notAcceptable(await context.get(path(one), { accept: 'text/x-scout', maxBytes: HEADER_BYTES }), 'A retrieval that accepts text/x-scout only');
    },
  },
  {
    id: 'wado.rendered', title: 'Rendered is an image', group: 'wado-rs', requirement: 'wado-rendered',
    run: (context) => forEach(context, images(context), (one) => judgePicture(context, `${path(one)}/rendered`, 'rendered images')),
  },
  {
    id: 'wado.rendered.viewport', title: 'A rendered image fits into the viewport', group: 'wado-rs', requirement: 'wado-viewport',
    run: (context) => forEach(context, images(context).slice(0, 2), async (one) => {
      const [width, height] = [23, 17];
      const exchange = await context.get(`${path(one)}/rendered?viewport=${width},${height}`, { accept: 'image/jpeg', maxBytes: PICTURE_BYTES });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      if (exchange.response?.status !== 200) return notOffered('a viewport', exchange);
      const { image } = pictureOf(exchange);
      if (image?.width === undefined || image.height === undefined) return fail(`The answer ${faultOfPicture(exchange) ?? 'shows no size'}.`, exchange);
      return image.width <= width && image.height <= height ? pass(`The image is ${image.width} x ${image.height}.`, exchange) : { ...fail(`viewport=${width},${height} brings an image of ${image.width} x ${image.height}.`, exchange), expected: [`${width} x ${height}`], actual: [`${image.width} x ${image.height}`] };
    }),
  },
  {
    id: 'wado.thumbnail', title: 'A thumbnail, where there is one, is an image', group: 'wado-rs', requirement: 'wado-thumbnail',
    run: (context) => forEach(context, images(context).slice(0, 1), async (one) => {
      const exchange = await context.get(`${path(one)}/thumbnail`, { accept: 'image/jpeg', maxBytes: PICTURE_BYTES });
      return unusable(exchange) ?? (exchange.response?.status === 200 ? judgedPicture(exchange) : info(`There are no thumbnails (${statusInWords(exchange)}), which is legal; rendered with a viewport does the same.`, exchange));
    }),
  },
  {
    id: 'wado.frames', title: 'Frames come in the order asked for', group: 'wado-rs', requirement: 'wado-frames',
    run: judgeFrames,
  },
  {
    id: 'wado.frames.beyond', title: 'A frame behind the last one is refused', group: 'wado-rs', requirement: 'wado-not-found',
    async run(context) {
      const [one] = images(context);
      if (one === undefined) return noData('Needed: an image.');
      const known = await context.get(`${path(one)}/frames/1`, { accept: 'multipart/related; type="application/octet-stream"', maxBytes: HEADER_BYTES });
      if (known.response?.status !== 200) return notOffered('frames', known);
      return refusal(await context.get(`${path(one)}/frames/999999`, { accept: 'multipart/related; type="application/octet-stream"', maxBytes: HEADER_BYTES }), [404, 400], 'Frame 999999');
    },
  },
  {
    id: 'wado.frames.no-image', title: 'Frames of what is no image are refused', group: 'wado-rs', requirement: 'wado-not-found',
    async run(context) {
      const [one] = differentInstances(context, 1, (sopClass) => sopClassKind(sopClass) === 'other');
      if (one === undefined) return noData('Needed: an instance without pixels, such as a report or a key object selection.');
      return refusal(await context.get(`${path(one)}/frames/1`, { accept: 'multipart/related; type="application/octet-stream"', maxBytes: HEADER_BYTES }), [404, 400, 406], 'A frame of an instance without pixels');
    },
  },
];

async function forEach(context: DicomwebContext, instances: readonly PlacedInstance[], judge: (one: PlacedInstance) => Promise<Judgement>): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const one of instances) judged.push(await judge(one));
  return worst(judged) ?? noData(context.studies.length === 0 ? NEEDED : 'Needed: an image.');
}

async function judgeMetadata(context: DicomwebContext, level: 'study' | 'series' | 'instance'): Promise<Judgement> {
  const study = context.studies.find(({ complete, series }) => complete && series.length > 1) ?? context.studies.find(({ series }) => series.length > 0);
  const series = study?.series.find(({ instances }) => instances.length > 1) ?? study?.series[0];
  const instance = series?.instances[0];
  if (study === undefined || series === undefined || instance === undefined) return noData(NEEDED);
  const place = level === 'study' ? pathOf(study.uid) : level === 'series' ? pathOf(study.uid, series.uid) : pathOf(study.uid, series.uid, instance.uid);
  const expected = level === 'study' ? study.series.flatMap(({ instances }) => instances) : level === 'series' ? series.instances : [instance];
  const exchange = await context.get(`${place}/metadata`, { maxBytes: SERIES_BYTES });
  const broken = unusable(exchange);
  if (broken !== undefined) return broken;
  if (exchange.response?.truncatedAt !== undefined) return noData('Needed: a smaller study; this metadata is longer than what is downloaded.', exchange);
  const { dataSets, problem } = dataSetsOf(exchange);
  if (problem !== undefined) return fail(`The metadata of ${place} cannot be read: ${problem}.`, exchange);
  const foreign = dataSets.find((one) => textOf(one, 'StudyInstanceUID') !== study.uid);
  if (foreign !== undefined) return { ...fail(`Metadata of study ${study.uid} carries the Study Instance UID ${textOf(foreign, 'StudyInstanceUID') ?? '(none)'}.`, exchange), expected: [study.uid], actual: [textOf(foreign, 'StudyInstanceUID') ?? 'none'] };
  const found = dataSets.flatMap((one) => textOf(one, 'SOPInstanceUID') ?? []);
  if (!study.complete && level === 'study') return pass(`${found.length} data sets of the study.`, exchange);
  return sameUids(`Metadata of ${place}`, expected.map(({ uid }) => uid), found, exchange);
}

async function judgePicture(context: DicomwebContext, url: string, what: string): Promise<Judgement> {
  const exchange = await context.get(url, { accept: 'image/jpeg, image/png;q=0.9', maxBytes: PICTURE_BYTES });
  const broken = unusable(exchange);
  if (broken !== undefined) return broken;
  if (absent(exchange)) return notOffered(what, exchange);
  return exchange.response?.status === 200 ? judgedPicture(exchange) : warn(`${url} is answered by ${statusInWords(exchange)}.`, exchange);
}

function judgedPicture(exchange: Parameters<typeof faultOfPicture>[0]): Judgement {
  const fault = faultOfPicture(exchange);
  return fault === undefined ? pass(`It is an image of ${pictureOf(exchange).bytes.length} bytes.`, exchange) : fail(`Of what comes, ${fault}.`, exchange);
}

/** Two frames in one request against each of them alone. */
async function judgeFrames(context: DicomwebContext): Promise<Judgement> {
  const all = context.studies.flatMap((study) => study.series.flatMap((series) => series.instances.map((instance) => ({ study, series, instance }))));
  const multi = all.find(({ instance }) => (numberOf(instance.dataSet, 'NumberOfFrames') ?? 1) > 1);
  const [one] = multi === undefined ? images(context) : [multi];
  if (one === undefined) return noData('Needed: an image.');
  const accept = 'multipart/related; type="application/octet-stream"';
  const ask = async (frames: string) => context.get(`${path(one)}/frames/${frames}`, { accept, maxBytes: PICTURE_BYTES });
  const first = await ask('1');
  const broken = unusable(first);
  if (broken !== undefined) return broken;
  if (first.response?.status !== 200) return notOffered('uncompressed frames of this instance', first);
  const bodyOf = (exchange: typeof first) => multipartOf(exchange).parts.map(({ body }) => body);
  if (bodyOf(first).length !== 1 || bodyOf(first)[0] === '') return fail(`frames/1 brings ${bodyOf(first).length} parts${bodyOf(first)[0] === '' ? ', empty' : ''}.`, first);
  if (multi === undefined) return pass('A frame comes as one part.', first);
  const [second, both] = [await ask('2'), await ask('2,1')];
  if ([first, second, both].some(({ response }) => response?.truncatedAt !== undefined)) return noData('Needed: smaller frames; these are longer than what is downloaded.', both);
  const [alone, together] = [[bodyOf(second)[0], bodyOf(first)[0]], bodyOf(both)];
  if (together.length !== 2) return fail(`frames/2,1 brings ${together.length} parts.`, both);
  return together[0] === alone[0] && together[1] === alone[1] ? pass('frames/2,1 brings the second frame, then the first.', both) : fail('frames/2,1 does not bring the second frame and then the first, as each comes alone.', both);
}
