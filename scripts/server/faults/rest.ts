/** Faults in the interactions besides search: status codes, headers, versions, preconditions, bundles. */
import { ID_LENGTH, type Resource } from '../../core/fhir';
import { splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { refusal } from './honesty';
import { clause, type FaultRow } from './row';
import { hearing, onResource, responding, withoutHeaders } from './rewriting';

const update = clause('update', 'http.html#update');
const create = clause('create', 'http.html#create');
const without = (...names: string[]) => responding((response) => withoutHeaders(response, ...names));
const isInstance = (request: ServerRequest) => /\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/.test(splitUrl(request.url).path);

export const REST_FAULTS: readonly FaultRow[] = [
  {
    id: 'stale-index-after-update',
    group: 'rest',
    does: 'A search still sees a resource as it was before its update.',
    breaks: clause('search-currency', 'search.html#currency'),
    override: (reference) => ({ indexed: (resource, previous) => reference.indexed(previous ?? resource, previous) }),
  },
  {
    id: 'deleted-still-found',
    group: 'rest',
    does: 'A search still finds what was deleted.',
    breaks: clause('delete', 'http.html#delete'),
    override: () => ({ unindexed: () => false }),
  },
  {
    id: 'created-not-found',
    group: 'rest',
    does: 'A search does not find what was created by POST.',
    breaks: clause('search-currency', 'search.html#currency'),
    override: (reference) => ({ indexed: (resource, previous) => (previous === undefined && resource.meta?.versionId === '1' && /^[0-9a-f-]{36}$|^new-/.test(resource.id ?? '') ? undefined : reference.indexed(resource, previous)) }),
  },
  {
    id: 'deleted-read-is-200',
    group: 'rest',
    does: 'A read still returns what was deleted.',
    breaks: clause('delete', 'http.html#delete'),
    override: () => ({ afterlife: (versions) => versions.findLast(({ resource }) => resource !== undefined)?.resource }),
  },
  {
    id: 'error-without-outcome',
    group: 'rest',
    does: 'Errors come without an OperationOutcome.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, headers: { ...response.headers, 'content-type': 'text/plain; charset=utf-8' }, body: 'Error' } : response)),
  },
  {
    id: 'outcome-without-code',
    group: 'rest',
    does: 'The issues of errors lack their code.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, body: response.body.replace(/"code":"[a-z-]+",?/, '') } : response)),
  },
  {
    id: 'outcome-of-own-severity',
    group: 'rest',
    does: 'The issues of errors have a severity that FHIR does not know.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, body: response.body.replace('"severity":"error"', '"severity":"ERROR"') } : response)),
  },
  {
    id: 'outcome-details-as-text',
    group: 'rest',
    does: 'The issues of errors have a text where a CodeableConcept belongs.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, body: response.body.replace('"diagnostics":', '"details":') } : response)),
  },
  {
    id: 'outcome-informs-only',
    group: 'rest',
    does: 'The issues of errors are no errors, but informations.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, body: response.body.replace(/"severity":"(error|fatal)"/g, '"severity":"information"') } : response)),
  },
  {
    id: 'error-is-200',
    group: 'rest',
    does: 'Errors come with status 200.',
    breaks: clause('status-not-found', 'http.html#Status-Codes'),
    override: responding((response) => (response.status >= 400 ? { ...response, status: 200 } : response)),
  },
  {
    id: 'wrong-content-type',
    group: 'rest',
    does: 'FHIR JSON travels as text/html.',
    breaks: clause('content-type', 'http.html#mime-type'),
    override: responding((response) => (response.headers['content-type'] === undefined ? response : { ...response, headers: { ...response.headers, 'content-type': 'text/html; charset=utf-8' } })),
  },
  {
    id: 'json-with-byte-order-mark',
    group: 'rest',
    does: 'JSON begins with a byte order mark.',
    breaks: clause('encoding', 'http.html#mime-type'),
    override: responding((response) => (response.body.startsWith('{') ? { ...response, body: `\uFEFF${response.body}` } : response)),
  },
  {
    id: 'read-without-etag',
    group: 'rest',
    does: 'Answers have no ETag.',
    breaks: clause('read-etag', 'http.html#versioning'),
    override: without('etag'),
  },
  {
    id: 'etag-constant',
    group: 'rest',
    does: 'The ETag does not follow the version.',
    breaks: clause('read-etag', 'http.html#versioning'),
    override: responding((response) => (response.headers.etag === undefined ? response : { ...response, headers: { ...response.headers, etag: 'W/"0"' } })),
  },
  {
    id: 'read-without-last-modified',
    group: 'rest',
    does: 'Answers have no Last-Modified.',
    breaks: clause('read-last-modified', 'http.html#versioning'),
    override: without('last-modified'),
  },
  {
    id: 'last-modified-as-instant',
    group: 'rest',
    does: 'Last-Modified has the form of an instant of FHIR instead of a date of HTTP.',
    breaks: clause('read-last-modified', 'http.html#versioning'),
    override: responding((response) => ({ ...response, headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, name === 'last-modified' ? new Date(value).toISOString() : value])) })),
  },
  {
    id: 'location-leads-astray',
    group: 'rest',
    does: 'The Location of a create is relative to another place than the address of the request.',
    breaks: create,
    override: responding((response) => ({ ...response, headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, name === 'location' ? value.replace(/^[a-z]+:\/\/[^/]+\//, '') : value])) })),
  },
  { id: 'create-without-location', group: 'rest', does: 'A create answers without Location.', breaks: create, override: without('location') },
  {
    id: 'create-is-200',
    group: 'rest',
    does: 'A create answers 200.',
    breaks: create,
    override: responding((response, request) => (response.status === 201 && request.method === 'POST' ? { ...response, status: 200 } : response)),
  },
  {
    id: 'create-keeps-client-id',
    group: 'rest',
    does: 'A create takes over the id of the body.',
    breaks: create,
    override: hearing((request) => {
      const id = request.method === 'POST' && /\/[A-Z][A-Za-z]+$/.test(request.url) ? bodyOf(request)?.id : undefined;
      return id === undefined ? request : { ...request, method: 'PUT', url: `${request.url}/${id}` };
    }),
  },
  {
    id: 'update-takes-any-id',
    group: 'rest',
    does: 'An update accepts a body with another id than the URL.',
    breaks: update,
    override: hearing((request) => {
      const body = request.method === 'PUT' && isInstance(request) ? bodyOf(request) : undefined;
      return body === undefined ? request : { ...request, body: JSON.stringify({ ...body, id: splitUrl(request.url).path.split('/').at(-1) }) };
    }),
  },
  {
    id: 'update-takes-no-id',
    group: 'rest',
    does: 'An update accepts a body without an id.',
    breaks: update,
    override: hearing((request) => {
      const body = request.method === 'PUT' && isInstance(request) ? bodyOf(request) : undefined;
      return body === undefined || body.id !== undefined ? request : { ...request, body: JSON.stringify({ ...body, id: splitUrl(request.url).path.split('/').at(-1) }) };
    }),
  },
  {
    id: 'overlong-id-taken',
    group: 'rest',
    does: 'An update to an id that is too long creates, under the first 64 characters of it.',
    breaks: clause('resource-id', 'resource.html#id'),
    override: hearing((request) => {
      const { path } = splitUrl(request.url);
      const id = path.split('/').at(-1) ?? '';
      if (!isInstance(request) || id.length <= ID_LENGTH) return request;
      const short = id.slice(0, ID_LENGTH);
      return { ...request, url: request.url.replace(id, short), ...(request.method === 'PUT' ? { body: JSON.stringify({ ...bodyOf(request), id: short }) } : {}) };
    }),
  },
  {
    id: 'update-as-create-is-200',
    group: 'rest',
    does: 'An update that creates answers 200.',
    breaks: update,
    override: responding((response, request) => (response.status === 201 && request.method === 'PUT' ? { ...response, status: 200 } : response)),
  },
  {
    id: 'version-id-constant',
    group: 'rest',
    does: 'meta.versionId is always 1.',
    breaks: clause('read', 'http.html#versioning'),
    override: responding((response) => onResource(response, (resource) => (resource.meta?.versionId === undefined ? undefined : { ...resource, meta: { ...resource.meta, versionId: '1' } }))),
  },
  {
    id: 'vread-returns-current',
    group: 'rest',
    does: 'A vread returns the current version.',
    breaks: clause('vread', 'http.html#vread'), override: hearing((request) => (request.method === 'GET' ? { ...request,
    url: request.url.replace(/\/_history\/[^/?]+/, '') } : request)),
  },
  {
    id: 'read-returns-first-version',
    group: 'rest',
    does: 'A read returns the first version.',
    breaks: clause('read', 'http.html#read'), override: hearing((request) => (request.method === 'GET' && isInstance(request) ? { ...request,
    url: request.url.replace(/(\?|$)/, '/_history/1$1') } : request)),
  },
  {
    id: 'unknown-read-is-400',
    group: 'rest',
    does: 'A read of what does not exist answers 400.',
    breaks: clause('status-not-found', 'http.html#read'),
    override: responding((response, request) => (response.status === 404 && isInstance(request) ? { ...response, status: 400 } : response)),
  },
  {
    id: 'not-acceptable-ignored',
    group: 'rest',
    does: 'An Accept that cannot be served is answered in JSON all the same.',
    breaks: clause('content-type', 'http.html#mime-type'),
    override: hearing((request) => withoutHeaders(request, 'accept')),
  },
  {
    id: 'accept-first-only',
    group: 'rest',
    does: 'Of an Accept header only the first type is looked at.',
    breaks: clause('content-negotiation', 'http.html#mime-type'),
    override: hearing((request) => (request.headers.accept === undefined ? request : { ...request, headers: { ...request.headers, accept: request.headers.accept.split(',')[0] ?? '' } })),
  },
  {
    id: 'format-parameter-ignored',
    group: 'rest',
    does: '_format is passed over.',
    breaks: clause('format-parameter', 'http.html#parameters'), override: hearing((request) => ({ ...request,
    url: request.url.replace(/([?&])_format=[^&]*/, '$1') })),
  },
  {
    id: 'any-content-type-taken',
    group: 'rest',
    does: 'A body of an unknown Content-Type is taken for FHIR JSON.',
    breaks: clause('content-type', 'http.html#mime-type'),
    override: hearing((request) => (isInstance(request) || /\/[A-Z][A-Za-z]+$/.test(request.url) ? { ...request, headers: { ...request.headers, ...(request.method === 'POST' || request.method === 'PUT' ? { 'content-type': 'application/fhir+json' } : {}) } } : request)),
  },
  {
    id: 'head-is-404',
    group: 'rest',
    does: 'HEAD answers another status than GET.',
    breaks: clause('head', 'http.html#head'),
    override: responding((response, request) => (request.method === 'HEAD' && response.status === 200 ? { ...response, status: 404 } : response)),
  },
  {
    id: 'head-search-is-400',
    group: 'rest',
    does: 'HEAD of a search answers 400.',
    breaks: clause('head', 'http.html#head'),
    override: responding((response, request) => (request.method === 'HEAD' && !isInstance(request) ? { ...response, status: 400 } : response)),
  },
  {
    id: 'head-without-etag',
    group: 'rest',
    does: 'HEAD answers without the ETag that GET has.',
    breaks: clause('head', 'http.html#head'),
    override: responding((response, request) => (request.method === 'HEAD' ? { ...response, headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => name !== 'etag')) } : response)),
  },
  {
    id: 'delete-is-404',
    group: 'rest',
    does: 'Deleting what does not exist answers 404.',
    breaks: clause('delete', 'http.html#delete'),
    override: responding((response, request) => (request.method === 'DELETE' && response.status === 204 && response.headers.etag === undefined ? refusal(404, 'There is no such resource.') : response)),
  },
];

/** The resource, or whatever JSON, in a request's body. */
export function bodyOf(request: ServerRequest): Resource | undefined {
  try {
    return JSON.parse(request.body ?? '') as Resource;
  } catch {
    return undefined;
  }
}
