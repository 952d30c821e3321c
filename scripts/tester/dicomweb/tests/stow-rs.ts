/** STOW-RS: one tiny instance of our own is stored, and what must not be stored is sent. DICOMweb has no delete, so the report names what stays. */
import { attribute, itemsOf, textOf, type DicomJson } from '../../../dicom/dicomweb-json';
import { demoDataSets, uidOf } from '../../../dicom/dicomweb-demo';
import { writeMultipart } from '../../../dicom/dicomweb-multipart';
import { writeDicomFile } from '../../../dicom/dicomweb-write-file';
import type { Exchange } from '../../../core/result';
import { notDeclared } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { DICOM_JSON, pathOf, searchPath, type DicomwebContext } from '../context';
import { fail, notOffered, pass, refusal, unusable } from '../judging';
import { dataSetsOf, statusInWords } from '../read-answer';
import type { DicomwebTest } from '../test-case';
import { bodyOf } from '../../answer';

/** Pauses while an archive indexes, in milliseconds. */
const WAITS = [0, 500, 2000, 5000];

/** The first demo image under UIDs of this run. */
function ownInstance(runId: string, name: string): DicomJson {
  const [image] = demoDataSets() as [DicomJson, ...DicomJson[]];
  return {
    ...image,
    ...attribute('PatientName', 'SCOUT^TEST'),
    ...attribute('PatientID', `SCOUT-${runId}`.slice(0, 64)),
    ...attribute('StudyInstanceUID', uidOf(`${runId}/${name}`)),
    ...attribute('SeriesInstanceUID', uidOf(`${runId}/${name}/series`)),
    ...attribute('SOPInstanceUID', uidOf(`${runId}/${name}/instance`)),
  };
}

function send(context: DicomwebContext, url: string, file: Buffer, contentType?: string): Promise<Exchange> {
  const { contentType: multipart, body } = writeMultipart([{ headers: { 'Content-Type': 'application/dicom' }, body: file.toString('latin1') }], 'application/dicom', 'scout-stow');
  return context.send({ method: 'POST', url, headers: { Accept: DICOM_JSON, 'Content-Type': contentType ?? multipart }, ...(contentType === undefined ? { body, encoding: 'latin1' } : { body: 'not an instance' }) });
}

/** Where nothing can be stored, nothing must be refused in a certain way. */
function unsupported(exchange: Exchange): boolean {
  return [404, 405, 501].includes(exchange.response?.status ?? 0);
}

export const STOW_RS_TESTS: readonly DicomwebTest[] = [
  { id: 'stow.instance', title: 'A stored instance is named in the answer, found and retrieved', group: 'stow', requirement: 'stow-store', mode: 'write', run: judgeStore },
  {
    id: 'stow.media-type', title: 'A body that is no multipart/related is refused', group: 'stow', requirement: 'stow-media-type', mode: 'write',
    async run(context) {
      const exchange = await send(context, 'studies', Buffer.alloc(0), 'text/plain');
      return unsupported(exchange) ? notOffered('storing', exchange) : refusal(exchange, [415, 400], 'A body of text/plain');
    },
  },
  {
    id: 'stow.not-dicom', title: 'What is no DICOM is reported as a failure', group: 'stow', requirement: 'stow-failure', mode: 'write',
    async run(context) {
      const exchange = await send(context, 'studies', Buffer.from('This is not a DICOM file, only its media type says so.'.repeat(10)));
      if (unsupported(exchange)) return notOffered('storing', exchange);
      const named = itemsOf(answerOf(exchange), 'ReferencedSOPSequence').length > 0;
      // A success without anything stored, and with the failure named, tells the truth all the same.
      if (exchange.response?.status === 200 && !named && itemsOf(answerOf(exchange), 'FailedSOPSequence').length > 0) return pass('The failure is in the answer.', exchange);
      return refusal(exchange, [409, 400, 415, 422], 'A part that is no DICOM file');
    },
  },
  {
    id: 'stow.other-study', title: 'An instance of another study than the URL names is not stored', group: 'stow', requirement: 'stow-study', mode: 'write',
    async run(context) {
      const instance = ownInstance(context.runId, 'other');
      const exchange = await send(context, pathOf(uidOf(`${context.runId}/elsewhere`)), writeDicomFile(instance));
      if (unsupported(exchange)) return notOffered('storing into a study', exchange);
      if (itemsOf(answerOf(exchange), 'ReferencedSOPSequence').length > 0) context.writing?.stored(`study ${textOf(instance, 'StudyInstanceUID')}`);
      return refusal(exchange, [409, 400, 403], 'An instance of another study');
    },
  },
];

async function judgeStore(context: DicomwebContext): Promise<Judgement> {
  const instance = ownInstance(context.runId, 'stored');
  const [study = '', series = '', uid = ''] = (['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const).map((keyword) => textOf(instance, keyword));
  context.writing?.stored(`study ${study} of patient ${textOf(instance, 'PatientID')}`);
  const exchange = await send(context, 'studies', writeDicomFile(instance));
  const broken = unusable(exchange);
  if (broken !== undefined) return broken;
  if (unsupported(exchange)) return notDeclared(`The server takes no instances: ${statusInWords(exchange)}.`, exchange);
  if (exchange.response?.status !== 200) return fail(`A valid instance is answered by ${statusInWords(exchange)}, not by 200.`, exchange);
  const named = itemsOf(answerOf(exchange), 'ReferencedSOPSequence').flatMap((item) => textOf(item, 'ReferencedSOPInstanceUID') ?? []);
  if (!named.includes(uid)) return { ...fail('The answer does not name the stored instance in its Referenced SOP Sequence.', exchange), expected: [uid], actual: named };
  for (const pause of WAITS) {
    await context.writing?.wait(pause);
    const found = await context.send({ method: 'GET', url: searchPath(`${pathOf(study, series)}/instances`, { SOPInstanceUID: uid }), headers: { Accept: DICOM_JSON } });
    if (!dataSetsOf(found).dataSets.some((one) => textOf(one, 'SOPInstanceUID') === uid)) continue;
    const metadata = await context.get(`${pathOf(study, series, uid)}/metadata`);
    const [dataSet] = dataSetsOf(metadata).dataSets;
    return dataSet !== undefined && textOf(dataSet, 'PatientID') === textOf(instance, 'PatientID') ? pass('The instance was stored, found and retrieved.', exchange) : fail('The stored instance is found, and its metadata is not what was stored.', metadata);
  }
  return fail('The instance was accepted, and cannot be found.', exchange);
}

/** The data set of a store's answer; some servers write a list of one. */
function answerOf(exchange: Exchange): DicomJson {
  const { json } = bodyOf(exchange);
  const one: unknown = Array.isArray(json) ? json[0] : json;
  return typeof one === 'object' && one !== null ? (one as DicomJson) : {};
}
