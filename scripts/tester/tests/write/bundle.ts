/** Transactions and batches. https://hl7.org/fhir/R4/http.html#transaction */
import { localReference, type Bundle, type BundleEntry } from '../../../core/fhir';
import { inWords, valueAt } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { answerInsteadOf, answerInWords, bundleInWords, bundleOf, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { entriesIn, entriesOf } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, pass } from '../../judge/judgements';
import type { Judgement, Need, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { comesTo, IDENTIFIER, patient, SEARCHABLE, study, writeTest } from './steps';

const transaction: Need = { kind: 'system-interaction', interaction: 'transaction' };
const batch: Need = { kind: 'system-interaction', interaction: 'batch' };
const URN = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';

const post = (resource: NonNullable<BundleEntry['resource']>, fullUrl?: string): BundleEntry => ({ ...(fullUrl === undefined ? {} : { fullUrl }), resource, request: { method: 'POST', url: resource.resourceType } });

export const WRITE_BUNDLE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'transaction.references',
    title: 'A transaction resolves references between its entries',
    type: FOCUS,
    requirement: 'transaction',
    also: ['capability-interaction', 'transaction-response'],
    needs: [transaction, { kind: 'interaction', type: 'Patient', interaction: 'create' }],
    run: async (context, writer) => {
      const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [post(study(writer, URN)), post(patient(writer), URN)] };
      const exchange = await writer.bundle(bundle);
      const wrong = judgeAnswer(exchange, 'transaction-response', 2);
      if (wrong !== undefined) return wrong;
      const made = madeBy(exchange, context.client.base);
      const [imaging, subject] = [made.find((reference) => reference.startsWith(`${FOCUS}/`)), made.find((reference) => reference.startsWith('Patient/'))];
      if (imaging === undefined || subject === undefined) return { ...fail('The answer to a transaction does not say where its resources are.', exchange), requirement: 'transaction-response' };
      const read = await context.read(imaging, { fresh: true });
      const reference = valueAt(resourceOf(read), 'subject', 'reference');
      if (!succeeded(read)) return fail(`${imaging}, made by a transaction, is answered by ${answerInWords(read)}.`, read);
      return reference === subject || reference === `${context.known.index.base}/${subject}` ? pass(`The study refers to ${subject}, which the same transaction made.`, exchange) : fail(`The study refers to ${inWords(reference)} instead of ${subject}.`, read);
    },
  }),
  writeTest({
    id: 'transaction.atomic',
    title: 'A transaction does all or nothing',
    type: 'Patient',
    requirement: 'transaction',
    needs: [transaction, ...SEARCHABLE],
    run: async (context, writer) => {
      const good = patient(writer);
      // The second entry cannot succeed: there is no such type.
      const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [post(good), { request: { method: 'GET', url: 'ScoutNoSuchType/1' } }] };
      const exchange = await writer.bundle(bundle);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (succeeded(exchange)) return fail(`A transaction with an entry that cannot succeed is answered by ${answerInWords(exchange)}.`, exchange);
      const { settled, exchange: found } = await left(context, writer, good);
      return settled ? fail('A transaction that failed has left a resource behind.', found) : pass('A transaction that fails leaves nothing behind.', exchange);
    },
  }),
  writeTest({
    id: 'transaction.response',
    title: 'The answer to a transaction has an entry for each of its entries, in order',
    type: 'Patient',
    requirement: 'transaction-response',
    needs: [transaction, { kind: 'interaction', type: FOCUS, interaction: 'create' }],
    run: async (_, writer) => {
      // Of different types, and no palindrome: entries that changed places show.
      const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [post(patient(writer), URN), post(patient(writer)), post(study(writer, URN))] };
      const exchange = await writer.bundle(bundle);
      return judgeAnswer(exchange, 'transaction-response', 3) ?? judgeOrder(exchange, bundle) ?? pass('The answer has three entries, each with its status.', exchange);
    },
  }),
  writeTest({
    id: 'batch.independent',
    title: 'The entries of a batch succeed and fail each on its own',
    type: 'Patient',
    requirement: 'batch',
    also: ['capability-interaction', 'transaction-response'],
    needs: [batch],
    run: async (_, writer) => {
      const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: [post(patient(writer)), { request: { method: 'GET', url: 'Patient/scout-no-such-id' } }, post(patient(writer)), post(patient(writer))] };
      const exchange = await writer.bundle(bundle);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return fail(`A batch in which one entry fails is refused as a whole: ${answerInWords(exchange)}.`, exchange);
      return judgeAnswer(exchange, 'batch-response', 4, [true, false, true, true]) ?? pass('One entry fails, the others succeed.', exchange);
    },
  }),
];

/** What is wrong with an answer that has to be a Bundle with a status for each entry; undefined where nothing is. */
function judgeAnswer(exchange: Exchange, type: string, entries: number, good: readonly boolean[] = Array<boolean>(entries).fill(true)): Judgement | undefined {
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const bundle = bundleOf(exchange);
  if (!succeeded(exchange) || bundle === undefined) return { ...fail(`A ${type.split('-')[0]} is declared, but answered by ${answerInsteadOf('Bundle', exchange)}.`, exchange), requirement: 'capability-interaction' };
  if (bundle.type !== type) return { ...fail(`The answer is ${bundleInWords(bundle)} instead of ${type}.`, exchange), requirement: 'transaction-response' };
  const statuses = entriesOf(bundle).map(({ response }) => response?.status ?? '');
  if (statuses.length !== entries) return { ...fail(`The answer to ${entries} entries has ${statuses.length}.`, exchange), requirement: 'transaction-response' };
  const odd = statuses.findIndex((status) => !/^[1-5]\d\d/.test(status));
  if (odd >= 0) return { ...fail(`Entry ${odd + 1} of the answer has the status "${statuses[odd]}".`, exchange), requirement: 'transaction-response' };
  const wrong = statuses.findIndex((status, i) => status.startsWith('2') !== good[i]);
  if (wrong >= 0) return fail(`Entry ${wrong + 1} is answered by ${statuses[wrong]}, though it ${good[wrong] === true ? 'can' : 'cannot'} succeed.`, exchange);
  return undefined;
}

/** Each Location has to be of the type that its entry created. */
function judgeOrder(exchange: Exchange, asked: Bundle): Judgement | undefined {
  const locations = entriesIn(exchange).map(({ response }) => response?.location);
  const wrong = locations.findIndex((location, i) => location !== undefined && !new RegExp(`(^|/)${asked.entry?.[i]?.resource?.resourceType}/`).test(location));
  return wrong < 0 ? undefined : fail(`Entry ${wrong + 1} created a ${asked.entry?.[wrong]?.resource?.resourceType}, but is answered by the location "${locations[wrong]}": the entries of the answer are not in order.`, exchange);
}

/** Whether a patient that should not be there is, giving the server a moment to index it. */
async function left(context: TestContext, writer: Writer, resource: ReturnType<typeof patient>): Promise<{ settled: boolean; exchange: Exchange }> {
  // A patient made after it is found by then, so the other one would be too.
  const later = await writer.create(patient(writer));
  const reference = madeBy(later, context.client.base)[0];
  const marker = resourceOf(later);
  if (reference !== undefined && marker?.['identifier'] !== undefined) await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(marker)]], reference);
  const answer = await context.search('Patient', [['identifier', IDENTIFIER(resource)]], { fresh: true });
  return { settled: answer.matches.some((match) => localReference(match) !== undefined), exchange: answer.first };
}

