/** Parts of resources: _summary and _elements, which a server may ignore, but not get wrong. https://hl7.org/fhir/R4/search.html#summary */
import { localReference, type Resource } from '../../../core/fhir';
import type { TestContext } from '../../context';
import { hasElementTable, loadElementTable } from '../../../formats/element-table';
import { decodePairs, readableQuery, type Pair } from '../../gather/query';
import { linkOf } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { isPartial } from '../../knowledge';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';

interface SubsetWay {
  id: string;
  title: string;
  parameter: Pair;
  requirement: RequirementKey;
  /** Top-level elements that may stay, beside the ones that every subset may have. */
  wanted(all: readonly string[], summary: readonly string[]): readonly string[];
  /** Paths of inner elements that have to go, as far as the summary decides it. */
  inner?: true;
  /** Whether mandatory elements have to stay. */
  mandatory: boolean;
}

const WAYS: readonly SubsetWay[] = [
  { id: 'summary-true', title: '_summary=true returns the summary elements', parameter: ['_summary', 'true'], requirement: 'search-summary', wanted: (_, summary) => summary, inner: true, mandatory: true },
  { id: 'summary-text', title: '_summary=text returns narrative, id, meta and mandatory elements', parameter: ['_summary', 'text'], requirement: 'search-summary', wanted: () => ['text'], mandatory: true },
  { id: 'summary-data', title: '_summary=data returns everything but the narrative', parameter: ['_summary', 'data'], requirement: 'search-summary', wanted: (all) => all.filter((name) => name !== 'text'), mandatory: true },
  { id: 'elements', title: '_elements returns the elements asked for', parameter: ['_elements', 'identifier,modality'], requirement: 'search-elements', wanted: () => ['identifier', 'modality'], mandatory: true },
];

export const SUBSET_TESTS: readonly TestCase[] = WAYS.map((way) => ({
  id: `result.imagingstudy.${way.id}`,
  title: `${FOCUS}: ${way.title}`,
  group: 'result',
  resourceType: FOCUS,
  requirement: way.requirement,
  needs: needsSearch(FOCUS),
  tags: [way.parameter[0]],
  run: (context) => subset(context, way),
}));

/** Resources that a test looks at. */
const LOOKED_AT = 4;
/** What every subset may have. */
const ALWAYS = ['resourceType', 'id', 'meta', 'implicitRules'];

/** Legal beside what was asked for: a narrative that the server writes anew, and what local references in the part point at (rule ref-1). */
const MAY_STAY = ['text', 'contained'];

async function subset(context: TestContext, way: SubsetWay): Promise<Judgement> {
  const known = context.known.index.all(FOCUS).filter((study) => !isPartial(study));
  // Studies with much in them show more of what is left out; one has a narrative, which is all that some ways leave out.
  const sorted = [...known].sort((a, b) => Object.keys(b).length - Object.keys(a).length);
  const rich = [...new Set([...sorted.filter((study) => study['text'] !== undefined).slice(0, 1), ...sorted])].slice(0, LOOKED_AT);
  if (rich.length === 0) return noData('Needed: a study.');
  const pairs: Pair[] = [['_id', rich.flatMap(({ id }) => id ?? []).join(',')], way.parameter];
  const answer = await context.search(FOCUS, pairs);
  const query = readableQuery(FOCUS, pairs);
  const { trouble } = answer;
  if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, trouble.exchange);
  if (trouble?.kind === 'refused') return info(`${query} is refused, which a server may do: ${trouble.says}.`, trouble.exchange);
  const page = answer.pages[0];
  if (trouble !== undefined || page === undefined) return fail(`${query} is not answered by a search set: ${trouble?.says ?? 'no page'}.`, trouble?.exchange);
  const came = answer.matches.flatMap((part) => {
    const whole = context.known.index.get(localReference(part) ?? '');
    return whole === undefined ? [] : [{ part, whole }];
  });
  if (came.length === 0) return noData(`${query} returns none of the studies asked for.`, page.exchange);
  const claimed = decodePairs((linkOf(page.bundle, 'self') ?? '').split('?')[1] ?? '').some(([name]) => name === way.parameter[0]);
  const worst = came.map(({ part, whole }) => judgePart(context, way, part, whole, claimed)).sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))[0];
  return { ...(worst ?? pass('')), decisive: page.exchange };
}

/** What one study shows counts, though another has nothing to show. */
const ORDER: readonly Judgement['verdict'][] = ['fail', 'warn', 'info', 'pass', 'no-data'];

function judgePart(context: TestContext, way: SubsetWay, part: Resource, whole: Resource, claimed: boolean): Judgement {
  const table = hasElementTable(context.version) ? loadElementTable(context.version).types[FOCUS] : undefined;
  const reference = localReference(part) ?? FOCUS;
  const name = way.parameter.join('=');
  const all = elementsIn(whole);
  const wanted = way.wanted(all, table?.summary ?? []);
  const kept = table?.kept ?? [];
  const left = elementsIn(part);
  const gone = all.filter((element) => !left.includes(element));
  // A server may write a narrative anew; one that is gone was left out.
  const cut = JSON.stringify(strip(part)) !== JSON.stringify(strip(whole)) || gone.includes('text');
  if (!cut) {
    const everything = all.every((element) => ALWAYS.includes(element) || wanted.includes(element) || kept.includes(element));
    if (everything && way.inner !== true) return noData(`${reference} has nothing that ${name} leaves out.`);
    return claimed && !everything ? warn(`${name} is claimed in the self link, but ${reference} is returned whole.`) : info(`${name} is ignored: ${reference} is returned whole, which is legal.`);
  }
  if (way.mandatory) {
    const lacking = kept.filter((element) => gone.includes(element));
    if (lacking.length > 0) return warn(`${name} returns ${reference} without its mandatory ${lacking.join(', ')}.`);
  }
  const lost = wanted.filter((element) => gone.includes(element));
  if (lost.length > 0) return warn(`${name} returns ${reference} without ${lost.join(', ')}, which it asks for.`);
  const surplus = left.filter((element) => !ALWAYS.includes(element) && !wanted.includes(element) && !kept.includes(element) && !MAY_STAY.includes(element));
  if (surplus.length > 0) return warn(`${name} returns ${reference} with ${surplus.join(', ')}, which it does not ask for.`);
  if (!isPartial(part)) return warn(`${name} returns a part of ${reference} without the tag SUBSETTED.`);
  return pass(`${name} returns the elements asked for, tagged SUBSETTED.`);
}

/** Names of the elements that are there: `_status` is a part of status (https://hl7.org/fhir/R4/json.html#primitive), an empty list is nothing. */
function elementsIn(resource: Resource): string[] {
  const filled = Object.entries(resource).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return [...new Set(filled.map(([name]) => name.replace(/^_/, '')))];
}

/** Without what a server may add to a part. */
function strip({ meta: _, text: __, ...rest }: Resource): unknown {
  return rest;
}
