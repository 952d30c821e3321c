/** Links in a transaction to entries that are named by an address, that update, or that a search finds only once they are made. https://hl7.org/fhir/R4/http.html#trules */
import type { BundleEntry, Resource } from '../../../core/fhir';
import { inWords } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { answerInWords, bundleOf, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, noData, pass, warn } from '../../judge/judgements';
import { StepFailed } from '../../step-failed';
import type { Judgement, Need, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { current, IDENTIFIER, ifMatch, madeAndRead, patient, SEARCHABLE, study, undeclared, writeTest } from './steps';

const NEEDS: readonly Need[] = [{ kind: 'system-interaction', interaction: 'transaction' }, { kind: 'interaction', type: 'Patient', interaction: 'create' }];
const URN = 'urn:uuid:0f1c8d6e-5c55-4a4e-8f0e-6f9a1c0d7b03';
/** Where a Bundle may come from that is sent to several servers as it is. */
const ELSEWHERE = 'https://elsewhere.example/fhir';
const EXTENSION = 'https://fhir-scout.org/test-link';

export const WRITE_BUNDLE_TARGET_TESTS: readonly TestCase[] = [
  writeTest({ id: 'transaction.reference-by-address', title: 'A transaction resolves references to entries whose fullUrl is an address, absolute and relative', type: FOCUS, requirement: 'transaction', needs: NEEDS, run: byAddress }),
  writeTest({ id: 'transaction.reference-to-update', title: 'A transaction resolves references to an entry that updates', type: FOCUS, requirement: 'transaction', needs: [...NEEDS, { kind: 'interaction', type: 'Patient', interaction: 'update' }], run: toUpdate }),
  writeTest({
    id: 'transaction.reference-to-conditional-update',
    title: 'A transaction resolves references to an entry that updates by criteria, and creates',
    type: FOCUS,
    requirement: 'transaction',
    needs: [...NEEDS, ...SEARCHABLE, { kind: 'interaction', type: 'Patient', interaction: 'update' }],
    run: toConditionalUpdate,
  }),
  writeTest({ id: 'transaction.conditional-reference-made', title: 'A reference by search finds what the same transaction makes', type: FOCUS, requirement: 'transaction-order', needs: [...NEEDS, ...SEARCHABLE], run: bySearchOfMade }),
];

const post = (resource: Resource, fullUrl: string): BundleEntry => ({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } });
const referenceAt = (value: unknown): unknown => (value as { reference?: unknown } | null | undefined)?.reference;

interface CarriedOut {
  /** `Type/id` of the study, and of the patient where the answer tells it. */
  study: string;
  patient: string | undefined;
}

/** Carries a transaction of a study and its patient out, in this order; where it is not, or does not say what it made, the test ends. */
async function carriedOut(writer: Writer, entry: readonly BundleEntry[], unless: (message: string, exchange: Exchange) => Judgement = fail): Promise<CarriedOut> {
  const exchange = await writer.bundle({ resourceType: 'Bundle', type: 'transaction', entry: [...entry] });
  if (exchange.response === undefined) throw new StepFailed(failedToAsk(answerInWords(exchange), exchange));
  if (!succeeded(exchange)) throw new StepFailed(unless(`The transaction is answered by ${answerInWords(exchange)}.`, exchange));
  const rows: unknown = bundleOf(exchange)?.entry;
  const [imaging, subject] = (Array.isArray(rows) ? (rows as (BundleEntry | null)[]) : []).map((row) => /(?:^|\/)([A-Z]\w+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(String(row?.response?.location))?.[1]);
  if (imaging?.startsWith(`${FOCUS}/`) !== true) throw new StepFailed(noData('The answer to the transaction does not say where its resources are, which is the matter of other tests.', exchange));
  return { study: imaging, patient: subject };
}

/** The reference as it may be written, relative or absolute, and with the version. */
function leadsTo(context: TestContext, stated: unknown, place: string): boolean {
  if (typeof stated !== 'string') return false;
  const { base } = context.known.index;
  const target = (stated.startsWith(`${base}/`) ? stated.slice(base.length + 1) : stated).replace(/\/_history\/[^/]+$/, '');
  return target === place;
}

/** "When the server assigns a new id to any resource in the bundle which has a POST method ... it SHALL also update any references to that resource in the same bundle" */
async function byAddress(context: TestContext, writer: Writer): Promise<Judgement> {
  const id = writer.newId('by-address');
  const sent = { ...patient(writer), id };
  const imaging = study(writer, `Patient/${id}`, 'CT', { extension: [{ url: EXTENSION, valueReference: { reference: `${ELSEWHERE}/Patient/${id}` } }] });
  const places = await carriedOut(writer, [post(imaging, `${ELSEWHERE}/${FOCUS}/${writer.newId('by-address')}`), post(sent, `${ELSEWHERE}/Patient/${id}`)]);
  const subject = places.patient;
  if (subject === undefined) return noData('The answer to the transaction does not say where its patient is, which is the matter of other tests.');
  const { resource, exchange } = await current(context, places.study);
  const [extension] = Array.isArray(resource['extension']) ? (resource['extension'] as ({ valueReference?: unknown } | null)[]) : [];
  // An extension that is not kept is a matter of other tests.
  const found = [['subject', referenceAt(resource['subject'])], ...(extension === undefined ? [] : [['extension.valueReference', referenceAt(extension?.valueReference)]])] as const;
  const [wrong] = found.filter(([, stated]) => !leadsTo(context, stated, subject));
  if (wrong === undefined) return pass(`References to ${ELSEWHERE}/Patient/${id}, absolute and relative, became ${subject}.`, exchange);
  return fail(`${String(wrong[0])} of ${places.study} refers to ${inWords(wrong[1])} instead of ${subject}, which the same transaction made of ${ELSEWHERE}/Patient/${id}.`, exchange);
}

/** "Servers SHALL replace all matching links in the bundle"; that they lead to an entry which updates, no sentence says expressly. */
async function toUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, resource: former } = await madeAndRead(context, writer, patient(writer));
  const put: BundleEntry = { fullUrl: URN, resource: { ...former, birthDate: '1999-12-31' }, request: { method: 'PUT', url: reference, ...ifMatch(former) } };
  const places = await carriedOut(writer, [{ resource: study(writer, URN), request: { method: 'POST', url: FOCUS } }, put]);
  const { resource, exchange } = await current(context, places.study);
  const stated = referenceAt(resource['subject']);
  return leadsTo(context, stated, reference) ? pass(`The study refers to ${reference}, which the transaction updates.`, exchange) : warn(`A transaction updates ${reference} under the fullUrl ${URN}, but the study that links to it refers to ${inWords(stated)}, which leads nowhere.`, exchange);
}

async function toConditionalUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const missing = undeclared(context, ({ conditionalUpdate }) => conditionalUpdate, 'conditionalUpdate');
  if (missing !== undefined) return missing;
  const sent = patient(writer);
  const put: BundleEntry = { fullUrl: URN, resource: sent, request: { method: 'PUT', url: `Patient?identifier=${encodeURIComponent(IDENTIFIER(sent))}` } };
  const places = await carriedOut(writer, [{ resource: study(writer, URN), request: { method: 'POST', url: FOCUS } }, put]);
  const { resource, exchange } = await current(context, places.study);
  const stated = referenceAt(resource['subject']);
  const there = places.patient === undefined ? typeof stated === 'string' && /(^|\/)Patient\//.test(stated) : leadsTo(context, stated, places.patient);
  return there ? pass(`The study refers to ${String(stated)}, which the transaction made by criteria.`, exchange) : fail(`A transaction makes ${places.patient ?? 'a patient'} by criteria, but the study that links to it refers to ${inWords(stated)}.`, exchange);
}

/** "5. Resolve any conditional references" comes after creates and updates; but what was just made a search may not find yet: https://hl7.org/fhir/R4/search.html#currency */
async function bySearchOfMade(context: TestContext, writer: Writer): Promise<Judgement> {
  const sent = patient(writer);
  const imaging: BundleEntry = { resource: study(writer, `Patient?identifier=${IDENTIFIER(sent)}`), request: { method: 'POST', url: FOCUS } };
  const places = await carriedOut(writer, [imaging, post(sent, URN)], (message, exchange) => (refused(exchange) ? warn(`${message} The reference searches for what the transaction itself makes; references by search come last.`, exchange) : fail(message, exchange)));
  const { resource, exchange } = await current(context, places.study);
  const stated = referenceAt(resource['subject']);
  if (places.patient === undefined) return noData('The answer to the transaction does not say where its patient is, which is the matter of other tests.', exchange);
  return leadsTo(context, stated, places.patient) ? pass(`The search became ${places.patient}, which the same transaction made.`, exchange) : fail(`The same transaction makes ${places.patient}, but the reference that searches for it is stored as ${inWords(stated)}.`, exchange);
}
