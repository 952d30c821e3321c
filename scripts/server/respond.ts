/** A handler's answer in, the response that goes out: headers, body, negotiated form. */
import { stringifyExactly } from '../core/exact-json';
import { KnownError } from '../core/known-error';
import { toXml } from '../formats/to-xml';
import { saidIn, saying } from './body-text';
import { entityTag, httpDate } from './header-values';
import { mediaTypeOf, type Format } from './media-type';
import { outcomeOf, Refusal } from './refusal';
import type { ServerRequest, ServerResponse } from './request';
import type { Answer, Service } from './service';
import { applySubset } from './subset';

export interface Representation {
  format: Format;
  /** Negotiated Content-Type. */
  contentType: string;
  pretty: boolean;
}

const PLAIN: Representation = { format: 'json', contentType: `${mediaTypeOf('json')}; charset=utf-8`, pretty: false };

/** Turns an answer into a response to a request. In whatever form it goes out, here it is JSON: that is what planted behaviour looks at. */
export function respond(service: Service, request: ServerRequest, answer: Answer, form: Representation): ServerResponse {
  const headers: Record<string, string> = { ...commonHeaders(service, request), ...answer.headers };
  if (answer.stamp !== undefined) {
    headers.etag = entityTag(answer.stamp.versionId);
    headers['last-modified'] = httpDate(answer.stamp.lastUpdated);
  }
  if (answer.resource === undefined) return { status: answer.status, headers, body: '' };
  const resource = answer.subset === undefined ? answer.resource : applySubset(service.elements, answer.resource, answer.subset);
  headers['content-type'] = form.format === 'json' ? form.contentType : form.contentType.replace(/^[^;]*/, mediaTypeOf('json'));
  if (form.pretty) return { status: answer.status, headers, body: `${stringifyExactly(resource, 2)}\n` };
  return saying(resource, { status: answer.status, headers });
}

/** The one place where a throw becomes an OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html */
export function respondToError(service: Service, request: ServerRequest, error: unknown, form: Representation = PLAIN): ServerResponse {
  const refused = error instanceof Refusal;
  return respond(service, request, { status: refused ? error.status : 500, resource: outcomeOf(error), ...(refused && error.details.headers !== undefined ? { headers: error.details.headers } : {}) }, form);
}

/**
 * A response in JSON as the client gets it: in the negotiated format, and without its body where it asked by HEAD. What is no JSON resource stays.
 * @throws Refusal 406 where the resource has no form in the format
 */
export function sentAs(service: Service, request: ServerRequest, response: ServerResponse, form: Representation = PLAIN): ServerResponse {
  const formatted = form.format === 'xml' ? inXml(service, response, form) : response;
  // "same response as a GET, but with no body": https://hl7.org/fhir/R4/http.html#head
  if (request.method !== 'HEAD' || formatted.body === '') return formatted;
  return { ...formatted, headers: { ...formatted.headers, 'content-length': String(Buffer.byteLength(formatted.body)) }, body: '' };
}

function inXml(service: Service, response: ServerResponse, form: Representation): ServerResponse {
  if (!response.body.startsWith('{')) return response;
  try {
    const { behaviour, elements } = service;
    const said = behaviour.writtenInXml(saidIn(response));
    const body = behaviour.xmlText(toXml(said, elements, { pretty: form.pretty }));
    const [name = ''] = form.contentType.split(';');
    const contentType = response.headers['content-type']?.replace(mediaTypeOf('json'), name);
    return { ...response, headers: { ...response.headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) }, body };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    throw new Refusal(406, 'not-supported', `This cannot be said in XML: ${error.message}`);
  }
}

/** Headers of every response; https://hl7.org/fhir/R4/http.html#custom for the ids that are echoed. */
function commonHeaders(service: Service, request: ServerRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of ['x-request-id', 'x-correlation-id']) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return service.cors ? { ...headers, ...CORS } : headers;
}

/** https://hl7.org/fhir/R4/security.html#cors */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since, If-None-Exist, Prefer, X-Request-Id, X-Correlation-Id',
  'access-control-expose-headers': 'ETag, Last-Modified, Location, X-Request-Id, X-Correlation-Id',
};
