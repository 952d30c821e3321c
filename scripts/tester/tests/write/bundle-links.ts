/** Links between the entries of a transaction, wherever they stand and whatever their target comes from. https://hl7.org/fhir/R4/http.html#trules */
import type { Bundle, BundleEntry, Resource } from '../../../core/fhir';
import { inWords, isObject, valueAt } from '../../../core/json';
import { itemsOf } from '../../../search/json';
import { answerInWords, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { entriesIn } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, noData, pass } from '../../judge/judgements';
import { StepFailed } from '../../step-failed';
import type { Judgement, Need, TestCase } from '../../test-case';
import { without } from '../../without';
import { madeBy, type Writer } from '../../write/writer';
import { current, IDENTIFIER, ifMatch, made, mustBeRefused, patient, SEARCHABLE, searchableNow, study, undeclared, writeTest } from './steps';

const transaction: Need = { kind: 'system-interaction', interaction: 'transaction' };
const onPatient = (interaction: string): Need => ({ kind: 'interaction', type: 'Patient', interaction });
const URNS = ['urn:uuid:0f1c8d6e-5c55-4a4e-8f0e-6f9a1c0d7b01', 'urn:uuid:0f1c8d6e-5c55-4a4e-8f0e-6f9a1c0d7b02'] as const;
const EXTENSION = 'https://fhir-scout.org/test-link';

export const WRITE_BUNDLE_LINK_TESTS: readonly TestCase[] = [
  linkTest('transaction.nested-references', FOCUS, 'A transaction resolves references inside of lists, extensions and contained resources', [onPatient('create')], nested),
  linkTest('transaction.circular-references', 'Patient', 'A transaction resolves references of two entries to each other', [], circular),
  linkTest('transaction.reference-in-update', FOCUS, 'A transaction resolves references in what it updates', [onPatient('create'), { kind: 'interaction', type: FOCUS, interaction: 'update' }], inUpdate),
  linkTest('transaction.reference-to-match', FOCUS, 'A reference to an entry whose ifNoneExist one resource meets becomes a reference to that resource', [onPatient('create'), ...SEARCHABLE], toMatch),
  linkTest('transaction.conditional-reference-none', FOCUS, 'A transaction with a reference by search that nothing meets fails', SEARCHABLE, (context, writer) => bySearch(context, writer, 0)),
  linkTest('transaction.conditional-reference-several', FOCUS, 'A transaction with a reference by search that several meet fails', [onPatient('create'), ...SEARCHABLE], (context, writer) => bySearch(context, writer, 2)),
  { ...linkTest('transaction.links', 'Patient', 'A transaction replaces links to its entries in elements of type uri and url and in narratives', [], links), requirement: 'transaction-links' },
];

function linkTest(id: string, type: string, title: string, needs: readonly Need[], run: (context: TestContext, writer: Writer) => Promise<Judgement>): TestCase {
  return writeTest({ id, title, type, requirement: 'transaction', needs: [transaction, ...needs], run });
}

const post = (resource: Resource, fullUrl: string): BundleEntry => ({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } });

/** Carries a transaction out; where it is not, the test ends. Returns `Type/id` of each entry, in order. */
async function carriedOut(context: TestContext, writer: Writer, entry: BundleEntry[], isMatter = true): Promise<{ places: readonly string[]; exchange: Awaited<ReturnType<Writer['bundle']>> }> {
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry });
  if (exchange.response === undefined) throw new StepFailed(failedToAsk(answerInWords(exchange), exchange));
  if (!succeeded(exchange)) throw new StepFailed((isMatter ? fail : noData)(`The transaction is answered by ${answerInWords(exchange)}.`, exchange));
  const { base } = context.client;
  const rows = entriesIn(exchange);
  const places = entry.map((_, i) => {
    const location = rows[i]?.response?.location;
    return location === undefined ? '' : (madeBy({ ...exchange, response: { ...exchange.response!, body: JSON.stringify({ resourceType: 'Bundle', entry: [{ response: { location } }] }) } }, base)[0] ?? '');
  });
  if (places.some((place, i) => place === '' && entry[i]?.request?.method === 'POST' && entry[i].request.ifNoneExist === undefined)) throw new StepFailed({ ...noData('The answer to the transaction does not say where its resources are, which is the matter of other tests.', exchange) });
  return { places, exchange };
}

/** The reference as it may be written, relative or absolute. */
function is(context: TestContext, stated: unknown, place: string): boolean {
  return stated === place || stated === `${context.known.index.base}/${place}` || (typeof stated === 'string' && stated.startsWith(`${place}/_history/`));
}

const referenceAt = (value: unknown) => valueAt(value, 'reference');

async function nested(context: TestContext, writer: Writer): Promise<Judgement> {
  const [to] = URNS;
  const imaging = study(writer, to, 'CT', {
    contained: [{ resourceType: 'Basic', id: 'inner', code: { text: 'link' }, subject: { reference: to } }],
    extension: [{ url: EXTENSION, valueReference: { reference: to } }, { url: `${EXTENSION}-2`, valueReference: { reference: '#inner' } }],
    note: [{ authorReference: { reference: to }, text: 'link' }],
  });
  // As deep as a study has a reference, below two lists: every FHIR version since R4 has it there.
  imaging['series'] = itemsOf(imaging['series']).map((series) => ({ ...(series as object), performer: [{ actor: { reference: to } }] }));
  const { places, exchange } = await carriedOut(context, writer, [post(imaging, URNS[1]), post(patient(writer), to)]);
  const [at = '', subject = ''] = places;
  const { resource, exchange: read } = await current(context, at);
  const found: [string, unknown][] = [
    ['subject', referenceAt(resource['subject'])],
    ['note.authorReference', referenceAt(valueAt(resource, 'note', 0, 'authorReference'))],
    ['series.performer.actor', referenceAt(valueAt(resource, 'series', 0, 'performer', 0, 'actor'))],
    ['extension.valueReference', referenceAt(valueAt(resource, 'extension', 0, 'valueReference'))],
    ['contained.subject', referenceAt(valueAt(resource, 'contained', 0, 'subject'))],
  ];
  // What the server has not kept at all is a matter of other tests.
  const wrong = found.find(([, stated]) => stated !== undefined && !is(context, stated, subject));
  if (wrong !== undefined) return fail(`${wrong[0]} of ${at} refers to ${inWords(wrong[1])} instead of ${subject}, which the same transaction made.`, read);
  return pass(`${found.filter(([, stated]) => stated !== undefined).map(([name]) => name).join(', ')} refer to ${subject}.`, exchange);
}

async function circular(context: TestContext, writer: Writer): Promise<Judgement> {
  const linked = (to: string): Resource => patient(writer, { link: [{ other: { reference: to }, type: 'seealso' }] });
  const { places, exchange } = await carriedOut(context, writer, [post(linked(URNS[1]), URNS[0]), post(linked(URNS[0]), URNS[1])]);
  const judgements: Judgement[] = [];
  for (const [i, place] of places.entries()) {
    const { resource, exchange: read } = await current(context, place);
    const stated = referenceAt(valueAt(resource, 'link', 0, 'other'));
    const other = places[1 - i] ?? '';
    if (!is(context, stated, other)) judgements.push(fail(`Two patients of a transaction refer to each other, but ${place} refers to ${inWords(stated)} instead of ${other}.`, read));
    // Of two that refer to each other a server may delete neither: http.html#delete
    if (i === 0) await writer.update(without(resource, 'link') as Resource);
  }
  return judgements[0] ?? pass(`${places.join(' and ')} refer to each other.`, exchange);
}

async function inUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const former = await made(context, writer, patient(writer));
  const { reference } = await made(context, writer, study(writer, former.reference));
  const { resource } = await current(context, reference);
  const put: BundleEntry = { resource: { ...resource, subject: { reference: URNS[0] } }, request: { method: 'PUT', url: reference, ...ifMatch(resource) } };
  const { places, exchange } = await carriedOut(context, writer, [put, post(patient(writer), URNS[0])]);
  const after = await current(context, reference);
  const stated = referenceAt(after.resource['subject']);
  return is(context, stated, places[1] ?? '') ? pass(`The updated study refers to ${places[1] ?? ''}.`, exchange) : fail(`A transaction updates ${reference} and creates its patient, but the study refers to ${inWords(stated)} instead of ${places[1] ?? ''}.`, after.exchange);
}

async function toMatch(context: TestContext, writer: Writer): Promise<Judgement> {
  const missing = undeclared(context, ({ conditionalCreate }) => conditionalCreate, 'conditionalCreate');
  if (missing !== undefined) return missing;
  const sent = patient(writer);
  const { reference } = await made(context, writer, sent);
  await searchableNow(context, sent, reference);
  const conditional: BundleEntry = { fullUrl: URNS[0], resource: sent, request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${IDENTIFIER(sent)}` } };
  const { places, exchange } = await carriedOut(context, writer, [post(study(writer, URNS[0]), URNS[1]), conditional]);
  const status = entriesIn(exchange)[1]?.response?.status;
  if (status?.startsWith('200') !== true) return noData(`The entry with ifNoneExist is answered by ${status ?? 'no status'}, which is the matter of another test.`, exchange);
  const { resource, exchange: read } = await current(context, places[0] ?? '');
  const stated = referenceAt(resource['subject']);
  return is(context, stated, reference) ? pass(`The study refers to ${reference}, which was there before.`, exchange) : fail(`The patient of a transaction was there already (ifNoneExist), but the study refers to ${inWords(stated)} instead of ${reference}.`, read);
}

/** "if there are no matches, or multiple matches, the transaction fails" */
async function bySearch(context: TestContext, writer: Writer, matches: 0 | 2): Promise<Judgement> {
  const sent = patient(writer);
  for (let i = 0; i < matches; i += 1) {
    const { reference } = await made(context, writer, sent);
    await searchableNow(context, sent, reference);
  }
  const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: study(writer, `Patient?identifier=${IDENTIFIER(sent)}`), request: { method: 'POST', url: FOCUS } }] };
  const exchange = await writer.bundle(bundle);
  // "HTTP 400 or 500 type response"
  if (exchange.response !== undefined && !succeeded(exchange) && !refused(exchange)) return pass(`It fails: ${answerInWords(exchange)}.`, exchange);
  return mustBeRefused(exchange, `A transaction with a reference by search that ${matches === 0 ? 'nothing meets' : 'two resources meet'}`);
}

/** "Servers SHALL replace all matching links in the bundle, whether they are found in the resource ids, resource references, elements of type uri, url, oid, uuid, and <a href> & <img src> in the narrative" */
async function links(context: TestContext, writer: Writer): Promise<Judgement> {
  const [to] = URNS;
  const linking = patient(writer, {
    text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${to}">the other</a></div>` },
    extension: [{ url: EXTENSION, valueUri: to }, { url: `${EXTENSION}-2`, valueUrl: to }],
  });
  const { places, exchange } = await carriedOut(context, writer, [post(linking, URNS[1]), post(patient(writer), to)], false);
  const { resource, exchange: read } = await current(context, places[0] ?? '');
  const extensions = itemsOf(resource['extension']).filter(isObject);
  const div = valueAt(resource, 'text', 'div');
  const kept = [
    ...(extensions.some(({ valueUri }) => valueUri === to) ? ['a uri'] : []),
    ...(extensions.some(({ valueUrl }) => valueUrl === to) ? ['a url'] : []),
    ...(typeof div === 'string' && div.includes(to) ? ['the narrative'] : []),
  ];
  return kept.length === 0 ? pass(`Links to ${places[1] ?? ''} are replaced.`, exchange) : fail(`${places[0] ?? ''} links to ${places[1] ?? ''}, which the same transaction made, but ${kept.join(', ')} still has "${to}".`, read);
}
