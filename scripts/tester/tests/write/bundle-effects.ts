/** What batches and transactions leave behind: everything or nothing, what searches see, and what each answer says of it. https://hl7.org/fhir/R4/http.html#transaction */
import { localReference, type Bundle, type BundleEntry, type Resource } from '../../../core/fhir';
import { valueAt } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { itemsOf } from '../../../search/json';
import { answerInWords, refused, succeeded } from '../../answer';
import { versionOfEtag } from '../../entity-tag';
import type { TestContext } from '../../context';
import { entriesIn, entriesOf } from '../../gather/search-answer';
import { fail, failedToAsk, noData, pass } from '../../judge/judgements';
import type { Judgement, Need, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { comesTo, current, IDENTIFIER, ifMatch, made, madeAndRead, needed, patient, SEARCHABLE, searchableNow, uniqueValue, writeTest } from './steps';

const transaction: Need = { kind: 'system-interaction', interaction: 'transaction' };
const batch: Need = { kind: 'system-interaction', interaction: 'batch' };
const AFTER = '1999-12-31';

const post = (resource: Resource): BundleEntry => ({ resource, request: { method: 'POST', url: resource.resourceType } });
const put = (resource: Resource): BundleEntry => ({ resource, request: { method: 'PUT', url: localReference(resource) ?? '', ...ifMatch(resource) } });

export const WRITE_BUNDLE_EFFECT_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'transaction.atomic-late',
    title: 'A transaction whose last step fails takes back its creations, updates and deletions',
    type: 'Patient',
    requirement: 'transaction',
    interactions: ['update', 'delete'],
    needs: [transaction, ...SEARCHABLE],
    run: atomicLate,
  }),
  writeTest({
    id: 'transaction.searchable',
    title: 'What a transaction creates and updates is found by a search as it is now',
    type: 'Patient',
    requirement: 'search-currency',
    interactions: ['update'],
    needs: [transaction, ...SEARCHABLE],
    run: searches,
  }),
  writeTest({
    id: 'transaction.entity-tags',
    title: 'The answer to a transaction names the versions that it made',
    type: 'Patient',
    requirement: 'transaction-response',
    interactions: ['update'],
    needs: [transaction],
    run: entityTags,
  }),
  writeTest({
    id: 'transaction.empty',
    title: 'A transaction without entries is no error',
    type: 'Patient',
    requirement: 'transaction',
    needs: [transaction],
    run: async (_, writer) => {
      const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      // "It is not an error if the submitted bundle has no resources in it."
      return succeeded(exchange) ? pass(`It is answered by ${exchange.response.status}.`, exchange) : fail(`A transaction without entries is answered by ${answerInWords(exchange)}; it is no error.`, exchange);
    },
  }),
  writeTest({
    id: 'batch.interactions',
    title: 'A batch updates, deletes, reads and searches',
    type: 'Patient',
    requirement: 'batch',
    also: ['transaction-response'],
    interactions: ['update', 'delete'],
    needs: [batch, ...SEARCHABLE],
    run: interactions,
  }),
];

async function atomicLate(context: TestContext, writer: Writer): Promise<Judgement> {
  const [changed, doomed, contended] = [await made(context, writer, patient(writer)), await made(context, writer, patient(writer)), await made(context, writer, patient(writer))];
  const [before, { resource: other }, { resource: stale }] = [await current(context, changed.reference), await current(context, doomed.reference), await current(context, contended.reference)];
  if (stale.meta?.versionId === undefined) return noData('Needed: meta.versionId.', before.exchange);
  const moved = await writer.update({ ...stale, birthDate: AFTER });
  needed('update', moved);
  const created = patient(writer);
  const remove: BundleEntry = { request: { method: 'DELETE', url: doomed.reference, ...ifMatch(other) } };
  // The last of the entries, and of the steps in their order, names a version that is no longer the current one.
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry: [remove, post(created), put({ ...before.resource, birthDate: AFTER }), put({ ...stale, birthDate: '1970-01-01' })] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const told = entriesIn(exchange).map(({ response }) => response?.status ?? 'no status');
  const failing = told.findIndex((status) => !status.startsWith('2'));
  if (succeeded(exchange) && failing >= 0) return fail(`A transaction whose entry ${failing + 1} fails (${told[failing] ?? ''}) is answered by ${exchange.response.status}: it has to be done as a whole or not at all.`, exchange);
  if (succeeded(exchange)) return noData('The transaction is carried out, though its ifMatch names an old version: that is the matter of another test.', exchange);
  const failed = `A transaction that failed (${answerInWords(exchange)})`;
  const gone = await context.read(doomed.reference, { fresh: true });
  if (!succeeded(gone)) return fail(`${failed} has deleted ${doomed.reference} all the same: GET is answered by ${answerInWords(gone)}.`, gone);
  const after = await current(context, changed.reference);
  if (after.resource['birthDate'] === AFTER) return fail(`${failed} has updated ${changed.reference} all the same.`, after.exchange);
  // What was made before the transaction is found by its identifier when what was made in it would be, too.
  const marker = patient(writer);
  const { reference } = await made(context, writer, marker);
  await searchableNow(context, marker, reference);
  const { matches, first } = await context.search('Patient', [['identifier', IDENTIFIER(created)]], { fresh: true });
  return matches.length > 0 ? fail(`${failed} has created ${localReference(matches[0] as Resource) ?? 'a Patient'} all the same.`, first) : pass(`${failed} leaves everything as it was.`, exchange);
}

async function searches(context: TestContext, writer: Writer): Promise<Judgement> {
  const former = patient(writer);
  const { reference } = await made(context, writer, former);
  await searchableNow(context, former, reference);
  const { resource } = await current(context, reference);
  const [created, value] = [patient(writer), uniqueValue(writer)];
  const identifier = [{ ...(former['identifier'] as object[])[0], value }];
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry: [post(created), put({ ...resource, identifier })] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) return noData(`A transaction that creates and updates is answered by ${answerInWords(exchange)}.`, exchange);
  const place = placeOf(entriesIn(exchange)[0]);
  if (place !== undefined) {
    const found = await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(created)]], place);
    if (!found.settled) return fail(`${place} was created by a transaction, but is not found by its identifier.`, found.exchange);
  }
  const now = await comesTo(context, true, 'Patient', [['identifier', value]], reference);
  if (!now.settled) return fail(`A transaction gave ${reference} the identifier ${value}, but a search by it does not find it.`, now.exchange);
  const then = await comesTo(context, false, 'Patient', [['identifier', IDENTIFIER(former)]], reference);
  return then.settled ? pass('Searches see what the transaction did.', now.exchange) : fail(`A transaction took the identifier ${IDENTIFIER(former)} from ${reference}, but a search by it still finds it.`, then.exchange);
}

function placeOf(entry: BundleEntry | undefined): string | undefined {
  return /(?:^|\/)(Patient\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(entry?.response?.location ?? '')?.[1];
}

/** "the location and ETag header values, which are used for identifying and versioning the resources" */
async function entityTags(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, resource } = await madeAndRead(context, writer, patient(writer));
  const sent = [patient(writer), patient(writer)];
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry: [...sent.map(post), put({ ...resource, birthDate: AFTER })] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) return noData(`A transaction that creates and updates is answered by ${answerInWords(exchange)}.`, exchange);
  const entries = entriesIn(exchange);
  for (const [i, place] of [placeOf(entries[0]), placeOf(entries[1]), reference].entries()) {
    if (place === undefined) return noData('The answer to the transaction does not say where its resources are, which is the matter of another test.', exchange);
    const judged = await judgeEntry(context, exchange, i, place, sent.filter((other) => other !== sent[i]));
    if (judged !== undefined) return judged;
  }
  return pass('Each entry names its resource and the version that was made.', exchange);
}

/** The values of its identifiers, to be compared. */
const identifiersOf = (resource: Resource) => itemsOf(resource['identifier']).map((identifier) => valueAt(identifier, 'value'));

/** @param others what other entries sent: only they tell whose resource it is, for a server may add identifiers of its own */
async function judgeEntry(context: TestContext, exchange: Exchange, i: number, place: string, others: readonly Resource[]): Promise<Judgement | undefined> {
  const { etag, location } = entriesIn(exchange)[i]?.response ?? {};
  const { resource, exchange: read } = await current(context, place);
  const found = new Set(identifiersOf(resource));
  if (others.flatMap(identifiersOf).some((value) => found.has(value))) return fail(`Entry ${i + 1} of the answer names ${place}, which is what another entry created: the entries of the answer are not in order.`, read);
  const version = resource.meta?.versionId;
  if (version === undefined) return undefined;
  const stated = etag === undefined ? undefined : (versionOfEtag(etag) ?? etag);
  if (stated !== undefined && stated !== version) return fail(`Entry ${i + 1} of the answer has the ETag ${etag ?? ''}, but a read of ${place} gives version ${version}: an ifMatch made from it names another version.`, exchange);
  const named = /\/_history\/([^/?#]+)$/.exec(location ?? '')?.[1];
  return named === undefined || named === version ? undefined : fail(`Entry ${i + 1} of the answer has the location "${location ?? ''}", but a read of ${place} gives version ${version}.`, exchange);
}

async function interactions(context: TestContext, writer: Writer): Promise<Judgement> {
  const sent = patient(writer);
  const [read, changed, doomed] = [await made(context, writer, sent), await made(context, writer, patient(writer)), await made(context, writer, patient(writer))];
  await searchableNow(context, sent, read.reference);
  const { resource } = await current(context, changed.reference);
  const { resource: other } = await current(context, doomed.reference);
  const searches = context.searching.method === 'GET';
  const entry: BundleEntry[] = [
    { request: { method: 'GET', url: read.reference } },
    put({ ...resource, birthDate: AFTER }),
    { request: { method: 'DELETE', url: doomed.reference, ...ifMatch(other) } },
    // A server "MAY return a HTTP 405 for either POST or GET, but not both" (https://hl7.org/fhir/R5/http.html#search): one that searches by POST only does so in a batch as well.
    ...(searches ? [{ request: { method: 'GET', url: `Patient?identifier=${encodeURIComponent(IDENTIFIER(sent))}` } }] : []),
  ];
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'batch', entry });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) return fail(`A batch that reads, updates, deletes and searches is refused as a whole: ${answerInWords(exchange)}.`, exchange);
  const answers = entriesIn(exchange);
  const what = ['reads', 'updates', 'deletes', 'searches'];
  const wrong = answers.findIndex(({ response }) => response?.status?.startsWith('2') !== true);
  if (answers.length !== entry.length || wrong >= 0) return fail(wrong < 0 ? `The answer to ${entry.length} entries has ${answers.length}.` : `The entry of a batch that ${what[wrong] ?? ''} is answered by ${answers[wrong]?.response?.status ?? 'no status'}.`, exchange);
  const [got, , , found] = answers.map((answer) => answer.resource);
  if (got === undefined || localReference(got) !== read.reference) return { ...fail(`The entry of a batch that reads ${read.reference} is answered ${got === undefined ? 'without the resource' : `with ${localReference(got) ?? got.resourceType}`}.`, exchange), requirement: 'transaction-response' };
  const matches = found?.resourceType === 'Bundle' ? entriesOf(found as Bundle).flatMap(({ resource: match, search }) => (match === undefined || search?.mode === 'outcome' ? [] : (localReference(match) ?? []))) : undefined;
  if (searches && matches === undefined) return { ...fail(`The entry of a batch that searches is answered ${found === undefined ? 'without a Bundle' : `with a resource of type ${found.resourceType}`}.`, exchange), requirement: 'transaction-response' };
  if (matches !== undefined && (matches.length !== 1 || matches[0] !== read.reference)) return fail(`A search in a batch by the identifier of ${read.reference} finds ${matches.length === 0 ? 'nothing' : matches.join(', ')}.`, exchange);
  const after = await current(context, changed.reference);
  if (after.resource['birthDate'] !== AFTER) return fail(`The update in a batch is answered by ${answers[1]?.response?.status ?? 'no status'}, but ${changed.reference} is as it was.`, after.exchange);
  context.known.forget(doomed.reference, 410);
  const gone = await context.read(doomed.reference, { fresh: true });
  if (succeeded(gone) && answers[2]?.response?.status?.startsWith('202') !== true) return fail(`The deletion in a batch is answered by ${answers[2]?.response?.status ?? 'no status'}, but ${doomed.reference} can still be read.`, gone);
  return pass(searches ? 'The batch reads, updates, deletes and searches.' : 'The batch reads, updates and deletes.', exchange);
}
