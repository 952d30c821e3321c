/** JSON Patch in depth: lists, what has to be refused, and what a patch shares with an update - versions, contention, searches. https://hl7.org/fhir/R4/http.html#patch */
import { inWords, valueAt } from '../../../core/json';
import { answerInWords, failedWithOutcome, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { askHistory } from '../../gather/ask-history';
import { entryVersion } from '../../judge/history';
import { fail, failedToAsk, info, noData, notDeclared, pass } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import type { Judgement, Need, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { asFormOfPatch, comesTo, current, IDENTIFIER, made, mustBeRefused, mustBeRejected, needed, patient, SEARCHABLE, uniqueValue, writeTest } from './steps';

type Operations = readonly { op: string; path: string; [member: string]: unknown }[];

/** An instant is precise to the second at least: https://hl7.org/fhir/R4/datatypes.html#instant */
const MORE_THAN_A_SECOND_MS = 1_100;
/** Pages of a history of two versions that are followed. */
const PAGES = 3;
const AFTER = '1999-12-31';
const CHANGE: Operations = [{ op: 'replace', path: '/birthDate', value: AFTER }];

/** One operation after another on three given names; what each makes of them. */
const GIVEN = ['One', 'Two', 'Three'];
const ON_LISTS: readonly { operation: Operations[number]; after: readonly string[] }[] = [
  { operation: { op: 'add', path: '/name/0/given/1', value: 'New' }, after: ['One', 'New', 'Two', 'Three'] },
  { operation: { op: 'move', from: '/name/0/given/3', path: '/name/0/given/0' }, after: ['Three', 'One', 'New', 'Two'] },
  { operation: { op: 'copy', from: '/name/0/given/0', path: '/name/0/given/-' }, after: ['Three', 'One', 'New', 'Two', 'Three'] },
  { operation: { op: 'replace', path: '/name/0/given/1', value: 'Other' }, after: ['Three', 'Other', 'New', 'Two', 'Three'] },
  { operation: { op: 'remove', path: '/name/0/given/2' }, after: ['Three', 'Other', 'Two', 'Three'] },
];

/** Operations that cannot be carried out on the patient of these tests. */
const IMPOSSIBLE: readonly { operation: Operations[number]; because: string }[] = [
  { operation: { op: 'remove', path: '/maritalStatus' }, because: 'the target location must exist (RFC 6902, 4.2)' },
  { operation: { op: 'replace', path: '/maritalStatus', value: { text: 'unknown' } }, because: 'the target location must exist (RFC 6902, 4.3)' },
  { operation: { op: 'move', from: '/photo/0', path: '/photo/1' }, because: 'the "from" location must exist (RFC 6902, 4.4)' },
  { operation: { op: 'scout-no-such-operation', path: '/gender', value: 'male' }, because: 'there is no such operation (RFC 6902, 4)' },
];

export const WRITE_JSON_PATCH_TESTS: readonly TestCase[] = [
  patchTest('patch-lists', 'the operations of a JSON Patch reach into lists: add at an index, move, copy, replace, remove', 'patch', lists),
  patchTest('patch-impossible', 'a JSON Patch with an operation that cannot be done is refused, all of it', 'patch', impossible),
  patchTest('patch-no-patch', 'a body that is no list of operations is refused as a JSON Patch', 'status-server-error', async (context, writer) => {
    const { reference } = await made(context, writer, patient(writer));
    return mustBeRejected(await writer.patch(reference, { resourceType: 'Patient' }), 'A JSON Patch that is no list of operations');
  }),
  patchTest('patch-id', 'a patch does not change the id', 'patch', changesId),
  patchTest('patch-stale-if-match', 'a patch with If-Match for an old version is refused', 'patch-contention', stale),
  patchTest('patch-version', 'a patch makes a new version with a time of its own', 'patch', newVersion),
  patchTest('patch-searchable', 'after a patch a search sees the new value and no longer the old one', 'search-currency', searches, SEARCHABLE),
];

function patchTest(id: string, title: string, requirement: RequirementKey, run: (context: TestContext, writer: Writer) => Promise<Judgement>, needs: readonly Need[] = []): TestCase {
  return writeTest({
    id: `patient.${id}`,
    title: `Patient: ${title}`,
    type: 'Patient',
    requirement,
    ...(requirement === 'patch' ? { also: ['status-server-error', 'last-updated', 'history'] } : {}),
    interactions: ['patch'],
    needs,
    run: async (context, writer) => {
      const formats = context.declared.patchFormats;
      if (formats.length > 0 && !formats.some((format) => /json-patch/i.test(format))) return notDeclared(`JSON Patch is not among the declared patch formats ${formats.join(', ')}.`);
      return asFormOfPatch(context, await run(context, writer));
    },
  });
}

const named = (writer: Writer) => patient(writer, { name: [{ family: 'Scouttest', given: GIVEN }] });
const shown = (operation: Operations[number]) => JSON.stringify(operation);

async function lists(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, exchange } = await made(context, writer, named(writer));
  for (const { operation, after } of ON_LISTS) {
    const patched = await writer.patch(reference, [operation]);
    if (patched.response === undefined) return failedToAsk(answerInWords(patched), patched);
    if (!succeeded(patched)) return fail(`The operation ${shown(operation)} is answered by ${answerInWords(patched)}.`, patched);
    const { resource, exchange: read } = await current(context, reference);
    const given = valueAt(resource, 'name', 0, 'given') ?? [];
    if (JSON.stringify(given) !== JSON.stringify(after)) return fail(`${shown(operation)} makes the given names ${inWords(given)} instead of ${inWords(after)}.`, read);
  }
  return pass(`${ON_LISTS.map(({ operation }) => operation.op).join(', ')} do what they say in a list.`, exchange);
}

/** RFC 5789, 2: "The server MUST apply the entire set of changes atomically": https://www.rfc-editor.org/rfc/rfc5789#section-2 */
async function impossible(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, exchange } = await made(context, writer, named(writer));
  for (const { operation, because } of IMPOSSIBLE) {
    const patched = await writer.patch(reference, [...CHANGE, operation]);
    if (patched.response === undefined) return failedToAsk(answerInWords(patched), patched);
    if (succeeded(patched)) return fail(`A JSON Patch with ${shown(operation)} is answered by ${answerInWords(patched)}, though ${because}.`, patched);
    // "all the version and error handling etc. applies as specified" for updates, which may be rejected by 5xx, too.
    if (!refused(patched) && !failedWithOutcome(patched)) return { ...fail(`A JSON Patch with ${shown(operation)} makes the server answer ${answerInWords(patched)} instead of refusing it: ${because}.`, patched), requirement: 'status-server-error' };
    const { resource, exchange: read } = await current(context, reference);
    if (resource['birthDate'] === AFTER) return fail(`A JSON Patch is refused for its second operation, ${shown(operation)}, but its first one has been carried out: a patch is done as a whole or not at all.`, read);
  }
  return pass(`Each of ${IMPOSSIBLE.length} patches that cannot be done is refused, and nothing of it is done.`, exchange);
}

/** The outcome is processed as an update, whose body has the id of the URL: https://hl7.org/fhir/R4/http.html#update */
async function changesId(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const exchange = await writer.patch(reference, [{ op: 'replace', path: '/id', value: writer.newId('other') }]);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const read = await context.read(reference, { fresh: true });
  const resource = succeeded(read) ? resourceOf(read) : undefined;
  if (`Patient/${resource?.id ?? ''}` !== reference) return fail(`After a patch of its id, answered by ${answerInWords(exchange)}, GET ${reference} is answered by ${resource === undefined ? answerInWords(read) : `a Patient of id ${resource.id ?? '(none)'}`}.`, read);
  return succeeded(exchange) ? info(`A patch of the id is answered by ${answerInWords(exchange)}, and ${reference} keeps its id.`, exchange) : mustBeRefused(exchange);
}

/** "servers SHALL support conditional PATCH, which works exactly the same as specified for update" */
async function stale(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const { resource, exchange: first } = await current(context, reference);
  const old = resource.meta?.versionId;
  if (old === undefined || context.declared.types.get('Patient')?.versioning === 'no-version') return noData('Needed: a version id.', first);
  const header = { 'If-Match': `W/"${old}"` };
  const patched = await writer.patch(reference, CHANGE, header);
  if (patched.response === undefined) return failedToAsk(answerInWords(patched), patched);
  if (!succeeded(patched)) return fail(`A patch with If-Match for the current version is answered by ${answerInWords(patched)}.`, patched);
  const now = await current(context, reference);
  if (now.resource.meta?.versionId === old) return noData('Needed: a version id that moves on with a patch.', now.exchange);
  const late = await writer.patch(reference, [{ op: 'replace', path: '/birthDate', value: '1970-01-01' }], header);
  if (late.response === undefined) return failedToAsk(answerInWords(late), late);
  if (succeeded(late)) return fail(`A patch with If-Match for version ${old} is carried out (${late.response.status}), though the current one is ${now.resource.meta?.versionId ?? '(none)'}: it changes what its sender has not seen.`, late);
  if (!refused(late)) return { ...fail(`A patch with If-Match for an old version makes the server answer ${answerInWords(late)}.`, late), requirement: 'status-server-error' };
  const after = await current(context, reference);
  if (after.resource['birthDate'] !== AFTER) return fail(`A patch with If-Match for an old version is refused by ${late.response.status}, but carried out all the same.`, after.exchange);
  return [409, 412].includes(late.response.status) ? pass(`If-Match for an old version is refused by ${late.response.status}.`, late) : info(`If-Match for an old version is refused by ${answerInWords(late)}; 412 is the code for it.`, late);
}

/** "the server processes the resulting document as an Update operation; all the version and error handling etc. applies as specified" */
async function newVersion(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference } = await made(context, writer, patient(writer));
  const before = await current(context, reference);
  await context.pause(MORE_THAN_A_SECOND_MS);
  const patched = await writer.patch(reference, CHANGE);
  if (patched.response === undefined) return failedToAsk(answerInWords(patched), patched);
  needed('patch', patched);
  const after = await current(context, reference);
  const [was, is] = [before.resource.meta ?? {}, after.resource.meta ?? {}];
  if (was.versionId !== undefined && was.versionId === is.versionId) return fail(`After a patch, meta.versionId of ${reference} is still "${was.versionId}".`, after.exchange);
  if (was.lastUpdated !== undefined && was.lastUpdated === is.lastUpdated) return { ...fail(`After a patch, meta.lastUpdated of ${reference} is still ${was.lastUpdated}.`, after.exchange), requirement: 'last-updated' };
  if (is.versionId !== undefined && context.declared.interaction('Patient', 'history-instance')) {
    const { entries, first, trouble, complete } = await askHistory(context, `${reference}/_history`, { type: 'Patient', id: reference.slice('Patient/'.length) }, PAGES);
    const versions = entries.map(entryVersion);
    if (trouble === undefined && complete && !versions.includes(is.versionId) && !versions.includes(undefined)) return { ...fail(`A patch made version ${is.versionId} of ${reference}, but its history holds ${versions.join(', ')} alone.`, first), requirement: 'history' };
  }
  return pass(`A patch makes version ${is.versionId ?? '(none)'} out of ${was.versionId ?? '(none)'}.`, patched);
}

async function searches(context: TestContext, writer: Writer): Promise<Judgement> {
  const sent = patient(writer);
  const { reference } = await made(context, writer, sent);
  const found = await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(sent)]], reference);
  if (!found.settled) return noData(`${reference} is not found by its identifier, on which the test stands.`, found.exchange);
  const value = uniqueValue(writer);
  const patched = await writer.patch(reference, [{ op: 'replace', path: '/identifier/0/value', value }]);
  if (patched.response === undefined) return failedToAsk(answerInWords(patched), patched);
  needed('patch', patched);
  const now = await comesTo(context, true, 'Patient', [['identifier', value]], reference);
  if (!now.settled) return fail(`A patch gave ${reference} the identifier ${value}, but a search by it does not find it.`, now.exchange);
  const then = await comesTo(context, false, 'Patient', [['identifier', IDENTIFIER(sent)]], reference);
  return then.settled ? pass('Searches see the patch.', now.exchange) : fail(`A patch took the identifier ${IDENTIFIER(sent)} from ${reference}, but a search by it still finds it.`, then.exchange);
}
