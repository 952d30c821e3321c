/** Reading single resources: read, vread, their headers, what is not there, HEAD. https://hl7.org/fhir/R4/http.html#read */
import { withArticle } from '../../../core/grammar';
import { localReference, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, bodyOf, denied, isGone, outcomeOf, refused, resourceOf, succeeded } from '../../answer';
import { NO_SUCH_ID } from '../../choose/values';
import type { TestContext } from '../../context';
import { entityTag } from '../../entity-tag';
import { readableQuery, type Pair } from '../../gather/query';
import { UNCACHED } from '../../http/client';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { copyFault } from '../../judge/same-copy';
import type { RequirementKey } from '../../requirements';
import type { Judgement, Need, TestCase } from '../../test-case';
import { lookUntil } from '../../write/look-until';
import { conditional, conditionalSince } from './conditional';
import { acceptList, formatJson, notAcceptable } from './formats';
import { some } from './steps';
import { COMPANION_PARAMETERS } from '../search/table';

const TYPES = [FOCUS, ...Object.keys(COMPANION_PARAMETERS)];

interface ReadCheck {
  id: string;
  title: string;
  requirement: RequirementKey;
  also?: readonly RequirementKey[];
  interaction: string;
  run(context: TestContext, type: string): Promise<Judgement>;
}

const CHECKS: readonly ReadCheck[] = [
  { id: 'read', title: 'a read returns the resource that was asked for', requirement: 'read', interaction: 'read', run: reads },
  { id: 'currency', title: 'a search returns what a read does', requirement: 'search-currency', also: ['read'], interaction: 'read', run: currency },
  { id: 'etag', title: 'a read has the version in its ETag', requirement: 'read-etag', interaction: 'read', run: etag },
  { id: 'last-modified', title: 'a read has the time of change in Last-Modified', requirement: 'read-last-modified', interaction: 'read', run: lastModified },
  { id: 'vread', title: 'a vread returns that version', requirement: 'vread', interaction: 'vread', run: vread },
  { id: 'not-found', title: 'an id that does not exist is 404', requirement: 'status-not-found', interaction: 'read', run: notFound },
];

/** Everything is checked on the focus; of the other types the reading itself. */
const FOR_COMPANIONS = new Set(['read', 'currency', 'not-found']);

export const READ_TESTS: readonly TestCase[] = [
  ...TYPES.flatMap((type) =>
    CHECKS.filter(({ id }) => type === FOCUS || FOR_COMPANIONS.has(id)).map((check): TestCase => ({
      id: `read.${type.toLowerCase()}.${check.id}`,
      title: `${type}: ${check.title}`,
      group: 'read',
      resourceType: type,
      requirement: check.requirement,
      ...(check.also === undefined ? {} : { also: check.also }),
      needs: [{ kind: 'interaction', type, interaction: check.interaction }],
      tags: [check.interaction],
      run: (context) => check.run(context, type),
    })),
  ),
  single('head', 'HEAD answers as GET does, without a body', 'head', head),
  { ...single('head-search', 'HEAD of a search answers as GET does, without a body', 'head', headSearch), needs: [{ kind: 'interaction', type: FOCUS, interaction: 'search-type' }] },
  single('conditional', 'If-None-Match with the current version is answered by 304, with another in full', 'conditional-read', conditional),
  single('conditional-since', 'If-Modified-Since with the time of the last change is answered by 304', 'conditional-read', conditionalSince),
  single('format-json', '_format=json overrides the Accept header', 'format-parameter', formatJson),
  single('not-acceptable', 'an Accept that no server can serve is not answered as if it could', 'content-type', notAcceptable),
  single('accept-list', 'of several types in the Accept header, one that the server has is answered', 'content-negotiation', acceptList),
  {
    id: 'read.unknown-type',
    title: 'A type that does not exist is 404',
    group: 'error',
    requirement: 'unknown-type',
    needs: [],
    run: async (context) => {
      const exchange = await context.send({ method: 'GET', url: 'ScoutNoSuchType' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (exchange.response.status === 404) return pass('GET ScoutNoSuchType is answered by 404.', exchange);
      if (refused(exchange)) return info(`GET ScoutNoSuchType is answered by ${answerInWords(exchange)}; 404 is the code for it.`, exchange);
      return fail(`GET ScoutNoSuchType is answered by ${answerInWords(exchange)}, though there is no such type.`, exchange);
    },
  },
];

function single(id: string, title: string, requirement: RequirementKey, run: (context: TestContext, type: string) => Promise<Judgement>): TestCase {
  const needs: Need[] = [{ kind: 'interaction', type: FOCUS, interaction: 'read' }];
  return { id: `read.${FOCUS.toLowerCase()}.${id}`, title: `${FOCUS}: ${title}`, group: 'read', resourceType: FOCUS, requirement, needs, tags: ['read'], run: (context) => run(context, FOCUS) };
}

/** Judges each of the first resources; the worst counts. */
async function eachOf(context: TestContext, type: string, judge: (exchange: Exchange, reference: string, resource: Resource) => Judgement, good: string): Promise<Judgement> {
  const known = some(context, type);
  if (known.length === 0) return noData(`Needed: ${withArticle(type)}.`);
  const exchanges = await Promise.all(known.map(({ reference }) => context.read(reference)));
  const judged = exchanges.map((exchange, i) => {
    const { reference, resource } = known[i] as { reference: string; resource: Resource };
    return exchange.response === undefined ? failedToAsk(`GET ${reference}: ${answerInWords(exchange)}.`, exchange) : judge(exchange, reference, resource);
  });
  const bad = (['fail', 'error', 'warn', 'info'] as const).flatMap((verdict) => judged.filter((judgement) => judgement.verdict === verdict))[0];
  return bad ?? pass(good, exchanges[0]);
}

function reads(context: TestContext, type: string): Promise<Judgement> {
  return eachOf(context, type, (exchange, reference) => judgeRead(exchange, reference), `Reading ${type} resources returns them.`);
}

function judgeRead(exchange: Exchange, reference: string): Judgement {
  if (!succeeded(exchange)) return fail(`${reference} was found by a search, but GET ${reference} is answered by ${answerInWords(exchange)}.`, exchange);
  const resource = resourceOf(exchange);
  if (resource === undefined) return fail(`GET ${reference} returns no resource: ${bodyOf(exchange).problem ?? 'the JSON has no resourceType'}.`, exchange);
  if (localReference(resource) !== reference) return fail(`GET ${reference} returns ${localReference(resource) ?? `${withArticle(resource.resourceType)} without id`}.`, exchange);
  return pass('', exchange);
}

/** The same version found by search and by read has the same content; another version means that search lags behind. */
async function currency(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type);
  if (known.length === 0) return noData(`Needed: ${withArticle(type)}.`);
  if (!context.declared.interaction(type, 'search-type')) return notDeclared(`The server does not declare search-type on ${type}.`);
  const compare = async (references: readonly string[], fresh: boolean) => {
    const pairs: Pair[] = [['_id', references.map((reference) => reference.slice(type.length + 1)).join(',')]];
    const [answer, reads] = [await context.search(type, pairs, { fresh }), await Promise.all(references.map((reference) => context.read(reference, { fresh })))];
    const found = new Map(answer.matches.map((resource) => [localReference(resource), resource]));
    return references.map((reference, i): Judgement & { reference: string } => {
      const [shown, read] = [found.get(reference), reads[i] as Exchange];
      const current = succeeded(read) ? resourceOf(read) : undefined;
      if (shown === undefined || current === undefined) return { ...noData(`${reference} could not be compared.`, read), reference };
      const fault = copyFault(shown, current, context.known.index.base);
      if (fault === undefined) return { ...pass(`Search and read return the same ${reference}.`, read), reference };
      // Where the search shows what is newer, it is the read that is behind.
      const behind = isNewer(shown, current) ? { requirement: 'read' as const } : {};
      return { ...(fault.verdict === 'fail' ? fail : warn)(`${readableQuery(type, pairs)} ${fault.says}.`, answer.first), ...behind, reference };
    });
  };
  let judged = await compare(known.map(({ reference }) => reference), false);
  // Whether several ids can be joined is not what the test is about.
  for (const { reference } of judged.every(({ verdict }) => verdict === 'no-data') ? known : []) judged = [...judged, ...(await compare([reference], false))];
  const worst = (['fail', 'warn', 'pass'] as const).flatMap((verdict) => judged.filter((judgement) => judgement.verdict === verdict))[0];
  if (worst === undefined) return noData(`No ${type} could be both searched and read.`);
  if (worst.verdict === 'pass') return worst;
  // Between the two requests the resource may have changed, and a search may see that some seconds later.
  return lookUntil(async () => (await compare([worst.reference], true))[0] ?? worst, ({ verdict }) => verdict !== 'fail', context.pause);
}

/** By the time of change, or where that is the same by the number of the version; other version ids have no order. */
function isNewer({ meta: one }: Resource, { meta: other }: Resource): boolean {
  const later = Date.parse(one?.lastUpdated ?? '') - Date.parse(other?.lastUpdated ?? '');
  if (!Number.isNaN(later) && later !== 0) return later > 0;
  return Number(one?.versionId) > Number(other?.versionId);
}

function etag(context: TestContext, type: string): Promise<Judgement> {
  const versioning = context.declared.types.get(type)?.versioning;
  return eachOf(context, type, (exchange, reference) => {
    const resource = resourceOf(exchange);
    const header = exchange.response?.headers['etag'];
    const versionId = resource?.meta?.versionId;
    // "Servers SHOULD return an ETag header with the versionId of the resource (if versioning is supported)"
    if (header === undefined && versioning === 'no-version') return info(`GET ${reference} has no ETag; the server declares no versioning.`, exchange);
    if (header === undefined && versioning === undefined && versionId === undefined) return info(`GET ${reference} has no ETag and no meta.versionId; the server does not say that it keeps versions.`, exchange);
    if (header === undefined) return warn(`GET ${reference} has no ETag.`, exchange);
    const stated = entityTag(header);
    if (stated === undefined) return fail(`GET ${reference} has the ETag ${header}, which is not in quotes.`, exchange);
    // Without versions it is an entity tag as HTTP has them, mostly of the web framework's making: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
    if (versioning === 'no-version' || (versioning === undefined && versionId === undefined)) return info(`GET ${reference} has the ETag ${header}; the server does not say that it keeps versions, so it need not name one.`, exchange);
    if (versionId === undefined) return info(`GET ${reference} has the ETag ${header} and no meta.versionId to compare it with.`, exchange);
    if (stated.tag !== versionId) return fail(`GET ${reference} has the ETag ${header}, but its meta.versionId is "${versionId}".`, exchange);
    if (!stated.weak) return warn(`GET ${reference} has the ETag ${header}; the version id is a weak tag and should begin with W/.`, exchange);
    return pass('', exchange);
  }, 'ETag and meta.versionId agree.');
}

/** A date as HTTP has it, in the form that is to be sent and in the two old ones: https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
const HTTP_DATE = /^[A-Z][a-z]+(, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT| [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

function lastModified(context: TestContext, type: string): Promise<Judgement> {
  return eachOf(context, type, (exchange, reference) => {
    const header = exchange.response?.headers['last-modified'];
    const updated = resourceOf(exchange)?.meta?.lastUpdated;
    if (header === undefined) return warn(`GET ${reference} has no Last-Modified.`, exchange);
    const at = Date.parse(header);
    if (!Number.isFinite(at)) return fail(`GET ${reference} has Last-Modified "${header}", which is no date.`, exchange);
    // The header has whole seconds, the element finer ones: rounding either way is right.
    if (updated !== undefined && Math.abs(at - Date.parse(updated)) > 1000) return fail(`GET ${reference} has Last-Modified "${header}", but its meta.lastUpdated is ${updated}.`, exchange);
    if (!HTTP_DATE.test(header)) return warn(`GET ${reference} has Last-Modified "${header}", which is no date of HTTP, such as "${new Date(at).toUTCString()}": what reads the header will not understand it.`, exchange);
    return pass('', exchange);
  }, 'Last-Modified and meta.lastUpdated agree.');
}

async function vread(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type).find(({ resource }) => resource.meta?.versionId !== undefined);
  if (known === undefined) return noData(`Needed: ${withArticle(type)} with meta.versionId.`);
  const versionId = known.resource.meta?.versionId ?? '';
  const exchange = await context.send({ method: 'GET', url: `${known.reference}/_history/${encodeURIComponent(versionId)}` });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const asked = `GET ${known.reference}/_history/${versionId}`;
  if (!succeeded(exchange)) {
    return { ...fail(`${asked} is answered by ${answerInWords(exchange)}, though vread is declared.`, exchange), requirement: isGone(exchange) ? 'vread' : 'capability-interaction' };
  }
  const resource = resourceOf(exchange);
  if (resource === undefined || localReference(resource) !== known.reference) return fail(`${asked} returns another resource.`, exchange);
  if (resource.meta?.versionId !== versionId) return fail(`${asked} returns version ${resource.meta?.versionId ?? '(none)'}.`, exchange);
  const missing = await context.send({ method: 'GET', url: `${known.reference}/_history/scout-0` });
  if (succeeded(missing)) return fail(`GET ${known.reference}/_history/scout-0 is answered by ${missing.response?.status}, though there is no such version.`, missing);
  return pass(`${asked} returns that version.`, exchange);
}

async function notFound(context: TestContext, type: string): Promise<Judgement> {
  const exchange = await context.send({ method: 'GET', url: `${type}/${NO_SUCH_ID}` });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const asked = `GET ${type}/${NO_SUCH_ID}`;
  if (response.status === 404) return outcomeOf(exchange) === undefined ? { ...warn(`${asked} is answered by 404 without an OperationOutcome.`, exchange), requirement: 'error-outcome' } : pass(`${asked} is answered by 404.`, exchange);
  // Who may not see everything may be refused before anything is looked up: https://hl7.org/fhir/R4/security.html#AccessDenied
  if (denied(exchange)) return info(`${asked} is answered by ${answerInWords(exchange)}: with the access given, what does not exist is not told from what may not be seen.`, exchange);
  return fail(`${asked} is answered by ${answerInWords(exchange)} instead of 404.`, exchange);
}

async function head(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const exchange = await context.send({ method: 'HEAD', url: known.reference });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (response.body !== '') return fail(`HEAD ${known.reference} returns a body.`, exchange);
  if (response.status === 405 || response.status === 501) return info(`HEAD is not supported (${response.status}).`, exchange);
  if (response.status !== 200) return fail(`HEAD ${known.reference} is answered by ${response.status}, GET by 200.`, exchange);
  // "The server SHOULD send the same header fields": https://www.rfc-editor.org/rfc/rfc9110#name-head
  const get = await context.read(known.reference);
  const lost = ['etag', 'last-modified', 'content-type'].find((name) => get.response?.headers[name] !== undefined && response.headers[name] === undefined);
  return lost === undefined ? pass(`HEAD ${known.reference} is answered as GET is.`, exchange) : warn(`HEAD ${known.reference} is answered without the header ${lost}, which GET has.`, exchange);
}

/** "Anywhere that a GET request can be used, a HEAD request is also allowed": https://hl7.org/fhir/R4/http.html#head */
async function headSearch(context: TestContext, type: string): Promise<Judgement> {
  // The search that brought the data: its answer is remembered.
  const url = `${type}?_count=${context.limits.pageSize}`;
  const get = (await context.search(type, [], { method: 'GET', firstPageOnly: true })).first;
  if (!succeeded(get)) return noData(`GET ${url} is answered by ${answerInWords(get)}.`, get);
  const exchange = await context.send({ method: 'HEAD', url, headers: UNCACHED });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (response.body !== '') return fail(`HEAD ${url} returns a body.`, exchange);
  if (response.status === 405 || response.status === 501) return info(`HEAD is not supported on searches (${response.status}).`, exchange);
  return response.status === get.response?.status ? pass(`HEAD ${url} is answered as GET is.`, exchange) : fail(`HEAD ${url} is answered by ${response.status}, GET by ${get.response?.status}; a server without HEAD says 405 or 501.`, exchange);
}
