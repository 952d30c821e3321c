/** Reads what the tests need of a server's data, within limits: the types under test, and what their resources refer to. */
import { KnownError } from '../core/known-error';
import type { Progress } from '../core/progress';
import { localReference, type Resource } from '../core/fhir';
import { isObject } from '../core/json';
import type { Exchange } from '../core/result';
import { localKey, parseReference } from '../search/reference-target';
import { answerInWords, denied, notNow, refused, resourceOf, succeeded } from './answer';
import { openContext, type Target, type TestContext } from './context';
import { refusalOf } from './demanded';
import { noAccess } from './discovery/discover';
import { readByPatient } from './harvest-by-patient';
import type { Pair } from './gather/query';
import { readableQuery } from './gather/query';
import { referencesIn } from './gather/references';
import type { TypeKnowledge } from './knowledge';
import { MISSING_DATA_TAG } from './write/journal';

/** The type that the program is about. */
export const FOCUS = 'ImagingStudy';

/** Types whose resources stand around an imaging study; each is read if the server declares a search over it. */
export const COMPANIONS = [
  'Patient', 'Endpoint', 'Practitioner', 'PractitionerRole', 'Organization', 'ServiceRequest', 'Task', 'DiagnosticReport',
  'Device', 'Group', 'Encounter', 'Location', 'Procedure', 'Appointment', 'CarePlan', 'CareTeam', 'RelatedPerson', 'Specimen',
  'Observation', 'RiskAssessment', 'List', 'ValueSet',
] as const;

export interface HarvestLimits {
  /** Pages of the type under test. */
  focusPages: number;
  /** Pages of each other type. */
  companionPages: number;
  /** Single reads of what is referred to. */
  reads: number;
  /** Patients whose resources are asked for where a type is shown for one patient at a time. */
  patients: number;
  /** Ids of patients to begin with there. */
  givenPatients?: readonly string[];
  /** Types of which not all is taken for known, though the pages end. */
  unfinished?: readonly string[];
}

export const HARVEST_LIMITS: HarvestLimits = { focusPages: 10, companionPages: 3, reads: 200, patients: 20 };

/** Scope of the harvest's exchanges in a recording. */
export const HARVEST_SCOPE = 'harvest';

/**
 * Fills the target's knowledge; returns what the reader of a report has to know about its limits.
 * @param focusWanted some of the chosen tests are about studies
 * @throws KnownError `no-access` where every search is denied, or of the studies that are wanted none can be seen: a run that decides nothing must not look like a good one
 */
export async function harvest(target: Target, limits: HarvestLimits, progress: Progress, focusWanted = false): Promise<string[]> {
  const context = openContext(target, HARVEST_SCOPE);
  const known = (type: string) => target.known.completeness(type);
  const notes: string[] = [];
  const types = [FOCUS, ...COMPANIONS].filter((type) => target.declared.interaction(type, 'search-type'));
  if (types[0] !== undefined && (await refusesGet(context, types[0]))) {
    target.searching.method = 'POST';
    notes.push('The server takes searches by POST only.');
  }
  if (!types.includes(FOCUS)) notes.push(`The server declares no search of ${FOCUS}, which most tests are about: little of it is tested.`);
  progress.start('Reading the data', types.length);
  let done = 0;
  const refusals = await Promise.all(
    types.map(async (type) => {
      const refusal = await readType(context, type, limits);
      done += 1;
      progress.step(done, type);
      return refusal;
    }),
  );
  notes.push(...(await readWhatDemands(context, types.flatMap((type, i) => ({ type, refusal: refusals[i] })), limits)));
  const denials = types.map((type, i) => (refusals[i] !== undefined && denied(refusals[i]) && known(type).demands === undefined ? refusals[i] : undefined));
  const [denial] = denials;
  if (denial !== undefined && denials.every((one) => one !== undefined)) throw noAccess(denial);
  // A token that is bound to one patient is denied a search of everything, though it may see the odd type that belongs to nobody.
  if (focusWanted && types[0] === FOCUS && denial !== undefined && target.known.index.all(FOCUS).length === 0) {
    const { code, message } = noAccess(denial);
    throw new KnownError(code, `${message.replace(/\.$/, '')} to see any ${FOCUS}.`, `A token that is bound to one patient goes to --patient-token, beside a --token that may see more. Or leave the studies out: --skip ${FOCUS}`);
  }
  for (const type of types) {
    const { complete, why, search, demands } = known(type);
    if (!complete && demands === undefined && search?.served !== false && (type === FOCUS || target.known.index.all(type).length > 0)) notes.push(`Not all ${type} resources are known (${why ?? 'unknown why'}): its tests use a sample.`);
  }
  const unread = await readReferenced(context, limits.reads);
  if (unread > 0) notes.push(`${unread} referenced resources were not read, because there are more than ${limits.reads}.`);
  progress.end(`${types.map((type) => target.known.index.all(type).length).reduce((sum, count) => sum + count, 0)} resources of ${types.length} types`);
  return notes;
}

/** "MAY return a HTTP 405 for either POST or GET, but not both": https://hl7.org/fhir/R5/http.html#search; R4 names both without ranking them. */
async function refusesGet(context: TestContext, type: string): Promise<boolean> {
  const answer = await context.search(type, [], { firstPageOnly: true });
  return answer.trouble?.exchange.response?.status === 405;
}

/** Searches that bring everything, the plainest first; a server may prohibit searches without parameters. */
const WAYS: readonly { pairs: readonly Pair[]; complete: boolean }[] = [
  { pairs: [], complete: true },
  { pairs: [['_lastUpdated', 'gt1900-01-01']], complete: true },
];

/** Types that are shown for one patient at a time, the studies first: whose patients are known by them, of those the other types are asked for. */
async function readWhatDemands(context: TestContext, types: readonly { type: string; refusal: Exchange | undefined }[], { patients, companionPages, givenPatients = [] }: HarvestLimits): Promise<string[]> {
  const demanding: string[] = [];
  const unread: string[] = [];
  let told: Exchange | undefined;
  for (const { type, refusal } of types) {
    if (refusal === undefined) continue;
    const parameter = await readByPatient(context, type, refusal, context.known.completeness(type).why ?? '', givenPatients, { patients: type === FOCUS ? patients : Math.ceil(patients / 4), pages: companionPages });
    if (parameter === undefined) continue;
    told ??= refusal;
    demanding.push(type);
    if (parameter !== '_id' && context.known.completeness(type).demands?.patients.length === 0) unread.push(type);
  }
  if (told === undefined) return [];
  const names = demanding.join(', ');
  const note = `Searches of everything are refused for ${names}: ${refusalOf(told)?.text ?? answerInWords(told)}. What is tested of them names a patient or ids; tests that cannot are not held against the server.`;
  return unread.length === 0 ? [note] : [note, `No patient is known here by whom ${unread.join(', ')} could be searched: --patient ID names one to begin with.`];
}

/** @returns the last answer, where every search of everything is refused */
async function readType(context: TestContext, type: string, { focusPages, companionPages, unfinished = [] }: HarvestLimits): Promise<Exchange | undefined> {
  const { known } = context;
  const maxPages = type === FOCUS ? focusPages : companionPages;
  let why = 'the server does not answer a search for it';
  let unanswered: string | undefined;
  const refusals: Exchange[] = [];
  for (const { pairs, complete } of WAYS) {
    const answer = await context.search(type, pairs, { maxPages });
    if (answer.trouble !== undefined && answer.pages.length === 0) {
      why = `${readableQuery(type, pairs)}: ${answer.trouble.says}`;
      refusals.push(answer.trouble.exchange);
      if (refused(answer.trouble.exchange) && !notNow(answer.trouble.exchange)) continue;
      unanswered = answer.trouble.says;
      break;
    }
    const told = answer.matches.length === 0 && answer.trouble === undefined ? refusalOf(answer.first) : undefined;
    if (told !== undefined) {
      why = `${readableQuery(type, pairs)} finds nothing and says: ${told.text}`;
      refusals.push(answer.first);
      continue;
    }
    const reason = answer.unfinished ?? (answer.trouble !== undefined ? `a page: ${answer.trouble.says}` : unfinished.includes(type) ? 'there is more on the server' : undefined);
    known.setCompleteness(type, { ...(reason === undefined && complete ? { complete } : { complete: false, ...(reason === undefined ? {} : { why: reason }) }), search: { served: true, answer: answer.first } });
    if (reason !== undefined) await readAdded(context, type);
    for (const resource of known.index.all(type).filter(isAdded)) known.own.add(localReference(resource) ?? '');
    return undefined;
  }
  const search = refusals.every(isNotThere) ? await searchByDeclared(context, type) : undefined;
  known.setCompleteness(type, { complete: false, why, ...(unanswered === undefined ? {} : { unanswered }), ...(search === undefined ? {} : { search }) });
  const last = refusals.at(-1);
  if (search !== undefined || unanswered !== undefined || last === undefined || refusalOf(last) === undefined) return undefined;
  // The words for a search without any parameter speak of none that this server may not know besides.
  return denied(last) ? last : refusals[0];
}

/** "Not found", "not allowed" and "not implemented" say that there is no such thing; any other refusal is of how it was asked. */
function isNotThere(exchange: Exchange): boolean {
  return [404, 405, 501].includes(exchange.response?.status ?? 0);
}

/** Parameters that a server may insist on, the likeliest first. */
const INSISTED_ON = ['_id', 'identifier', 'patient', 'subject'];

/** A search that is not there without parameters may be there with one that the server declares. */
async function searchByDeclared(context: TestContext, type: string): Promise<TypeKnowledge['search']> {
  const declared = [...(context.declared.types.get(type)?.searchParams.keys() ?? [])].filter((name) => context.definitions.find(type, name) !== undefined);
  const name = INSISTED_ON.find((one) => declared.includes(one)) ?? declared[0] ?? '_id';
  const value = context.definitions.find(type, name)?.type === 'date' ? 'gt1900-01-01' : 'scout-no-such-id';
  const { trouble, first } = await context.search(type, [[name, value]], { firstPageOnly: true });
  if (trouble === undefined) return { served: true, answer: first };
  return isNotThere(trouble.exchange) ? { served: false, answer: trouble.exchange } : undefined;
}

/** Among too much to read whole is perhaps what was added after an earlier run, to decide what the rest does not. */
async function readAdded(context: TestContext, type: string): Promise<void> {
  if (!context.declared.searchParam(type, '_tag')) return;
  await context.search(type, [['_tag', `${MISSING_DATA_TAG.system}|${MISSING_DATA_TAG.code}`]]);
}

function isAdded({ meta }: Resource): boolean {
  const tags: unknown = meta?.tag;
  return Array.isArray(tags) && tags.filter(isObject).some(({ system, code }) => system === MISSING_DATA_TAG.system && code === MISSING_DATA_TAG.code);
}

/** Reads what the known resources of the focus refer to on this server, and what that refers to in turn. */
async function readReferenced(context: TestContext, limit: number): Promise<number> {
  const { known } = context;
  const asked = new Set<string>();
  let wave: Resource[] = [...known.index.all(FOCUS)];
  let unread = 0;
  for (let depth = 0; depth < 3 && wave.length > 0; depth += 1) {
    const targets = new Set(wave.flatMap((resource) => referencesIn(resource).flatMap(({ reference }) => localKey(parseReference(reference), context.known.index.base) ?? [])));
    const wanted = [...targets].filter((reference) => known.state(reference) === 'unknown' && !asked.has(reference) && context.definitions.resourceTypes.has(reference.split('/')[0] ?? ''));
    const room = Math.max(0, limit - asked.size);
    unread += Math.max(0, wanted.length - room);
    const batch = wanted.slice(0, room);
    for (const reference of batch) asked.add(reference);
    const answers = await Promise.allSettled(batch.map((reference) => context.read(reference)));
    // Learnt in the order asked, not in that of the answers: what is chosen among them must not depend on the network.
    batch.forEach((reference, i) => {
      const answer = answers[i];
      if (answer?.status === 'fulfilled') learnFrom(context, reference, answer.value);
    });
    const ended = answers.find((answer) => answer.status === 'rejected');
    if (ended !== undefined) throw ended.reason;
    wave = [...targets].flatMap((reference) => known.index.get(reference) ?? []);
  }
  return unread;
}

/** Reads one resource and writes down whether it is there. Refusals (401, 403) leave it unknown. */
export async function readOne(context: TestContext, reference: string, fresh = false): Promise<void> {
  learnFrom(context, reference, await context.read(reference, { fresh }));
}

function learnFrom(context: TestContext, reference: string, exchange: Exchange): void {
  const resource = resourceOf(exchange);
  if (succeeded(exchange) && resource !== undefined && localReference(resource) === reference) {
    context.known.learn([resource]);
    return;
  }
  const status = exchange.response?.status;
  if (status === 404 || status === 410) context.known.forget(reference, status);
}
