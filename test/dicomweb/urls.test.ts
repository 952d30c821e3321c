import fc from 'fast-check';
import { iidUrl } from '../../scripts/dicom/urls-iid';
import { queryString } from '../../scripts/dicom/urls-query';
import { wadoRsFramesUrl, wadoRsMetadataUrl, wadoRsRenderedUrl, wadoRsThumbnailUrl, wadoRsUrl } from '../../scripts/dicom/urls-wado-rs';
import { wadoUriUrl } from '../../scripts/dicom/urls-wado-uri';

// The fictional study of https://hl7.org/fhir/R4/imagingstudy.html#notes
const TARGET = { studyUid: '1.2.250.1.59.40211.12345678.678910', seriesUid: '1.2.250.1.59.40211.789001276.14556172.67789', instanceUid: '1.2.250.1.59.40211.2678810.87991027.899772.2' };
const INSTANCE = 'studies/1.2.250.1.59.40211.12345678.678910/series/1.2.250.1.59.40211.789001276.14556172.67789/instances/1.2.250.1.59.40211.2678810.87991027.899772.2';
const RS = 'https://pacs.hospital.org/wado-rs';
const URI = 'https://pacs.hospital.org/wado-uri?requestType=WADO&studyUID=1.2.250.1.59.40211.12345678.678910&seriesUID=1.2.250.1.59.40211.789001276.14556172.67789&objectUID=1.2.250.1.59.40211.2678810.87991027.899772.2';

describe('the URLs of R4\'s own examples', () => {
  test('WADO-RS', () => {
    expect(wadoRsUrl(RS, TARGET)).toBe(`${RS}/${INSTANCE}`);
    expect(wadoRsRenderedUrl(RS, TARGET, { viewport: { width: 100, height: 100, source: [0, 0, 1000, 3000] } })).toBe(`${RS}/${INSTANCE}/rendered?viewport=100,100,0,0,1000,3000`);
  });
  test('WADO-URI', () => {
    expect(wadoUriUrl('https://pacs.hospital.org/wado-uri', TARGET)).toBe(URI);
    expect(wadoUriUrl('https://pacs.hospital.org/wado-uri', TARGET, { rows: 100, columns: 100, region: [0, 0, 0.5, 1] })).toBe(`${URI}&rows=100&columns=100&region=0,0,0.5,1`);
  });
  test('IHE IID, the UID without urn:oid:', () => {
    expect(iidUrl('https://pacs.hospital.org/IHEInvokeImageDisplay', { requestType: 'STUDY', studyUid: [`urn:oid:${TARGET.studyUid}`], diagnosticQuality: true }))
      .toBe('https://pacs.hospital.org/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.250.1.59.40211.12345678.678910&diagnosticQuality=true');
  });
});

describe('the other resources', () => {
  test('study, series, metadata, frames, thumbnail', () => {
    expect(wadoRsUrl(`${RS}/`, { studyUid: '1.2' })).toBe(`${RS}/studies/1.2`);
    expect(wadoRsMetadataUrl(RS, { studyUid: '1.2', seriesUid: '1.3' })).toBe(`${RS}/studies/1.2/series/1.3/metadata`);
    expect(wadoRsFramesUrl(RS, { studyUid: '1', seriesUid: '2', instanceUid: '3' }, [1, 4])).toBe(`${RS}/studies/1/series/2/instances/3/frames/1,4`);
    expect(wadoRsFramesUrl(RS, { studyUid: '1', seriesUid: '2', instanceUid: '3' }, [1], 'rendered', { quality: 80 })).toBe(`${RS}/studies/1/series/2/instances/3/frames/1/rendered?quality=80`);
    expect(wadoRsThumbnailUrl(RS, { studyUid: '1' }, 64)).toBe(`${RS}/studies/1/rendered?viewport=64,64`);
  });
  test('a patient in a viewer', () => {
    expect(iidUrl('https://v.example/iid', { requestType: 'PATIENT', patientId: '42^^^&1.2.3&ISO', mostRecentResults: 1 })).toBe('https://v.example/iid?requestType=PATIENT&patientID=42%5E%5E%5E%261.2.3%26ISO&mostRecentResults=1');
  });
  test.each([
    ['an instance without its series', () => wadoRsUrl(RS, { studyUid: '1', instanceUid: '3' })],
    ['frame 0', () => wadoRsFramesUrl(RS, { studyUid: '1', seriesUid: '2', instanceUid: '3' }, [0])],
    ['a quality above 100', () => wadoRsRenderedUrl(RS, TARGET, { quality: 101 })],
    ['half a window', () => wadoUriUrl(RS, TARGET, { windowCenter: 40 })],
    ['a region inside out', () => wadoUriUrl(RS, TARGET, { region: [0.5, 0, 0.1, 1] })],
    ['rendering of native DICOM', () => wadoUriUrl(RS, TARGET, { contentType: ['application/dicom'], rows: 5 })],
    ['anonymized JPEG', () => wadoUriUrl(RS, TARGET, { contentType: ['image/jpeg'], anonymize: true })],
    ['nothing to show', () => iidUrl(RS, { requestType: 'STUDY' })],
  ])('refused: %s', (_, make) => expect(make).toThrow(/cannot be made/));
});

describe('laws of encoding', () => {
  test('what a server decodes of a query is what was meant, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => expect([...new URLSearchParams(queryString({ 'a b': text }))]).toEqual([['a b', text]])));
  });
  test('a path segment is one segment whatever stands in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (uid) => {
      const path = wadoRsUrl(RS, { studyUid: uid }).slice(RS.length + 1).split('/');
      expect(path).toHaveLength(2);
      expect(decodeURIComponent(path[1]!)).toBe(uid);
    }));
  });
});
