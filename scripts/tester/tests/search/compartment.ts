/** Searches within the compartment of one patient, as Patient/1/ImagingStudy: a server need not know them, but what it answers has to be right. https://hl7.org/fhir/R4/http.html#vsearch */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import type { Prediction } from '../../../search/types';
import type { TestContext } from '../../context';
import { ownerOf } from '../../gather/owner';
import { predictPairs } from '../../gather/predict-pairs';
import { readableQuery, type Pair } from '../../gather/query';
import { linkOf, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, noData, notDeclared, warn } from '../../judge/judgements';
import { judgePages } from '../../judge/pages';
import { judgeSet } from '../../judge/search-set';
import { readSelfLink } from '../../judge/self-link';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { valuesOf } from './any-parameter';

/** A parameter by which the studies of one patient differ. */
const CRITERION = 'modality';
/** What makes a study a member: https://hl7.org/fhir/R4/compartmentdefinition-patient.html, in R4, R4B and R5 alike. */
const MEMBERSHIP = 'patient';
/** A patient with more studies makes a long answer. */
const MOST_STUDIES = 60;
/** Patients and values that are looked at for a query that divides. */
const PATIENTS = 10;
const VALUES = 12;

export const COMPARTMENT_TESTS: readonly TestCase[] = [
  test('studies', 'the studies of a patient and no others', [], (context, owner) => within(context, owner, [])),
  test('criteria', 'of the studies of a patient those that meet the parameters', needsSearch(FOCUS, CRITERION), criteria),
  test('pages', 'the pages do not leave the compartment', [], pages),
];

function test(id: string, title: string, needs: readonly Need[], run: (context: TestContext, owner: string) => Promise<Judgement>): TestCase {
  return {
    id: `search.compartment.${id}`,
    title: `Compartment of a patient: ${title}`,
    group: 'search',
    resourceType: FOCUS,
    requirement: 'search-compartment',
    needs: [...needsSearch(FOCUS), ...needs],
    tags: ['compartment'],
    run: async (context) => {
      const owner = patientOf(context);
      if (owner === undefined) return noData('Needed: a known patient with a study, and a study of somebody else.');
      const plain = await context.search(FOCUS, [], { within: owner });
      return unserved(context, owner, plain, id === 'studies') ?? run(context, owner);
    },
  };
}

/** The patient to ask for, the same in all tests: one whose studies a criterion divides, if there is one. */
function patientOf(context: TestContext): string | undefined {
  const studies = context.known.index.all(FOCUS);
  const owned = new Map<string, number>();
  for (const study of studies) {
    const owner = ownerOf(study, context.client.base);
    if (owner !== undefined && context.known.index.get(owner) !== undefined) owned.set(owner, (owned.get(owner) ?? 0) + 1);
  }
  const owners = [...owned].filter(([, count]) => count <= MOST_STUDIES && count < studies.length).sort((a, b) => b[1] - a[1]).slice(0, PATIENTS).map(([owner]) => owner);
  return owners.find((owner) => divisionOf(context, owner) !== undefined) ?? owners[0];
}

/** A criterion that some of the patient's studies meet and some do not, and that others' studies meet as well. */
function divisionOf(context: TestContext, owner: string): Pair | undefined {
  const whole = predicted(context, owner, []).must.size;
  return valuesOf(context, FOCUS, CRITERION).slice(0, VALUES).map((value): Pair => [CRITERION, value]).find((pair) => {
    const own = predicted(context, owner, [pair]).must.size;
    return own > 0 && own < whole && predictPairs(context, FOCUS, [pair]).prediction.must.size > own;
  });
}

/** "GET [base]/Patient/[id]/Condition" is the search of conditions by their patient: https://hl7.org/fhir/R4/compartmentdefinition.html */
function predicted(context: TestContext, owner: string, pairs: readonly Pair[]): Prediction {
  return predictPairs(context, FOCUS, [[MEMBERSHIP, owner], ...pairs]).prediction;
}

function pathOf(owner: string): string {
  return `${owner}/${FOCUS}`;
}

/**
 * A compartment is declared for two purposes, to search in it and to control access by it (https://hl7.org/fhir/R4/compartmentdefinition.html): who
 * declares it and does not search in it is warned, who does not declare it need not know it. One test says it for all.
 */
function unserved({ declared }: TestContext, owner: string, { trouble, pages }: SearchAnswer, speaks: boolean): Judgement | undefined {
  if (trouble === undefined || pages.length > 0) return undefined;
  const says = `GET ${pathOf(owner)} is not answered by a search set: ${trouble.says}`;
  if (trouble.kind === 'unanswered') return failedToAsk(`${says}.`, trouble.exchange);
  const stated = declared.compartments.some((url) => /(^|\/)patient(\||$)/i.test(url));
  if (!speaks || (!stated && trouble.kind !== 'unreadable')) return notDeclared(`${says}. A server need not search in compartments.`, trouble.exchange);
  if (trouble.kind === 'unreadable') return (stated ? fail : warn)(`${says}, though with a status of success.`, trouble.exchange);
  return warn(`${says}, though the compartment is declared.`, trouble.exchange);
}

async function within(context: TestContext, owner: string, pairs: readonly Pair[]): Promise<Judgement> {
  const first = await ask(context, owner, pairs, false);
  // Data may have moved in between: a failure has to show twice.
  return first.verdict === 'fail' ? ask(context, owner, pairs, true) : first;
}

async function ask(context: TestContext, owner: string, pairs: readonly Pair[], fresh: boolean): Promise<Judgement> {
  const answer = await context.search(FOCUS, pairs, { within: owner, fresh });
  const type = pathOf(owner);
  const prediction = predicted(context, owner, pairs);
  if (answer.trouble !== undefined && answer.pages.length > 0) return judgePages({ type, pairs, answer, prediction, pages: context.searching.pages === true });
  const all = context.known.index.all(FOCUS).flatMap((study) => localReference(study) ?? []);
  const mustNot = all.filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference)).length;
  const excerpt = (reference: string) => ({ subject: context.known.index.get(reference)?.['subject'] ?? null });
  const judgement = judgeSet({ type, pairs, answer, prediction, mustNot, refusal: 'info', excerpt });
  const query = readableQuery(type, pairs);
  if (judgement.verdict === 'pass') return { ...judgement, message: `${query} finds exactly what it has to: ${counted(prediction.must.size, 'study', 'studies')} of ${all.length}.` };
  const self = answer.pages[0] === undefined || pairs.length === 0 ? undefined : linkOf(answer.pages[0].bundle, 'self');
  // Parameters may be passed over where the self link says so: https://hl7.org/fhir/R4/search.html#errors
  const honest = self !== undefined && readSelfLink(pairs, self).dropped.length === pairs.length;
  return judgement.verdict === 'fail' && honest ? { ...judgement, verdict: 'warn', message: `${judgement.message} The self link says that the parameters were not used.` } : judgement;
}

async function criteria(context: TestContext, owner: string): Promise<Judgement> {
  const pair = divisionOf(context, owner);
  return pair === undefined ? noData(`Needed: a patient with studies that differ in ${CRITERION}.`) : within(context, owner, [pair]);
}

async function pages(context: TestContext, owner: string): Promise<Judgement> {
  const { size } = predicted(context, owner, []).must;
  if (size < 2) return noData('Needed: a patient with two studies.');
  const pairs: Pair[] = [['_count', String(Math.ceil(size / 2))]];
  const judge = async (fresh: boolean) => judgePages({ type: pathOf(owner), pairs, answer: await context.search(FOCUS, pairs, { within: owner, fresh }), prediction: predicted(context, owner, []), pages: context.searching.pages === true });
  const first = await judge(false);
  return first.verdict === 'fail' ? judge(true) : first;
}
