/** WADO-URI: one instance by query parameters. */
import { identityOf } from '../../../dicom/dicomweb-read-file';
import { sopClassKind } from '../../../dicom/sop-class-kind';
import { wadoUriUrl, type WadoUriParameters } from '../../../dicom/urls-wado-uri';
import { noData, notDeclared } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { HEADER_BYTES, PICTURE_BYTES, type DicomwebContext } from '../context';
import { absent, differentInstances, fail, notAcceptable, notOffered, pass, refusal, sameUids, unusable, type PlacedInstance } from '../judging';
import { faultOfPicture, filesOf, pictureOf } from '../read-answer';
import type { DicomwebTest } from '../test-case';
import { UNKNOWN_UID } from './qido';

type Ask = (parameters: WadoUriParameters, options?: { readonly accept?: string; readonly instanceUid?: string; readonly change?: (url: string) => string }) => ReturnType<DicomwebContext['get']>;

/** Tests on an image; on anything else where there is none. */
function onInstance(judge: (ask: Ask, one: PlacedInstance) => Promise<Judgement>, image = false): DicomwebTest['run'] {
  return async (context) => {
    const { uriBase } = context;
    if (uriBase === undefined) return notDeclared('No address of a WADO-URI service is given.');
    const [one] = differentInstances(context, 1, (sopClass) => sopClassKind(sopClass) === 'image');
    const [any] = differentInstances(context, 1);
    const chosen = one ?? (image ? undefined : any);
    if (chosen === undefined) return noData(image ? 'Needed: an image.' : 'Needed: an instance.');
    const target = { studyUid: chosen.study.uid, seriesUid: chosen.series.uid, instanceUid: chosen.instance.uid };
    const ask: Ask = (parameters, { accept = '*/*', instanceUid, change = (url: string) => url } = {}) =>
      context.get(change(wadoUriUrl(uriBase, { ...target, ...(instanceUid === undefined ? {} : { instanceUid }) }, parameters)), { accept, maxBytes: parameters.contentType?.[0] === 'application/dicom' ? HEADER_BYTES : PICTURE_BYTES });
    return judge(ask, chosen);
  };
}

const DICOM = { contentType: ['application/dicom'] } as const;
const JPEG = { contentType: ['image/jpeg'] } as const;

export const WADO_URI_TESTS: readonly DicomwebTest[] = [
  {
    id: 'uri.instance', title: 'contentType=application/dicom brings the instance', group: 'wado-uri', requirement: 'uri-retrieve',
    run: onInstance(async (ask, { study, series, instance }) => {
      const exchange = await ask(DICOM);
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { files, problem } = filesOf(exchange);
      if (problem !== undefined || files[0] === undefined) return fail(`The instance does not come as DICOM: ${problem ?? 'nothing came'}.`, exchange);
      const { studyUid, seriesUid, instanceUid } = identityOf(files[0]);
      return sameUids('UIDs of the instance', [study.uid, series.uid, instance.uid], [studyUid, seriesUid, instanceUid].map((uid) => uid ?? 'none'), exchange);
    }),
  },
  {
    id: 'uri.rendered', title: 'contentType=image/jpeg brings a JPEG image', group: 'wado-uri', requirement: 'uri-rendered',
    run: onInstance(async (ask) => {
      const exchange = await ask(JPEG);
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      if (absent(exchange)) return notOffered('rendered images by WADO-URI', exchange);
      const { image } = pictureOf(exchange);
      const fault = faultOfPicture(exchange) ?? (image?.kind === 'jpeg' ? undefined : `it is a ${image?.kind} image`);
      return fault === undefined ? pass('A JPEG image comes.', exchange) : fail(`contentType=image/jpeg was asked for; of what comes, ${fault}.`, exchange);
    }, true),
  },
  {
    id: 'uri.size', title: 'rows and columns bound the image', group: 'wado-uri', requirement: 'uri-size',
    run: onInstance(async (ask) => {
      const exchange = await ask({ ...JPEG, rows: 17, columns: 23 });
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      if (exchange.response?.status !== 200) return notOffered('rows and columns', exchange);
      const { image } = pictureOf(exchange);
      if (image?.width === undefined || image.height === undefined) return noData('Needed: an image whose size can be read.', exchange);
      return image.width <= 23 && image.height <= 17 ? pass(`The image is ${image.width} x ${image.height}.`, exchange) : fail(`rows=17&columns=23 brings an image of ${image.width} x ${image.height}.`, exchange);
    }, true),
  },
  {
    id: 'uri.mandatory', title: 'A request without objectUID is refused', group: 'wado-uri', requirement: 'uri-mandatory',
    run: onInstance(async (ask) => refusal(await ask(DICOM, { change: (url) => url.replace(/&objectUID=[^&]*/, '') }), [400], 'A request without objectUID')),
  },
  {
    id: 'uri.unknown', title: 'An unknown instance is 404', group: 'wado-uri', requirement: 'uri-not-found',
    run: onInstance(async (ask) => refusal(await ask(DICOM, { instanceUid: UNKNOWN_UID }), [404], 'An instance that does not exist')),
  },
  {
    id: 'uri.accept', title: 'A media type that cannot be sent is 406', group: 'wado-uri', requirement: 'not-acceptable',
    run: onInstance(async (ask) => notAcceptable(await ask({ contentType: ['text/x-scout'] }, { accept: 'text/x-scout' }), 'contentType=text/x-scout')),
  },
];
