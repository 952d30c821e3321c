/** Creating, changing and deleting single resources. https://hl7.org/fhir/R4/http.html#create and the sections after it */
import { localReference, type Bundle, type Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { answerInWords, bundleOf, refused, resourceOf, succeeded } from '../answer';
import type { TestContext } from '../context';
import { FOCUS } from '../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../judge/judgements';
import { firstDifference } from '../judge/same-content';
import type { Judgement, TestCase } from '../test-case';
import { madeBy, type Writer } from '../write/writer';
import { comesTo, current, IDENTIFIER, made, MODALITY, patient, study, writeTest } from './write-support';

const search = { kind: 'interaction', type: FOCUS, interaction: 'search-type' } as const;
const byModality = { kind: 'search-param', type: FOCUS, name: 'modality' } as const;
const byIdentifier = { kind: 'search-param', type: 'Patient', name: 'identifier' } as const;

/** The answer to a step that the test is about. */
function answered(exchange: Exchange): Judgement | undefined {
  return exchange.response === undefined ? failedToAsk(answerInWords(exchange), exchange) : undefined;
}

const versionOf = (exchange: Exchange) => resourceOf(exchange)?.meta?.versionId ?? /"([^"]*)"/.exec(exchange.response?.headers['etag'] ?? '')?.[1];

export const WRITE_RESOURCE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.create',
    title: 'Patient: a create answers 201 with a Location, and a read returns what was sent',
    type: 'Patient',
    requirement: 'create',
    run: async (context, writer) => {
      const sent = patient(writer, { id: 'scout-chosen-by-client' });
      const exchange = await writer.create(sent);
      const { response } = exchange;
      if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return noData(`The server does not take the patient of the test: ${answerInWords(exchange)}.`, exchange);
      if (response.status !== 201) return fail(`A create is answered by ${answerInWords(exchange)} instead of 201.`, exchange);
      const reference = madeBy(exchange, context.client.base)[0];
      if (response.headers['location'] === undefined) return fail('A create is answered without a Location header.', exchange);
      if (reference === undefined) return fail(`Location "${response.headers['location']}" is not the address of a resource.`, exchange);
      if (reference === 'Patient/scout-chosen-by-client') return fail('A create took over the id of the body; the server has to choose one.', exchange);
      const { resource, exchange: read } = await current(context, reference);
      const { id: _, ...content } = sent;
      const difference = firstDifference(writer.tagged({ ...content, id: resource.id } as Resource), resource, context.client.base);
      return difference === undefined ? pass(`A create makes ${reference} as it was sent.`, exchange) : warn(`What was created differs from what was sent at ${difference}.`, read);
    },
  }),
  writeTest({
    id: 'patient.create-searchable',
    title: 'Patient: what was created is found by a search',
    type: 'Patient',
    requirement: 'search-currency',
    needs: [{ kind: 'interaction', type: 'Patient', interaction: 'search-type' }, byIdentifier],
    run: async (context, writer) => {
      const sent = patient(writer);
      const { reference } = await made(context, writer, sent);
      const { settled, exchange } = await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(sent)]], reference);
      return settled ? pass(`${reference} is found by its identifier.`, exchange) : fail(`${reference} was created, but is not found by its identifier.`, exchange);
    },
  }),
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
      if (after.resource['birthDate'] !== '1999-12-31') return fail(`After an update, a read still returns the old content of ${reference}.`, after.exchange);
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
      const { reference } = await made(context, writer, patient(writer));
      const { resource } = await current(context, reference);
      const exchange = await writer.update({ ...resource, id: 'scout-other' }, { url: reference });
      return answered(exchange) ?? (refused(exchange) ? pass(`It is refused: ${answerInWords(exchange)}.`, exchange) : fail(`It is answered by ${answerInWords(exchange)}.`, exchange));
    },
  }),
  writeTest({
    id: 'patient.update-as-create',
    title: 'Patient: an update of an id that does not exist creates, where that is declared',
    type: 'Patient',
    requirement: 'update',
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
      return resource.id === id ? pass(`An update creates Patient/${id}.`, exchange) : fail(`An update of Patient/${id} creates ${localReference(resource)}.`, exchange);
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
      const updated = await writer.update({ ...resource, modality: [{ system: MODALITY, code: 'MR' }], series: [{ uid: '1.2.3.4.5', modality: { system: MODALITY, code: 'MR' } }] });
      if (!succeeded(updated)) return noData(`The update that the test needs is answered by ${answerInWords(updated)}.`, updated);
      const after = await comesTo(context, true, FOCUS, [['modality', 'MR'], ['_id', id]], reference);
      if (!after.settled) return fail(`${reference} was updated to modality MR, but a search for MR does not find it.`, after.exchange);
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
      const { reference } = await made(context, writer, patient(writer));
      const { resource } = await current(context, reference);
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
    interactions: ['patch'],
    run: (context, writer) => patchJson(context, writer),
  }),
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
    interactions: ['update', 'delete', 'history-instance'],
    run: (context, writer) => history(context, writer),
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
      if (!succeeded(updated)) return noData(`The update that the test needs is answered by ${answerInWords(updated)}.`, updated);
      const exchange = await context.send({ method: 'GET', url: `${reference}/_history/${old}` });
      const resource = resourceOf(exchange);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (!succeeded(exchange) || resource === undefined) return fail(`A vread of an old version is answered by ${answerInWords(exchange)}.`, exchange);
      return resource['birthDate'] === '1980-02-29' ? pass('A vread returns the old content.', exchange) : fail(`A vread of version ${old} returns later content.`, exchange);
    },
  }),
  ...(['minimal', 'representation', 'OperationOutcome'] as const).map((wish) =>
    writeTest({
      id: `patient.prefer-${wish.toLowerCase()}`,
      title: `Patient: Prefer: return=${wish} is followed`,
      type: 'Patient',
      requirement: 'prefer-return',
      run: async (_, writer) => {
        const exchange = await writer.create(patient(writer), { Prefer: `return=${wish}` });
        const { response } = exchange;
        if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
        if (!succeeded(exchange)) return noData(`The create that the test needs is answered by ${answerInWords(exchange)}.`, exchange);
        const came = response.body.trim() === '' ? 'minimal' : resourceOf(exchange)?.resourceType === 'OperationOutcome' ? 'OperationOutcome' : 'representation';
        return came === wish ? pass(`return=${wish} is followed.`, exchange) : warn(`return=${wish} is answered with ${came === 'minimal' ? 'no body' : came === 'representation' ? 'the resource' : 'an OperationOutcome'}.`, exchange);
      },
    }),
  ),
  writeTest({
    id: 'patient.body-content-type',
    title: 'Patient: a body that is no FHIR format is refused',
    type: 'Patient',
    requirement: 'content-type',
    run: async (_, writer) => {
      const exchange = await writer.create(patient(writer), { 'Content-Type': 'text/plain' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return pass(`A body of text/plain is refused: ${answerInWords(exchange)}.`, exchange);
      return succeeded(exchange) ? warn(`A body of text/plain is taken (${exchange.response.status}).`, exchange) : fail(`A body of text/plain is answered by ${answerInWords(exchange)}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.broken-body',
    title: 'Patient: a body that is not JSON is refused with an OperationOutcome',
    type: 'Patient',
    requirement: 'status-server-error',
    run: async (_, writer) => {
      const exchange = await writer.createRaw('Patient', `{"resourceType": "Patient", "id": "${writer.newId('broken')}"`);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return pass(`It is refused: ${answerInWords(exchange)}.`, exchange);
      return fail(`It is answered by ${answerInWords(exchange)}.`, exchange);
    },
  }),
];

async function staleUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, exchange: created } = await made(context, writer, patient(writer));
  const before = await current(context, reference);
  const stale = before.resource.meta?.versionId ?? versionOf(created);
  if (stale === undefined) return noData('Needed: a version id.', before.exchange);
  const update = await writer.update({ ...before.resource, birthDate: '1990-01-01' }, { headers: { 'If-Match': `W/"${stale}"` } });
  if (update.response === undefined) return failedToAsk(answerInWords(update), update);
  if (!succeeded(update)) return fail(`An update with If-Match for the current version is answered by ${answerInWords(update)}.`, update);
  const late = await writer.update({ ...before.resource, birthDate: '1970-01-01' }, { headers: { 'If-Match': `W/"${stale}"` } });
  const status = late.response?.status;
  if (status === undefined) return failedToAsk(answerInWords(late), late);
  if (status === 412 || status === 409) return pass(`If-Match for an old version is refused by ${status}.`, late);
  if (refused(late)) return info(`If-Match for an old version is refused by ${answerInWords(late)}; 412 is the code for it.`, late);
  if (status >= 500) return { ...fail(`If-Match for an old version makes the server answer ${answerInWords(late)}.`, late), requirement: 'status-server-error' };
  const declared = context.declared.types.get('Patient')?.versioning;
  const message = `If-Match for an old version is accepted (${status}): a lost update.`;
  // Only versioned-update promises it: https://hl7.org/fhir/R4/valueset-versioning-policy.html
  return declared === 'versioned' || declared === 'no-version' ? warn(`${message} Versioning is declared as ${declared}.`, late) : fail(message, late);
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
  const difference = firstDifference({ ...before.resource, birthDate: '1999-12-31' }, after.resource, context.client.base);
  if (difference !== undefined) return fail(`After a patch of birthDate, ${difference} is not as expected.`, after.exchange);
  const wrong = await writer.patch(reference, [{ op: 'test', path: '/birthDate', value: '1900-01-01' }, { op: 'replace', path: '/gender', value: 'male' }]);
  if (succeeded(wrong)) return fail('A patch whose test operation fails is carried out.', wrong);
  const untouched = await current(context, reference);
  return untouched.resource['gender'] === 'other' ? pass('A patch changes what it says; one whose test fails changes nothing.', exchange) : fail('A patch whose test operation fails changes the resource.', untouched.exchange);
}

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
