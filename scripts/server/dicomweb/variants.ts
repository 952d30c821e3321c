/** What a DICOMweb server may do differently, one row each; a tester must leave it alone. */
import { parseMultipart, writeMultipart } from '../../dicom/dicomweb-multipart';
import type { DicomJson } from '../../dicom/dicomweb-json';
import type { ServerRequest, ServerResponse } from '../request';
import { problem } from './answer';
import type { DicomwebOverride } from './server';

export interface DicomwebVariantRow {
  readonly id: string;
  readonly does: string;
  /** Where the standard allows it. */
  readonly url: string;
  readonly override: DicomwebOverride;
}

const PS318 = 'https://dicom.nema.org/medical/dicom/current/output/chtml/part18/';
const row = (id: string, does: string, page: string, override: DicomwebOverride): DicomwebVariantRow => ({ id: `dicomweb-${id}`, does, url: `${PS318}${page}`, override });
const isSearch = ({ url, method }: ServerRequest) => method === 'GET' && /\/(studies|series|instances)(\?|$)/.test(url);
const says = (fits: (request: ServerRequest) => boolean, change: (response: ServerResponse, request: ServerRequest) => ServerResponse): DicomwebOverride => ({ response: (response, request) => (response.status === 200 && fits(request) ? change(response, request) : response) });
const list = (response: ServerResponse, change: (all: DicomJson[]) => DicomJson[]) => ({ ...response, body: JSON.stringify(change(JSON.parse(response.body) as DicomJson[])) });

export const DICOMWEB_VARIANTS: readonly DicomwebVariantRow[] = [
  row('no-match-204', 'A search without matches is answered by 204.', 'sect_10.6.html#sect_10.6.3.1', says(isSearch, (response) => (response.body === '[]' ? { status: 204, headers: {}, body: '' } : response))),
  row('results-reversed', 'Results come in another order.', 'sect_10.6.html', says(isSearch, (response) => list(response, (all) => all.reverse()))),
  row('unknown-study-search-404', 'A search below an unknown study is answered by 404.', 'sect_10.6.html#sect_10.6.3.1', says((request) => isSearch(request) && /\/studies\/[^/]+\//.test(request.url), (response) => (response.body === '[]' ? problem(404, 'There is no such study.') : response))),
  row('relational-refused', 'Series and instances can be searched below a study only.', 'sect_10.6.html#sect_10.6.1.1', says(({ url }) => /\/dicom-web\/(series|instances)(\?|$)/.test(url), () => problem(404, 'Not supported.'))),
  row('more-attributes', 'Results carry more attributes than they must.', 'sect_10.6.html#sect_10.6.3.3', { request: (request) => (isSearch(request) ? { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}includefield=all` } : request) }),
  row('empty-attributes', 'Attributes without a value are left out.', 'chapter_F.html', says(isSearch, (response) => list(response, (all) => all.map((one) => Object.fromEntries(Object.entries(one).filter(([, { Value }]) => Value !== undefined)))))),
  row('media-type-parameter', 'The media type of results has a charset.', 'sect_8.7.html', says(isSearch, (response) => ({ ...response, headers: { ...response.headers, 'content-type': 'application/dicom+json; charset=utf-8' } }))),
  row('single-part-refused', 'An instance comes as multipart only.', 'sect_8.7.html#sect_8.7.5', { response: (response, { headers }) => (response.headers['content-type'] === 'application/dicom' && (headers['accept'] ?? '').startsWith('application/dicom') ? problem(406, 'Multipart only.') : response) }),
  row('no-rendered', 'Nothing is rendered: 406.', 'sect_10.4.html#sect_10.4.1.1.3', says(({ url }) => /\/(rendered|thumbnail)(\?|$)/.test(url), () => problem(406, 'Not rendered here.'))),
  row('png-rendered', 'PNG is sent where it is acceptable.', 'sect_8.7.html#sect_8.7.4', { request: (request) => (/image\/png/.test(request.headers['accept'] ?? '') ? { ...request, headers: { ...request.headers, accept: 'image/png' } } : request) }),
  row('no-thumbnail', 'There are no thumbnails.', 'sect_10.4.html#sect_10.4.1.1.4', says(({ url }) => /\/thumbnail/.test(url), () => problem(404, 'No thumbnails.'))),
  row('no-frames', 'Frames are not offered.', 'sect_10.4.html#sect_10.4.1.1.6', { response: (response, { url }) => (/\/frames\//.test(url) ? problem(404, 'No frames.') : response) }),
  row('boundary-quoted', 'The boundary is quoted, the parameters stand the other way round, and there is a preamble.', 'sect_8.6.html#sect_8.6.1.2', {
    response: (response) => {
      const contentType = response.headers['content-type'] ?? '';
      const { mediaType } = parseMultipart('', contentType);
      if (!mediaType.type.startsWith('multipart/')) return response;
      return { ...response, headers: { ...response.headers, 'content-type': `Multipart/Related; boundary="${mediaType.parameters['boundary']}"; type="${mediaType.parameters['type']}"` }, body: `A preamble.\r\n${response.body}` };
    },
  }),
  row('parts-with-more-headers', 'Parts have further headers.', 'sect_8.6.html#sect_8.6.1.2', {
    response: (response) => {
      const contentType = response.headers['content-type'] ?? '';
      const { mediaType, parts } = parseMultipart(response.body, contentType);
      if (!mediaType.type.startsWith('multipart/')) return response;
      return { ...response, body: writeMultipart(parts.map(({ headers, body }) => ({ headers: { 'Content-Type': headers['content-type'] ?? '', 'Content-Length': String(body.length), 'MIME-Version': '1.0' }, body })), '', mediaType.parameters['boundary'] ?? '').body };
    },
  }),
  row('bulk-data-uri', 'Metadata refers to the pixels by a URI.', 'sect_10.4.html#sect_10.4.1.1.5', says(({ url }) => /\/metadata$/.test(url), (response, { url }) => list(response, (all) => all.map((one) => ({ ...one, '7FE00010': { vr: 'OW', BulkDataURI: `${url}/bulk` } }))))),
  row('read-only', 'Nothing can be stored.', 'sect_10.5.html', { response: (response, { method }) => (method === 'POST' ? problem(405, 'Read only.') : response) }),
  row('extra-response-headers', 'Answers carry more headers.', 'sect_8.4.html', { response: (response) => ({ ...response, headers: { ...response.headers, 'cache-control': 'no-transform', vary: 'Accept' } }) }),
];
