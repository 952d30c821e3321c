/** Definitions, data and behaviour in, a FHIR server out: a pure function from request to response over a store in memory. */
import { withArticle } from '../core/grammar';
import { isId, type Resource } from '../core/fhir';
import type { FhirVersionRecord } from '../core/fhir-version';
import { createSearchIndex } from '../search/search-index';
import { KnownError } from '../core/known-error';
import type { SearchDefinitions } from '../search/types';
import { accessOf, patientView, type AccessRules } from './access';
import { REFERENCE, type Behaviour } from './behaviour';
import { loadElementTable, type ElementTable } from '../formats/element-table';
import { findRoute } from './find-route';
import { preferencesOf } from './header-values';
import { negotiate } from './media-type';
import { createPageArchive } from './page-archive';
import { decodePairs, splitUrl, type Pairs } from './query-string';
import { Refusal } from './refusal';
import type { ServerRequest, ServerResponse } from './request';
import { respond, respondToError, sentAs, type Representation } from './respond';
import { ROUTES } from './routes';
import type { Limits, Route, Service } from './service';
import { createStore, type Store } from './store';

export interface FhirServerOptions {
  version: FhirVersionRecord;
  definitions: SearchDefinitions;
  /** Current when the server starts; those without an id get one. */
  resources?: Iterable<Resource>;
  clock: () => Date;
  newId: () => string;
  /** Path of the base URL, e.g. `/fhir`; empty for the root. */
  basePath: string;
  /** Absolute base URL until `rebase` says another: `listen` does. */
  base?: string;
  behaviour?: Behaviour;
  limits?: Partial<Limits>;
  readOnly?: boolean;
  cors?: boolean;
  /** Asks for a token with every request but that for the CapabilityStatement. */
  access?: AccessRules;
  /** Told of what is thrown but no refusal: a bug. */
  onBug?: (error: unknown) => void;
}

export interface FhirServer {
  /** Answers a request; never throws. */
  handle(request: ServerRequest): ServerResponse;
  readonly store: Store;
  /** Absolute base URL, no trailing slash. */
  readonly base: string;
  readonly basePath: string;
  readonly bodyLimit: number;
  /** Gives the server its address; references under the old one no longer count as its own. */
  rebase(origin: string): void;
  /** Adds a resource with the version it comes with. @throws KnownError `bad-data` for an unknown type or an illegal id */
  load(resource: Resource): void;
  /** What the types of its FHIR version are made of. */
  readonly elements: ElementTable;
}

const LIMITS: Limits = { pageSize: 50, maxPageSize: 1000, bodyLength: 32 * 1024 * 1024 };
/** How many answers are kept for their page links. */
const KEPT_LISTINGS = 500;

/** @example createFhirServer({ version: FHIR_VERSIONS.R4, definitions, clock: () => new Date(), newId: randomUUID, basePath: '/fhir' }).handle({ method: 'GET', url: '/fhir/metadata', headers: {} }) */
export function createFhirServer(options: FhirServerOptions): FhirServer {
  const behaviour = options.behaviour ?? REFERENCE;
  const limits = { ...LIMITS, ...options.limits };
  const basePath = options.basePath.replace(/\/+$/, '');
  const now = () => options.clock().toISOString();
  let base = options.base ?? `http://127.0.0.1${basePath}`;
  let store = createStore(createSearchIndex(options.definitions, base, [], { now: () => options.clock().getTime() }), behaviour);
  const service: Service = {
    version: options.version,
    definitions: options.definitions,
    elements: loadElementTable(options.version),
    behaviour,
    limits,
    archive: createPageArchive(KEPT_LISTINGS),
    routes: ROUTES.filter((route) => !(route.writes && options.readOnly === true)),
    readOnly: options.readOnly ?? false,
    cors: options.cors ?? false,
    ...(options.access === undefined ? {} : { access: options.access }),
    now,
    newId: options.newId,
    startedAt: now(),
    reportBug: options.onBug ?? (() => undefined),
    get base() {
      return base;
    },
    get store() {
      return store;
    },
  };
  const load = (resource: Resource) => {
    const { resourceType, id } = resource;
    if (service.elements.types[resourceType] === undefined) throw new KnownError('bad-data', `There is no resource type "${resourceType}" in FHIR ${options.version.name}.`);
    if (id !== undefined && !isId(id)) throw new KnownError('bad-data', `"${id}" is not a legal id of ${withArticle(resourceType)}.`, 'An id is 1 to 64 letters, digits, - and . characters.');
    store.restore(resource, id ?? options.newId(), now());
  };
  for (const resource of options.resources ?? []) load(resource);
  return {
    handle(request) {
      try {
        const { response, form } = handleOne(service, basePath, behaviour.request(request));
        return sentAs(service, request, behaviour.response(response, request), form);
      } catch (error) {
        // A planted fault met a request it cannot read, or what is asked for has no form in the format.
        return sentAs(service, request, refuse(service, request, error));
      }
    },
    get store() {
      return store;
    },
    get base() {
      return base;
    },
    basePath,
    bodyLimit: limits.bodyLength,
    rebase(origin) {
      const moved = `${origin}${basePath}`;
      if (moved === base) return;
      base = moved;
      store = store.movedTo(createSearchIndex(options.definitions, base, [], { now: () => options.clock().getTime() }));
    },
    load,
    elements: service.elements,
  };
}

/** The response in JSON, and the form in which it is to go out. */
function handleOne(service: Service, basePath: string, request: ServerRequest): { response: ServerResponse; form?: Representation } {
  const { path, query } = splitUrl(request.url);
  let form: Representation | undefined;
  try {
    const pairs = decodePairs(query);
    const format = lastOf(pairs, '_format');
    form = { ...negotiate(request.headers.accept, format, service.version, service.behaviour.formats()), pretty: lastOf(pairs, '_pretty') === 'true' };
    if (path !== basePath && !path.startsWith(`${basePath}/`)) throw new Refusal(404, 'not-found', `The FHIR base of this server is ${service.base}.`);
    if ((request.body?.length ?? 0) > service.limits.bodyLength) throw new Refusal(413, 'too-long', `The body is longer than ${service.limits.bodyLength} characters.`);
    const match = findRoute(service.routes, request.method, decodePath(path.slice(basePath.length)), (name) => service.elements.types[name] !== undefined);
    const answer = match.route.handler(seenBy(service, request, match.route), {
      method: request.method,
      type: match.type,
      id: match.id,
      versionId: match.versionId,
      target: match.target,
      query: pairs.filter(([name]) => !REPRESENTATION.includes(name)),
      representation: pairs.filter(([name, value]) => REPRESENTATION.includes(name) && value !== ''),
      headers: request.headers,
      preferences: preferencesOf(request.headers.prefer),
      body: request.body === undefined || request.body === '' ? {} : { text: request.body },
    });
    return { response: respond(service, request, answer, form), form };
  } catch (error) {
    // No row is for OPTIONS; what it asks is which methods there are.
    if (request.method === 'OPTIONS' && error instanceof Refusal && error.status === 405) return { response: { ...respondToError(service, request, error), status: 204, body: '' } };
    return { response: refuse(service, request, error, form), ...(form === undefined ? {} : { form }) };
  }
}

/**
 * The service as the sender of a request may see it.
 * @throws Refusal 401 without a valid token, 403 for a write with a token that reads only
 */
function seenBy(service: Service, request: ServerRequest, route: Route): Service {
  // The CapabilityStatement says how to authenticate, so it is there for everybody.
  if (service.access === undefined || route.path === '/metadata') return service;
  const access = service.behaviour.access(accessOf(service.access, request.headers.authorization), request);
  if (access === 'all') return service;
  if (access === 'none') throw new Refusal(401, 'security', 'A valid bearer token is needed.', { headers: { 'www-authenticate': 'Bearer' } });
  if (route.writes) throw new Refusal(403, 'security', 'A token bound to one patient does not write.');
  return patientView(service, access.patient);
}

function refuse(service: Service, request: ServerRequest, error: unknown, form?: Representation): ServerResponse {
  if (!(error instanceof Refusal)) service.reportBug(error);
  return respondToError(service, request, error, form);
}

/** Parameters of how an answer is written: https://hl7.org/fhir/R4/http.html#parameters */
const REPRESENTATION: readonly string[] = ['_format', '_pretty'];

function lastOf(pairs: Pairs, wanted: string): string | undefined {
  return pairs.findLast(([name, value]) => name === wanted && value !== '')?.[1];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refusal(400, 'value', `"${path}" is not percent-encoded UTF-8.`);
  }
}
