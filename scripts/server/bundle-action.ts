/** An entry of a batch or transaction in, the call it stands for out; and an answer back to an entry. */
import { STATUS_CODES } from 'node:http';
import { isResource, type BundleEntry } from '../core/fhir';
import { findRoute } from './find-route';
import { entityTag } from './header-values';
import { decodePairs, splitUrl } from './query-string';
import { outcomeOf, Refusal } from './refusal';
import type { Answer, Call, Route, Service } from './service';
import { applySubset } from './subset';

export interface Action {
  readonly position: number;
  readonly entry: BundleEntry;
  readonly route: Route;
  readonly call: Call;
}

const METHODS = ['DELETE', 'POST', 'PUT', 'PATCH', 'GET', 'HEAD'] as const;

/** When each method's turn comes: https://hl7.org/fhir/R4/http.html#trules */
const TURN: Readonly<Record<string, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 };

/** The actions in processing order: delete, create, update, read. */
export function inTurn(actions: readonly Action[]): Action[] {
  return actions.toSorted((a, b) => (TURN[a.call.method] ?? 0) - (TURN[b.call.method] ?? 0));
}

/** Runs something for an entry of a transaction; a refusal names the entry. */
export function forEntry<T>(position: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const where = `Bundle.entry[${position}]`;
    const issues = error.details.issues?.map((issue) => ({ ...issue, diagnostics: `${where}: ${issue.diagnostics ?? ''}`, expression: [where] }));
    throw new Refusal(error.status, error.code, `${where}: ${error.message}`, { expression: error.details.expression ?? where, ...(issues === undefined ? {} : { issues }) });
  }
}

/**
 * @throws Refusal 400 for an entry that says too little, 404 or 405 for one that asks for what is not there
 */
export function toAction(service: Service, outer: Call, entry: BundleEntry, position: number): Action {
  const { request } = entry;
  const refuse = (what: string): never => {
    throw new Refusal(400, 'required', what, { expression: `Bundle.entry[${position}].request` });
  };
  if (request === undefined || typeof request.method !== 'string' || typeof request.url !== 'string') return refuse('The entry has no request with method and url.');
  const { method } = request;
  if (!(METHODS as readonly string[]).includes(method)) return refuse(`The method ${method} is not one of ${METHODS.join(', ')}.`);
  const url = request.url.startsWith(`${service.base}/`) ? request.url.slice(service.base.length) : request.url;
  const { path, query } = splitUrl(url);
  const match = findRoute(service.routes, method, path, (name) => service.elements.types[name] !== undefined);
  if (path.replaceAll('/', '') === '' || (method === 'POST' && path.endsWith('/_search'))) {
    if (method === 'POST') return refuse('A batch or transaction takes no Bundle and no search by POST within it.');
  }
  const needsResource = method === 'POST' || method === 'PUT' || method === 'PATCH';
  if (needsResource && !isResource(entry.resource)) return refuse(`A ${method} entry needs a resource.`);
  const headers = Object.entries({ 'if-match': request.ifMatch, 'if-none-match': request.ifNoneMatch, 'if-modified-since': request.ifModifiedSince, 'if-none-exist': request.ifNoneExist });
  return {
    position,
    entry,
    route: match.route,
    call: {
      method,
      type: match.type,
      id: match.id,
      versionId: match.versionId,
      target: match.target,
      query: decodePairs(query),
      representation: [],
      headers: Object.fromEntries(headers.filter((pair): pair is [string, string] => pair[1] !== undefined)),
      // Without a preference the answer holds just Bundle.entry.response: https://hl7.org/fhir/R4/http.html#ops
      preferences: { ...outer.preferences, return: outer.preferences.return ?? 'minimal' },
      body: needsResource && entry.resource !== undefined ? { resource: entry.resource } : {},
    },
  };
}

/** https://hl7.org/fhir/R4/http.html#transaction-response */
export function toResponseEntry(service: Service, call: Call | undefined, answer: Answer): BundleEntry {
  const { resource, headers, stamp, status } = answer;
  const entry: BundleEntry = { response: { status: statusLine(status) } };
  const response = entry.response as NonNullable<BundleEntry['response']>;
  if (headers?.location !== undefined) response.location = headers.location;
  if (stamp !== undefined) {
    response.etag = entityTag(stamp.versionId);
    response.lastModified = stamp.lastUpdated;
  }
  if (resource?.resourceType === 'OperationOutcome' && call?.type !== 'OperationOutcome') response.outcome = resource;
  else if (resource !== undefined && call?.method !== 'HEAD') {
    if (resource.id !== undefined) entry.fullUrl = `${service.base}/${resource.resourceType}/${resource.id}`;
    entry.resource = answer.subset === undefined ? resource : applySubset(service.elements, resource, answer.subset);
  }
  return entry;
}

/** An entry of a batch that failed; the others are not touched by it. */
export function toFailureEntry(error: unknown): BundleEntry {
  return { response: { status: statusLine(error instanceof Refusal ? error.status : 500), outcome: outcomeOf(error) } };
}

function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
