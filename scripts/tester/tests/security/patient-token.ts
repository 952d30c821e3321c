/** What a token bound to one patient shows of others: by reads, histories, searches, includes, chains, `_has` and totals. https://hl7.org/fhir/R4/security.html#binding */
import { localReference, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { localKey, parseReference } from '../../../search/reference-target';
import { answerInWords, bundleOf, refused, resourceOf, succeeded } from '../../answer';
import { NO_SUCH_ID, realTokens, systemCodeValue } from '../../choose/values';
import { searchRequest, type TestContext } from '../../context';
import { followPages } from '../../gather/follow-pages';
import { ownerOf } from '../../gather/owner';
import type { Pair } from '../../gather/query';
import { readableQuery } from '../../gather/query';
import { referencesIn } from '../../gather/references';
import { entriesOf, searchAnswer, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass } from '../../judge/judgements';
import { few } from '../../judge/search-set';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { viewOf } from '../search/shape';

/** What the tests know: the studies of the patient, and those of others. */
interface Studies {
  /** `Patient/id` to which the token is bound. */
  patient: string;
  others: readonly Resource[];
}

/** The one who may see less: sends with the patient's token and nothing else. */
interface Bound extends Studies {
  readonly send: (url: string) => Promise<Exchange>;
  readonly search: (type: string, pairs: readonly Pair[]) => Promise<SearchAnswer>;
}

export const PATIENT_ACCESS_TESTS: readonly TestCase[] = [
  bound('read', 'a study of another patient cannot be read', 'security-patient-read', [{ kind: 'interaction', type: FOCUS, interaction: 'read' }], readsOthers),
  bound('search', 'searches show no studies of other patients', 'security-patient-search', needsSearch(FOCUS), searchesOthers),
  bound('history', 'the history of a study of another patient cannot be read', 'security-patient-history', [{ kind: 'interaction', type: FOCUS, interaction: 'read' }], rememberedOthers),
  bound('include', '_include brings neither other patients nor their studies', 'security-patient-include', needsSearch(FOCUS), includesTargets),
  bound('revinclude', '_revinclude brings no studies of other patients', 'security-patient-include', needsSearch(FOCUS), includesOthers),
  bound('chain', 'a chain does not look into what belongs to other patients', 'security-patient-chain', needsSearch(FOCUS), chainsIntoOthers),
  bound('has', '_has does not tell of studies of other patients', 'security-patient-has', needsSearch(FOCUS), asksForOthers),
  bound('total', 'the total counts no studies of other patients', 'security-patient-total', needsSearch(FOCUS), countsOthers),
];

function bound(id: string, title: string, requirement: RequirementKey, needs: readonly Need[], run: (context: TestContext, bound: Bound) => Promise<Judgement>): TestCase {
  return {
    id: `security.patient.${id}`,
    title: `With a token bound to one patient ${title}`,
    group: 'security',
    resourceType: FOCUS,
    requirement,
    needs,
    tags: ['patient-token'],
    async run(context) {
      const { patient } = context.access;
      if (patient === undefined) return noData('Needed: --patient-token TOKEN and --patient ID, a token bound to one patient.');
      const others = context.known.index.all(FOCUS).filter((study) => {
        const owner = ownerOf(study, context.client.base);
        return owner !== undefined && owner !== patient.reference;
      });
      if (others.length === 0) return noData('Needed: a study of another patient, known from a token that may see it (--token).');
      const send = (url: string) => context.send({ method: 'GET', url, headers: patient.headers, anonymous: true });
      return run(context, { patient: patient.reference, others, send, search: (type, pairs) => searchAs(context, send, type, pairs) });
    },
  };
}

async function searchAs(context: TestContext, send: Bound['send'], type: string, pairs: readonly Pair[]): Promise<SearchAnswer> {
  const first = await send(searchRequest(type, pairs).url);
  const followed = await followPages(first, send, context.client.base, context.limits.maxPages);
  return searchAnswer(type, followed.exchanges, followed.unfinished);
}

/** References of others' studies, and of what else is hidden, among everything that an answer shows. */
function shownOf({ others }: Studies, answer: SearchAnswer, hidden: Iterable<string> = []): string[] {
  const foreign = new Set([...others.flatMap((study) => localReference(study) ?? []), ...hidden]);
  const shown = answer.pages.flatMap(({ bundle }) => entriesOf(bundle)).flatMap(({ resource }) => (resource === undefined ? [] : (localReference(resource) ?? [])));
  return [...new Set(shown)].filter((reference) => foreign.has(reference)).sort();
}

function leak(patient: string, how: string, shown: readonly string[], decisive: Exchange): Judgement {
  return { ...fail(`A token bound to ${patient} shows ${shown.length === 1 ? 'what belongs to another patient' : `${shown.length} resources of other patients`} by ${how}: ${few(shown)}.`, decisive), expected: [], actual: shown };
}

async function readsOthers(_context: TestContext, { others, patient, send }: Bound): Promise<Judgement> {
  const reference = localReference(others[0] as Resource) ?? '';
  const exchange = await send(reference);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  // 401, 403 and 404 are all legal: https://hl7.org/fhir/R4/security.html#AccessDenied
  if (refused(exchange)) return pass(`GET ${reference} is answered by ${exchange.response.status}.`, exchange);
  return succeeded(exchange) ? leak(patient, `GET ${reference}`, [reference], exchange) : info(`GET ${reference} is answered by ${answerInWords(exchange)}.`, exchange);
}

async function rememberedOthers(_context: TestContext, { others, patient, send }: Bound): Promise<Judgement> {
  const reference = localReference(others[0] as Resource) ?? '';
  const exchange = await send(`${reference}/_history`);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const shown = entriesOf(bundleOf(exchange) ?? { resourceType: 'Bundle', type: 'history' }).some(({ resource, fullUrl }) => resource?.id === others[0]?.id || fullUrl?.endsWith(reference) === true);
  if (succeeded(exchange) && shown) return leak(patient, `GET ${reference}/_history`, [reference], exchange);
  return pass(`GET ${reference}/_history is answered by ${exchange.response.status} and shows nothing.`, exchange);
}

async function searchesOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const { others, patient } = about;
  const other = ownerOf(others[0] as Resource, context.client.base) ?? '';
  const queries: Pair[][] = [[], [['_id', others[0]?.id ?? '']], ...(context.declared.searchParam(FOCUS, 'patient') ? [[['patient', other] satisfies Pair]] : [])];
  // The compartment of the other patient is one more way to those studies, where a server knows compartments.
  const searches = [...queries.map((pairs) => ({ path: FOCUS, pairs })), ...(other === '' ? [] : [{ path: `${other}/${FOCUS}`, pairs: [] }])];
  let last: SearchAnswer | undefined;
  for (const { path, pairs } of searches) {
    const answer = await about.search(path, pairs);
    const shown = shownOf(about, answer);
    if (shown.length > 0) return leak(patient, readableQuery(path, pairs), shown, answer.first);
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    last = answer;
  }
  return pass(`${searches.length} searches show no study of another patient.`, last?.first);
}

/** A resource of no patient to which a study of another patient refers, with the search parameter that reads the reference. */
function sharedTargets(context: TestContext, others: readonly Resource[]): { target: string; parameter: string; study: Resource }[] {
  const found = new Map<string, { target: string; parameter: string; study: Resource }>();
  for (const study of others) {
    for (const { element, reference } of referencesIn(study)) {
      const target = localKey(parseReference(reference), context.client.base);
      const parameter = PARAMETERS[element];
      if (target === undefined || parameter === undefined || context.known.index.get(target) === undefined || found.has(target)) continue;
      if (context.declared.interaction(target.split('/')[0] ?? '', 'search-type')) found.set(target, { target, parameter, study });
    }
  }
  return [...found.values()].slice(0, 3);
}

/** Elements of a study that refer to what belongs to no patient: https://hl7.org/fhir/R4/imagingstudy.html#search */
const PARAMETERS: Readonly<Record<string, string>> = {
  'ImagingStudy.endpoint': 'endpoint',
  'ImagingStudy.series.endpoint': 'endpoint',
  'ImagingStudy.referrer': 'referrer',
  'ImagingStudy.interpreter': 'interpreter', // until R4B
  'ImagingStudy.series.performer.actor': 'performer',
};

/** A resource that the token may see, and that refers by a search parameter to what it may not see. */
interface Opening {
  type: string;
  id: string;
  parameter: string;
  /** `Type/id` of what is hidden. */
  target: string;
}

/** What is hidden from the token: the studies of others, and whose they are. */
function hiddenFrom(context: TestContext, { others }: Studies): ReadonlySet<string> {
  return new Set(others.flatMap((study) => [localReference(study) ?? [], ownerOf(study, context.client.base) ?? []].flat()));
}

/** Openings that are tried at most, one of each kind. */
const TRIED = 6;

/** Known resources of other types that refer to what is hidden, one for each type, parameter and type of target. */
function openings(context: TestContext, about: Bound): Opening[] {
  const hidden = hiddenFrom(context, about);
  const found = new Map<string, Opening>();
  for (const type of context.declared.types.keys()) {
    if (type === FOCUS || type === 'Patient' || !context.declared.interaction(type, 'search-type')) continue;
    for (const definition of context.definitions.of(type)) {
      if (definition.type !== 'reference' || !context.declared.searchParam(type, definition.code)) continue;
      for (const { holder, target } of viewOf(context, type, definition).references) {
        const key = target === undefined ? undefined : localKey(target, context.client.base);
        // What refers to the patient of the token may be its own, and what belongs to others is hidden itself.
        if (key === undefined || !hidden.has(key)) continue;
        const kind = `${type} ${definition.code} ${key.split('/')[0]}`;
        if (!found.has(kind)) found.set(kind, { type, id: holder.slice(type.length + 1), parameter: definition.code, target: key });
      }
    }
  }
  return [...found.values()];
}

/** Those of the openings that the token sees from the outside. */
async function visibleOpenings(context: TestContext, about: Bound): Promise<Opening[]> {
  const visible: Opening[] = [];
  for (const opening of openings(context, about)) {
    if (visible.length >= TRIED) break;
    const exchange = await about.send(`${opening.type}/${opening.id}`);
    if (succeeded(exchange) && resourceOf(exchange)?.id === opening.id) visible.push(opening);
  }
  return visible;
}

const NO_OPENING = 'Needed: a resource that the patient\'s token may see and that refers to another patient, or to a study of one (a List, a Task).';

async function includesTargets(context: TestContext, about: Bound): Promise<Judgement> {
  const visible = await visibleOpenings(context, about);
  if (visible.length === 0) return noData(NO_OPENING);
  const hidden = hiddenFrom(context, about);
  let last: Exchange | undefined;
  for (const { type, id, parameter } of visible) {
    const pairs: Pair[] = [['_id', id], ['_include', `${type}:${parameter}`]];
    const answer = await about.search(type, pairs);
    const shown = shownOf(about, answer, hidden);
    if (shown.length > 0) return leak(about.patient, readableQuery(type, pairs), shown, answer.first);
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    last = answer.first;
  }
  return pass(`${visible.length} searches with _include bring nothing of other patients.`, last);
}

/** An identifier of what is hidden is known to nobody but those who see it: a chain that confirms it has looked. */
async function chainsIntoOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const visible = await visibleOpenings(context, about);
  let last: Exchange | undefined;
  let asked = 0;
  for (const { type, id, parameter, target } of visible) {
    const [targetType = ''] = target.split('/');
    const definition = context.definitions.find(targetType, 'identifier');
    const identifier = definition === undefined ? undefined : realTokens(viewOf(context, targetType, definition)).find(({ holder }) => holder === target)?.token;
    if (identifier === undefined || !context.declared.searchParam(targetType, 'identifier')) continue;
    const asking = (value: string): Pair[] => [['_id', id], [`${parameter}:${targetType}.identifier`, value]];
    const pairs = asking(systemCodeValue(identifier));
    const answer = await about.search(type, pairs);
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    asked += 1;
    last = answer.first;
    // A server that ignores the chain finds it whatever is asked.
    if (answer.matches.length === 0 || (await about.search(type, asking(NO_SUCH_ID))).matches.length > 0) continue;
    return { ...fail(`A token bound to ${about.patient} learns by ${readableQuery(type, pairs)} what the hidden ${target} contains.`, answer.first), expected: [], actual: [`${type}/${id}`] };
  }
  return asked === 0 ? noData(NO_OPENING) : pass(`${asked} chains into what belongs to other patients find nothing.`, last);
}

async function includesOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const targets = sharedTargets(context, about.others);
  if (targets.length === 0) return noData('Needed: a study of another patient that refers to an Endpoint or a Practitioner of this server.');
  let last: Exchange | undefined;
  for (const { target, parameter } of targets) {
    const [type = '', id = ''] = target.split('/');
    const pairs: Pair[] = [['_id', id], ['_revinclude', `${FOCUS}:${parameter}`]];
    const answer = await about.search(type, pairs);
    const shown = shownOf(about, answer);
    if (shown.length > 0) return leak(about.patient, readableQuery(type, pairs), shown, answer.first);
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    last = answer.first;
  }
  return pass(`${targets.length} searches with _revinclude bring no study of another patient.`, last);
}

/** Whether a resource is found by what another patient's study says is an answer about that study. */
async function asksForOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const targets = sharedTargets(context, about.others);
  if (targets.length === 0) return noData('Needed: a study of another patient that refers to an Endpoint or a Practitioner of this server.');
  let deaf: Exchange | undefined;
  let last: Exchange | undefined;
  for (const { target, parameter, study } of targets) {
    const [type = '', id = ''] = target.split('/');
    const asking = (studyId: string): Pair[] => [['_id', id], [`_has:${FOCUS}:${parameter}:_id`, studyId]];
    const answer = await about.search(type, asking(study.id ?? ''));
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    last = answer.first;
    if (answer.matches.length === 0) continue;
    // A server that ignores _has finds it whatever the study is.
    const control = await about.search(type, asking(NO_SUCH_ID));
    if (control.matches.length > 0) deaf = control.first;
    else return { ...fail(`A token bound to ${about.patient} learns by ${readableQuery(type, asking(study.id ?? ''))} that ${localReference(study)} of another patient exists and refers to ${target}.`, answer.first), expected: [], actual: [target] };
  }
  return deaf === undefined ? pass('_has finds nothing by studies of other patients.', last) : noData('_has is ignored, so it tells nothing.', deaf);
}

async function countsOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const counted = await about.search(FOCUS, [['_summary', 'count']]);
  const answer = await about.search(FOCUS, [['_total', 'accurate'], ['_count', String(context.limits.pageSize)]]);
  const { trouble } = answer;
  if (trouble?.kind === 'unanswered') return failedToAsk(trouble.says, trouble.exchange);
  if (trouble !== undefined) return info(`The search is answered by ${trouble.says}.`, trouble.exchange);
  const totals = [answer, counted].flatMap(({ first }) => { const total = bundleOf(first)?.total; return typeof total === 'number' ? [{ total, first }] : []; });
  if (totals.length === 0) return pass('No total is told.', answer.first);
  if (answer.unfinished !== undefined) return noData(`Not all pages were read: ${answer.unfinished}.`, answer.first);
  const seen = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? [])).size;
  const telling = totals.find(({ total }) => total > seen);
  if (telling === undefined) return pass(`The total is ${totals[0]?.total}, and ${seen} studies are shown.`, answer.first);
  return fail(`With a token bound to ${about.patient} ${telling.first === answer.first ? 'a search' : 'a count'} tells of ${telling.total} studies and ${seen} are shown: the number of those that are hidden leaks.`, telling.first);
}
