/** The versions that batches and transactions make: their ids and times are the server's own, answers name them, histories hold them. https://hl7.org/fhir/R4/http.html#transaction-response */
import type { BundleEntry, Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, bundleOf, succeeded } from '../../answer';
import { versionOfEtag } from '../../entity-tag';
import type { TestContext } from '../../context';
import { askHistory } from '../../gather/ask-history';
import { entryVersion } from '../../judge/history';
import { fail, failedToAsk, noData, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { CLIENTS_META } from './create';
import { current, ifMatch, madeAndRead, patient, writeTest } from './steps';

/** The header-like time of an answer may have whole seconds, the element finer ones. */
const TOLERANCE_MS = 1000;
/** Pages of a history of two versions. */
const PAGES = 2;

export const WRITE_BUNDLE_VERSION_TESTS: readonly TestCase[] = (['batch', 'transaction'] as const).map((type) =>
  writeTest({
    id: `${type}.versions`,
    title: `What a ${type} creates and updates has a version and a time of the server's own, which its answer and the history name`,
    type: 'Patient',
    requirement: 'transaction-response',
    also: ['create-meta', 'update', 'history'],
    interactions: ['update'],
    needs: [{ kind: 'system-interaction', interaction: type }],
    run: (context, writer) => versions(context, writer, type),
  }),
);

async function versions(context: TestContext, writer: Writer, type: 'batch' | 'transaction'): Promise<Judgement> {
  const { reference, resource: former } = await madeAndRead(context, writer, patient(writer));
  const changed = { ...former, birthDate: '1999-12-31', meta: { ...former.meta, lastUpdated: CLIENTS_META.lastUpdated } };
  const entry: BundleEntry[] = [
    { resource: patient(writer, { meta: CLIENTS_META }), request: { method: 'POST', url: 'Patient' } },
    { resource: changed, request: { method: 'PUT', url: reference, ...ifMatch(former) } },
  ];
  const exchange = await writer.bundle({ resourceType: 'Bundle', type, entry });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const rows: unknown = bundleOf(exchange)?.entry;
  const answers = (Array.isArray(rows) ? (rows as (BundleEntry | null)[]) : []).map((row) => row?.response);
  if (!succeeded(exchange) || answers.some((answer) => !statusOf(answer).startsWith('2'))) return noData(`A ${type} that creates and updates is answered by ${answerInWords(exchange)}${succeeded(exchange) ? `, its entries by ${answers.map(statusOf).join(', ')}` : ''}.`, exchange);
  const made = /(?:^|\/)(Patient\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(String(answers[0]?.location))?.[1];
  for (const [i, place] of [made, reference].entries()) {
    if (place === undefined) return noData(`The answer to the ${type} does not say where its resource is, which is the matter of other tests.`, exchange);
    const { resource, exchange: read } = await current(context, place);
    const wrong = ofMeta(resource, place, i === 1 ? former : undefined, type, read) ?? ofAnswer(resource, place, i, answers[i], exchange) ?? (await ofHistory(context, resource, place, type));
    if (wrong !== undefined) return wrong;
  }
  return pass(`Version and time of what a ${type} writes are the server's, and its answer and the history name them.`, exchange);
}

/** What the answer says of an entry, in words. */
function statusOf(answer: BundleEntry['response'] | null | undefined): string {
  return typeof answer?.status === 'string' ? answer.status : 'nothing that says what became of it';
}

function ofMeta({ meta }: Resource, place: string, former: Resource | undefined, type: string, read: Exchange): Judgement | undefined {
  const made = `${place}, which a ${type} ${former === undefined ? 'created' : 'updated'},`;
  const own = { requirement: former === undefined ? 'create-meta' : 'update' } as const;
  if (meta?.lastUpdated !== undefined && Date.parse(meta.lastUpdated) === Date.parse(CLIENTS_META.lastUpdated)) return { ...fail(`${made} has the meta.lastUpdated of the body, ${meta.lastUpdated}.`, read), ...own };
  if (meta?.versionId === CLIENTS_META.versionId) return { ...fail(`${made} has the meta.versionId of the body, ${meta.versionId}.`, read), ...own };
  return former?.meta?.versionId !== undefined && former.meta.versionId === meta?.versionId ? { ...fail(`${made} still has version ${meta.versionId}.`, read), ...own } : undefined;
}

/** "Each entry element SHALL contain a response element which details the outcome ... the location and ETag header values"; lastModified is that of meta: bundle-definitions.html#Bundle.entry.response.lastModified */
function ofAnswer({ meta }: Resource, place: string, i: number, answer: BundleEntry['response'] | undefined, exchange: Exchange): Judgement | undefined {
  const version = typeof answer?.etag === 'string' ? (versionOfEtag(answer.etag) ?? answer.etag) : undefined;
  if (version !== undefined && meta?.versionId !== undefined && version !== meta.versionId) return fail(`Entry ${i + 1} of the answer has the ETag ${String(answer?.etag)}, but a read of ${place} gives version ${meta.versionId}.`, exchange);
  if (answer?.lastModified === undefined || meta?.lastUpdated === undefined) return undefined;
  const apart = Math.abs(Date.parse(answer.lastModified) - Date.parse(meta.lastUpdated));
  return apart <= TOLERANCE_MS ? undefined : fail(`Entry ${i + 1} of the answer has lastModified ${answer.lastModified}, but a read of ${place} gives meta.lastUpdated ${meta.lastUpdated}.`, exchange);
}

/** "The interactions create, update, and delete create history entries": also those within a Bundle. */
async function ofHistory(context: TestContext, { id = '', meta }: Resource, place: string, type: string): Promise<Judgement | undefined> {
  if (meta?.versionId === undefined || !context.declared.interaction('Patient', 'history-instance')) return undefined;
  const { entries, first, trouble } = await askHistory(context, `${place}/_history`, { type: 'Patient', id }, PAGES);
  // What is wrong with every history is the matter of its own tests.
  if (trouble !== undefined || entries.map(entryVersion).some((version) => version === undefined || version === meta.versionId)) return undefined;
  return { ...fail(`A ${type} made version ${meta.versionId} of ${place}, but its history holds ${entries.length === 0 ? 'nothing' : entries.map(entryVersion).join(', ')}.`, first), requirement: 'history' };
}
