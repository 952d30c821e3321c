/** The finer rules of transactions and batches: order, overlaps, references by search, conditions of entries. https://hl7.org/fhir/R4/http.html#trules */
import { counted } from '../../../core/grammar';
import { localReference, type Bundle, type BundleEntry, type Resource } from '../../../core/fhir';
import { inWords, valueAt } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { answerInsteadOf, answerInWords, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { entriesIn } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass } from '../../judge/judgements';
import type { Judgement, Need, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { current, IDENTIFIER, lostUpdate, made, madeAndRead, patient, SEARCHABLE, searchableNow, study, undeclared, writeTest } from './steps';

const transaction: Need = { kind: 'system-interaction', interaction: 'transaction' };

export const WRITE_BUNDLE_RULE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'transaction.order',
    title: 'A transaction deletes, creates, updates and reads in this order, and answers in the order of its entries',
    type: 'Patient',
    requirement: 'transaction-order',
    also: ['transaction-response'],
    interactions: ['update', 'delete'],
    needs: [transaction],
    run: (context, writer) => order(context, writer),
  }),
  writeTest({
    id: 'transaction.overlap',
    title: 'A transaction that changes a resource twice fails',
    type: 'Patient',
    requirement: 'transaction',
    interactions: ['update'],
    needs: [transaction],
    run: async (context, writer) => {
      const { reference, resource } = await madeAndRead(context, writer, patient(writer));
      const put = (birthDate: string): BundleEntry => ({ resource: { ...resource, birthDate }, request: { method: 'PUT', url: reference } });
      const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry: [put('1999-12-30'), put('1999-12-31')] });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      return succeeded(exchange) ? fail(`A transaction that updates ${reference} twice is answered by ${exchange.response.status}.`, exchange) : pass(`It is refused: ${answerInWords(exchange)}.`, exchange);
    },
  }),
  writeTest({
    id: 'transaction.conditional-reference',
    title: 'A transaction replaces a reference by search with the resource found',
    type: FOCUS,
    requirement: 'transaction',
    needs: [transaction, ...SEARCHABLE, { kind: 'interaction', type: 'Patient', interaction: 'create' }],
    run: (context, writer) => conditionalReference(context, writer),
  }),
  ...(['batch', 'transaction'] as const).map((type) =>
    writeTest({
      id: `${type}.if-none-exist`,
      title: `ifNoneExist of an entry of a ${type} makes nothing where one matches`,
      type: 'Patient',
      requirement: 'conditional-create',
      needs: [{ kind: 'system-interaction', interaction: type }, ...SEARCHABLE],
      run: (context, writer) => ifNoneExist(context, writer, type),
    }),
  ),
  ...(['batch', 'transaction'] as const).map((type) =>
    writeTest({
      id: `${type}.if-match`,
      title: `An entry of a ${type} whose ifMatch names an old version is refused`,
      type: 'Patient',
      requirement: 'update-contention',
      interactions: ['update'],
      needs: [{ kind: 'system-interaction', interaction: type }],
      run: (context, writer) => ifMatch(context, writer, type),
    }),
  ),
  writeTest({
    id: 'batch.if-none-match',
    title: 'A read in a batch whose ifNoneMatch names the current version is answered by 304',
    type: 'Patient',
    requirement: 'conditional-read',
    interactions: ['read'],
    needs: [{ kind: 'system-interaction', interaction: 'batch' }],
    run: ifNoneMatch,
  }),
];

/** "If the ETag values match, return a 304 Not Modified status": https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request.ifNoneMatch */
async function ifNoneMatch(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const { resource, exchange: read } = await current(context, reference);
  const version = resource.meta?.versionId;
  if (version === undefined) return noData('Needed: meta.versionId.', read);
  const get = (tag: string): BundleEntry => ({ request: { method: 'GET', url: reference, ifNoneMatch: `W/"${tag}"` } });
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'batch', entry: [get(version), get('scout-no-such-version')] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const answers = entriesIn(exchange);
  if (!succeeded(exchange) || answers.length < 2) return noData(`A batch of two reads is answered by ${answerInsteadOf('Bundle', exchange)}, with ${counted(answers.length, 'entry', 'entries')}: that is the matter of other tests.`, exchange);
  const [same, other] = answers.map(({ response }) => response?.status ?? 'no status');
  if (other?.startsWith('304') === true) return fail('ifNoneMatch with a version that never was is answered by 304 in a batch, so that the client keeps what it does not have.', exchange);
  if (other?.startsWith('2') !== true) return fail(`A read in a batch with an ifNoneMatch that names another version is answered by ${other}.`, exchange);
  if (same?.startsWith('304') === true) return pass(`ifNoneMatch for the current version is answered by ${same}.`, exchange);
  if (same?.startsWith('2') !== true) return fail(`A read in a batch with ifNoneMatch is answered by ${same}.`, exchange);
  const declared = context.declared.types.get('Patient')?.conditionalRead ?? 'not-supported';
  if (declared === 'not-match' || declared === 'full-support') return fail(`conditionalRead is declared as ${declared}, but a read in a batch whose ifNoneMatch names the current version is answered in full (${same}).`, exchange);
  return notDeclared('Conditional read is not declared, and a read in a batch with ifNoneMatch is answered in full, which is legal.', exchange);
}

/** "Only perform the operation if the Etag value matches": https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request.ifMatch */
async function ifMatch(context: TestContext, writer: Writer, type: 'batch' | 'transaction'): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const { resource, exchange: read } = await current(context, reference);
  const old = resource.meta?.versionId;
  if (old === undefined) return noData('Needed: meta.versionId.', read);
  const put = (birthDate: string): Bundle => ({ resourceType: 'Bundle', type, entry: [{ resource: { ...resource, birthDate }, request: { method: 'PUT', url: reference, ifMatch: `W/"${old}"` } }] });
  const first = await writer.bundle(put('1999-12-30'));
  if (first.response === undefined) return failedToAsk(answerInWords(first), first);
  const outcome = statusOf(first);
  if (!outcome.startsWith('2')) return fail(`An entry of a ${type} whose ifMatch names the current version is answered by ${outcome}.`, first);
  const late = await writer.bundle(put('1999-12-31'));
  if (late.response === undefined) return failedToAsk(answerInWords(late), late);
  const status = statusOf(late);
  if (/^(412|409)/.test(status)) return pass(`ifMatch for an old version is refused by ${status}.`, late);
  if (status.startsWith('4')) return info(`ifMatch for an old version is refused by ${status}; 412 is the code for it.`, late);
  if (!status.startsWith('2')) return { ...fail(`ifMatch for an old version makes the server answer ${status}.`, late), requirement: 'status-server-error' };
  return lostUpdate(context, `ifMatch for an old version is accepted in an entry of a ${type} (${status}): a lost update.`, late);
}

/** Status of the only entry, or of the whole where it was refused. */
function statusOf(exchange: Exchange): string {
  return (succeeded(exchange) ? entriesIn(exchange)[0]?.response?.status : undefined) ?? String(exchange.response?.status ?? '');
}

async function order(context: TestContext, writer: Writer): Promise<Judgement> {
  const [changed, doomed] = [await made(context, writer, patient(writer)), await made(context, writer, patient(writer))];
  const { resource } = await current(context, changed.reference);
  const entry: BundleEntry[] = [
    { request: { method: 'GET', url: changed.reference } },
    { resource: { ...resource, birthDate: '1999-12-31' }, request: { method: 'PUT', url: changed.reference } },
    { resource: patient(writer), request: { method: 'POST', url: 'Patient' } },
    { request: { method: 'DELETE', url: doomed.reference } },
  ];
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) return noData(`A transaction that reads, updates, creates and deletes is answered by ${answerInWords(exchange)}.`, exchange);
  context.known.forget(doomed.reference, 410);
  const answers = entriesIn(exchange);
  const read = answers[0]?.resource;
  const response = { requirement: 'transaction-response' } as const;
  if (answers.length !== entry.length) return { ...fail(`The answer to ${entry.length} entries has ${answers.length}.`, exchange), ...response };
  const created = answers.findIndex(({ response: told }) => told?.status?.startsWith('201') === true);
  if (created !== 2) return { ...fail(`The entry that creates is the third; in the answer ${created < 0 ? 'none' : `entry ${created + 1}`} has the status 201.`, exchange), ...response };
  if (read === undefined || localReference(read) !== changed.reference) return { ...fail(`The first entry reads ${changed.reference}, but its answer has ${read === undefined ? 'no resource' : (localReference(read) ?? read.resourceType)}.`, exchange), ...response };
  return read['birthDate'] === '1999-12-31' ? pass('Reads come after writes, and answers in the order of the entries.', exchange) : fail(`The transaction updates ${changed.reference}, but its read, which comes last, has the old content.`, exchange);
}

async function conditionalReference(context: TestContext, writer: Writer): Promise<Judgement> {
  const sent = patient(writer);
  const { reference } = await made(context, writer, sent);
  await searchableNow(context, sent, reference);
  const search = `Patient?identifier=${IDENTIFIER(sent)}`;
  const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: study(writer, search), request: { method: 'POST', url: FOCUS } }] };
  const exchange = await writer.bundle(bundle);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) return info(`A reference by search is refused: ${answerInWords(exchange)}.`, exchange);
  const imaging = madeBy(exchange, context.client.base).find((one) => one.startsWith(`${FOCUS}/`));
  if (!succeeded(exchange) || imaging === undefined) return fail(`A transaction with a reference by search is answered by ${answerInWords(exchange)}.`, exchange);
  const read = await context.read(imaging, { fresh: true });
  const stored = valueAt(resourceOf(read), 'subject', 'reference');
  return stored === reference || stored === `${context.known.index.base}/${reference}` ? pass(`The search became ${reference}.`, exchange) : fail(`The reference by search ${search} is stored as ${inWords(stored)} instead of ${reference}.`, read);
}

async function ifNoneExist(context: TestContext, writer: Writer, type: 'batch' | 'transaction'): Promise<Judgement> {
  const missing = undeclared(context, ({ conditionalCreate }) => conditionalCreate, 'conditionalCreate');
  if (missing !== undefined) return missing;
  const sent: Resource = patient(writer);
  const { reference } = await made(context, writer, sent);
  await searchableNow(context, sent, reference);
  const exchange = await writer.bundle({ resourceType: 'Bundle', type, entry: [{ resource: sent, request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${IDENTIFIER(sent)}` } }] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) return fail(`A ${type} with a conditional create is answered by ${answerInWords(exchange)}.`, exchange);
  const status = entriesIn(exchange)[0]?.response?.status ?? '';
  return status.startsWith('200') ? pass(`The entry makes nothing: ${status}.`, exchange) : fail(`Where one matches ifNoneExist, the entry of a ${type} is answered by "${status}" instead of 200.`, exchange);
}
