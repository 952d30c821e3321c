/** A handler's answer in, the response that goes out: headers, negotiated form, body. */
import { entityTag, httpDate } from './header-values';
import { outcomeOf, Refusal } from './refusal';
import type { ServerRequest, ServerResponse } from './request';
import type { Answer, Service } from './service';
import { applySubset } from './subset';

export interface Representation {
  /** Negotiated Content-Type. */
  contentType: string;
  pretty: boolean;
}

const PLAIN: Representation = { contentType: 'application/fhir+json; charset=utf-8', pretty: false };

/** Turns an answer into a response to a request. */
export function respond(service: Service, request: ServerRequest, answer: Answer, form: Representation): ServerResponse {
  const headers: Record<string, string> = { ...commonHeaders(service, request), ...answer.headers };
  if (answer.stamp !== undefined) {
    headers.etag = entityTag(answer.stamp.versionId);
    headers['last-modified'] = httpDate(answer.stamp.lastUpdated);
  }
  if (answer.resource === undefined) return { status: answer.status, headers, body: '' };
  const resource = answer.subset === undefined ? answer.resource : applySubset(service.elements, answer.resource, answer.subset);
  headers['content-type'] = form.contentType;
  return { status: answer.status, headers, body: `${JSON.stringify(resource, null, form.pretty ? 2 : undefined)}${form.pretty ? '\n' : ''}` };
}

/** The one place where a throw becomes an OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html */
export function respondToError(service: Service, request: ServerRequest, error: unknown, form: Representation = PLAIN): ServerResponse {
  const refused = error instanceof Refusal;
  return respond(service, request, { status: refused ? error.status : 500, resource: outcomeOf(error), ...(refused && error.details.headers !== undefined ? { headers: error.details.headers } : {}) }, form);
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
