/** Changing single resources: update, version conflicts, patch, and whether searches see it. https://hl7.org/fhir/R4/http.html#update */
import { withArticle } from '../../../core/grammar';
import { ID_LENGTH, localReference } from '../../../core/fhir';
import { valueAt } from '../../../core/json';
import { itemsOf } from '../../../search/json';
import { answerInsteadOf, answerInWords, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { versionOfEtag } from '../../entity-tag';
import { entriesIn, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';
import { versionIn } from '../../write/version-aware';
import type { Writer } from '../../write/writer';
import { asFormOfPatch, comesTo, current, lacksPast, lostUpdate, made, madeAndRead, mustBeRefused, needed, patient, settles, study, writeTest } from './steps';

const search = { kind: 'interaction', type: FOCUS, interaction: 'search-type' } as const;
const byModality = { kind: 'search-param', type: FOCUS, name: 'modality' } as const;

export const WRITE_UPDATE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.update',
    title: 'Patient: an update makes a new version with the new content',
    type: 'Patient',
    requirement: 'update',
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer));
      const before = await current(context, reference);
      const exchange = await writer.update({ ...before.resource, birthDate: '1999-12-31' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (exchange.response.status === 201) return fail('An update of a resource that exists is answered by 201.', exchange);
      if (!succeeded(exchange)) return fail(`An update is answered by ${answerInWords(exchange)}.`, exchange);
      const after = await current(context, reference);
      if (after.resource['birthDate'] !== '1999-12-31') {
        const stale = fail(`After an update, a read still returns the old content of ${reference}.`, after.exchange);
        // Where the update itself answers with a new version, it is the read that is wrong.
        return versionIn(exchange) !== undefined && versionIn(exchange) !== after.resource.meta?.versionId ? { ...stale, requirement: 'read' } : stale;
      }
      const [old, now] = [before.resource.meta?.versionId, after.resource.meta?.versionId];
      if (old !== undefined && old === now) return { ...fail(`After an update, meta.versionId of ${reference} is still "${old}".`, after.exchange), requirement: 'read' };
      return pass(`An update makes version ${now ?? '(none)'} out of ${old ?? '(none)'}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.update-other-id',
    title: 'Patient: an update with another id in the body than in the URL is refused',
    type: 'Patient',
    requirement: 'update',
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference, resource } = await madeAndRead(context, writer, patient(writer));
      const exchange = await writer.update({ ...resource, id: writer.newId('other'), birthDate: '1999-12-31' }, { url: reference });
      const judged = mustBeRefused(exchange);
      if (judged.verdict !== 'pass') return judged;
      const after = await current(context, reference);
      return after.resource['birthDate'] === '1999-12-31' ? fail(`It is refused by ${answerInWords(exchange)}, but ${reference} is changed all the same.`, after.exchange) : judged;
    },
  }),
  writeTest({
    id: 'patient.update-without-id',
    title: 'Patient: an update with no id in the body is refused',
    type: 'Patient',
    requirement: 'update',
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference, resource } = await madeAndRead(context, writer, patient(writer));
      const body = JSON.stringify({ ...writer.tagged(resource), id: undefined });
      const exchange = await writer.updateRaw(reference, body, {}, resource.meta?.versionId);
      // "If no id element is provided, or the id disagrees with the id in the URL, the server SHALL respond with an HTTP 400": http.html#update
      return mustBeRefused(exchange, 'An update with no id in the body');
    },
  }),
  writeTest({
    id: 'patient.update-as-create',
    title: 'Patient: an update of an id that does not exist creates, where that is declared',
    type: 'Patient',
    requirement: 'update',
    also: ['capability-interaction'],
    interactions: ['update'],
    run: async (context, writer) => {
      const declared = context.declared.types.get('Patient')?.updateCreate === true;
      const id = writer.newId('update-as-create');
      const exchange = await writer.update({ ...patient(writer), id });
      const status = exchange.response?.status;
      if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return declared ? { ...fail(`updateCreate is declared, but refused: ${answerInWords(exchange)}.`, exchange), requirement: 'capability-interaction' } : notDeclared(`updateCreate is not declared, and refused: ${answerInWords(exchange)}.`, exchange);
      if (status !== 201) return fail(`An update that creates is answered by ${answerInWords(exchange)} instead of 201.`, exchange);
      const { resource } = await current(context, `Patient/${id}`);
      return resource.id === id ? pass(`An update creates Patient/${id}.`, exchange) : fail(`An update of Patient/${id} creates ${localReference(resource) ?? `${withArticle(resource.resourceType)} without an id`}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.overlong-id',
    title: 'Patient: an update does not create a resource whose id is too long',
    type: 'Patient',
    requirement: 'resource-id',
    interactions: ['update'],
    run: async (_, writer) => {
      const id = writer.newId('overlong').padEnd(ID_LENGTH + 1, 'x');
      const exchange = await writer.update({ ...patient(writer), id });
      return mustBeRefused(exchange, `An update of an id of ${id.length} characters`, `; an id has at most ${ID_LENGTH}`);
    },
  }),
  writeTest({
    id: 'imagingstudy.update-searchable',
    title: `${FOCUS}: after an update a search sees the new values and no longer the old ones`,
    type: FOCUS,
    requirement: 'search-currency',
    interactions: ['update'],
    needs: [search, byModality, { kind: 'interaction', type: 'Patient', interaction: 'create' }],
    run: async (context, writer) => {
      const subject = await made(context, writer, patient(writer));
      const { reference } = await made(context, writer, study(writer, subject.reference, 'CT'));
      const id = reference.slice(FOCUS.length + 1);
      const found = await comesTo(context, true, FOCUS, [['modality', 'CT'], ['_id', id]], reference);
      if (!found.settled) return fail(`${reference} was created with modality CT, but a search for it does not find it.`, found.exchange);
      const { resource } = await current(context, reference);
      const { modality, series } = study(writer, subject.reference, 'MR');
      const changed = { ...resource, modality, series };
      const updated = await writer.update(changed);
      needed('update', updated);
      const after = await comesTo(context, true, FOCUS, [['modality', 'MR'], ['_id', id]], reference);
      if (!after.settled) return fail(`${reference} was updated to modality MR, but a search for MR does not find it.`, after.exchange);
      // What is found by its new values has to be shown with them.
      const isNew = ({ matches }: Pick<SearchAnswer, 'matches'>) => !matches.some((shown) => localReference(shown) === reference && !JSON.stringify(shown['series'] ?? '').includes('"MR"'));
      const copies = entriesIn(after.exchange).flatMap((entry) => entry.resource ?? []);
      const shown = isNew({ matches: copies }) ? after : await settles(context, FOCUS, [['modality', 'MR'], ['_id', id]], isNew);
      if (!shown.settled) return fail(`${reference} was updated to modality MR, and a search for MR finds it, but shows it as it was before.`, shown.exchange);
      const old = await comesTo(context, false, FOCUS, [['modality', 'CT'], ['_id', id]], reference);
      return old.settled ? pass('Searches see the update.', after.exchange) : fail(`${reference} was updated to modality MR, but a search for CT still finds it.`, old.exchange);
    },
  }),
  writeTest({
    id: 'patient.stale-if-match',
    title: 'Patient: an update with If-Match for an old version is refused',
    type: 'Patient',
    requirement: 'update-contention',
    interactions: ['update'],
    run: (context, writer) => staleUpdate(context, writer),
  }),
  writeTest({
    id: 'patient.garbage-if-match',
    title: 'Patient: an If-Match that is no entity tag does no harm',
    type: 'Patient',
    requirement: 'status-server-error',
    interactions: ['update'],
    run: async (context, writer) => {
      const { resource } = await madeAndRead(context, writer, patient(writer));
      const exchange = await writer.update(resource, { headers: { 'If-Match': 'scout' } });
      const status = exchange.response?.status;
      if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (status >= 500) return fail(`If-Match: scout makes the server answer ${answerInWords(exchange)}.`, exchange);
      return pass(`If-Match: scout is answered by ${status}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.patch-json',
    title: 'Patient: a JSON Patch changes what it says and nothing else',
    type: 'Patient',
    requirement: 'patch',
    also: ['capability-interaction'],
    interactions: ['patch'],
    run: async (context, writer) => asFormOfPatch(context, await patchJson(context, writer)),
  }),
  writeTest({
    id: 'patient.vread-old',
    title: 'Patient: a vread of an old version returns the old content',
    type: 'Patient',
    requirement: 'vread',
    interactions: ['update', 'vread'],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer));
      const before = await current(context, reference);
      const old = before.resource.meta?.versionId;
      if (old === undefined) return noData('Needed: meta.versionId.', before.exchange);
      const updated = await writer.update({ ...before.resource, birthDate: '1999-12-31' });
      needed('update', updated);
      const exchange = await context.send({ method: 'GET', url: `${reference}/_history/${old}` });
      const resource = resourceOf(exchange);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (lacksPast(context, exchange)) return notDeclared(`No past versions are kept: GET ${reference}/_history/${old} is answered by ${answerInWords(exchange)}, and the statement does not declare readHistory.`, exchange);
      if (!succeeded(exchange) || resource === undefined) return fail(`A vread of an old version is answered by ${answerInsteadOf('Patient', exchange)}.`, exchange);
      if (resource['birthDate'] !== '1980-02-29') return fail(`A vread of version ${old} returns later content.`, exchange);
      if (resource.meta?.versionId !== old) return fail(`A vread of version ${old} returns a resource of version ${resource.meta?.versionId ?? '(none)'}.`, exchange);
      const { resource: now } = await current(context, reference);
      // "If provided, the value of the ETag SHALL match the value of the version id for the resource": https://hl7.org/fhir/R4/http.html#concurrency
      if (now.meta?.versionId !== old && versionOfEtag(exchange.response.headers['etag']) === now.meta?.versionId) return fail(`A vread of version ${old} has the ETag ${exchange.response.headers['etag'] ?? ''}, that of the current version.`, exchange);
      const newest = await context.send({ method: 'GET', url: `${reference}/_history/${now.meta?.versionId ?? ''}` });
      return resourceOf(newest)?.['birthDate'] === '1999-12-31' ? pass('A vread returns the content of its version, old and new.', exchange) : fail(`A vread of version ${now.meta?.versionId ?? '(none)'}, the current one, does not return its content.`, newest);
    },
  }),
];

async function staleUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, exchange: created } = await made(context, writer, patient(writer));
  const before = await current(context, reference);
  const stale = before.resource.meta?.versionId ?? versionIn(created);
  if (stale === undefined) return noData('Needed: a version id.', before.exchange);
  const update = await writer.update({ ...before.resource, birthDate: '1990-01-01' }, { headers: { 'If-Match': `W/"${stale}"` } });
  if (update.response === undefined) return failedToAsk(answerInWords(update), update);
  if (!succeeded(update)) return fail(`An update with If-Match for the current version is answered by ${answerInWords(update)}.`, update);
  const late = await writer.update({ ...before.resource, birthDate: '1970-01-01' }, { headers: { 'If-Match': `W/"${stale}"` } });
  const status = late.response?.status;
  if (status === undefined) return failedToAsk(answerInWords(late), late);
  if (refused(late)) {
    const { resource, exchange: read } = await current(context, reference);
    if (resource['birthDate'] !== '1990-01-01') return fail(`If-Match for an old version is refused by ${status}, but the update is carried out all the same: a lost update.`, read);
  }
  if (status === 412 || status === 409) return pass(`If-Match for an old version is refused by ${status}.`, late);
  if (refused(late)) return info(`If-Match for an old version is refused by ${answerInWords(late)}; 412 is the code for it.`, late);
  if (status >= 500) return { ...fail(`If-Match for an old version makes the server answer ${answerInWords(late)}.`, late), requirement: 'status-server-error' };
  return lostUpdate(context, `If-Match for an old version is accepted (${status}): a lost update.`, late);
}

async function patchJson(context: TestContext, writer: Writer): Promise<Judgement> {
  const formats = context.declared.patchFormats;
  if (formats.length > 0 && !formats.some((format) => /json-patch/i.test(format))) return notDeclared(`JSON Patch is not among the declared patch formats ${formats.join(', ')}.`);
  const { reference } = await made(context, writer, patient(writer));
  const before = await current(context, reference);
  const exchange = await writer.patch(reference, [{ op: 'replace', path: '/birthDate', value: '1999-12-31' }]);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) return { ...fail(`patch is declared, but a JSON Patch is answered by ${answerInWords(exchange)}.`, exchange), requirement: 'capability-interaction' };
  const after = await current(context, reference);
  const difference = firstDifference({ ...before.resource, birthDate: '1999-12-31' }, after.resource, context.known.index.base);
  if (difference !== undefined) return fail(`After a patch of birthDate, ${difference} is not as expected.`, after.exchange);
  const several = await writer.patch(reference, [{ op: 'add', path: '/active', value: true }, { op: 'add', path: '/name/0/given/-', value: 'Again' }, { op: 'remove', path: '/birthDate' }]);
  if (!succeeded(several)) return fail(`A patch that adds and removes is answered by ${answerInWords(several)}.`, several);
  const { resource: changed, exchange: read } = await current(context, reference);
  if (changed['active'] !== true || changed['birthDate'] !== undefined || itemsOf(valueAt(changed, 'name', 0, 'given')).at(-1) !== 'Again') return fail('A patch that adds active and a name and removes birthDate does not do all of it.', read);
  const nowhere = await writer.patch(`Patient/${writer.newId('never')}`, [{ op: 'replace', path: '/gender', value: 'male' }]);
  if (succeeded(nowhere)) return fail(`A patch of a patient that does not exist is answered by ${answerInWords(nowhere)}.`, nowhere);
  const wrong = await writer.patch(reference, [{ op: 'test', path: '/active', value: false }, { op: 'replace', path: '/gender', value: 'male' }]);
  if (succeeded(wrong)) return fail('A patch whose test operation fails is carried out.', wrong);
  const untouched = await current(context, reference);
  return untouched.resource['gender'] === 'other' ? pass('A patch changes what it says; one whose test fails changes nothing.', exchange) : fail('A patch whose test operation fails changes the resource.', untouched.exchange);
}
