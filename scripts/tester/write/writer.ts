/** The only way in which a run writes to a server: every resource gets the run's tag, every request is in the journal before it is sent. */
import { createHash } from 'node:crypto';
import { isBundle, localReference, type Bundle, type BundleEntry, type Coding, type Resource } from '../../core/fhir';
import type { FhirVersionRecord } from '../../core/fhir-version';
import type { Exchange } from '../../core/result';
import { parseReference } from '../../search/reference-target';
import { resourceOf, succeeded } from '../answer';
import type { ClientRequest } from '../http/client';
import { inVersion } from './in-version';
import type { Journal } from './journal';
import { versionAware, versionIn } from './version-aware';

export interface Writer {
  readonly tag: Required<Pick<Coding, 'system' | 'code'>>;
  /** An id for an update-as-create that no one else uses. */
  readonly newId: (hint: string) => string;
  /** A resource of our own, written as R4, as the server's version has it. */
  readonly inVersion: (resource: Resource) => Resource;
  /** The resource with the run's tag. */
  tagged(resource: Resource): Resource;
  create(resource: Resource, headers?: Record<string, string>): Promise<Exchange>;
  /** A body of any kind, posted to a type: for tests of what a server has to refuse. */
  createRaw(type: string, body: string, headers?: Record<string, string>): Promise<Exchange>;
  /**
   * Conditional, where `query` is given. As every change of what exists, it is sent once more with If-Match where the server wants it.
   * @param options `versionId`: of what is replaced, where the resource does not say it
   */
  update(resource: Resource, options?: { headers?: Record<string, string>; query?: string; url?: string; versionId?: string | undefined }): Promise<Exchange>;
  /** A body of any kind for a resource that the run made, with its current version; the body has to hold the run's tag itself. */
  updateRaw(reference: string, body: string, headers: Record<string, string>, versionId?: string): Promise<Exchange>;
  /** A JSON Patch, or what else `headers` says. */
  patch(reference: string, operations: readonly object[] | Resource, headers?: Record<string, string>): Promise<Exchange>;
  /** `Type/id`, or `Type?criteria` for a conditional delete. */
  remove(reference: string, headers?: Record<string, string>): Promise<Exchange>;
  /** A transaction or batch; the resources of its entries are tagged. */
  bundle(bundle: Bundle): Promise<Exchange>;
}

const JSON_TYPE = 'application/fhir+json';

export interface WriterOptions {
  journal: Journal;
  base: string;
  /** The server's version. */
  version: FhirVersionRecord;
  /** Part of the run that writes: ids are counted for each, so that they do not depend on what runs at the same time. */
  scope: string;
  /** Whether the server declares that updates of the type have to name the version which they replace. */
  demandsVersion: (type: string) => boolean;
}

/** A writer that sends through `send`. */
export function createWriter({ journal, base, scope, version, demandsVersion }: WriterOptions, send: (request: ClientRequest) => Promise<Exchange>): Writer {
  const { tag } = journal.header;
  const part = createHash('sha256').update(scope).digest('hex').slice(0, 6);
  let count = 0;
  const tagged = (resource: Resource): Resource => {
    const tags = (resource.meta?.tag ?? []).filter(({ system }) => system !== tag.system);
    return { ...resource, meta: { ...resource.meta, tag: [...tags, tag] } };
  };
  const write = async (request: ClientRequest, references: string[], types: string[]): Promise<Exchange> => {
    journal.add({ kind: 'write', method: request.method, url: request.url, references, types });
    const exchange = await send(request);
    if (exchange.response === undefined) journal.add({ kind: 'unanswered', method: request.method, url: request.url });
    for (const reference of madeBy(exchange, base)) if (!references.includes(reference)) journal.add({ kind: 'made', reference });
    return exchange;
  };
  /** A change of `Type/id`; what its version is, is read where the caller does not know it. */
  const change = (reference: string, headers: Record<string, string>, sendWith: (headers: Record<string, string>) => Promise<Exchange>, versionId?: string): Promise<Exchange> =>
    versionAware({
      headers,
      demanded: demandsVersion(reference.split(/[/?]/, 1)[0] ?? ''),
      versionId: async () => versionId ?? (/^\w+\/[^/?]+$/.test(reference) ? versionIn(await send({ method: 'GET', url: reference, headers: { 'Cache-Control': 'no-cache' } })) : undefined),
      send: sendWith,
    });
  const withBody = (headers: Record<string, string> | undefined) => ({ 'Content-Type': JSON_TYPE, ...headers });
  return {
    tag,
    inVersion: (resource) => inVersion([resource], version)[0] ?? resource,
    tagged,
    newId: (hint) => `scout-${tag.code}-${part}-${(count += 1)}-${hint}`.replace(/[^A-Za-z0-9\-.]/g, '-').slice(0, 64),
    create: (resource, headers) => write({ method: 'POST', url: resource.resourceType, headers: withBody(headers), body: JSON.stringify(tagged(resource)) }, [], [resource.resourceType]),
    createRaw: (type, body, headers) => write({ method: 'POST', url: type, headers: withBody(headers), body }, [], [type]),
    update(resource, { headers = {}, query, url, versionId = resource.meta?.versionId } = {}) {
      const { resourceType } = resource;
      const reference = localReference(resource);
      const target = url ?? (query === undefined ? (reference ?? resourceType) : `${resourceType}?${query}`);
      const body = JSON.stringify(tagged(resource));
      const put = (more: Record<string, string>) => write({ method: 'PUT', url: target, headers: withBody(more), body }, reference === undefined ? [] : [reference], query === undefined ? [] : [resourceType]);
      return change(target, headers, put, versionId);
    },
    updateRaw: (reference, body, headers, versionId) => change(reference, headers, (more) => write({ method: 'PUT', url: reference, headers: withBody(more), body }, [reference], []), versionId),
    patch(reference, operations, headers) {
      const body = JSON.stringify(operations);
      return change(reference, { 'Content-Type': 'application/json-patch+json', ...headers }, (more) => write({ method: 'PATCH', url: reference, headers: more, body }, [], []));
    },
    remove: (reference, headers = {}) => change(reference, headers, (more) => send({ method: 'DELETE', url: reference, ...(Object.keys(more).length === 0 ? {} : { headers: more }) })),
    bundle(bundle) {
      const entry = (bundle.entry ?? []).map((row): BundleEntry => (row.resource === undefined ? row : { fullUrl: fullUrlOf(row, base, () => (count += 1)), ...row, resource: tagged(row.resource) }));
      const puts = entry.flatMap(({ request }) => (request?.method === 'PUT' && !request.url.includes('?') ? [request.url] : []));
      const posts = [...new Set(entry.flatMap(({ request }) => (request?.method === 'POST' || request?.url.includes('?') === true ? [request.url.split('?')[0] as string] : [])))];
      return write({ method: 'POST', url: '', headers: withBody(undefined), body: JSON.stringify({ ...bundle, entry }) }, puts, posts);
    },
  };
}

/**
 * "fullUrl SHALL have a value except that it can be empty on a POST": where a server checks what it is sent, it misses one there too.
 * https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl
 */
function fullUrlOf({ request }: BundleEntry, base: string, next: () => number): string {
  if (request?.method === 'PUT' && !request.url.includes('?')) return `${base}/${request.url}`;
  return `urn:uuid:5c007000-0000-4000-8000-${String(next()).padStart(12, '0')}`;
}

/** The resources that an answer says were made: its Location, its body, the locations of a transaction's entries. */
export function madeBy(exchange: Exchange, base: string): string[] {
  if (!succeeded(exchange)) return [];
  const made = new Set<string>();
  const location = exchange.response?.headers['location'] ?? exchange.response?.headers['content-location'];
  const type = exchange.request.url.slice(base.length + 1).split(/[/?]/, 1)[0] ?? '';
  const add = (text: string | undefined) => {
    const reference = text === undefined ? undefined : referenceOf(text, base, type);
    if (reference !== undefined) made.add(reference);
  };
  const body = resourceOf(exchange);
  // A server may name the answer to a transaction itself (HAPI does), though nothing of that name is kept.
  const isTransaction = exchange.request.method === 'POST' && exchange.request.url.replace(/\/$/, '') === base;
  if (!isTransaction) add(location);
  if (body !== undefined && isBundle(body) && isTransaction) for (const { response } of body.entry ?? []) add(response?.location);
  else if (body !== undefined && body.resourceType !== 'OperationOutcome' && exchange.request.method !== 'GET') add(localReference(body));
  return [...made];
}

/**
 * `Type/id` of a Location such as `http://server/fhir/Patient/1/_history/1`, whatever host a proxy writes into it. Where it is no address
 * of the server's at all, its end still says the id of what was asked for: what is known to be made can be used and removed.
 */
function referenceOf(location: string, base: string, type: string): string | undefined {
  const path = (location.startsWith(base) ? location.slice(base.length + 1) : location).replace(/^\//, '').replace(/[?#].*$/, '');
  const target = parseReference(path);
  if (target.type !== undefined) return `${target.type}/${target.id}`;
  const id = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?\/?$/.exec(path);
  return id?.[1] === type ? `${type}/${id[2]}` : undefined;
}
