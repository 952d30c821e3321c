/** What moves on with a change: chains and reverse chains over what was changed or deleted, the time of the last change, version ids. https://hl7.org/fhir/R4/search.html#currency */
import { localReference, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import type { Pair } from '../../gather/query';
import type { SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { StepFailed } from '../../step-failed';
import type { Judgement, Need, TestCase } from '../../test-case';
import { lookUntil } from '../../write/look-until';
import type { Writer } from '../../write/writer';
import { comesTo, current, foundNow, goneAfter, IDENTIFIER, made, needed, patient, study, writeTest } from './steps';

const interaction = (type: string, code: string): Need => ({ kind: 'interaction', type, interaction: code });
const parameter = (type: string, name: string): Need => ({ kind: 'search-param', type, name });
const CHAIN: readonly Need[] = [interaction(FOCUS, 'create'), interaction(FOCUS, 'search-type'), parameter(FOCUS, 'patient'), parameter('Patient', 'identifier')];

/** An instant is precise to the second at least: https://hl7.org/fhir/R4/datatypes.html#instant */
const MORE_THAN_A_SECOND_MS = 1_100;

/** How a server declares that it brings the patients of studies along. */
const INCLUDED = `${FOCUS}:patient`;

export const WRITE_CURRENCY_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'imagingstudy.chain-after-update',
    title: `${FOCUS}: a chain sees what its target has become, and another target, and an include brings it so`,
    type: 'Patient',
    requirement: 'search-currency',
    interactions: ['update'],
    needs: [...CHAIN, interaction(FOCUS, 'update')],
    run: (context, writer) => chainAfterUpdate(context, writer),
  }),
  writeTest({
    id: 'imagingstudy.chain-deleted',
    title: `${FOCUS}: a chain does not find by a target that was deleted, and no include brings it`,
    type: 'Patient',
    requirement: 'rule:chain',
    also: ['search-currency'],
    interactions: ['delete'],
    needs: CHAIN,
    run: (context, writer) => chainDeleted(context, writer),
  }),
  writeTest({
    id: 'patient.has-after-update',
    title: 'Patient: _has sees what the resource that refers has become, and that it refers to another',
    type: FOCUS,
    requirement: 'search-currency',
    interactions: ['update'],
    needs: [interaction('Patient', 'create'), interaction('Patient', 'search-type'), parameter(FOCUS, 'patient'), parameter(FOCUS, 'modality')],
    run: (context, writer) => hasAfterUpdate(context, writer),
  }),
  writeTest({
    id: 'patient.last-updated',
    title: 'Patient: meta.lastUpdated moves on with an update, and who has the version before is given the new one',
    type: 'Patient',
    requirement: 'last-updated',
    also: ['conditional-read'],
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference, before, after, former, exchange } = await changed(context, writer);
      const kept = await staleCopyKept(context, reference, former, exchange);
      if (kept !== undefined) return kept;
      if (after === before) return fail(`After an update meta.lastUpdated is still ${before}.`, exchange);
      // Clocks of a cluster may differ.
      return Date.parse(after) < Date.parse(before) ? warn(`After an update meta.lastUpdated is ${after}; before it was ${before}.`, exchange) : pass(`meta.lastUpdated moves on from ${before} to ${after}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.last-updated-search',
    title: 'Patient: _lastUpdated finds by the last change, not by an earlier one',
    type: 'Patient',
    requirement: 'search-currency',
    interactions: ['update'],
    needs: [interaction('Patient', 'search-type'), parameter('Patient', '_lastUpdated')],
    run: async (context, writer) => {
      const { reference, before, after, exchange } = await changed(context, writer);
      if (!(Date.parse(after) > Date.parse(before))) return noData('Needed: a meta.lastUpdated that moves on with an update.', exchange);
      const own: Pair = ['_id', idOf(reference)];
      const found = await comesTo(context, true, 'Patient', [['_lastUpdated', `gt${before}`], own], reference);
      if (!found.settled) return fail(`${reference} was changed at ${after}, but _lastUpdated=gt${before} does not find it.`, found.exchange);
      const old = await comesTo(context, false, 'Patient', [['_lastUpdated', `le${before}`], own], reference);
      return old.settled ? pass('_lastUpdated finds by the last change.', found.exchange) : fail(`${reference} was changed at ${after}, but _lastUpdated=le${before} still finds it.`, old.exchange);
    },
  }),
  writeTest({
    id: 'patient.version-after-deletion',
    title: 'Patient: what is brought back after its deletion gets a version id that it did not have before',
    type: 'Patient',
    requirement: 'version-id',
    interactions: ['update', 'delete'],
    run: (context, writer) => revived(context, writer),
  }),
];

const idOf = (reference: string) => reference.slice(reference.indexOf('/') + 1);
const valueOf = (value: Resource) => IDENTIFIER(value).slice(IDENTIFIER(value).indexOf('|') + 1);
const byIdentifier = (value: Resource): Pair => ['patient.identifier', IDENTIFIER(value)];

/** An update that the test needs. */
async function update(writer: Writer, resource: Resource): Promise<void> {
  const exchange = await writer.update(resource);
  needed('update', exchange);
}

/** A study and its patient, found by a chain that filters; where the server has no such chain, the test ends. */
async function chained(context: TestContext, writer: Writer): Promise<{ subject: string; sent: Resource; imaging: string; own: Pair }> {
  const sent = patient(writer);
  const { reference: subject } = await made(context, writer, sent);
  const { reference: imaging } = await made(context, writer, study(writer, subject));
  const own: Pair = ['_id', idOf(imaging)];
  await foundNow(context, imaging);
  const nobody = await context.search(FOCUS, [byIdentifier(patient(writer)), own], { fresh: true });
  if (nobody.matches.length > 0) throw new StepFailed(notDeclared('A chain by an identifier that nobody has finds a study; whether chains are supported is the matter of other tests.', nobody.first));
  const found = await comesTo(context, true, FOCUS, [byIdentifier(sent), own], imaging);
  if (!found.settled) throw new StepFailed(notDeclared('A chain does not find a study by the identifier of its patient; whether chains are supported is the matter of other tests.', found.exchange));
  return { subject, sent, imaging, own };
}

async function chainAfterUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const { subject, sent, imaging, own } = await chained(context, writer);
  const { resource } = await current(context, subject);
  const renamed = patient(writer);
  await update(writer, { ...resource, identifier: renamed['identifier'] });
  const now = await comesTo(context, true, FOCUS, [byIdentifier(renamed), own], imaging);
  if (!now.settled) return fail(`${subject} has a new identifier, but a chain by it does not find ${imaging}.`, now.exchange);
  const then = await comesTo(context, false, FOCUS, [byIdentifier(sent), own], imaging);
  if (!then.settled) return fail(`${subject} no longer has the identifier ${IDENTIFIER(sent)}, but a chain by it still finds ${imaging}.`, then.exchange);
  const former = await includedUntil(context, subject, own, ({ identifier }) => JSON.stringify(identifier).includes(valueOf(renamed)));
  if (former !== undefined) return fail(`${subject} has a new identifier, but _include=${INCLUDED} brings it with the former one.`, former);
  const other = patient(writer);
  const { reference } = await made(context, writer, other);
  const before = await current(context, imaging);
  await update(writer, { ...before.resource, subject: { reference } });
  const moved = await comesTo(context, true, FOCUS, [byIdentifier(other), own], imaging);
  if (!moved.settled) return fail(`${imaging} now refers to ${reference}, but a chain by its identifier does not find it.`, moved.exchange);
  const left = await comesTo(context, false, FOCUS, [byIdentifier(renamed), own], imaging);
  return left.settled ? pass('A chain sees what its target has become, and another target.', moved.exchange) : fail(`${imaging} no longer refers to ${subject}, but a chain by its identifier still finds it.`, left.exchange);
}

async function chainDeleted(context: TestContext, writer: Writer): Promise<Judgement> {
  const { subject, sent, imaging, own } = await chained(context, writer);
  const deleted = await writer.remove(subject);
  if (deleted.response === undefined) return failedToAsk(answerInWords(deleted), deleted);
  // A server may keep what is referred to: https://hl7.org/fhir/R4/http.html#delete
  if (refused(deleted)) return notDeclared(`The server does not delete what a study refers to: ${answerInWords(deleted)}.`, deleted);
  needed('deletion', deleted);
  context.known.forget(subject, 410);
  const gone = await comesTo(context, false, FOCUS, [byIdentifier(sent), own], imaging);
  if (gone.settled) return (await deletedIncluded(context, subject, own)) ?? pass('A chain finds by what is there alone.', gone.exchange);
  // A reference that leads nowhere may be taken for one to anybody; a server that remembers finds by the identifier of the deleted patient alone.
  const anybody = await context.search(FOCUS, [byIdentifier(patient(writer)), own], { fresh: true });
  if (anybody.matches.some((resource) => localReference(resource) === imaging)) return info(`${subject} was deleted, and a chain by any identifier finds ${imaging}: whether a reference that leads nowhere satisfies a chain is open.`, anybody.first);
  return fail(`${subject} was deleted, but a chain by its identifier still finds ${imaging}.`, gone.exchange);
}

/** A deletion means "that the resource is no longer found through search interactions", be it by way of what still refers to it. https://hl7.org/fhir/R4/http.html#delete */
async function deletedIncluded(context: TestContext, subject: string, own: Pair): Promise<Judgement | undefined> {
  const brought = await includedUntil(context, subject, own, () => false);
  return brought === undefined ? undefined : { ...fail(`${subject} was deleted, but _include=${INCLUDED} still brings it.`, brought), requirement: 'search-currency' };
}

/** A search for the study that brings its patient along otherwise than it has to come, after the time that servers need for indexing; undefined where there is none. */
async function includedUntil(context: TestContext, subject: string, own: Pair, isRight: (brought: Resource) => boolean): Promise<Exchange | undefined> {
  if (context.declared.types.get(FOCUS)?.includes.some((row) => row === '*' || row === INCLUDED) !== true) return undefined;
  const fits = ({ includes }: SearchAnswer) => includes.every((resource) => localReference(resource) !== subject || isRight(resource));
  const answer = await lookUntil(() => context.search(FOCUS, [own, ['_include', INCLUDED]], { fresh: true }), fits, context.pause);
  return fits(answer) ? undefined : answer.first;
}

async function hasAfterUpdate(context: TestContext, writer: Writer): Promise<Judgement> {
  const [{ reference: subject }, { reference: other }] = [await made(context, writer, patient(writer)), await made(context, writer, patient(writer))];
  const has = (code: string, of = subject): Pair[] => [[`_has:${FOCUS}:patient:modality`, code], ['_id', idOf(of)]];
  await foundNow(context, subject);
  const early = await context.search('Patient', has('CT'), { fresh: true, plain: true });
  if (early.matches.some((resource) => localReference(resource) === subject)) return notDeclared('_has finds a patient without any study; whether it is supported is the matter of other tests.', early.first);
  const { reference: imaging } = await made(context, writer, study(writer, subject, 'CT'));
  const found = await comesTo(context, true, 'Patient', has('CT'), subject);
  if (!found.settled) return notDeclared('_has does not find a patient with a study; a server need not support it.', found.exchange);
  const before = await current(context, imaging);
  const { modality, series } = study(writer, subject, 'MR');
  await update(writer, { ...before.resource, modality, series });
  const now = await comesTo(context, true, 'Patient', has('MR'), subject);
  if (!now.settled) return fail(`${imaging} was updated to modality MR, but _has by MR does not find ${subject}.`, now.exchange);
  const then = await comesTo(context, false, 'Patient', has('CT'), subject);
  if (!then.settled) return fail(`${imaging} was updated to modality MR, but _has by CT still finds ${subject}.`, then.exchange);
  const again = await current(context, imaging);
  await update(writer, { ...again.resource, subject: { reference: other } });
  const moved = await comesTo(context, true, 'Patient', has('MR', other), other);
  if (!moved.settled) return fail(`${imaging} now refers to ${other}, but _has does not find that patient.`, moved.exchange);
  const left = await comesTo(context, false, 'Patient', has('MR'), subject);
  return left.settled ? pass('_has sees what the study has become, and to whom it refers.', moved.exchange) : fail(`${imaging} no longer refers to ${subject}, but _has still finds that patient by it.`, left.exchange);
}

/** A patient that was changed more than a second after its creation, and the times that it told. */
/** 304 to who names the version before, though an update has made another one: who asks so would show old data for ever. 304 "means that the content is unchanged": https://hl7.org/fhir/R4/http.html#cread */
async function staleCopyKept(context: TestContext, reference: string, former: Exchange, now: Exchange): Promise<Judgement | undefined> {
  const [old, tag] = [former, now].map(({ response }) => response?.headers['etag']);
  if (old === undefined || old === tag) return undefined;
  const exchange = await context.send({ method: 'GET', url: reference, headers: { 'If-None-Match': old } });
  if (exchange.response?.status !== 304) return undefined;
  return { ...fail(`${reference} was updated${tag === undefined ? '' : ` and has the ETag ${tag}`}, but a read with If-None-Match: ${old}, that of the version before, is answered by 304: the client keeps what is out of date.`, exchange), requirement: 'conditional-read' };
}

async function changed(context: TestContext, writer: Writer): Promise<{ reference: string; before: string; after: string; former: Exchange; exchange: Exchange }> {
  const { reference } = await made(context, writer, patient(writer));
  const { resource, exchange: read } = await current(context, reference);
  const before = resource.meta?.lastUpdated;
  if (before === undefined) throw new StepFailed(noData('Needed: meta.lastUpdated.', read));
  await context.pause(MORE_THAN_A_SECOND_MS);
  await update(writer, { ...resource, birthDate: '1999-12-31' });
  const { resource: now, exchange } = await current(context, reference);
  const after = now.meta?.lastUpdated;
  if (after === undefined) throw new StepFailed(noData('Needed: meta.lastUpdated.', exchange));
  return { reference, before, after, former: read, exchange };
}

async function revived(context: TestContext, writer: Writer): Promise<Judgement> {
  const sent = patient(writer);
  const { reference } = await made(context, writer, sent);
  const first = await current(context, reference);
  await update(writer, { ...first.resource, birthDate: '1999-12-31' });
  const second = await current(context, reference);
  const former = [first, second].map(({ resource }) => resource.meta?.versionId);
  if (former.includes(undefined)) return noData('Needed: meta.versionId.', second.exchange);
  const deleted = await writer.remove(reference);
  needed('deletion', deleted);
  if (deleted.response?.status === 202 && !(await goneAfter(context, deleted, reference)).gone) return noData('The deletion that the test needs is answered by 202, and not carried out.', deleted);
  const back = await writer.update({ ...sent, id: idOf(reference) });
  if (back.response === undefined) return failedToAsk(answerInWords(back), back);
  if (!succeeded(back)) return notDeclared(`What was deleted cannot be brought back: ${answerInWords(back)}.`, back);
  const { resource, exchange } = await current(context, reference);
  const now = resource.meta?.versionId;
  if (now === undefined) return noData('Needed: meta.versionId.', exchange);
  if (!former.includes(now)) return pass(`The versions before the deletion were ${former.join(', ')}, the one after it is ${now}.`, exchange);
  const message = `Before its deletion ${reference} had the versions ${former.join(', ')}; brought back, it has version ${now} again.`;
  // Where nothing of former versions can be read, none is mistaken for another.
  const kept = ['vread', 'history-instance'].some((code) => context.declared.interaction('Patient', code));
  return kept ? fail(message, exchange) : info(`${message} The server declares no access to former versions.`, exchange);
}
