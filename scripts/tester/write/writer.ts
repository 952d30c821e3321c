/**
 * The only way in which a run writes to a server: every resource gets the run's tag, every request is in the journal before it is sent, and
 * what is not the run's own is neither changed nor deleted, whatever the server says that it has made.
 */
import { createHash } from 'node:crypto';
import { isBundle, localReference, type Bundle, type BundleEntry, type Coding, type Resource } from '../../core/fhir';
import type { FhirVersionRecord } from '../../core/fhir-version';
import { counted } from '../../core/grammar';
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { parseReference } from '../../search/reference-target';
import { answerInWords, isGone, resourceOf, succeeded } from '../answer';
import { entriesOf, type SearchAnswer } from '../gather/search-answer';
import { UNCACHED, type ClientRequest } from '../http/client';
import { noData } from '../judge/judgements';
import { isJustMade } from './empty';
import { inVersion } from './in-version';
import { StepFailed } from '../step-failed';
import type { Judgement } from '../test-case';
import type { Journal } from './journal';
import { existedBefore, namedAsMade } from './newness';
import { hasOwnId, isOwn, isReference, ownPrefix, type RunTag } from './own';
import type { CriteriaChange } from './rehearsal';
import { versionAware, versionIn } from './version-aware';

export interface Writer {
  readonly tag: RunTag;
  /** Where it sends; in its answers a server may call itself otherwise. */
  readonly base: string;
  /** An id for an update-as-create that no one else uses. */
  readonly newId: (hint: string) => string;
  /** A resource of our own, written as R4, as the server's version has it. */
  readonly inVersion: (resource: Resource) => Resource;
  /** The resource with the run's tag. */
  tagged(resource: Resource): Resource;
  create(resource: Resource, headers?: Record<string, string>): Promise<Exchange>;
  /** A body of any kind, posted to a type: for tests of what a server has to refuse. */
  createRaw(type: string, body: string, headers?: Record<string, string>): Promise<Exchange>;
  /** Notes that what came of a body which held nothing is the run's own, and to be removed; false where that is not certain, and it stays. */
  adoptEmpty(created: Exchange, reference: string): Promise<boolean>;
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

const CHANGES: readonly string[] = ['PUT', 'PATCH', 'DELETE'];
const JSON_TYPE = 'application/fhir+json';

export interface WriterOptions {
  journal: Journal;
  base: string;
  /** The server's version. */
  version: FhirVersionRecord;
  /** `Type/id` of what was seen to be the run's own, and of what a create was answered with though it was there before; both grow. */
  own: Set<string>;
  foreign: Set<string>;
  /** What a search by the criteria of a conditional interaction finds. */
  matches: (type: string, query: string) => Promise<SearchAnswer>;
  /** What speaks against changes of a type by criteria. */
  against: (change: CriteriaChange, type: string) => Promise<Judgement | undefined>;
  /** Part of the run that writes: ids are counted for each, so that they do not depend on what runs at the same time. */
  scope: string;
  /** Whether the server declares that updates of the type have to name the version which they replace. */
  demandsVersion: (type: string) => boolean;
}

/** A writer that sends through `send`. */
export function createWriter({ journal, base, scope, version, own, foreign, matches, against, demandsVersion }: WriterOptions, send: (request: ClientRequest) => Promise<Exchange>): Writer {
  const { tag } = journal.header;
  const part = createHash('sha256').update(scope).digest('hex').slice(0, 6);
  let count = 0;
  const seen = new Set<string>();
  const tagged = (resource: Resource): Resource => {
    const held: unknown = resource.meta?.tag;
    const tags = (Array.isArray(held) ? (held as (Coding | null)[]) : []).filter((one): one is Coding => one?.system !== tag.system && one !== null);
    return { ...resource, meta: { ...resource.meta, tag: [...tags, tag] } };
  };
  const write = async (request: ClientRequest, references: string[], types: string[]): Promise<Exchange> => {
    const n = journal.nextWrite();
    journal.add({ kind: 'write', n, method: request.method, url: request.url, references, types });
    const exchange = await send(request);
    const made = madeBy(exchange, base).filter((reference) => !references.includes(reference));
    for (const reference of made) journal.add({ kind: 'made', reference });
    if (exchange.response !== undefined) journal.add({ kind: 'answered', n });
    const doubtful = request.method === 'POST' ? made.filter((reference) => !seen.has(reference) && !hasOwnId(reference, tag)) : [];
    for (const named of namedAsMade(exchange, doubtful)) {
      if (!(await existedBefore(named, send))) continue;
      foreign.add(named.reference);
      journal.add({ kind: 'foreign', reference: named.reference });
    }
    for (const reference of made) seen.add(reference);
    return exchange;
  };
  const refuse = (method: string, url: string, why: string): never => {
    throw new KnownError('not-ours', `${method} ${url} was not sent: ${why}`, 'A run changes and deletes nothing but what it has made itself.');
  };
  /** @throws KnownError `not-ours` */
  const assertOwn = async (method: string, reference: string): Promise<void> => {
    if (!isReference(reference)) refuse(method, reference, 'that is no address of a resource.');
    if (foreign.has(reference)) refuse(method, reference, `the server has answered a create with ${reference}, which was there before.`);
    if (hasOwnId(reference, tag) || own.has(reference)) return;
    const read = await send({ method: 'GET', url: reference, headers: UNCACHED });
    if (isGone(read)) return;
    const resource = succeeded(read) ? resourceOf(read) : undefined;
    if (resource === undefined) refuse(method, reference, `${reference} cannot be read, so that nobody knows whose it is: ${answerInWords(read)}.`);
    else if (!isOwn(resource, reference, tag)) refuse(method, reference, `what is read there does not carry the tag of this run, so it is somebody else's.`);
    own.add(reference);
  };
  /** Criteria that a server passes over in searches it may pass over in changes, too. @throws KnownError `not-ours` @throws StepFailed */
  const assertOwnCriteria = async (method: string, type: string, query: string): Promise<void> => {
    const judgement = await against(method === 'DELETE' ? 'delete' : 'update', type);
    if (judgement !== undefined) throw new StepFailed(judgement);
    const found = await matches(type, query);
    const url = `${type}?${query}`;
    if (found.trouble !== undefined) return refuse(method, url, `a search by these criteria is answered by ${found.trouble.says}.`);
    const others = found.matches.filter((resource) => !isOwn(resource, localReference(resource) ?? '', tag) || foreign.has(localReference(resource) ?? '')).length;
    if (others > 0) refuse(method, url, `a search by these criteria finds ${counted(others, 'resource')} that ${others === 1 ? 'is' : 'are'} not this run's.`);
    if (found.unfinished !== undefined) throw new StepFailed(noData(`${method} ${url} was not sent: what meets its criteria is not known to the end (${found.unfinished}).`, found.first));
  };
  const assertMay = (method: string, target: string): Promise<void> => {
    const [type = '', query] = target.split(/\?(.*)/s);
    return query === undefined ? assertOwn(method, target) : assertOwnCriteria(method, type, query);
  };
  /** A change of `Type/id`; what its version is, is read where the caller does not know it. */
  const change = async (method: string, reference: string, headers: Record<string, string>, sendWith: (headers: Record<string, string>) => Promise<Exchange>, versionId?: string): Promise<Exchange> => {
    await assertMay(method, reference);
    return versionAware({
      headers,
      demanded: demandsVersion(reference.split(/[/?]/, 1)[0] ?? ''),
      versionId: async () => versionId ?? (!reference.includes('?') ? versionIn(await send({ method: 'GET', url: reference, headers: UNCACHED })) : undefined),
      send: sendWith,
    });
  };
  const withBody = (headers: Record<string, string> | undefined) => ({ 'Content-Type': JSON_TYPE, ...headers });
  return {
    tag,
    base,
    inVersion: (resource) => inVersion([resource], version)[0] ?? resource,
    tagged,
    newId: (hint) => `${ownPrefix(tag)}${part}-${(count += 1)}-${hint}`.replace(/[^A-Za-z0-9\-.]/g, '-').slice(0, 64),
    create: (resource, headers) => write({ method: 'POST', url: resource.resourceType, headers: withBody(headers), body: JSON.stringify(tagged(resource)) }, [], [resource.resourceType]),
    createRaw: (type, body, headers) => write({ method: 'POST', url: type, headers: withBody(headers), body }, [], [type]),
    async adoptEmpty(created, reference) {
      if (foreign.has(reference) || !isJustMade(created, reference, await send({ method: 'GET', url: reference, headers: UNCACHED }))) return false;
      journal.add({ kind: 'empty', reference });
      return true;
    },
    update(resource, { headers = {}, query, url, versionId = resource.meta?.versionId } = {}) {
      const { resourceType } = resource;
      const reference = localReference(resource);
      const target = url ?? (query === undefined ? (reference ?? resourceType) : `${resourceType}?${query}`);
      const body = JSON.stringify(tagged(resource));
      const put = (more: Record<string, string>) => write({ method: 'PUT', url: target, headers: withBody(more), body }, reference === undefined ? [] : [reference], [resourceType]);
      return change('PUT', target, headers, put, versionId);
    },
    updateRaw: (reference, body, headers, versionId) => change('PUT', reference, headers, (more) => write({ method: 'PUT', url: reference, headers: withBody(more), body }, [reference], []), versionId),
    patch(reference, operations, headers) {
      const body = JSON.stringify(operations);
      return change('PATCH', reference, { 'Content-Type': 'application/json-patch+json', ...headers }, (more) => write({ method: 'PATCH', url: reference, headers: more, body }, [], []));
    },
    remove: (reference, headers = {}) => change('DELETE', reference, headers, (more) => send({ method: 'DELETE', url: reference, ...(Object.keys(more).length === 0 ? {} : { headers: more }) })),
    async bundle(bundle) {
      for (const { request } of bundle.entry ?? []) if (request !== undefined && CHANGES.includes(request.method)) await assertMay(request.method, request.url);
      const entry = (bundle.entry ?? []).map((row): BundleEntry => (row.resource === undefined ? row : { fullUrl: fullUrlOf(row, base, () => (count += 1)), ...row, resource: tagged(row.resource) }));
      const puts = entry.flatMap(({ request }) => (request?.method === 'PUT' && !request.url.includes('?') ? [request.url] : []));
      const posts = [...new Set(entry.flatMap(({ request }) => (request?.method === 'POST' || request?.url.includes('?') === true ? [request.url.split('?')[0] as string] : [])))];
      // A server that does not know transactions may keep the Bundle itself.
      return write({ method: 'POST', url: '', headers: withBody(undefined), body: JSON.stringify({ ...tagged(bundle), ...(entry.length === 0 ? {} : { entry }) }) }, puts, [...posts, 'Bundle']);
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
    if (reference !== undefined && isReference(reference)) made.add(reference);
  };
  const body = resourceOf(exchange);
  // A server may name the answer to a transaction itself (HAPI does), though nothing of that name is kept.
  const isTransaction = exchange.request.method === 'POST' && exchange.request.url.replace(/\/$/, '') === base;
  if (!isTransaction || exchange.response?.status === 201) add(location);
  if (body !== undefined && isBundle(body) && isTransaction) for (const entry of entriesOf(body)) add(typeof entry.response?.location === 'string' ? entry.response.location : undefined);
  else if (body !== undefined && body.resourceType !== 'OperationOutcome' && exchange.request.method !== 'GET' && typeof body.id === 'string') add(localReference(body));
  return [...made];
}

/**
 * `Type/id` of a Location such as `http://server/fhir/Patient/1/_history/1`, whatever host a proxy writes into it. Where it is no address
 * of the server's at all, its end still says the id of what was asked for: what is known to be made can be used and removed.
 */
function referenceOf(location: string, base: string, type: string): string | undefined {
  // "Location = URI-reference": it may begin with the path. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2
  const root = new URL(base).pathname.replace(/\/$/, '');
  const path = [base, root].reduce((text, start) => (text.startsWith(`${start}/`) ? text.slice(start.length) : text), location).replace(/^\//, '').replace(/[?#].*$/, '');
  const target = parseReference(path);
  if (target.type !== undefined) return `${target.type}/${target.id}`;
  const id = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?\/?$/.exec(path);
  return id?.[1] === type ? `${type}/${id[2]}` : undefined;
}
