/** A type, and the reference by which others point at it in; what a reverse chain may be judged on out: all of the type where the others are known whole, else the few of it whose referrers the server names. https://hl7.org/fhir/R4/search.html#has */
import { localReference } from '../../../core/fhir';
import { localKey } from '../../../search/reference-target';
import { createChooser, type Chooser } from '../../choose/chooser';
import type { TestContext } from '../../context';
import { askSet } from '../../gather/ask-set';
import { predictPairs } from '../../gather/predict-pairs';
import type { Pair } from '../../gather/query';
import { idsWork } from '../../gather/sample';
import { totalOf } from '../../gather/search-answer';
import { setDifference } from '../../judge/search-set';
import type { Judgement } from '../../test-case';
import { chooserOf, viewOf } from './shape';

/** Who is referred to by more than these makes a long answer. */
const MOST_REFERRERS = 12;
/** So many are asked about, and so many of them that nothing known refers to. */
const TARGETS = 12;
const ALONE = 2;
/** Pages that are read of what refers to them; half of them may be filled by the referrers that are known. */
const PAGES = 12;

/** What a reverse chain may be judged on. */
export interface ReverseGround {
  /** Its candidates are without `narrow`. */
  readonly chooser: Chooser;
  ask(pairs: readonly Pair[]): Promise<Judgement>;
}

/** The resources of a type, or those of them all of whose referrers are known, with what the reverse chains on them are asked by; undefined where there are none. */
export async function reverseGround(context: TestContext, type: string, source: string, reference: string): Promise<ReverseGround | undefined> {
  if (context.known.completeness(source).complete) return { chooser: chooserOf(context, type), ask: (pairs) => askSet(context, { type, pairs }) };
  const targets = targetsOf(context, type, source, reference);
  if (targets.length < 2 || !(await idsWork(context, type)) || !(await learnReferrers(context, targets, source, reference, false))) return undefined;
  const narrow: Pair = ['_id', targets.map((target) => target.slice(type.length + 1)).join(',')];
  const { definitions, known } = context;
  return {
    chooser: createChooser(type, targets.length, definitions, known.index.base, (searched, pairs) => predictPairs(context, searched, [...pairs, narrow]).prediction),
    async ask(pairs) {
      const ask = { type, pairs: [...pairs, narrow] };
      const judged = await askSet(context, ask);
      if (judged.verdict !== 'fail') return judged;
      // On a server in use somebody may have added what refers to one of them: a failure has to hold against all that refers to them now.
      return (await learnReferrers(context, targets, source, reference, true)) ? askSet(context, ask) : { ...judged, verdict: 'no-data', message: `What refers to ${type} resources changed while they were searched. ${judged.message}` };
    },
  };
}

/** Some that are referred to a few times, the run's own first, and some that nothing known refers to; as `Type/id`. */
function targetsOf(context: TestContext, type: string, source: string, reference: string): string[] {
  const { known, definitions, searching, limits } = context;
  const definition = definitions.find(source, reference);
  if (definition === undefined) return [];
  const referrers = new Map<string, number>();
  for (const { target } of viewOf(context, source, definition).references) {
    const key = target === undefined ? undefined : localKey(target, known.index.base);
    if (key !== undefined && key.startsWith(`${type}/`) && known.index.get(key) !== undefined) referrers.set(key, (referrers.get(key) ?? 0) + 1);
  }
  const ownFirst = (keys: readonly string[]) => [...keys.filter((key) => known.own.has(key)), ...keys.filter((key) => !known.own.has(key))];
  let room = (searching.pageCap ?? limits.pageSize) * (PAGES / 2);
  const few = ownFirst([...referrers].filter(([, count]) => count <= MOST_REFERRERS).map(([key]) => key)).filter((key) => (room -= referrers.get(key) ?? 0) >= 0);
  const alone = known.index.all(type).flatMap((resource) => localReference(resource) ?? []).filter((key) => !referrers.has(key));
  return [...few.slice(0, TARGETS - ALONE), ...ownFirst(alone).slice(0, ALONE)];
}

/** Asks who refers to the targets; false where the answer is not surely all of them. */
async function learnReferrers(context: TestContext, targets: readonly string[], source: string, reference: string, fresh: boolean): Promise<boolean> {
  const pairs: Pair[] = [[reference, targets.join(',')]];
  const answer = await context.search(source, pairs, { maxPages: PAGES, fresh });
  const { extra, absent } = setDifference({ answer, prediction: predictPairs(context, source, pairs).prediction, type: source });
  if (answer.trouble !== undefined || answer.unfinished !== undefined || extra.length > 0 || absent.length > 0) return false;
  // What fills a page to its last place and is followed by none may have been cut off.
  const [page] = answer.pages;
  const cut = answer.pages.length === 1 && answer.matches.length === context.searching.pageCap;
  return !cut && (page === undefined || (totalOf(page.bundle) ?? 0) <= answer.matches.length);
}
