/** Histories of what the test itself creates, changes and deletes. https://hl7.org/fhir/R4/http.html#history */
import type { BundleEntry } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, bundleOf, isGone, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { askHistory } from '../../gather/ask-history';
import { UNCACHED } from '../../http/client';
import { beginOfSecond, entryReference, entryVersion } from '../../judge/history';
import { fail, noData, notDeclared, pass, warn } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import { StepFailed } from '../../step-failed';
import type { Judgement, Need, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { current, goneAfter, lacksPast, made, needed, patient, writeTest } from './steps';

const ALSO: readonly RequirementKey[] = ['history-entry', 'search-full-url', 'capability-interaction'];
/** Pages that are followed, and entries asked for on each, where others may write at the same time. */
const PAGES = 10;
const COUNT = 100;

/** After so long it is another second, by whatever clock. */
const PAST_THE_SECOND_MS = 1100;

interface Versions {
  reference: string;
  id: string;
  /** Version ids, the newest first. */
  versions: (string | undefined)[];
  /** When the versions were made, the newest first. */
  times: (string | undefined)[];
}

export const WRITE_HISTORY_TESTS: readonly TestCase[] = [
  historyTest('patient.history', 'Patient: the history of an instance holds its versions, the newest first', ['update', 'history-instance'], [], instance),
  historyTest('patient.history-deleted', 'Patient: the history of an instance holds its deletion', ['update', 'delete', 'history-instance'], [], afterDeletion),
  historyTest('patient.history-again', 'Patient: a history that is asked for again holds what was done in between', ['update', 'history-instance'], [], again),
  historyTest('patient.history-count', 'Patient: _count limits the page of a history, and the pages together hold all of it', ['update', 'history-instance'], [], counted),
  historyTest('patient.history-since', 'Patient: _since leaves out older versions of an instance, and nothing else', ['update', 'history-instance'], [], since),
  historyTest('patient.history-type', 'Patient: the history of the type holds create, update and deletion', ['update', 'delete', 'history-type'], [], (context, writer) => wider(context, writer, 'Patient/_history')),
  historyTest('patient.history-system', 'Patient: the history of the system holds create, update and deletion', ['update', 'delete'], [{ kind: 'system-interaction', interaction: 'history-system' }], (context, writer) => wider(context, writer, '_history')),
];

function historyTest(id: string, title: string, interactions: readonly string[], needs: readonly Need[], run: (context: TestContext, writer: Writer) => Promise<Judgement>): TestCase {
  return writeTest({ id, title, type: 'Patient', requirement: 'history', also: ALSO, interactions, needs, run: async (context, writer) => orWithoutPast(context, writer, await run(context, writer)) });
}

/** What a history lacks on a server that keeps no past versions, and does not say that it does, is no failure of the history. */
async function orWithoutPast(context: TestContext, writer: Writer, judgement: Judgement): Promise<Judgement> {
  if (judgement.verdict !== 'fail' || judgement.requirement !== undefined) return judgement;
  const { reference, versions } = await versioned(context, writer, 2);
  const past = await context.send({ method: 'GET', url: `${reference}/_history/${versions[1] ?? ''}` });
  return lacksPast(context, past) ? notDeclared(`${judgement.message} No past versions are kept: GET ${reference}/_history/${versions[1] ?? ''} is answered by ${answerInWords(past)}, and the statement does not declare readHistory.`, past) : judgement;
}

/** What the update that makes a version brings; the first version has none of these. */
const birthDateOf = (version: number) => `1999-12-${String(version + 9)}`;

/** A patient of so many versions. @param apart milliseconds between the first and the second */
async function versioned(context: TestContext, writer: Writer, count: number, apart = 0): Promise<Versions> {
  const { reference } = await made(context, writer, patient(writer));
  const versions: Versions = { reference, id: reference.slice('Patient/'.length), versions: [], times: [] };
  for (let version = 1; ; version += 1) {
    const { resource } = await current(context, reference);
    versions.versions.unshift(resource.meta?.versionId);
    versions.times.unshift(resource.meta?.lastUpdated);
    if (version === count) return versions;
    if (version === 1 && apart > 0) await context.pause(apart);
    const updated = await writer.update({ ...resource, birthDate: birthDateOf(version + 1) });
    needed('update', updated);
  }
}

async function deleted(context: TestContext, writer: Writer, reference: string): Promise<void> {
  const exchange = await writer.remove(reference);
  const needed = 'The deletion that the test needs is';
  if (!succeeded(exchange)) throw new StepFailed(noData(`${needed} answered by ${answerInWords(exchange)}.`, exchange));
  // What is only accepted stands in no history yet.
  if (exchange.response?.status === 202 && !(await goneAfter(context, exchange, reference)).gone) throw new StepFailed(noData(`${needed} answered by 202, and not carried out.`, exchange));
}

/** Without a deletion: a server may forget all versions of what it deletes, and its entries may be wrong all the same. */
async function instance(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, id, versions } = await versioned(context, writer, 2);
  const answer = await askHistory(context, `${reference}/_history`, { type: 'Patient', id }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  if (!holds(answer.entries, versions)) return fail(`After create and update the history of ${reference} holds the versions ${shown(answer.entries)} instead of ${inWords(versions)}.`, answer.first);
  // "The request provides information about the result of the interaction that led to this new version"
  const [later, earlier] = answer.entries.map(({ request }) => request?.method);
  if (earlier !== undefined && earlier !== 'POST') return fail(`${reference} was created by POST, but its history says of its first version that it came by ${earlier}: a create cannot be told from an update.`, answer.first);
  // "The history interaction retrieves the history": each entry holds what its version was.
  const [now, before] = answer.entries.map(({ resource }) => resource?.['birthDate']);
  if (answer.entries.length === 2 && now === birthDateOf(2) && before === now) return fail(`The history of ${reference} shows the birthDate ${now} in its first version too, which only the update brought.`, answer.first);
  if (later === 'POST') return fail(`${reference} was updated by PUT, but its history says of its second version that it came by POST: an update cannot be told from a create.`, answer.first);
  return pass('The history holds create and update, the newest first.', answer.first);
}

async function afterDeletion(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, id, versions } = await versioned(context, writer, 2);
  await deleted(context, writer, reference);
  const { entries, first, trouble } = await askHistory(context, `${reference}/_history`, { type: 'Patient', id }, PAGES);
  if (isGone(first) || (trouble === undefined && entries.length === 0)) return wholly(reference, first);
  if (trouble?.requirement === 'capability-interaction') return { ...trouble, requirement: 'history', message: `After its deletion, the history of ${reference} is not there: ${trouble.message}` };
  if (trouble !== undefined) return trouble;
  const methods = entries.map(({ request }) => request?.method);
  if (!methods.includes('DELETE')) return fail('The history leaves out the deletion.', first);
  if (methods[0] !== 'DELETE') return fail(`The history is not sorted with the newest first: ${inWords(methods)}.`, first);
  if (!holds(entries.slice(1), versions)) return fail(`After create, update and delete the history has the entries ${inWords(methods)}.`, first);
  return pass('The history holds create, update and delete, the newest first.', first);
}

/** Between two equal requests there is a change; a server that answers the second from what it kept of the first shows too little. */
async function again(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, id } = await versioned(context, writer, 1);
  const url = `${reference}/_history`;
  const before = await askHistory(context, url, { type: 'Patient', id }, PAGES);
  if (before.trouble !== undefined) return before.trouble;
  const { resource } = await current(context, reference);
  const updated = await writer.update({ ...resource, birthDate: '1999-12-31' });
  needed('update', updated);
  const after = await askHistory(context, url, { type: 'Patient', id }, PAGES);
  if (after.trouble !== undefined) return after.trouble;
  const [was, is] = [before.entries.length, after.entries.length];
  return is === was + 1 ? pass('The second answer has one version more.', after.first) : fail(`${url} had ${was} entries; after an update it has ${is}: ${shown(after.entries)}.`, after.first);
}

async function counted(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, id, versions } = await versioned(context, writer, 3);
  const answer = await askHistory(context, `${reference}/_history?_count=2`, { type: 'Patient', id, count: 2 }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  if (!answer.complete && answer.entries.length < versions.length) return noData(`The pages of ${reference}/_history?_count=2 lie on another host.`, answer.first);
  if (!holds(answer.entries, versions)) return fail(`The pages of ${reference}/_history?_count=2 hold the versions ${shown(answer.entries)} instead of ${inWords(versions)}.`, answer.first);
  return pass('Pages of two hold three versions, each once.', answer.first);
}

async function since(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, id, versions, times } = await versioned(context, writer, 3, PAST_THE_SECOND_MS);
  const [, at, first] = times;
  if (at === undefined || first === undefined || Date.parse(at) - Date.parse(first) < 1) return noData('Needed: versions with different meta.lastUpdated.');
  const answer = await askHistory(context, `${reference}/_history?_since=${encodeURIComponent(at)}`, { type: 'Patient', id, since: at }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  // "created at or after the given instant"; whether the one before it comes is open where it was made in the same second.
  const open = Date.parse(first) >= beginOfSecond(at);
  if (!holds(answer.entries, versions.slice(0, 2)) && !(open && holds(answer.entries, versions))) return fail(`_since=${at} returns the versions ${shown(answer.entries)} instead of ${inWords(versions.slice(0, 2))}.`, answer.first);
  if (open) return noData('Needed: versions that were made in different seconds, the precision of _since.', answer.first);
  return pass('_since returns what was made at that instant and after it.', answer.first);
}

/** The history of a type or of everything, from the creation of one patient on. */
async function wider(context: TestContext, writer: Writer, url: string): Promise<Judgement> {
  const { reference, versions, times } = await versioned(context, writer, 2);
  await deleted(context, writer, reference);
  const from = times[1];
  if (from === undefined) return noData('Needed: meta.lastUpdated.');
  const answer = await askHistory(context, `${url}?_since=${encodeURIComponent(from)}&_count=${COUNT}`, { since: from, ...(url.startsWith('Patient') ? { type: 'Patient' } : {}) }, PAGES);
  if (answer.trouble !== undefined) return answer.trouble;
  const own = answer.entries.filter((entry) => entryReference(entry) === reference);
  if (!answer.complete && own.length < 3) return noData(`${url} has more pages than were read.`, answer.first);
  if (own.length === 0) {
    const instance = await context.send({ method: 'GET', url: `${reference}/_history`, headers: UNCACHED });
    if (isGone(instance) || (succeeded(instance) && (bundleOf(instance)?.entry ?? []).length === 0)) return wholly(reference, instance);
  }
  const [removal, ...rest] = own;
  if (removal?.request?.method !== 'DELETE') return fail(`${url} leaves out the deletion of ${reference}.`, answer.first);
  if (!holds(rest, versions)) return fail(`${url} holds the versions ${shown(rest)} of ${reference} instead of ${inWords(versions)}.`, answer.first);
  return pass(`${url} holds create, update and deletion of ${reference}.`, answer.first);
}

/**
 * "irrespective of this rule, servers are free to completely delete the resource and it's history if policy or business rules make this the
 * appropriate action": legal, but who follows the history never learns of the deletion. https://hl7.org/fhir/R4/http.html#delete
 */
function wholly(reference: string, exchange: Exchange): Judgement {
  return warn(`With ${reference} its history was deleted, the deletion itself included: GET ${reference}/_history is answered ${isGone(exchange) ? `by ${answerInWords(exchange)}` : 'without any entry'}.`, exchange);
}

/** Entries that are these versions, in this order; what a server does not say counts as right. */
function holds(entries: readonly BundleEntry[], versions: readonly (string | undefined)[]): boolean {
  return entries.length === versions.length && entries.every((entry, index) => {
    const [said, wanted] = [entryVersion(entry), versions[index]];
    return said === undefined || wanted === undefined || said === wanted;
  });
}

function shown(entries: readonly BundleEntry[]): string {
  return entries.length === 0 ? '(none)' : inWords(entries.map(entryVersion));
}

/** Versions or methods one after the other, also those that the server does not say. */
function inWords(said: readonly (string | undefined)[]): string {
  return said.map((one) => one ?? '(unknown)').join(', ');
}
