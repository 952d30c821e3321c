/** Parts of resources: _summary and _elements, which a server may ignore, but not get wrong. https://hl7.org/fhir/R4/search.html#summary */
import { localReference, type Bundle, type BundleEntry, type Resource } from '../../../core/fhir';
import { BEFORE_R5 } from '../../../core/fhir-version';
import { isObject } from '../../../core/json';
import type { TestContext } from '../../context';
import { hasElementTable, loadElementTable } from '../../../formats/element-table';
import { itemsOf, textOf } from '../../../search/json';
import { localKey, parseReference } from '../../../search/reference-target';
import { decodePairs, readableQuery, type Pair } from '../../gather/query';
import { entriesOf, linkOf, modeOf, type SearchAnswer } from '../../gather/search-answer';
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
  /** Whether meta has to stay as it is: `_elements` returns what was asked for, the summaries have meta in them. */
  labels?: true;
  /** Asked for in two pages: the second one is a part of the same answer. */
  paged?: true;
  /** It is about the matches alone: what they bring with them stays whole. */
  alone?: true;
}

const WAYS: readonly SubsetWay[] = [
  { id: 'summary-true', title: '_summary=true returns the summary elements', parameter: ['_summary', 'true'], requirement: 'search-summary', wanted: (_, summary) => summary, inner: true, mandatory: true, labels: true, paged: true },
  { id: 'summary-text', title: '_summary=text returns narrative, id, meta and mandatory elements', parameter: ['_summary', 'text'], requirement: 'search-summary', wanted: () => ['text'], mandatory: true, labels: true },
  { id: 'summary-data', title: '_summary=data returns everything but the narrative', parameter: ['_summary', 'data'], requirement: 'search-summary', wanted: (all) => all.filter((name) => name !== 'text'), mandatory: true, labels: true },
  { id: 'elements', title: '_elements returns the elements asked for', parameter: ['_elements', 'identifier,modality'], requirement: 'search-elements', wanted: () => ['identifier', 'modality'], mandatory: true, paged: true, alone: true },
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
/** "Servers SHOULD always return mandatory elements", and it is clients that "SHOULD list all mandatory and modifier elements": these are modifiers and not mandatory. https://hl7.org/fhir/R4/search.html#elements */
const OPTIONAL_MODIFIERS = ['implicitRules', 'modifierExtension'];

async function subset(context: TestContext, way: SubsetWay): Promise<Judgement> {
  const rich = richStudies(context);
  if (rich.length === 0) return noData('Needed: a study.');
  const paged: Pair[] = way.paged === true && rich.length > 1 ? [['_count', String(Math.ceil(rich.length / 2))]] : [];
  const plain: Pair[] = [['_id', rich.flatMap(({ id }) => id ?? []).join(',')], way.parameter, ...paged];
  const including: Pair[] = way.alone === true && bringsWhole(context) ? [...plain, ['_include', INCLUDED]] : plain;
  const both = await context.search(FOCUS, including);
  // Whether it can be asked for together with an include is not what the test is about.
  const apart = including !== plain && both.trouble?.kind === 'refused';
  const [pairs, answer] = apart ? [plain, await context.search(FOCUS, plain)] : [including, both];
  const query = readableQuery(FOCUS, pairs);
  const { trouble } = answer;
  const page = answer.pages[0];
  if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, trouble.exchange);
  if (page === undefined && trouble?.kind === 'refused') return info(`${query} is refused, which a server may do: ${trouble.says}.`, trouble.exchange);
  if (page === undefined) return fail(`${query} is not answered by a search set: ${trouble?.says ?? 'no page'}.`, trouble?.exchange);
  const came = answer.pages.flatMap(({ bundle, exchange }, number) => entriesOf(bundle).flatMap((entry) => {
    const whole = modeOf(entry, FOCUS) === 'match' ? context.known.index.get(referenceOf(entry, context.known.index.base) ?? '') : undefined;
    return entry.resource === undefined || whole === undefined ? [] : [{ ...judgePart(context, way, entry.resource, whole, claimedBy(page.bundle, way)), reference: localReference(whole) ?? '', number, exchange }];
  }));
  const worst = [...came].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))[0];
  if (worst === undefined) return noData(`${query} returns none of the studies asked for.`, page.exchange);
  const [first] = came.filter(({ state, number }) => state === 'part' && number === 0);
  const [later] = came.filter(({ state, number }) => state === 'whole' && number > 0);
  if (first !== undefined && later !== undefined) return warn(`${way.parameter.join('=')} is lost on page ${later.number + 1} of ${query}: ${later.reference} is returned whole, ${first.reference} on page 1 in part.`, later.exchange);
  const cut = worst.verdict === 'pass' ? cutIncluded(context, answer) : undefined;
  if (cut !== undefined) return warn(`${query} includes ${cut} in part: the list of elements does not apply to included resources.`, page.exchange);
  return { verdict: worst.verdict, message: worst.message, decisive: worst.exchange };
}

/** What is included beside parts of matches. */
const INCLUDED = `${FOCUS}:patient`;

/** "The list of elements does not apply to included resources" (https://hl7.org/fhir/R4/search.html#elements): in the versions of which we know that they say so. */
function bringsWhole({ declared, version }: TestContext): boolean {
  return (BEFORE_R5 as readonly string[]).includes(version.mimeVersion) && declared.types.get(FOCUS)?.includes.some((row) => row === '*' || row === INCLUDED) === true;
}

/** An included resource that lacks elements which it has. */
function cutIncluded({ known }: TestContext, { includes }: SearchAnswer): string | undefined {
  const cut = includes.find((resource) => {
    const whole = known.index.get(localReference(resource) ?? '');
    return whole !== undefined && elementsIn(whole).some((element) => element !== 'text' && !elementsIn(resource).includes(element));
  });
  return cut === undefined ? undefined : localReference(cut);
}

/** Studies with much in them show more of what is left out; one has a narrative, which is all that some ways leave out, and one has labels. */
function richStudies({ known }: TestContext): Resource[] {
  const studies = known.index.all(FOCUS).filter((study) => !isPartial(study)).sort((a, b) => Object.keys(b).length - Object.keys(a).length);
  const narrated = studies.filter((study) => study['text'] !== undefined).slice(0, 1);
  const labelled = studies.filter(({ meta }) => meta?.security !== undefined).slice(0, 1);
  return [...new Set([...narrated, ...labelled, ...studies])].slice(0, LOOKED_AT);
}

/** A part may lack its id; the address of the entry says whose it is. */
function referenceOf({ resource, fullUrl }: BundleEntry, base: string): string | undefined {
  return (resource === undefined ? undefined : localReference(resource)) ?? (typeof fullUrl === 'string' ? localKey(parseReference(fullUrl), base) : undefined);
}

function claimedBy(bundle: Bundle, way: SubsetWay): boolean {
  return decodePairs((linkOf(bundle, 'self') ?? '').split('?')[1] ?? '').some(([name]) => name === way.parameter[0]);
}

/** What one study shows counts, though another has nothing to show. */
const ORDER: readonly Judgement['verdict'][] = ['fail', 'warn', 'info', 'pass', 'no-data'];

/** Whether a study came in part, whole though there was something to leave out, or with nothing to leave out. */
type State = 'part' | 'whole' | 'nothing';

function judgePart(context: TestContext, way: SubsetWay, part: Resource, whole: Resource, claimed: boolean): Judgement & { state: State } {
  const table = hasElementTable(context.version) ? loadElementTable(context.version).types[FOCUS] : undefined;
  const reference = localReference(whole) ?? FOCUS;
  const name = way.parameter.join('=');
  const all = elementsIn(whole);
  const summary = table?.summary ?? [];
  const wanted = way.wanted(all, summary);
  const kept = table?.kept ?? [];
  const left = elementsIn(part);
  const gone = all.filter((element) => !left.includes(element));
  // A server may write a narrative anew; one that is gone was left out.
  const cut = JSON.stringify(strip(part)) !== JSON.stringify(strip(whole)) || gone.includes('text');
  // What has a part in the summary may be there for it: a modifier extension inside an instance.
  const inSummary = (path: string) => summary.some((other) => other === path || other.startsWith(`${path}.`));
  const [inner, innerOfWhole] = way.inner === true ? [innerPaths(part, summary), innerPaths(whole, summary)] : [[], []];
  if (!cut) {
    const everything = all.every((element) => ALWAYS.includes(element) || wanted.includes(element) || kept.includes(element)) && innerOfWhole.every(inSummary);
    if (everything) return { ...noData(`${reference} has nothing that ${name} leaves out.`), state: 'nothing' };
    return { ...(claimed ? warn(`${name} is claimed in the self link, but ${reference} is returned whole.`) : info(`${name} is ignored: ${reference} is returned whole, which is legal.`)), state: 'whole' };
  }
  const lacking = way.mandatory ? kept.filter((element) => gone.includes(element) && !OPTIONAL_MODIFIERS.includes(element)) : [];
  const lost = [...wanted.filter((element) => gone.includes(element)), ...innerOfWhole.filter((path) => summary.includes(path) && !inner.includes(path) && left.includes(path.split('.', 1)[0] ?? ''))];
  const surplus = [...left.filter((element) => !ALWAYS.includes(element) && !wanted.includes(element) && !kept.includes(element) && !MAY_STAY.includes(element)), ...inner.filter((path) => !inSummary(path))];
  const offences = [
    ...(lacking.length > 0 ? [`without its mandatory ${lacking.join(', ')}`] : []),
    ...(lost.length > 0 ? [`without ${lost.join(', ')}, which it asks for`] : []),
    ...(surplus.length > 0 ? [`with ${surplus.join(', ')}, which it does not ask for`] : []),
    // "The only time that a resource does not have an id is when it is being submitted to the server using a create operation": https://hl7.org/fhir/R4/resource.html#id
    ...(part.id === undefined ? ['without its id'] : []),
    ...(isPartial(part) ? foreignTag(part) : ['in part, without the tag SUBSETTED']),
    ...(way.labels === true ? labelsLost(part, whole).map((label) => `without ${label}, which stands in the whole resource`) : []),
  ];
  return { ...(offences[0] === undefined ? pass(`${name} returns the elements asked for, tagged SUBSETTED.`) : warn(`${name} returns ${reference} ${offences[0]}.`)), state: 'part' };
}

/** Whose code SUBSETTED is, by the name that R4 gives the system and by the one it had before: clients look for system and code. https://hl7.org/fhir/R4/search.html#summary */
const TAG_SYSTEM = /^http:\/\/(terminology\.hl7\.org\/CodeSystem\/v3-|hl7\.org\/fhir\/v3\/)ObservationValue$/;

/** The tag of a part, where it is the code of another system or of none. */
function foreignTag({ meta }: Resource): string[] {
  const tags = itemsOf(meta?.tag).filter(isObject).filter(({ code }) => code === 'SUBSETTED');
  return tags.some(({ system }) => typeof system === 'string' && TAG_SYSTEM.test(system)) ? [] : [`tagged SUBSETTED of ${textOf(tags[0]?.['system']) ?? 'no system'} instead of http://terminology.hl7.org/CodeSystem/v3-ObservationValue`];
}

/** Which extensions belong to a summary is left open: https://hl7.org/fhir/R4/search.html#summary */
const OPEN_INSIDE = ['id', 'extension'];

/** Paths inside the elements of which a summary has a part only. */
function innerPaths(resource: Resource, summary: readonly string[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((item) => walk(item, path));
    else if (isObject(value) && (path === '' || summary.some((other) => other.startsWith(`${path}.`)))) {
      for (const [name, child] of Object.entries(value)) {
        const plain = name.replace(/^_/, '');
        const inside = path === '' ? plain : `${path}.${plain}`;
        if (path !== '' && !OPEN_INSIDE.includes(plain)) found.add(inside);
        walk(child, inside);
      }
    }
  };
  walk(resource, '');
  return [...found];
}

/** Tags, security labels and profiles of the whole that the part lacks. */
function labelsLost(part: Resource, whole: Resource): string[] {
  return (['tag', 'security', 'profile'] as const).flatMap((name) => {
    const labels = (resource: Resource) => itemsOf(resource.meta?.[name]).map((label) => (isObject(label) ? [label['system'], label['code']].map((text) => textOf(text) ?? '').join('|') : (textOf(label) ?? '')));
    const left = labels(part);
    return labels(whole).filter((label) => !left.includes(label)).slice(0, 1).map((label) => `meta.${name} ${label}`);
  });
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
