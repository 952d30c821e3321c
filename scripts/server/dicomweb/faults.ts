/** DICOMweb faults, one row each: what the server does wrong, and the requirement that this breaks. */
import { bytes, json, problem } from './answer';
import type { Archive } from './archive';
import type { DicomwebOverride } from './server';
import type { ServerRequest, ServerResponse } from '../request';
import { parseMultipart, writeMultipart } from '../../dicom/dicomweb-multipart';
import { attribute, tagOf, type DicomJson } from '../../dicom/dicomweb-json';

export interface DicomwebFaultRow {
  readonly id: string;
  /** What the server does wrong, in one sentence. */
  readonly does: string;
  /** Key of the requirement, as `scripts/tester/dicomweb/requirements.ts` has it. */
  readonly breaks: string;
  readonly url: string;
  readonly override: DicomwebOverride;
}

const PS318 = 'https://dicom.nema.org/medical/dicom/current/output/chtml/part18/';
const row = (id: string, does: string, breaks: string, page: string, override: DicomwebOverride): DicomwebFaultRow => ({ id: `dicomweb-${id}`, does, breaks: `dicomweb:${breaks}`, url: `${PS318}${page}`, override });

const SEARCH = /\/(studies|series|instances)(\?|$)/;
const isSearch = ({ url, method }: ServerRequest) => method === 'GET' && SEARCH.test(url) && !url.startsWith('/wado');
const isUri = ({ url }: ServerRequest) => url.startsWith('/wado');
const isMetadata = ({ url }: ServerRequest) => /\/metadata(\?|$)/.test(url);
const isPicture = ({ url }: ServerRequest) => /\/rendered(\?|$)/.test(url);
const isStore = ({ method }: ServerRequest) => method === 'POST';
const ok = ({ status }: ServerResponse) => status === 200;

const hears = (change: (url: string, request: ServerRequest) => string): DicomwebOverride => ({ request: (request) => ({ ...request, url: change(request.url, request) }) });
const says = (fits: (request: ServerRequest) => boolean, change: (response: ServerResponse, request: ServerRequest, archive: Archive) => ServerResponse): DicomwebOverride => ({ response: (response, request, archive) => (ok(response) && fits(request) ? change(response, request, archive) : response) });
/** Changes the data sets of an answer. */
const dataSets = (fits: (request: ServerRequest) => boolean, change: (list: DicomJson[], request: ServerRequest) => unknown): DicomwebOverride =>
  says(fits, (response, request) => ({ ...response, body: JSON.stringify(change(JSON.parse(response.body) as DicomJson[], request)) }));
const without = (dataSet: DicomJson, ...tags: string[]): DicomJson => Object.fromEntries(Object.entries(dataSet).filter(([tag]) => !tags.includes(tag)));
/** Changes every multipart answer. */
const multiparts = (change: (contentType: string, body: string) => { contentType: string; body: string }): DicomwebOverride =>
  says(({ method }) => method === 'GET', (response) => {
    const contentType = response.headers['content-type'] ?? '';
    if (!contentType.startsWith('multipart/')) return response;
    const changed = change(contentType, response.body);
    return { ...response, headers: { ...response.headers, 'content-type': changed.contentType }, body: changed.body };
  });
/** Drops, reorders or repeats the parts. */
const parts = (fits: (request: ServerRequest) => boolean, change: <T>(list: T[]) => T[]): DicomwebOverride =>
  says(fits, (response) => {
    const { mediaType, parts: list } = parseMultipart(response.body, response.headers['content-type'] ?? '');
    return list.length < 2 ? response : { ...response, body: writeMultipart(change([...list]), '', mediaType.parameters['boundary'] ?? '').body };
  });
const answersUnknown = (answer: ServerResponse, fits: (request: ServerRequest) => boolean): DicomwebOverride => ({ response: (response, request) => (response.status === 404 && fits(request) ? answer : response) });
const anyAccept = (fits: (request: ServerRequest) => boolean): DicomwebOverride => ({ request: (request) => (fits(request) ? { ...request, headers: { ...request.headers, accept: '*/*' } } : request) });
const withoutKeys = (url: string, drop: (name: string) => boolean) => {
  const [path = '', query = ''] = url.split('?');
  const kept = query.split('&').filter((pair) => pair !== '' && !drop(pair.split('=')[0] ?? ''));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
};
const searching = (change: (url: string) => string) => hears((url, request) => (isSearch(request) ? change(url) : url));
const OPTIONS = ['limit', 'offset', 'includefield', 'fuzzymatching'];

export const DICOMWEB_FAULTS: readonly DicomwebFaultRow[] = [
  row('filter-ignored', 'A search returns everything, whatever its keys.', 'qido-matching', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => withoutKeys(url, (name) => !OPTIONS.includes(name)))),
  row('one-key-ignored', 'Of several keys a search uses the first only.', 'qido-matching', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => {
    const [first] = (url.split('?')[1] ?? '').split('&').map((pair) => pair.split('=')[0] ?? '').filter((name) => !OPTIONS.includes(name));
    return withoutKeys(url, (name) => !OPTIONS.includes(name) && name !== first);
  })),
  row('tag-key-ignored', 'A key that is written as a tag is passed over.', 'qido-matching', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => withoutKeys(url, (name) => /^[0-9A-Fa-f]{8}$/.test(name)))),
  row('series-without-study-uid', 'The series of a search lack the Study Instance UID.', 'qido-unique-key', 'sect_10.6.html#sect_10.6.3.3', dataSets(({ url }) => /\/series(\?|$)/.test(url), (list) => list.map((one) => without(one, tagOf('StudyInstanceUID'))))),
  row('instances-without-series-uid', 'The instances of a search lack the Series Instance UID.', 'qido-unique-key', 'sect_10.6.html#sect_10.6.3.3', dataSets(({ url }) => /\/dicom-web\/instances(\?|$)/.test(url), (list) => list.map((one) => without(one, tagOf('SeriesInstanceUID'))))),
  row('study-attributes-missing', 'The studies of a search come without patient and date.', 'qido-attributes', 'sect_10.6.html#sect_10.6.3.3', dataSets(({ url }) => /\/studies(\?|$)/.test(url), (list) => list.map((one) => without(one, ...(['PatientName', 'PatientID', 'StudyDate'] as const).map(tagOf))))),
  row('limit-ignored', 'limit does not bound the results.', 'qido-paging', 'sect_8.3.4.html#sect_8.3.4.4', searching((url) => withoutKeys(url, (name) => name === 'limit'))),
  row('offset-ignored', 'offset passes over nothing.', 'qido-paging', 'sect_8.3.4.html#sect_8.3.4.4', searching((url) => withoutKeys(url, (name) => name === 'offset'))),
  row('wildcard-literal', 'An asterisk stands for itself.', 'qido-wildcard', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replaceAll('*', '~').replaceAll('%2A', '~'))),
  row('wildcard-anywhere', 'What stands before an asterisk may stand anywhere.', 'qido-wildcard', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replace(/=[A-Za-z0-9-]+(\*|%2A)/, '=*'))),
  row('range-is-first-day', 'A range of dates matches its first day only.', 'qido-range', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replace(/(StudyDate=\d{8})-\d{8}/, '$1'))),
  row('range-open', 'A range of dates has no end.', 'qido-range', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replace(/(StudyDate=\d{8}-)\d{8}/, '$1'))),
  row('uid-list-first-only', 'Of a list of UIDs the first one is looked for.', 'qido-uid-list', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replace(/(UID=[0-9.]+)(,|%2C|%5C)[^&]*/, '$1'))),
  row('modalities-first-only', 'ModalitiesInStudy finds a study by its first series only.', 'qido-matching', 'sect_8.3.4.html#sect_8.3.4.1', {
    response: (response, request, archive) => {
      const wanted = /[?&]ModalitiesInStudy=([^&]+)/.exec(request.url)?.[1];
      if (wanted === undefined || !ok(response)) return response;
      const first = (uid: unknown) => archive.of({ studyUid: String(uid) })[0]?.dataSet[tagOf('Modality')]?.Value?.[0];
      return { ...response, body: JSON.stringify((JSON.parse(response.body) as DicomJson[]).filter((one) => first(one[tagOf('StudyInstanceUID')]?.Value?.[0]) === wanted)) };
    },
  }),
  row('hierarchy-ignored', 'The series of a study are those of all studies.', 'qido-hierarchy', 'sect_10.6.html#sect_10.6.1.1', searching((url) => url.replace(/\/studies\/[^/]+\/series(?=\?|$)/, '/series'))),
  row('series-level-ignored', 'The instances of a series are those of its study.', 'qido-hierarchy', 'sect_10.6.html#sect_10.6.1.1', searching((url) => url.replace(/\/series\/[^/]+\/instances(?=\?|$)/, '/instances'))),
  row('search-content-type', 'Search results travel as text/html.', 'qido-content-type', 'sect_10.6.html#sect_10.6.3.3', says(isSearch, (response) => ({ ...response, headers: { ...response.headers, 'content-type': 'text/html' } }))),
  row('values-not-lists', 'Values are not written as lists.', 'dicom-json', 'chapter_F.html', dataSets(isSearch, (list) => list.map((one) => Object.fromEntries(Object.entries(one).map(([tag, value]) => [tag, value.Value?.length === 1 ? { ...value, Value: value.Value[0] } : value]))))),
  row('names-as-text', 'Names of persons are written as plain texts.', 'dicom-json', 'chapter_F.html', dataSets(isSearch, (list) => list.map((one) => Object.fromEntries(Object.entries(one).map(([tag, value]) => [tag, value.vr === 'PN' ? { vr: 'PN', Value: (value.Value ?? []).map((name) => (name as { Alphabetic?: string }).Alphabetic) } : value]))))),
  row('instances-counted-as-series', 'The number of instances in a study is that of its series.', 'qido-counts', 'sect_10.6.html#sect_10.6.3.3', dataSets(isSearch, (list) => list.map((one) => (one[tagOf('NumberOfStudyRelatedSeries')] === undefined ? one : { ...one, [tagOf('NumberOfStudyRelatedInstances')]: one[tagOf('NumberOfStudyRelatedSeries')] })))),
  row('modalities-lack-documents', 'ModalitiesInStudy lacks the modalities that are no images.', 'qido-counts', 'sect_10.6.html#sect_10.6.3.3', dataSets(isSearch, (list) => list.map((one) => {
    const modalities = one[tagOf('ModalitiesInStudy')]?.Value;
    return modalities === undefined ? one : { ...one, ...attribute('ModalitiesInStudy', ...modalities.map(String).filter((modality) => modality !== 'KO')) };
  }))),
  row('includefield-ignored', 'includefield brings nothing.', 'qido-includefield', 'sect_8.3.4.html#sect_8.3.4.3', searching((url) => withoutKeys(url, (name) => name === 'includefield'))),
  row('no-match-is-404', 'A search without matches is answered by 404.', 'qido-no-match', 'sect_10.6.html#sect_10.6.3.1', says(isSearch, (response) => (response.body === '[]' ? problem(404, 'Nothing matches.') : response))),
  row('bad-date-passed-over', 'A date that is none is passed over.', 'qido-matching', 'sect_8.3.4.html#sect_8.3.4.1', searching((url) => url.replace('StudyDate=garbage', 'StudyDate='))),
  row('bad-date-finds-nothing', 'A date that is none is answered by an empty list.', 'qido-bad-query', 'sect_10.6.html#sect_10.6.3.1', searching((url) => url.replace('StudyDate=garbage', 'StudyDate=00000000'))),
  row('search-accept-ignored', 'A search is answered whatever the Accept header says.', 'not-acceptable', 'sect_8.7.8.html#sect_8.7.8.1', anyAccept(isSearch)),
  row('retrieve-accept-ignored', 'A retrieval is answered whatever the Accept header says.', 'not-acceptable', 'sect_8.7.8.html#sect_8.7.8.1', { request: (request) => (/text\//.test(request.headers['accept'] ?? '') && !isSearch(request) && !isUri(request) ? { ...request, headers: { ...request.headers, accept: '*/*' } } : request) }),
  row('unknown-study-is-empty', 'An unknown study is 200 and empty.', 'wado-not-found', 'sect_10.4.html#sect_10.4.3.1', answersUnknown(json([]), ({ url }) => /\/studies\//.test(url))),
  row('unknown-instance-is-another', 'An unknown instance is answered with another one of its series.', 'wado-not-found', 'sect_10.4.html#sect_10.4.3.1', {
    response: (response, request, archive) => {
      const series = response.status === 404 ? /\/series\/([^/]+)\/instances\/[^/]+$/.exec(request.url)?.[1] : undefined;
      const [other] = series === undefined ? [] : archive.of({ seriesUid: series });
      return other === undefined ? response : bytes(Buffer.from(other.file, 'latin1'), 'application/dicom');
    },
  }),
  row('multipart-without-boundary', 'The Content-Type of multipart names no boundary.', 'wado-multipart', 'sect_8.6.html#sect_8.6.1.2', multiparts((contentType, body) => ({ contentType: contentType.replace(/;\s*boundary=[^;]*/, ''), body }))),
  row('multipart-without-type', 'The Content-Type of multipart has no type.', 'wado-multipart-type', 'sect_8.6.html#sect_8.6.1.2', multiparts((contentType, body) => ({ contentType: contentType.replace(/;\s*type="[^"]*"/, ''), body }))),
  row('multipart-type-unquoted', 'The type of multipart is not quoted.', 'wado-multipart-type', 'sect_8.6.html#sect_8.6.1.2', multiparts((contentType, body) => ({ contentType: contentType.replace(/type="([^"]*)"/, 'type=$1'), body }))),
  row('multipart-not-closed', 'The last delimiter of multipart is missing.', 'wado-multipart', 'sect_8.6.html#sect_8.6.1.2', multiparts((contentType, body) => ({ contentType, body: body.replace(/\r\n--[^\r\n]*--\r\n$/, '') }))),
  row('parts-without-type', 'Parts do not state their Content-Type.', 'wado-part-type', 'sect_8.6.html#sect_8.6.1.2', multiparts((contentType, body) => ({ contentType, body: body.replace(/\r\ncontent-type: [^\r\n]*/gi, '') }))),
  row('metadata-other-study-uid', 'The Study Instance UID in the metadata is another one.', 'wado-metadata', 'sect_10.4.html#sect_10.4.1.1.2', dataSets(isMetadata, (list) => list.map((one) => ({ ...one, ...attribute('StudyInstanceUID', '1.2.3.4.5') })))),
  row('metadata-of-whole-study', 'The metadata of a series is that of its study.', 'wado-metadata', 'sect_10.4.html#sect_10.4.1.1.2', hears((url) => url.replace(/\/series\/[^/]+\/metadata/, '/metadata'))),
  row('metadata-first-instance', 'The metadata of a study is that of its first instance.', 'wado-metadata', 'sect_10.4.html#sect_10.4.1.1.2', dataSets(isMetadata, (list) => list.slice(0, 1))),
  row('metadata-with-pixels', 'Metadata has the pixels in it.', 'wado-metadata-bulk', 'sect_10.4.html#sect_10.4.1.1.2', dataSets(isMetadata, (list) => list.map((one) => ({ ...one, '7FE00010': { vr: 'OW', InlineBinary: 'AAAA' } })))),
  row('other-instance-retrieved', 'A retrieval of one instance brings another one of its series.', 'wado-retrieve', 'sect_10.4.html#sect_10.4.1.1.1', says(({ url }) => /\/instances\/[^/]+$/.test(url), (response, request, archive) => {
    const [, seriesUid = '', uid] = /\/series\/([^/]+)\/instances\/([^/]+)$/.exec(request.url) ?? [];
    const other = archive.of({ seriesUid }).find((one) => one.instanceUid !== uid);
    if (other === undefined) return response;
    return (response.headers['content-type'] ?? '').startsWith('multipart/')
      ? { ...response, body: writeMultipart([{ headers: { 'content-type': 'application/dicom' }, body: other.file }], '', 'fhir-scout-part').body }
      : { ...response, body: other.file };
  })),
  row('default-syntax-fails', 'An instance can be had only where the request names its transfer syntax.', 'no-server-error', 'sect_8.5.html', says(({ url, headers }) => /\/instances\/[^/]+$/.test(url) && headers['accept'] === 'multipart/related; type="application/dicom"', () => problem(500, 'Cannot transcode.'))),
  row('series-lacks-last', 'A retrieved series lacks its last instance.', 'wado-retrieve', 'sect_10.4.html#sect_10.4.1.1.1', parts(({ url }) => /\/series\/[^/]+$/.test(url), (list) => list.slice(0, -1))),
  row('rendered-is-html', 'Rendered is a web page that calls itself a JPEG.', 'wado-rendered', 'sect_10.4.html#sect_10.4.1.1.3', says(isPicture, () => bytes(Buffer.from('<html><body>viewer</body></html>'), 'image/jpeg'))),
  row('rendered-type-wrong', 'Rendered is a PNG that calls itself a JPEG.', 'wado-rendered', 'sect_10.4.html#sect_10.4.1.1.3', {
    request: (request) => (isPicture(request) ? { ...request, headers: { ...request.headers, accept: 'image/png' } } : request),
    response: (response, request) => (isPicture(request) && ok(response) ? { ...response, headers: { ...response.headers, 'content-type': 'image/jpeg' } } : response),
  }),
  row('rendered-fails', 'Rendering ends in an internal error.', 'no-server-error', 'sect_8.5.html', says(isPicture, () => problem(500, 'Internal error.'))),
  row('viewport-ignored', 'A viewport does not change the size.', 'wado-viewport', 'sect_8.3.5.html#sect_8.3.5.1.3', hears((url) => url.replace(/\?viewport=[^&]*/, ''))),
  row('frames-sorted', 'Frames come sorted, whatever order was asked for.', 'wado-frames', 'sect_10.4.html#sect_10.4.1.1.6', hears((url) => url.replace(/\/frames\/2,1/, '/frames/1,2'))),
  row('frames-always-first', 'Every frame is the first one.', 'wado-frames', 'sect_10.4.html#sect_10.4.1.1.6', parts(({ url }) => /\/frames\//.test(url), (list) => list.map(() => list[0] as (typeof list)[number]))),
  row('frame-beyond-is-empty', 'A frame behind the last one is 200 and empty.', 'wado-not-found', 'sect_10.4.html#sect_10.4.3.1', answersUnknown(bytes(Buffer.alloc(0), 'application/octet-stream'), ({ url }) => /\/frames\/9/.test(url))),
  row('frames-of-documents-fail', 'Frames of what is no image end in an internal error.', 'no-server-error', 'sect_8.5.html', { response: (response, { url }) => (response.status === 404 && /\/frames\/1$/.test(url) ? problem(500, 'Not implemented.') : response) }),
  row('uri-unknown-is-200', 'WADO-URI answers an unknown instance with a page and 200.', 'uri-not-found', 'chapter_9.html', answersUnknown({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' }, isUri)),
  row('uri-other-instance', 'WADO-URI brings another instance of the series.', 'uri-retrieve', 'chapter_9.html', says((request) => isUri(request) && request.url.includes('application/dicom'), (response, { url }, archive) => {
    const uid = /objectUID=([^&]*)/.exec(url)?.[1];
    const other = archive.of({ seriesUid: /seriesUID=([^&]*)/.exec(url)?.[1] ?? '' }).find((one) => one.instanceUid !== uid);
    return other === undefined ? response : bytes(Buffer.from(other.file, 'latin1'), 'application/dicom');
  })),
  row('uri-content-type-ignored', 'WADO-URI answers in DICOM whatever contentType says.', 'uri-rendered', 'chapter_9.html', hears((url, request) => (isUri(request) ? url.replace(/contentType=[^&]*/, 'contentType=application/dicom') : url))),
  row('uri-size-ignored', 'WADO-URI passes over rows and columns.', 'uri-size', 'chapter_9.html', hears((url, request) => (isUri(request) ? url.replace(/&(rows|columns)=\d+/g, '') : url))),
  row('uri-mandatory-ignored', 'WADO-URI takes any instance where objectUID is missing.', 'uri-mandatory', 'chapter_9.html', {
    response: (response, request, archive) => (isUri(request) && response.status === 400 && !request.url.includes('objectUID') ? bytes(Buffer.from(archive.of()[0]?.file ?? '', 'latin1'), 'application/dicom') : response),
  }),
  row('uri-any-type', 'WADO-URI answers a type that it does not have with another one.', 'not-acceptable', 'sect_8.7.8.html#sect_8.7.8.1', { request: (request) => (isUri(request) && /text(\/|%2F)x-scout/.test(request.url) ? { ...request, url: request.url.replace(/&contentType=[^&]*/, ''), headers: { ...request.headers, accept: '*/*' } } : request) }),
  row('stow-forgets', 'An instance is accepted and not stored.', 'stow-store', 'sect_10.5.html#sect_10.5.3', says(isStore, (response, _request, archive) => {
    for (const one of archive.of().slice(-1)) archive.remove(one.instanceUid);
    return response;
  })),
  row('stow-names-nothing', 'The answer to a store does not name what was stored.', 'stow-store', 'sect_10.5.html#sect_10.5.3', says(isStore, () => json({}))),
  row('stow-any-media-type', 'A body of any media type is accepted.', 'stow-media-type', 'sect_10.5.html#sect_10.5.3.1', { response: (response, request) => (isStore(request) && response.status === 415 ? json({}) : response) }),
  row('stow-garbage-is-200', 'A part that is no DICOM is accepted.', 'stow-failure', 'sect_10.5.html#sect_10.5.3.1', { response: (response, request) => (isStore(request) && response.status === 409 ? json({}) : response) }),
  row('stow-any-study', 'Instances of any study are stored below the URL of another.', 'stow-study', 'sect_10.5.html#sect_10.5.1', hears((url, request) => (isStore(request) ? url.replace(/\/studies\/.*/, '/studies') : url))),
];

