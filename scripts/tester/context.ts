/** What a running test may use: the server through a session of its own, what is declared, what is known of the data. */
import type { FhirVersionRecord } from '../core/fhir-version';
import type { Resource } from '../core/fhir';
import type { Exchange } from '../core/result';
import { parseQuery } from '../search/parse-query';
import { rulesOf } from '../search/query-rules';
import type { SearchDefinitions } from '../search/types';
import { resourceOf, succeeded } from './answer';
import type { DataValidation } from './data-validation';
import type { CrossCheck } from './dicomweb/cross-check/access';
import type { Declared } from './discovery/declared';
import type { HonestyLedger } from './honesty-ledger';
import { followPages } from './gather/follow-pages';
import { asForm, decodePairs, encodePairs, type Pair } from './gather/query';
import { entriesOf, linkOf, modeOf, searchAnswer, totalOf, type SearchAnswer } from './gather/search-answer';
import { isReadOnly, UNCACHED, type ClientRequest, type FhirClient } from './http/client';
import type { Knowledge } from './knowledge';
import type { Memory } from './memory';
import type { Judgement } from './test-case';
import type { Watch } from './watch';
import type { Journal } from './write/journal';
import { isOwn, isReference } from './write/own';
import { againstCriteria } from './write/rehearsal';
import { createWriter, type Writer, type WriterOptions } from './write/writer';

/** What all tests of a run share. */
export interface Target {
  readonly client: FhirClient;
  readonly version: FhirVersionRecord;
  readonly statement: Resource;
  readonly statementExchange: Exchange;
  readonly declared: Declared;
  readonly definitions: SearchDefinitions;
  readonly known: Knowledge;
  readonly access: AccessGiven;
  readonly limits: GatherLimits;
  /** Answers to plain searches of this run, shared between the tests that ask the same. */
  readonly memory: Memory;
  /** How this server takes searches: by GET, unless it refuses that. */
  readonly searching: {
    method: 'GET' | 'POST';
    /** It has given a next link. */
    pages?: boolean;
    /** The most matches that it has put on a page with a next link where more were asked for. */
    pageCap?: number;
  };
  /** Set in a run with a validator: what it says of the data, asked for once. */
  readonly validation?: () => Promise<DataValidation>;
  /** Set in a run that may ask the archives behind the endpoints. */
  readonly crossCheck?: CrossCheck;
  /** Looks at every answer of the run. */
  readonly watch: Watch;
  /** What searches show of the parameters that they use. */
  readonly ledger: HonestyLedger;
  /** What the searches of each test stand on, by test id: rules and parameters. */
  readonly grounds: Map<string, Set<string>>;
  /** Waits some milliseconds, as for a server to index; rejects when the run is stopped. A replay does not wait. */
  readonly pause: (ms: number) => Promise<void>;
  /** Set in a run with --write. */
  readonly writing?: Writing;
}

/** Pages that are read of what the criteria of a change meet, which are a few resources of the run's own; a server may put one on a page. */
const PAGES_OF_CRITERIA = 5;

/** What tests that write share. */
export interface Writing {
  readonly journal: Journal;
  /** `Type/id` of what was seen to be the run's own: it may be changed and deleted. */
  readonly own: Set<string>;
  /** `Type/id` of what a create was answered with, though it was there before: it is left alone. */
  readonly foreign: Set<string>;
  /** What changes by criteria were found to do where they can do no harm. */
  readonly rehearsed: Map<'update' | 'delete', Promise<Judgement | undefined>>;
  /** `Type/id` of what was sent with absolute references on the server's own base; a server may show them relative, and keep them otherwise. */
  readonly absolute: Set<string>;
  /** What was sent as the fixture at `Type/id`. */
  readonly sent: Map<string, Resource>;
}

/** The credentials that the caller has for the server. */
export interface AccessGiven {
  /** Requests carry some of the caller's. */
  readonly credentials: boolean;
  /** A second, lesser access: bound to one patient (`Patient/id`). */
  readonly patient?: { readonly reference: string; readonly headers: Record<string, string> };
}

export interface GatherLimits {
  /** Asked for with every search whose whole result is wanted. */
  readonly pageSize: number;
  readonly maxPages: number;
}

export interface AskedSearch {
  type: string;
  pairs: readonly Pair[];
  answer: SearchAnswer;
  /** True where the answer shows that each parameter had its effect. */
  used?: boolean;
  /** The search that the self link tells of, where it is another one than was carried out. */
  saidOtherwise?: string;
}

export interface SearchOptions {
  method?: 'GET' | 'POST';
  /** Whose compartment is searched, as `Patient/1`; all there is of the type where it is absent. https://hl7.org/fhir/R4/http.html#vsearch */
  within?: string;
  headers?: Record<string, string>;
  /** How many of the first parameters travel in the URL of a POST; the others are in its body. */
  inUrl?: number;
  /** Write the body of a POST as HTML forms do: a space as +, everything else that is reserved percent-encoded. */
  asForm?: boolean;
  /** Do not follow `next`. */
  firstPageOnly?: boolean;
  /** Add no `_count` of our own. */
  plain?: boolean;
  /** Ask again even if an answer is remembered. */
  fresh?: boolean;
  /** It is asked to know how to ask, and no ground of what the test says. */
  aside?: boolean;
  maxPages?: number;
}

export interface TestContext extends Target {
  /** Test id. */
  readonly scope: string;
  /** What this test sent and got, in order; remembered answers included. */
  readonly exchanges: readonly Exchange[];
  send(request: ClientRequest): Promise<Exchange>;
  /** A search with all its pages; what it brings is learnt. */
  search(type: string, pairs: readonly Pair[], options?: SearchOptions): Promise<SearchAnswer>;
  read(reference: string, options?: { fresh?: boolean }): Promise<Exchange>;
  /** Set in a run with --write. */
  readonly writer?: Writer;
}

/** A context for one test. */
export function openContext(target: Target, scope: string): TestContext {
  const exchanges: Exchange[] = [];
  const send = async (request: ClientRequest) => {
    // What a write changes, earlier answers no longer tell.
    if (!isReadOnly(request)) target.memory.clear();
    const exchange = await target.client.send(request, scope);
    target.watch.exchange(exchange);
    noteOwn(target, exchange);
    exchanges.push(exchange);
    return exchange;
  };
  /** Sends a request that changes nothing at most once in the run. */
  const once = async (request: ClientRequest, fresh: boolean): Promise<Exchange> => {
    const key = JSON.stringify([request.method, request.url, request.headers ?? {}, request.body ?? '']);
    const remembered = fresh ? undefined : target.memory.get(key);
    const pending = remembered ?? target.client.send(request, scope);
    if (remembered === undefined) {
      target.memory.set(key, pending);
      pending.then((exchange) => target.watch.exchange(exchange), () => undefined);
    }
    const exchange = await pending;
    noteOwn(target, exchange);
    exchanges.push(exchange);
    return exchange;
  };
  const { writing } = target;
  const matches = async (type: string, query: string) => {
    const first = await send(searchRequest(type, decodePairs(query), { method: target.searching.method }));
    const { exchanges: pages, unfinished } = await followPages(first, (url) => send({ method: 'GET', url, headers: UNCACHED }), target.client.base, PAGES_OF_CRITERIA);
    return searchAnswer(type, pages, unfinished);
  };
  const context: TestContext = {
    ...target,
    scope,
    exchanges,
    send,
    async search(type, pairs, options = {}) {
      const asked = options.plain === true || pairs.some(([name]) => name === '_count') ? pairs : [...pairs, ['_count', String(target.limits.pageSize)] as const];
      const fresh = options.fresh === true;
      if (options.aside !== true) noteGrounds(target, scope, type, pairs);
      const first = await once(searchRequest(type, asked, { method: target.searching.method, ...options }), fresh);
      const get = (url: string) => once({ method: 'GET', url, headers: UNCACHED }, fresh);
      const followed =
        options.firstPageOnly === true ? { exchanges: [first] as [Exchange] } : await followPages(first, get, target.client.base, options.maxPages ?? target.limits.maxPages);
      const answer = searchAnswer(type, followed.exchanges, 'unfinished' in followed ? followed.unfinished : undefined);
      // What was asked for in part is no resource to know, also where a server leaves out the tag that says so.
      if (!pairs.some(([name]) => PARTIAL.has(name))) target.known.learn([...answer.matches, ...answer.includes]);
      noteCap(target.searching, asked, answer);
      target.watch.search({ type, pairs: asked, answer });
      return answer;
    },
    async read(reference, options = {}) {
      const exchange = await once({ method: 'GET', url: reference, headers: UNCACHED }, options.fresh === true);
      return exchange;
    },
  };
  if (writing === undefined) return context;
  const writerWith = (part: string, against: WriterOptions['against']) => createWriter({
    ...writing, matches, against, base: target.client.base, version: target.version, scope: part, demandsVersion: (type) => target.declared.types.get(type)?.versioning === 'versioned-update',
  }, send);
  // Few tests change anything by criteria.
  let rehearsing: Writer | undefined;
  const against: WriterOptions['against'] = (change, type) => againstCriteria(context, (rehearsing ??= writerWith(`${scope} rehearsal`, () => Promise.resolve(undefined))), change, type);
  return { ...context, writer: writerWith(scope, against) };
}

/** What is read and is the run's own may be changed and deleted. */
function noteOwn({ writing, client }: Target, exchange: Exchange): void {
  if (writing === undefined || exchange.request.method !== 'GET' || !succeeded(exchange)) return;
  const reference = exchange.request.url.slice(client.base.length + 1);
  if (!isReference(reference) || writing.own.has(reference)) return;
  const resource = resourceOf(exchange);
  if (resource !== undefined && isOwn(resource, reference, writing.journal.header.tag)) writing.own.add(reference);
}

/**
 * A page that goes on though it has fewer matches than were asked for is as full as the server makes one; so is one that does not go on, where all of a type was asked for
 * and by its own total it has not all ("the total number of entries of type 'match' across all pages": https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.total).
 */
function noteCap(searching: Target['searching'], asked: readonly Pair[], { type, pages }: SearchAnswer): void {
  const count = Number(asked.find(([name]) => name === '_count')?.[1] ?? NaN);
  for (const { bundle } of pages) {
    const goesOn = linkOf(bundle, 'next') !== undefined;
    if (goesOn) searching.pages = true;
    const matches = entriesOf(bundle).filter((entry) => modeOf(entry, type) === 'match').length;
    const cutShort = pages.length === 1 && asked.length === 1 && matches > 0 && (totalOf(bundle) ?? 0) > matches;
    if (matches < count && (goesOn || cutShort)) searching.pageCap = Math.max(searching.pageCap ?? 0, matches);
  }
}

/** Narrowing to known resources, or to the patient that a server demands, is the tester's own, and no ground of what a test says. */
function noteGrounds({ grounds, definitions, client, known }: Target, scope: string, type: string, pairs: readonly Pair[]): void {
  const demanded = known.completeness(type).demands?.parameter;
  const own = pairs.length > 1 ? pairs.filter(([name]) => name !== '_id' && name !== demanded) : pairs;
  const query = parseQuery(definitions, type, own, { base: client.base });
  const stands = grounds.get(scope) ?? new Set<string>();
  grounds.set(scope, stands);
  for (const rule of rulesOf(query)) stands.add(`rule:${rule}`);
  // What every resource has is made once for all types: where it is wrong, that is one cause.
  for (const { definition } of [...query.criteria, ...query.sort]) stands.add(definition.code.startsWith('_') ? `parameter:${definition.code}` : `parameter:${type}.${definition.code}`);
}

/** Parameters that ask for parts of resources: https://hl7.org/fhir/R4/search.html#summary */
const PARTIAL: ReadonlySet<string> = new Set(['_summary', '_elements']);

/** The request of a search by GET, or by POST with the parameters in the body. */
export function searchRequest(type: string, pairs: readonly Pair[], options: SearchOptions = {}): ClientRequest {
  const headers = { ...UNCACHED, ...options.headers };
  const path = options.within === undefined ? type : `${options.within}/${type}`;
  if (options.method === 'POST') {
    const inUrl = options.inUrl ?? 0;
    const query = inUrl === 0 ? '' : `?${encodePairs(pairs.slice(0, inUrl))}`;
    return { method: 'POST', url: `${path}/_search${query}`, headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' }, body: options.asForm === true ? asForm(pairs.slice(inUrl)) : encodePairs(pairs.slice(inUrl)) };
  }
  return { method: 'GET', url: pairs.length === 0 ? path : `${path}?${encodePairs(pairs)}`, headers };
}
