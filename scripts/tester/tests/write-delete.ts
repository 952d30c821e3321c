/** Deleting single resources, and what is left of them: history, searches, reverse chains. https://hl7.org/fhir/R4/http.html#delete */
import type { Bundle, Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { answerInWords, bundleOf, refused, succeeded } from '../answer';
import type { TestContext } from '../context';
import { FOCUS } from '../harvest';
import { fail, failedToAsk, noData, notDeclared, pass, warn } from '../judge/judgements';
import type { Judgement, TestCase } from '../test-case';
import type { Writer } from '../write/writer';
import { comesTo, current, made, patient, study, writeTest } from './write-support';

const search = { kind: 'interaction', type: FOCUS, interaction: 'search-type' } as const;
const byModality = { kind: 'search-param', type: FOCUS, name: 'modality' } as const;

export const WRITE_DELETE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.delete',
    title: 'Patient: what is deleted can no longer be read',
    type: 'Patient',
    requirement: 'delete',
    interactions: ['delete'],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer));
      const exchange = await writer.remove(reference);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (!succeeded(exchange)) return fail(`A delete is answered by ${answerInWords(exchange)}.`, exchange);
      const read = await context.read(reference, { fresh: true });
      const status = read.response?.status;
      if (status !== 404 && status !== 410) return fail(`After its deletion ${reference} is answered by ${answerInWords(read)}.`, read);
      const again = await writer.remove(reference);
      // "If the resource cannot be deleted because it does not exist": https://hl7.org/fhir/R4/http.html#delete asks for success.
      if (!succeeded(again)) return again.response?.status === 404 || again.response?.status === 410 ? warn(`Deleting ${reference} a second time is answered by ${answerInWords(again)}; a deletion of what is gone should succeed.`, again) : fail(`Deleting ${reference} a second time is answered by ${answerInWords(again)}.`, again);
      return pass(`After its deletion ${reference} is answered by ${status}.`, read);
    },
  }),
  writeTest({
    id: 'patient.delete-unknown',
    title: 'Patient: deleting what never existed is no error',
    type: 'Patient',
    requirement: 'delete',
    interactions: ['delete'],
    run: async (_, writer) => {
      const exchange = await writer.remove(`Patient/${writer.newId('never')}`);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (succeeded(exchange)) return pass(`It is answered by ${exchange.response.status}.`, exchange);
      return refused(exchange) ? warn(`It is answered by ${answerInWords(exchange)}; 200 or 204 is asked for.`, exchange) : fail(`It is answered by ${answerInWords(exchange)}.`, exchange);
    },
  }),
  writeTest({
    id: 'imagingstudy.delete-searchable',
    title: `${FOCUS}: what is deleted is no longer found, neither by search nor by _has`,
    type: FOCUS,
    requirement: 'delete',
    interactions: ['delete'],
    needs: [search, byModality, { kind: 'interaction', type: 'Patient', interaction: 'create' }],
    run: async (context, writer) => {
      const subject = await made(context, writer, patient(writer));
      const { reference } = await made(context, writer, study(writer, subject.reference));
      const id = reference.slice(FOCUS.length + 1);
      const found = await comesTo(context, true, FOCUS, [['modality', 'CT'], ['_id', id]], reference);
      if (!found.settled) return noData(`${reference} was not found before its deletion either.`, found.exchange);
      const deleted = await writer.remove(reference);
      if (!succeeded(deleted)) return fail(`A delete is answered by ${answerInWords(deleted)}.`, deleted);
      context.known.forget(reference, 410);
      const gone = await comesTo(context, false, FOCUS, [['modality', 'CT'], ['_id', id]], reference);
      return gone.settled ? pass(`${reference} is no longer found.`, gone.exchange) : fail(`${reference} was deleted, but a search still finds it.`, gone.exchange);
    },
  }),
  writeTest({
    id: 'patient.has-deleted',
    title: 'Patient: _has does not count what was deleted',
    type: 'Patient',
    requirement: 'rule:has',
    interactions: ['delete'],
    needs: [{ kind: 'interaction', type: 'Patient', interaction: 'search-type' }, { kind: 'interaction', type: FOCUS, interaction: 'create' }, { kind: 'interaction', type: FOCUS, interaction: 'delete' }, { kind: 'search-param', type: FOCUS, name: 'patient' }, byModality],
    run: async (context, writer) => {
      const subject = await made(context, writer, patient(writer));
      const { reference } = await made(context, writer, study(writer, subject.reference));
      const pairs = [['_has:ImagingStudy:patient:modality', 'CT'], ['_id', subject.reference.slice('Patient/'.length)]] as const;
      const found = await comesTo(context, true, 'Patient', pairs, subject.reference);
      if (!found.settled) return notDeclared('_has does not find a patient with a study; a server need not support it.', found.exchange);
      const deleted = await writer.remove(reference);
      if (!succeeded(deleted)) return noData(`The deletion that the test needs is answered by ${answerInWords(deleted)}.`, deleted);
      context.known.forget(reference, 410);
      const gone = await comesTo(context, false, 'Patient', pairs, subject.reference);
      return gone.settled ? pass('_has counts only what is there.', gone.exchange) : fail(`The only study of ${subject.reference} was deleted, but _has still finds the patient by it.`, gone.exchange);
    },
  }),
  writeTest({
    id: 'patient.history',
    title: 'Patient: the history of an instance holds its versions, the newest first',
    type: 'Patient',
    requirement: 'history',
    also: ['capability-interaction'],
    interactions: ['update', 'delete', 'history-instance'],
    run: (context, writer) => history(context, writer),
  }),
];

async function history(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const first = await current(context, reference);
  const updated = await writer.update({ ...first.resource, birthDate: '1999-12-31' });
  if (!succeeded(updated)) return noData(`The update that the test needs is answered by ${answerInWords(updated)}.`, updated);
  const second = await current(context, reference);
  const deleted = await writer.remove(reference);
  if (!succeeded(deleted)) return noData(`The deletion that the test needs is answered by ${answerInWords(deleted)}.`, deleted);
  const exchange = await context.send({ method: 'GET', url: `${reference}/_history` });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const bundle = bundleOf(exchange);
  if (!succeeded(exchange) || bundle === undefined) return { ...fail(`history-instance is declared, but GET ${reference}/_history is answered by ${answerInWords(exchange)}.`, exchange), requirement: 'capability-interaction' };
  if (bundle.type !== 'history') return fail(`A history is a Bundle of type history, not ${JSON.stringify(bundle.type)}.`, exchange);
  const methods = (bundle.entry ?? []).map(({ request }) => request?.method ?? '(no request)');
  const versions = (bundle.entry ?? []).map(({ resource }) => resource?.meta?.versionId);
  const wanted = [undefined, second.resource.meta?.versionId, first.resource.meta?.versionId];
  if (methods.includes('(no request)')) return fail('An entry of a history has no request (rule bdl-3).', exchange);
  if (!methods.includes('DELETE')) return fail('The history leaves out the deletion.', exchange);
  if (methods.length !== 3) return fail(`After create, update and delete the history has ${methods.length} entries.`, exchange);
  if (methods[0] !== 'DELETE' || (wanted[1] !== undefined && versions[1] !== wanted[1]) || (wanted[2] !== undefined && versions[2] !== wanted[2])) return fail(`The history is not sorted with the newest first: ${methods.join(', ')}.`, exchange);
  return since(context, reference, second.resource, bundle, exchange);
}

/** `_since` leaves out what was last changed before. */
async function since(context: TestContext, reference: string, second: Resource, whole: Bundle, exchange: Exchange): Promise<Judgement> {
  const at = second.meta?.lastUpdated;
  const earliest = whole.entry?.at(-1)?.resource?.meta?.lastUpdated;
  if (at === undefined || earliest === undefined || Date.parse(at) - Date.parse(earliest) < 1) return pass('The history holds create, update and delete, the newest first.', exchange);
  const limited = await context.send({ method: 'GET', url: `${reference}/_history?_since=${encodeURIComponent(at)}` });
  const bundle = bundleOf(limited);
  if (limited.response === undefined) return failedToAsk(answerInWords(limited), limited);
  if (!succeeded(limited) || bundle === undefined) return fail(`A history with _since is answered by ${answerInWords(limited)}.`, limited);
  const early = (bundle.entry ?? []).filter(({ resource }) => resource?.meta?.lastUpdated !== undefined && Date.parse(resource.meta.lastUpdated) < Date.parse(at));
  if (early.length > 0) return fail(`_since=${at} returns a version of ${early[0]?.resource?.meta?.lastUpdated}.`, limited);
  return pass('The history holds create, update and delete, the newest first, and _since limits it.', limited);
}
