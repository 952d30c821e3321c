/** Deleting single resources, and what is left of them: searches, reverse chains. https://hl7.org/fhir/R4/http.html#delete */
import { localReference } from '../../../core/fhir';
import { answerInWords, isGone, refused, resourceOf, succeeded } from '../../answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import type { TestCase } from '../../test-case';
import { comesTo, current, foundNow, goneAfter, made, needed, patient, study, writeTest } from './steps';

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
      const { gone, committed, read } = await goneAfter(context, exchange, reference);
      const status = read.response?.status;
      if (!gone && !committed) return info(`A delete is answered by 202, which promises nothing; after it ${reference} is answered by ${answerInWords(read)}.`, read);
      if (!gone) return fail(`After its deletion ${reference} is answered by ${answerInWords(read)}.`, read);
      const again = await writer.remove(reference);
      // "If the resource cannot be deleted because it does not exist": https://hl7.org/fhir/R4/http.html#delete asks for success.
      if (!succeeded(again)) return isGone(again) ? warn(`Deleting ${reference} a second time is answered by ${answerInWords(again)}; a deletion of what is gone should succeed.`, again) : fail(`Deleting ${reference} a second time is answered by ${answerInWords(again)}.`, again);
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
      const pairs = [['_has:ImagingStudy:patient:modality', 'CT'], ['_id', subject.reference.slice('Patient/'.length)]] as const;
      await foundNow(context, subject.reference);
      const early = await context.search('Patient', pairs, { fresh: true, plain: true });
      if (early.matches.some((resource) => localReference(resource) === subject.reference)) return notDeclared('_has finds a patient without any study; whether it is supported is the matter of other tests.', early.first);
      const { reference } = await made(context, writer, study(writer, subject.reference));
      const found = await comesTo(context, true, 'Patient', pairs, subject.reference);
      if (!found.settled) return notDeclared('_has does not find a patient with a study; a server need not support it.', found.exchange);
      const deleted = await writer.remove(reference);
      needed('deletion', deleted);
      context.known.forget(reference, 410);
      const gone = await comesTo(context, false, 'Patient', pairs, subject.reference);
      return gone.settled ? pass('_has counts only what is there.', gone.exchange) : fail(`The only study of ${subject.reference} was deleted, but _has still finds the patient by it.`, gone.exchange);
    },
  }),
  writeTest({
    id: 'patient.stale-if-match-delete',
    title: 'Patient: a deletion with If-Match for an old version is refused',
    type: 'Patient',
    requirement: 'delete-contention',
    interactions: ['update', 'delete'],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer));
      const { resource, exchange: read } = await current(context, reference);
      const stale = resource.meta?.versionId;
      if (stale === undefined) return noData('Needed: meta.versionId.', read);
      const updated = await writer.update({ ...resource, birthDate: '1999-12-31' });
      needed('update', updated);
      const exchange = await writer.remove(reference, { 'If-Match': `W/"${stale}"` });
      const status = exchange.response?.status;
      if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (status >= 500) return { ...fail(`A deletion with If-Match for an old version makes the server answer ${answerInWords(exchange)}.`, exchange), requirement: 'status-server-error' };
      const after = await context.read(reference, { fresh: true });
      if (refused(exchange)) return succeeded(after) && resourceOf(after) !== undefined ? pass(`A deletion with If-Match for an old version is refused by ${status}.`, exchange) : fail(`A deletion with If-Match for an old version is refused by ${status}, but ${reference} is gone.`, after);
      return warn(`A deletion with If-Match for an old version is carried out (${status}): what another has changed meanwhile is lost.`, exchange);
    },
  }),
];
