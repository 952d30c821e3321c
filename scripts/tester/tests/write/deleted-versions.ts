/** The versions of what was deleted, each read by itself: the one that is the deletion, and those before it. https://hl7.org/fhir/R4/http.html#vread */
import type { Exchange } from '../../../core/result';
import { answerInsteadOf, answerInWords, isGone, resourceOf, succeeded } from '../../answer';
import { versionOfEtag } from '../../entity-tag';
import type { TestContext } from '../../context';
import { askHistory } from '../../gather/ask-history';
import { entryVersion } from '../../judge/history';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { goneAfter, madeAndRead, needed, patient, writeTest } from './steps';

export const WRITE_DELETED_VERSION_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.vread-deleted',
    title: 'Patient: a vread of a deletion finds nothing, one of the version before it that version',
    type: 'Patient',
    requirement: 'vread',
    interactions: ['delete', 'vread'],
    run: deleted,
  }),
];

async function deleted(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, resource } = await madeAndRead(context, writer, patient(writer));
  const former = resource.meta?.versionId;
  if (former === undefined) return noData('Needed: meta.versionId.');
  const deletion = await writer.remove(reference);
  needed('deletion', deletion);
  const { gone, read } = await goneAfter(context, deletion, reference);
  if (!gone) return noData(`After its deletion ${reference} is answered by ${answerInWords(read)}, which is the matter of other tests.`, read);
  const { versions, asked } = await versionsIn(context, reference);
  const removal = [read, deletion].map(({ response }) => versionOfEtag(response?.headers['etag'])).find((version) => version !== undefined && version !== former) ?? versions.find((version) => version !== former);
  if (removal !== undefined) {
    const exchange = await vread(context, reference, removal);
    if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
    const judged = ofDeletion(exchange, reference, removal);
    if (judged !== undefined) return judged;
  }
  const before = await vread(context, reference, former);
  if (before.response === undefined) return failedToAsk(answerInWords(before), before);
  const path = `GET ${reference}/_history/${former}`;
  if (isGone(before)) {
    // "servers are free to completely delete the resource and it's history": http.html#delete
    if (!versions.includes(former)) return info(`${reference} was deleted, and its versions with it: ${path} is answered by ${answerInWords(before)}.`, before);
    return fail(`${path}, the version before the deletion, is answered by ${answerInWords(before)}, though the history still holds it.`, asked ?? before);
  }
  const held = resourceOf(before);
  if (!succeeded(before) || held === undefined) return fail(`${path}, the version before the deletion, is answered by ${answerInsteadOf('Patient', before)}.`, before);
  if (held.meta?.versionId !== former || held['birthDate'] !== resource['birthDate']) return fail(`${path} returns ${held.meta?.versionId === former ? 'other content than that version had' : `version ${held.meta?.versionId ?? '(none)'}`}.`, before);
  return pass(`${removal === undefined ? 'What version the deletion is, is not said' : `Version ${removal}, the deletion, is not found`}; version ${former} is returned.`, before);
}

const vread = (context: TestContext, reference: string, version: string) => context.send({ method: 'GET', url: `${reference}/_history/${encodeURIComponent(version)}` });

/** "If the version referred to is actually one where the resource was deleted, the server should return a 410 status code" */
export function ofDeletion(exchange: Exchange, reference: string, version: string): Judgement | undefined {
  if (isGone(exchange)) return undefined;
  const path = `GET ${reference}/_history/${version}, where the resource was deleted,`;
  if (!succeeded(exchange)) return warn(`${path} is answered by ${answerInWords(exchange)} instead of 410.`, exchange);
  const shown = resourceOf(exchange);
  // "The returned resource SHALL have ... a meta.versionId element with a value of [vid]"
  if (shown?.meta?.versionId !== version) return fail(`${path} returns version ${shown?.meta?.versionId ?? '(none)'} instead of 410.`, exchange);
  return warn(`${path} is answered by ${exchange.response?.status} and a resource, as if it had not been deleted; 410 is asked for.`, exchange);
}

/** The versions that the history of a resource still holds, the newest first; none where it is not declared, or gone. */
async function versionsIn(context: TestContext, reference: string): Promise<{ versions: readonly string[]; asked?: Exchange }> {
  if (!context.declared.interaction('Patient', 'history-instance')) return { versions: [] };
  const { entries, first } = await askHistory(context, `${reference}/_history`, { type: 'Patient', id: reference.slice('Patient/'.length) }, 1);
  return { versions: entries.flatMap((entry) => entryVersion(entry) ?? []), asked: first };
}
