/** POST, PUT and their conditional forms: new versions of resources. */
import { isId, type Resource } from '../../core/fhir';
import { singleMatch } from '../conditional';
import { versionIdsOf } from '../header-values';
import { decodePairs } from '../query-string';
import { outcome, Refusal } from '../refusal';
import { bodyOf } from '../request-body';
import type { Answer, Call, Handler, Service } from '../service';
import type { Version } from '../store';

/** https://hl7.org/fhir/R4/http.html#create and #ccreate */
export const create: Handler = (service, call) => {
  const resource = bodyOf(service, call, call.type);
  const criteria = call.headers['if-none-exist'];
  const existing = criteria === undefined ? undefined : singleMatch(service, 'create', call.type, decodePairs(criteria.replace(/^[^?]*\?/, '')));
  if (existing !== undefined) return answerWrite(service, call, versionOf(service, existing), 200);
  // "If an id is provided, the server SHALL ignore it"
  return answerWrite(service, call, service.store.write('POST', resource, service.newId(), service.now()), 201);
};

/** https://hl7.org/fhir/R4/http.html#update and #upsert */
export const update: Handler = (service, call) => {
  if (!isId(call.id)) throw new Refusal(400, 'value', `"${call.id}" is not a legal id: letters, digits, - and ., at most 64.`);
  const resource = bodyOf(service, call, call.type);
  requireSameId(resource, call.id, 'in the URL');
  return put(service, call, resource, call.id);
};

/** https://hl7.org/fhir/R4/http.html#cond-update */
export const conditionalUpdate: Handler = (service, call) => {
  const resource = bodyOf(service, call, call.type);
  const id = targetOfUpdate(service, call, resource);
  if (id === undefined) return answerWrite(service, call, service.store.write('POST', resource, service.newId(), service.now()), 201);
  return put(service, call, resource, id);
};

/** The id that a conditional update writes to; undefined where the server gives a new one. */
export function targetOfUpdate(service: Service, call: Call, resource: Resource): string | undefined {
  const match = singleMatch(service, 'update', call.type, call.query);
  if (match !== undefined) {
    if (resource.id !== undefined) requireSameId(resource, String(match.id), 'of the resource that the criteria select');
    return String(match.id);
  }
  if (resource.id === undefined) return undefined;
  if (!isId(resource.id)) throw new Refusal(400, 'value', `"${String(resource.id)}" is not a legal id.`, { expression: `${call.type}.id` });
  if (service.store.live(`${call.type}/${resource.id}`) !== undefined) {
    throw new Refusal(409, 'conflict', `The criteria select nothing, but ${call.type}/${resource.id} exists and does not match them.`);
  }
  return resource.id;
}

/** "If no id element is provided, or the id disagrees with the id in the URL, the server SHALL respond with an HTTP 400": http.html#update */
function requireSameId(resource: Resource, id: string, where: string): void {
  if (resource.id === id) return;
  const said = resource.id === undefined ? 'has no id' : `has the id "${String(resource.id)}"`;
  throw new Refusal(400, 'invalid', `The body ${said}; the id ${where} is "${id}".`, { expression: `${resource.resourceType}.id` });
}

/** Stores an update after the preconditions hold. */
export function put(service: Service, call: Call, resource: Resource, id: string): Answer {
  const latest = service.store.latest(resource.resourceType, id);
  requireCurrent(service, call, latest);
  const noneMatch = call.headers['if-none-match'];
  if (noneMatch !== undefined && latest?.resource !== undefined) {
    const versionIds = versionIdsOf(noneMatch, 'If-None-Match');
    if (versionIds === '*' || versionIds.includes(latest.versionId)) throw new Refusal(412, 'conflict', `If-None-Match: ${noneMatch}, but ${resource.resourceType}/${id} has version ${latest.versionId}.`);
  }
  const version = service.store.write('PUT', resource, id, service.now());
  return answerWrite(service, call, version, latest?.resource === undefined ? 201 : 200);
}

/** "If the version id given in the If-Match header does not match, the server returns a 412": https://hl7.org/fhir/R4/http.html#concurrency */
export function requireCurrent(service: Service, call: Call, latest: Version | undefined): void {
  const ifMatch = call.headers['if-match'];
  if (ifMatch === undefined || service.behaviour.isCurrent(ifMatch, latest)) return;
  const actual = latest?.resource === undefined ? 'there is no current version' : `the current version is ${latest.versionId}`;
  throw new Refusal(412, 'conflict', `If-Match: ${ifMatch}, but ${actual}; read the resource again and repeat the change.`);
}

/** What a write answers: https://hl7.org/fhir/R4/http.html#ops */
export function answerWrite(service: Service, call: Call, version: Version, status: 200 | 201): Answer {
  const location = `${service.base}/${version.type}/${version.id}/_history/${version.versionId}`;
  // "SHALL also return a Location header which contains the new Logical Id and Version Id": http.html#create
  const headers = status === 201 || call.method === 'POST' ? { location } : undefined;
  const body = {
    minimal: undefined,
    representation: version.resource,
    OperationOutcome: outcome('information', 'informational', `${version.type}/${version.id} is stored as version ${version.versionId}.`),
  }[call.preferences.return ?? 'representation'];
  return { status, stamp: version, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { resource: body }) };
}

/** The newest version of a resource that is current. */
export function versionOf(service: Service, resource: Resource): Version {
  const latest = service.store.latest(resource.resourceType, String(resource.id));
  if (latest === undefined) throw new Error(`${resource.resourceType}/${resource.id} is indexed, but not stored.`);
  return latest;
}
