import { demoFiles, uidOf } from '../../scripts/dicom/dicomweb-demo';
import { imageInfo } from '../../scripts/dicom/dicomweb-image-size';
import { textOf, textsOf, type DicomJson } from '../../scripts/dicom/dicomweb-json';
import { parseMultipart, writeMultipart } from '../../scripts/dicom/dicomweb-multipart';
import { createArchive } from '../../scripts/server/dicomweb/archive';
import { createDicomwebServer } from '../../scripts/server/dicomweb/server';

const server = createDicomwebServer({ archive: createArchive(demoFiles()) });
const ask = (url: string, accept?: string) => server.handle({ method: 'GET', url, headers: accept === undefined ? {} : { accept } });
const search = (path: string) => JSON.parse(ask(`/dicom-web/${path}`).body) as DicomJson[];
const [CT, AXIAL] = [uidOf('ct'), uidOf('ct/axial')];
const FIRST = `/dicom-web/studies/${CT}/series/${AXIAL}/instances/${uidOf('ct/axial/1')}`;

describe('searching', () => {
  test.each([
    ['studies', 3], ['series', 5], ['instances', 10], [`studies/${CT}/series`, 3], [`studies/${CT}/instances`, 6], [`studies/${CT}/series/${AXIAL}/instances`, 3],
    ['studies?PatientID=SCOUT-0001', 2], ['studies?00100020=SCOUT-0001', 2], ['studies?PatientName=am*', 2], ['studies?PatientName=M%C3%BCller*', 1], ['studies?StudyDate=20260110-20260211', 2],
    ['studies?StudyDate=-20260110', 1], ['studies?ModalitiesInStudy=KO', 1], [`studies?StudyInstanceUID=${CT},${uidOf('us')}`, 2], ['studies?limit=2', 2], ['studies?offset=2', 1], ['studies?PatientID=nobody', 0],
    ['series?Modality=CT&PatientID=SCOUT-0002', 0], ['studies?PatientID=', 3], ['studies?AccessionNumber=SCOUT-A?', 3],
  ])('%s: %d', (path, count) => expect(search(path)).toHaveLength(count));

  test('a study comes with its counts, modalities and address', () => {
    const [study] = search(`studies?StudyInstanceUID=${CT}`) as [DicomJson];
    expect([textOf(study, 'NumberOfStudyRelatedSeries'), textOf(study, 'NumberOfStudyRelatedInstances'), textsOf(study, 'ModalitiesInStudy'), textOf(study, 'RetrieveURL')]).toEqual(['3', '6', ['CT', 'KO'], `/dicom-web/studies/${CT}`]);
    expect(textOf(study, 'StudyDescription')).toBeUndefined();
    expect(textOf((search(`studies?StudyInstanceUID=${CT}&includefield=StudyDescription`) as [DicomJson])[0], 'StudyDescription')).toBe('CT of the chest');
  });

  test.each([['studies?StudyDate=garbage', 400], ['studies?NoSuchKey=1', 400], ['studies?limit=x', 400], ['nothing', 404]])('%s is %d', (path, status) => expect(ask(`/dicom-web/${path}`).status).toBe(status));
});

describe('retrieving', () => {
  test('an instance as multipart and as a single part', () => {
    const multipart = ask(FIRST, 'multipart/related; type="application/dicom"');
    const { parts, closed } = parseMultipart(multipart.body, multipart.headers['content-type'] ?? '');
    const single = ask(FIRST, 'application/dicom');
    expect([parts.length, closed, single.headers['content-type'], single.body === parts[0]?.body]).toEqual([1, true, 'application/dicom', true]);
    expect(single.body).toBe(demoFiles()[0]?.toString('latin1'));
  });
  test.each([
    ['an unknown study', '/dicom-web/studies/1.2.3', undefined, 404], ['nothing acceptable', FIRST, 'text/plain', 406], ['frame 2 of 1', `${FIRST}/frames/2`, undefined, 404], ['frame 0', `${FIRST}/frames/0`, undefined, 400],
    ['pixels of a document', `/dicom-web/studies/${CT}/series/${uidOf('ct/key')}/instances/${uidOf('ct/key/1')}/frames/1`, undefined, 404], ['a picture of a document', `/dicom-web/studies/${CT}/series/${uidOf('ct/key')}/rendered`, undefined, 406],
    ['half a viewport', `${FIRST}/rendered?viewport=5`, undefined, 400], ['WADO-URI without objectUID', `/wado?requestType=WADO&studyUID=${CT}&seriesUID=${AXIAL}`, undefined, 400],
  ])('%s', (_, url, accept, status) => expect(ask(url, accept).status).toBe(status));

  test.each([
    ['JPEG by default', `${FIRST}/rendered`, undefined, { kind: 'jpeg', width: 32, height: 32 }],
    ['PNG where preferred', `${FIRST}/rendered`, 'image/jpeg;q=0.5, image/png', { kind: 'png', width: 32, height: 32 }],
    ['within the viewport', `${FIRST}/rendered?viewport=20,10`, undefined, { kind: 'jpeg', width: 10, height: 10 }],
    ['a part of the source', `${FIRST}/rendered?viewport=8,8,0,0,16,8`, undefined, { kind: 'jpeg', width: 8, height: 4 }],
    ['by WADO-URI', `/wado?requestType=WADO&studyUID=${CT}&seriesUID=${AXIAL}&objectUID=${uidOf('ct/axial/1')}&contentType=image/png&rows=9&columns=30&region=0,0,0.5,1`, undefined, { kind: 'png', width: 5, height: 9 }],
  ])('rendered: %s', (_, url, accept, info) => expect(imageInfo(Buffer.from(ask(url, accept).body, 'latin1'))).toEqual(info));
});

test('storing: accepted, refused, in part, another study', () => {
  const archive = createArchive();
  const own = createDicomwebServer({ archive });
  const post = (bodies: readonly Buffer[], url = '/dicom-web/studies') => {
    const { contentType, body } = writeMultipart(bodies.map((one) => ({ headers: {}, body: one.toString('latin1') })), 'application/dicom', 'b-1');
    return own.handle({ method: 'POST', url, headers: { 'content-type': contentType }, body, encoding: 'latin1' }).status;
  };
  const [first, second] = demoFiles() as [Buffer, Buffer];
  expect([post([first]), post([Buffer.from('nonsense')]), post([second, Buffer.from('nonsense')]), post([first], '/dicom-web/studies/1.2.3'), archive.of().length]).toEqual([200, 409, 202, 409, 2]);
  expect(own.handle({ method: 'POST', url: '/dicom-web/studies', headers: { 'content-type': 'application/json' }, body: '{}' }).status).toBe(415);
});
