/** Legal variants in what is refused, what is supported, and how interactions besides search answer. */
import { parseExactly, stringifyExactly, withWrittenNumbers } from '../../core/exact-json';
import type { Bundle, Resource } from '../../core/fhir';
import { FROM_R5 } from '../../core/fhir-version';
import { escapeValue } from '../../search/escaping';
import type { Criterion, SearchIndex, SearchValue } from '../../search/types';
import type { Behaviour } from '../behaviour';
import { mapResources, refusal, stating } from '../faults/honesty';
import { askingEach } from '../faults/matching';
import { hearing, isFilter, isSearch, mappingPairs, onBundle, pairsOf, responding, splitOr, withoutHeaders } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import { outcome } from '../refusal';
import { splitUrl } from '../query-string';
import type { ServerRequest, ServerResponse } from '../request';
import { refusing } from './refusing';

const HTTP = 'https://hl7.org/fhir/R4/http.html';
const SEARCH = 'https://hl7.org/fhir/R4/search.html';

export const INTERACTION_VARIANTS: readonly VariantRow[] = [
  { id: 'tokens-ignore-case', does: 'Codes are found in upper and lower case alike.', url: `${SEARCH}#token`, override: askingEach(inEveryCase) },
  {
    id: 'unknown-parameter-refused',
    does: 'An unknown parameter is answered with 400, unless the client asks for leniency.',
    url: `${SEARCH}#errors`,
    override: (reference) => ({
      refused: (query, handling) => [...reference.refused(query, handling), ...query.issues.filter(({ code }) => code === 'unknown-parameter' && handling !== 'lenient')],
    }),
  },
  { id: 'no-has', does: '_has is refused with 400.', url: `${SEARCH}#has`, override: refusing(400, (name) => name.startsWith('_has:'), '_has is not supported.') },
  {
    id: 'or-of-dates-refused',
    does: 'Several dates joined by a comma are refused with 400.',
    url: `${SEARCH}#combining`,
    override: refusing(400, (name, value) => isFilter(name) && /^([a-z]{2})?\d{4}(-\d\d)*.*,([a-z]{2})?\d{4}(-\d\d)/.test(value), 'Several dates are not supported.'),
  },
  {
    id: 'several-values-refused',
    does: 'A search that joins several values by a comma is refused with 400.',
    url: 'https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.multipleOr',
    override: refusing(400, (name, value) => isFilter(name) && splitOr(value).length > 1, 'A parameter takes one value.'),
  },
  {
    id: 'repeats-refused',
    does: 'A search that repeats a parameter is refused with 400.',
    url: 'https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.multipleAnd',
    override: responding((response, request) => (isSearch(request) && repeats(pairsOf(request).filter(([name]) => isFilter(name))) ? refusal(400, 'A parameter may be given once.') : response)),
  },
  {
    id: 'get-search-refused',
    does: 'Searches by GET are answered with 405, in a batch too; by POST they work.',
    url: `${HTTP}#search`,
    override: responding(getSearchRefused),
  },
  {
    id: 'post-criteria-kept-secret',
    does: 'Searches work by POST only, and the self link leaves out what came in the body.',
    // A client searches by POST what it does not want to stand in an URL.
    url: `${HTTP}#search`,
    override: responding((response, request) => (isPostSearch(request) ? onBundle(response, (bundle) => ({ ...bundle, link: bundle.link?.map((link) => (link.relation === 'self' ? { ...link, url: splitUrl(link.url).path } : link)) })) : getSearchRefused(response, request))),
  },
  {
    id: 'post-search-refused',
    does: 'Searches by POST are answered with 405, by GET they work.',
    url: `${HTTP}#search`,
    override: responding((response, request) => (isPostSearch(request) ? { ...refusal(405, 'Search by GET.'), headers: { ...refusal(405, '').headers, allow: 'GET' } } : response)),
  },
  {
    id: 'exact-of-codes',
    does: ':exact is understood for the codes of studies, though it is a modifier of strings.',
    versions: FROM_R5,
    url: 'https://hl7.org/fhir/R5/search.html#modifiers',
    override: mappingPairs(([name, value]) => (/^(modality|status|identifier|reason|body-site|dicom-class|series|instance):exact$/.test(name) ? [[name.slice(0, -':exact'.length), value]] : undefined)),
  },
  {
    id: 'post-takes-its-body-only',
    does: 'A search by POST takes its parameters from the body alone.',
    // "Servers MAY also support including some or all parameters as query parameters on a POST request"; until R4B both have the same meaning.
    versions: FROM_R5,
    url: 'https://hl7.org/fhir/R5/http.html#search',
    override: hearing((request) => (request.method === 'POST' && request.url.includes('/_search?') ? { ...request, url: request.url.split('?', 1)[0] ?? '' } : request)),
  },
  {
    id: 'system-search-params',
    does: 'Parameters of all resources are declared once, for the system.',
    url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.searchParam',
    override: stating((statement) => mapResources(statement, (row) => ({ ...row, searchParam: filled(row.searchParam?.filter(({ name }) => !name.startsWith('_'))) }))),
  },
  { id: 'late-index', does: 'Searches see a write only three requests later.', url: `${SEARCH}#currency`, override: lateIndex },
  { id: 'deleted-is-404', does: 'Deleted resources are not told from unknown ones.', url: `${HTTP}#read`, override: responding((response) => (response.status === 410 ? refusal(404, 'There is no such resource.') : response)) },
  { id: 'conditional-read-unsupported', does: 'If-None-Match and If-Modified-Since are passed over, and it says so.', url: `${HTTP}#cread`, override: conditionalReadUnsupported },
  {
    id: 'modified-since-by-fraction',
    does: 'If-Modified-Since is compared with the fraction of the second too, so that Last-Modified itself counts as earlier.',
    url: 'https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3',
    override: hearing((request) => {
      const since = request.headers['if-modified-since'];
      return since === undefined ? request : { ...request, headers: { ...request.headers, 'if-modified-since': new Date(Date.parse(since) - 1000).toUTCString() } };
    }),
  },
  { id: 'stale-is-409', does: 'A stale If-Match is answered with 409.', url: `${HTTP}#rejecting-updates`, override: responding((response, request) => (response.status === 412 && request.headers['if-match'] !== undefined ? { ...response, status: 409 } : response)) },
  {
    id: 'delete-with-outcome',
    does: 'A delete answers 200 with an OperationOutcome.',
    url: `${HTTP}#delete`,
    override: responding((response, request) => {
      if (request.method !== 'DELETE' || response.status !== 204) return response;
      return { status: 200, headers: { ...response.headers, 'content-type': 'application/fhir+json' }, body: JSON.stringify(outcome('information', 'informational', 'Deleted.')) };
    }),
  },
  {
    id: 'patches-by-path-only',
    does: 'Of the three forms of a patch FHIRPath Patch alone is taken; which ones are is not declared.',
    // "The body of a PATCH operation SHALL be either", and patchFormat is optional.
    url: `${HTTP}#patch`,
    override: patchesByPathOnly,
  },
  { id: 'update-as-create-refused', does: 'A client cannot choose ids: an update of what does not exist is answered with 405, and it says so.', url: `${HTTP}#upsert`, override: updateAsCreateRefused },
  {
    id: 'location-relative',
    does: 'Location is relative to the address of the request, in answers to transactions too.',
    url: 'https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2',
    override: responding((response, request) => {
      const { location } = response.headers;
      const here = location === undefined || request.method !== 'POST' ? response : { ...response, headers: { ...response.headers, location: pathOf(location) } };
      return onBundle(here, (bundle) => (bundle.type === 'transaction-response' || bundle.type === 'batch-response' ? { ...bundle, entry: (bundle.entry ?? []).map((entry) => (entry.response?.location === undefined ? entry : { ...entry, response: { ...entry.response, location: pathOf(entry.response.location) } })) } : undefined));
    }),
  },
  { id: 'few-types-written', does: 'Of all types only studies and patients can be written, and it says so.', url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction', override: fewTypesWritten },
  {
    id: 'xml-times-otherwise',
    does: 'In XML, times to the second have six digits of a fraction, and +00:00 for Z.',
    url: 'https://hl7.org/fhir/R4/datatypes.html#dateTime',
    override: () => ({ writtenInXml: (resource) => withWrittenNumbers(mapStrings(resource, timeAtLength) as Resource, resource) }),
  },
  { id: 'no-body-after-write', does: 'Writes answer without a body where no preference is stated.', url: `${HTTP}#ops`, override: hearing((request) => (isPlainWrite(request) ? { ...request, headers: { ...request.headers, prefer: [request.headers.prefer, 'return=minimal'].filter(Boolean).join(', ') } } : request)) },
  { id: 'json-only', does: 'Resources are taken and given in JSON alone, and it says so.', url: `${HTTP}#mime-type`, override: () => ({ formats: () => ['json'] }) },
  { id: 'declared-in-two-parts', does: 'The statement says what it says of studies in one part, and of all else in another.', url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest', override: stating(inTwoParts) },
  { id: 'formats-by-short-name', does: 'The formats are declared as json and xml.', url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.format', override: stating((statement) => ({ ...statement, format: ['json', 'xml'] })) },
  {
    id: 'errors-in-json',
    does: 'Errors are told in JSON, whatever format is asked for.',
    url: `${HTTP}#mime-type`,
    // A body that does not begin with a brace is taken for no resource, and goes out as it is.
    override: responding((response) => (response.status >= 400 && response.body !== '' ? { ...response, body: ` ${response.body}` } : response)),
  },
  {
    id: 'content-type-without-charset',
    does: 'The Content-Type names no charset.',
    url: `${HTTP}#mime-type`,
    override: responding((response) => {
      const type = response.headers['content-type'];
      return type === undefined ? response : { ...response, headers: { ...response.headers, 'content-type': type.replace(/;\s*charset=[^;]*/, '') } };
    }),
  },
  {
    id: 'properties-reordered',
    does: 'The properties of objects stand in the order in which a database keeps them, the shortest name first.',
    url: 'https://hl7.org/fhir/R4/json.html',
    override: responding((response) => {
      if (!response.body.startsWith('{')) return response;
      const said = parseExactly(response.body);
      return { ...response, body: stringifyExactly(withWrittenNumbers(shortestFirst(said), said)) };
    }),
  },
  { id: 'pretty', does: 'Every answer is pretty-printed.', url: `${HTTP}#parameters`, override: responding((response) => (response.body.startsWith('{') ? { ...response, body: `${stringifyExactly(parseExactly(response.body), 2)}\n` } : response)) },
];

/** As PostgreSQL's jsonb keeps them: names by length, those of one length by their letters. */
function shortestFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortestFirst);
  if (typeof value !== 'object' || value === null) return value;
  const inOrder = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(inOrder.map(([name, inner]) => [name, shortestFirst(inner)]));
}

function patchesByPathOnly(reference: Behaviour): Partial<Behaviour> {
  const declared = stating((statement) => Object.fromEntries(Object.entries(statement).filter(([name]) => name !== 'patchFormat')) as Resource)(reference);
  const isOther = ({ method, headers }: ServerRequest) => method === 'PATCH' && /-patch\+/.test(headers['content-type'] ?? '');
  return {
    ...declared,
    // What is refused has to change nothing: it is heard as a read.
    request: (request) => reference.request(isOther(request) ? { method: 'GET', url: request.url, headers: {} } : request),
    response: (response, request) => (isOther(request) ? refusal(415, 'Patches are written in FHIRPath here.') : (declared.response?.(response, request) ?? reference.response(response, request))),
  };
}

/** The URL without scheme and host. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+(?=\/)/, '');
}

/** Undefined where the Bundle answers no batch. */
function searchesInBatchRefused(bundle: Bundle): Bundle | undefined {
  if (bundle.type !== 'batch-response') return undefined;
  return { ...bundle, entry: (bundle.entry ?? []).map((entry) => (entry.resource?.resourceType === 'Bundle' && entry.resource['type'] === 'searchset' ? { response: { status: '405', outcome: outcome('error', 'not-supported', 'Search by POST.') } } : entry)) };
}

/** A search by GET on a type; page links stay what they are. */
function getSearchRefused(response: ServerResponse, request: ServerRequest): ServerResponse {
  return isGetSearch(request) ? { ...refusal(405, 'Search by POST.'), headers: { ...refusal(405, '').headers, allow: 'POST' } } : onBundle(response, searchesInBatchRefused);
}

function isGetSearch(request: ServerRequest): boolean {
  return request.method === 'GET' && /\/[A-Z][A-Za-z]+\?/.test(request.url) && !request.url.includes('_cursor=');
}

function isPostSearch(request: ServerRequest): boolean {
  return request.method === 'POST' && splitUrl(request.url).path.endsWith('/_search');
}

/** A write of one resource whose client does not say what it wants back. */
function isPlainWrite(request: ServerRequest): boolean {
  return ['POST', 'PUT', 'PATCH'].includes(request.method) && !/return=/.test(request.headers.prefer ?? '') && /\/[A-Z]/.test(request.url) && !request.url.includes('/_search');
}

function repeats(pairs: readonly (readonly [string, string])[]): boolean {
  return new Set(pairs.map(([name]) => name)).size < pairs.length;
}

function conditionalReadUnsupported(reference: Behaviour): Partial<Behaviour> {
  return {
    ...hearing((request) => (request.method === 'GET' ? withoutHeaders(request, 'if-none-match', 'if-modified-since') : request))(reference),
    ...stating((statement) => mapResources(statement, (row) => ({ ...row, conditionalRead: 'not-supported' })))(reference),
  };
}

/** `If-Match: *` holds only for what exists, so it does the refusing; its 412 is told as 405. */
function updateAsCreateRefused(reference: Behaviour): Partial<Behaviour> {
  const declared = stating((statement) => mapResources(statement, (row) => ({ ...row, updateCreate: false })))(reference);
  const isUpdate = (request: ServerRequest) => request.method === 'PUT' && /\/[A-Z][A-Za-z]+\/[^/?]+$/.test(request.url) && request.headers['if-match'] === undefined;
  return {
    request: (request) => reference.request(isUpdate(request) ? { ...request, headers: { ...request.headers, 'if-match': '*' } } : request),
    response: (response, request) => (response.status === 412 && isUpdate(request) ? refusal(405, 'Ids are given by this server.') : (declared.response?.(response, request) ?? response)),
  };
}

/** Writes wait in a queue that moves with the requests, so that no clock is needed; what was there from the start is seen at once. */
function lateIndex(reference: Behaviour): Partial<Behaviour> {
  const queue: { due: number; apply: (index: SearchIndex) => void }[] = [];
  let requests = 0;
  return {
    request(request) {
      requests += 1;
      return reference.request(request);
    },
    indexed(resource, previous) {
      if (requests === 0) return reference.indexed(resource, previous);
      queue.push({ due: requests + 3, apply: (index) => index.put(resource) });
      return previous;
    },
    unindexed(resource) {
      queue.push({ due: requests + 3, apply: (index) => index.remove(`${resource.resourceType}/${resource.id}`) });
      return false;
    },
    select(index, query) {
      while ((queue[0]?.due ?? Infinity) <= requests) queue.shift()?.apply(index);
      return reference.select(index, query);
    },
  };
}

/** A code in other cases too; ids and what is negated stay as they are. */
function inEveryCase(criterion: Criterion): Criterion {
  if (criterion.definition.type !== 'token' || criterion.modifier !== undefined || criterion.definition.code === '_id') return criterion;
  const values = criterion.values.flatMap((value): SearchValue[] => [value, cased(value, (text) => text.toUpperCase()), cased(value, (text) => text.toLowerCase())]);
  return { ...criterion, values };
}

function cased(value: SearchValue, change: (text: string) => string): SearchValue {
  const last = value.parts.length - 1;
  const parts = value.parts.map((part, position) => (position === last ? change(part) : part));
  return { ...value, parts, text: parts.join('|'), raw: parts.map(escapeValue).join('|') };
}

/** Writes of other types are refused and not declared; searches and reads stay. */
/** An empty list is no JSON of FHIR: https://hl7.org/fhir/R4/json.html#null */
function filled<T>(list: T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function inTwoParts(statement: Resource): Resource {
  const parts = (statement['rest'] as { mode: string; resource: { type: string }[] }[]).flatMap((rest) => {
    const [studies, others] = [true, false].map((of) => rest.resource.filter(({ type }) => (type === 'ImagingStudy') === of));
    return [{ ...rest, resource: others }, { mode: rest.mode, documentation: 'Imaging.', resource: studies }];
  });
  return { ...statement, rest: parts };
}

function fewTypesWritten(reference: Behaviour): Partial<Behaviour> {
  const written = ['ImagingStudy', 'Patient'];
  const WRITES = ['create', 'update', 'patch', 'delete'];
  const declared = stating((statement) => {
    const reading = mapResources(statement, (row) => (written.includes(row.type) ? row : { ...row, updateCreate: false, interaction: filled(row.interaction?.filter(({ code }) => !WRITES.includes(code))) }));
    return { ...reading, rest: (reading['rest'] as object[]).map((rest) => ({ ...rest, interaction: undefined })) };
  })(reference);
  const typeOf = ({ url }: ServerRequest) => /\/([A-Z][A-Za-z]+)(?:\/[^/?]*)?(?:\?.*)?$/.exec(url)?.[1] ?? '';
  const refused = (request: ServerRequest) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(request.method) && !request.url.includes('/_search') && !written.includes(typeOf(request));
  return {
    ...declared,
    // What is refused has to reach no store: it is heard as a read.
    request: (request) => reference.request(refused(request) ? { method: 'GET', url: request.url, headers: {} } : request),
    response: (response, request) => (refused(request) ? refusal(405, 'This type cannot be written.') : (declared.response?.(response, request) ?? response)),
  };
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapStrings(inner, change)]));
}

function timeAtLength(text: string): string {
  const [, whole, fraction = '', zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return whole === undefined ? text : `${whole}.${fraction.padEnd(6, '0')}${zone === 'Z' ? '+00:00' : zone}`;
}
