/** XML where a server declares it: what asks for it gets it, and it says what JSON says. https://hl7.org/fhir/R4/xml.html */
import { withArticle } from '../../../core/grammar';
import { localReference, type Bundle, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, denied, outcomeOf, refused, resourceOf, succeeded } from '../../answer';
import { NO_SUCH_ID } from '../../choose/values';
import type { TestContext } from '../../context';
import { entriesOf } from '../../gather/search-answer';
import { UNCACHED } from '../../http/client';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { declaresXml, isXmlType, readXmlAnswer, XML_VERSIONS } from '../../xml-answer';

/** Resources that are read both ways. */
const READ = 3;
const ACCEPT_XML = { Accept: 'application/fhir+xml', ...UNCACHED };

const reading: readonly Need[] = [{ kind: 'interaction', type: FOCUS, interaction: 'read' }];

interface XmlTest {
  id: string;
  title: string;
  requirement: RequirementKey;
  also: readonly RequirementKey[];
  needs?: readonly Need[];
  run: (context: TestContext) => Promise<Judgement>;
}

function xmlTest({ id, title, requirement, also, needs = reading, run }: XmlTest): TestCase {
  return {
    id: `read.${FOCUS.toLowerCase()}.${id}`,
    title: `${FOCUS}: ${title}`,
    group: 'read',
    resourceType: FOCUS,
    requirement,
    also,
    needs,
    tags: ['read', 'xml'],
    versions: XML_VERSIONS,
    run: (context) => (declaresXml(context.declared) ? run(context) : Promise.resolve(notDeclared('XML is not among the declared formats.'))),
  };
}

export const XML_TESTS: readonly TestCase[] = [
  xmlTest({ id: 'xml', title: 'XML is answered where it is declared and Accept asks for it, and says what JSON says', requirement: 'xml-negotiation', also: ['xml-content'], run: byAccept }),
  xmlTest({ id: 'xml-format', title: '_format=xml is answered in XML, and overrides the Accept header', requirement: 'format-parameter', also: ['xml-negotiation', 'xml-content'], run: byFormat }),
  xmlTest({ id: 'xml-search', title: 'a search answered in XML says what it says in JSON', requirement: 'xml-content', also: ['xml-negotiation'], needs: [...reading, ...needsSearch(FOCUS, '_id')], run: search }),
  xmlTest({ id: 'xml-error', title: 'an error is told by an OperationOutcome, in XML or JSON, where XML is asked for', requirement: 'error-outcome', also: ['status-not-found'], run: error }),
  {
    id: 'capability.xml',
    title: 'The CapabilityStatement says in XML what it says in JSON',
    group: 'capability',
    requirement: 'xml-content',
    also: ['xml-negotiation'],
    needs: [],
    tags: ['xml'],
    versions: XML_VERSIONS,
    async run(context) {
      if (!declaresXml(context.declared)) return notDeclared('XML is not among the declared formats.');
      const exchange = await context.send({ method: 'GET', url: 'metadata', headers: ACCEPT_XML });
      const { response } = exchange;
      if (response !== undefined && response.body.length > LONG && isXmlType(response.headers['content-type']) === 'fhir') return judgeBeginning(exchange);
      // A statement may be made anew for each request, with a new date and id.
      const lasting = (statement: Resource): Resource => ({ ...statement, id: '', date: '', meta: {}, implementation: {} });
      return judgeXml(context, exchange, 'GET metadata with Accept: application/fhir+xml', (said) => firstDifference(lasting(said), lasting(context.statement), context.known.index.base));
    },
  },
];

/** Statements of half a megabyte are usual; to read one costs more than all other tests of XML together, and would show nothing that they do not. */
const LONG = 250_000;

function judgeBeginning(exchange: Exchange): Judgement {
  const begins = /^\s*(<\?xml[^>]*\?>)?\s*(<!--[^]*?-->\s*)*<(\w+:)?CapabilityStatement\b/.test(exchange.response?.body.slice(0, 2000) ?? '');
  return begins ? pass('The CapabilityStatement is answered in XML; it is long, so its beginning alone was looked at.', exchange) : { ...fail('GET metadata with Accept: application/fhir+xml is answered with what is no CapabilityStatement in XML.', exchange), requirement: 'xml-content' };
}

/** What is wrong with an answer that has to be XML; otherwise whether it says the same as JSON. */
function judgeXml(context: TestContext, exchange: Exchange, asked: string, differs: (said: Resource) => string | undefined): Judgement {
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const negotiation = (judgement: Judgement): Judgement => ({ ...judgement, requirement: 'xml-negotiation' });
  if (!succeeded(exchange)) return fail(`XML is declared, but ${asked} is answered by ${answerInWords(exchange)}.`, exchange);
  const { resource, problem } = readXmlAnswer(exchange, context.version);
  const stated = response.headers['content-type'];
  const type = isXmlType(stated);
  if (type === 'other') return negotiation(fail(`XML is declared, but ${asked} is answered ${stated === undefined ? 'without a Content-Type' : `with Content-Type "${stated}"`}.`, exchange));
  if (resource === undefined) return { ...fail(`${asked} is answered with what is no FHIR XML: ${problem}`.replace(/\.?$/, '.'), exchange), requirement: 'xml-content' };
  const difference = differs(resource);
  if (difference !== undefined) return { ...fail(`${asked} says something else than in JSON at ${difference}.`, exchange), requirement: 'xml-content' };
  if (type === 'general') return negotiation(warn(`${asked} is answered as "${stated ?? ''}"; the media type of FHIR in XML is application/fhir+xml.`, exchange));
  return pass(`${asked} is answered in XML, which says what JSON says.`, exchange);
}

/** A resource asked for in XML, judged against the same asked for in JSON; undefined where it changed in between. */
async function compared(context: TestContext, reference: string, request: { url: string; headers: Record<string, string> }, fresh = false): Promise<Judgement | undefined> {
  const json = await context.read(reference, { fresh });
  const current = resourceOf(json);
  if (!succeeded(json) || current === undefined) return undefined;
  const exchange = await context.send({ method: 'GET', ...request });
  const { resource } = readXmlAnswer(exchange, context.version);
  if (resource?.meta?.versionId !== undefined && current.meta?.versionId !== undefined && resource.meta.versionId !== current.meta.versionId) return fresh ? undefined : compared(context, reference, request, true);
  const how = request.headers['Accept'] === ACCEPT_XML.Accept ? ' with Accept: application/fhir+xml' : '';
  return judgeXml(context, exchange, `GET ${request.url}${how}`, (said) => firstDifference(said, current, context.known.index.base));
}

function references(context: TestContext): string[] {
  // Those with the most in them show most.
  const size = (resource: Resource) => JSON.stringify(resource).length;
  return [...context.known.index.all(FOCUS)].sort((a, b) => size(b) - size(a)).slice(0, READ).flatMap((resource) => localReference(resource) ?? []);
}

async function byAccept(context: TestContext): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const reference of references(context)) {
    const judgement = await compared(context, reference, { url: reference, headers: ACCEPT_XML });
    if (judgement !== undefined) judged.push(judgement);
  }
  return judged.find(({ verdict }) => verdict !== 'pass') ?? judged[0] ?? noData(`Needed: ${withArticle(FOCUS)} that can be read.`);
}

async function byFormat(context: TestContext): Promise<Judgement> {
  const [reference] = references(context);
  let last: Judgement | undefined;
  for (const format of ['xml', 'application/fhir+xml']) {
    if (reference === undefined) break;
    last = await compared(context, reference, { url: `${reference}?_format=${encodeURIComponent(format)}`, headers: { ...UNCACHED, Accept: 'application/fhir+json' } });
    // "servers SHOULD support the optional _format parameter": passed over, the header holds. https://hl7.org/fhir/R4/http.html#parameters
    if (last?.decisive !== undefined && passedOver(last.decisive)) return warn(`GET ${reference}?_format=${format} with Accept: application/fhir+json is answered ${succeeded(last.decisive) ? 'in JSON' : `by ${answerInWords(last.decisive)}`}: _format is passed over, which a server should support.`, last.decisive);
    if (last !== undefined && last.verdict !== 'pass') return last;
  }
  return last ?? noData(`Needed: ${withArticle(FOCUS)} that can be read.`);
}

/** The answer is the one that the Accept header asks for, or a refusal of the parameter. */
function passedOver(exchange: Exchange): boolean {
  return (succeeded(exchange) && resourceOf(exchange) !== undefined) || refused(exchange);
}

/** One resource by its id, so that order and pages make no difference. */
async function search(context: TestContext): Promise<Judgement> {
  const [reference] = references(context);
  if (reference === undefined) return noData(`Needed: ${withArticle(FOCUS)}.`);
  const pairs = [['_id', reference.slice(FOCUS.length + 1)]] as const;
  const json = await context.search(FOCUS, pairs, { fresh: true, plain: true });
  const match = json.matches.find((resource) => localReference(resource) === reference);
  if (match === undefined) return noData(`${FOCUS}?_id=${pairs[0][1]} does not find it.`, json.first);
  const url = `${FOCUS}?_id=${encodeURIComponent(pairs[0][1])}`;
  const exchange = await context.send(
    context.searching.method === 'GET'
      ? { method: 'GET', url, headers: ACCEPT_XML }
      : { method: 'POST', url: `${FOCUS}/_search`, headers: { ...ACCEPT_XML, 'Content-Type': 'application/x-www-form-urlencoded' }, body: url.slice(FOCUS.length + 1) },
  );
  return judgeXml(context, exchange, `${url} with Accept: application/fhir+xml`, (said) => {
    if (said.resourceType !== 'Bundle') return 'resourceType';
    const bundle = said as Bundle;
    if (bundle.type !== 'searchset') return 'Bundle.type';
    const found = entriesOf(bundle).filter(({ search: how }) => how?.mode !== 'outcome');
    const [entry] = found;
    if (found.length !== json.matches.length + json.includes.length || entry?.resource === undefined) return 'Bundle.entry';
    return firstDifference(entry.resource, match, context.known.index.base);
  });
}

async function error(context: TestContext): Promise<Judgement> {
  const asked = `GET ${FOCUS}/${NO_SUCH_ID} with Accept: application/fhir+xml`;
  const exchange = await context.send({ method: 'GET', url: `${FOCUS}/${NO_SUCH_ID}`, headers: ACCEPT_XML });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (denied(exchange)) return noData(`Needed: an error that is no denial; ${asked} is answered by ${answerInWords(exchange)}.`, exchange);
  if (response.status !== 404) return { ...fail(`${asked} is answered by ${answerInWords(exchange)} instead of 404.`, exchange), requirement: 'status-not-found' };
  const told = outcomeOf(exchange) ?? readXmlAnswer(exchange, context.version).resource;
  return told?.resourceType === 'OperationOutcome' ? pass(`${asked} is answered by 404 with an OperationOutcome.`, exchange) : warn(`${asked} is answered by 404 without an OperationOutcome.`, exchange);
}
