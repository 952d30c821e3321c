/** What a token bound to one patient shows of others: by reads, searches, includes, `_has` and totals. https://hl7.org/fhir/R4/security.html#binding */
import { localReference, type Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { localKey, parseReference } from '../../search/reference-target';
import { answerInWords, bundleOf, refused, succeeded } from '../answer';
import { NO_SUCH_ID } from '../choose/values';
import { searchRequest, type TestContext } from '../context';
import { followPages } from '../gather/follow-pages';
import type { Pair } from '../gather/query';
import { readableQuery } from '../gather/query';
import { referencesIn } from '../gather/references';
import { entriesOf, searchAnswer, type SearchAnswer } from '../gather/search-answer';
import { FOCUS } from '../harvest';
import { fail, failedToAsk, info, noData, pass } from '../judge/judgements';
import { few } from '../judge/search-set';
import type { RequirementKey } from '../requirements';
import { needsSearch, type Judgement, type Need, type TestCase } from '../test-case';

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
  bound('include', '_include and _revinclude bring no studies of other patients', 'security-patient-include', needsSearch(FOCUS), includesOthers),
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

/** `Patient/id` of the patient whose study it is; undefined for what belongs to no patient. */
function ownerOf(study: Resource, base: string): string | undefined {
  const subject = (study.subject as { reference?: unknown } | undefined)?.reference;
  const key = typeof subject === 'string' ? localKey(parseReference(subject), base) : undefined;
  return key?.startsWith('Patient/') === true ? key : undefined;
}

async function searchAs(context: TestContext, send: Bound['send'], type: string, pairs: readonly Pair[]): Promise<SearchAnswer> {
  const first = await send(searchRequest(type, pairs).url);
  const followed = await followPages(first, send, context.client.base, context.limits.maxPages);
  return searchAnswer(type, followed.exchanges, followed.unfinished);
}

/** References of others' studies among everything that an answer shows. */
function shownOf({ others }: Studies, answer: SearchAnswer): string[] {
  const foreign = new Set(others.flatMap((study) => localReference(study) ?? []));
  const shown = answer.pages.flatMap(({ bundle }) => entriesOf(bundle)).flatMap(({ resource }) => (resource === undefined ? [] : (localReference(resource) ?? [])));
  return [...new Set(shown)].filter((reference) => foreign.has(reference)).sort();
}

function leak(patient: string, how: string, shown: readonly string[], decisive: Exchange): Judgement {
  return { ...fail(`A token bound to ${patient} shows ${shown.length === 1 ? 'a study' : `${shown.length} studies`} of other patients by ${how}: ${few(shown)}.`, decisive), expected: [], actual: shown };
}

async function readsOthers(_context: TestContext, { others, patient, send }: Bound): Promise<Judgement> {
  const reference = localReference(others[0] as Resource) ?? '';
  const exchange = await send(reference);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  // 401, 403 and 404 are all legal: https://hl7.org/fhir/R4/security.html#AccessDenied
  if (refused(exchange)) return pass(`GET ${reference} is answered by ${exchange.response.status}.`, exchange);
  return succeeded(exchange) ? leak(patient, `GET ${reference}`, [reference], exchange) : info(`GET ${reference} is answered by ${answerInWords(exchange)}.`, exchange);
}

async function searchesOthers(context: TestContext, about: Bound): Promise<Judgement> {
  const { others, patient } = about;
  const other = ownerOf(others[0] as Resource, context.client.base) ?? '';
  const queries: Pair[][] = [[], [['_id', others[0]?.id ?? '']], ...(context.declared.searchParam(FOCUS, 'patient') ? [[['patient', other] satisfies Pair]] : [])];
  let last: SearchAnswer | undefined;
  for (const pairs of queries) {
    const answer = await about.search(FOCUS, pairs);
    const shown = shownOf(about, answer);
    if (shown.length > 0) return leak(patient, readableQuery(FOCUS, pairs), shown, answer.first);
    if (answer.trouble?.kind === 'unanswered') return failedToAsk(answer.trouble.says, answer.first);
    last = answer;
  }
  return pass(`${queries.length} searches show no study of another patient.`, last?.first);
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
  'ImagingStudy.interpreter': 'interpreter',
  'ImagingStudy.series.performer.actor': 'performer',
};

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
  const answer = await about.search(FOCUS, [['_total', 'accurate'], ['_count', String(context.limits.pageSize)]]);
  const { trouble } = answer;
  if (trouble?.kind === 'unanswered') return failedToAsk(trouble.says, trouble.exchange);
  if (trouble !== undefined) return info(`The search is answered by ${trouble.says}.`, trouble.exchange);
  const total = bundleOf(answer.first)?.total;
  if (typeof total !== 'number') return pass('No total is told.', answer.first);
  if (answer.unfinished !== undefined) return noData(`Not all pages were read: ${answer.unfinished}.`, answer.first);
  const seen = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? [])).size;
  if (total <= seen) return pass(`The total is ${total}, and ${seen} studies are shown.`, answer.first);
  return fail(`With a token bound to ${about.patient} a search tells of ${total} studies and shows ${seen}: the number of those that are hidden leaks.`, answer.first);
}
