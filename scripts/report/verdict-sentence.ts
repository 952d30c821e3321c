/** A run in, its outcome in one sentence (and what is to be added to it) out. */
import { CHANGE_KINDS, countChanges, type ChangeKind, type Comparison } from '../core/comparison';
import type { Result, Run, Verdict } from '../core/result';
import { byCause } from './arrangement';

export interface VerdictSentence {
  /** e.g. `3 of 92 requirements are broken`; without a full stop. */
  readonly headline: string;
  /** What else happened, each a short clause: `2 recommendations are not followed`. */
  readonly additions: readonly string[];
  /** How it looks: nothing broken, something broken (on the server, or a step of the work around the tests), or nothing that could be decided. */
  readonly mood: 'good' | 'bad' | 'undecided';
}

/** Verdicts that say something about the server; the others say that nothing could be said. */
const DECIDED: readonly Verdict[] = ['pass', 'fail', 'warn', 'info'];

/** Requirements are counted, not tests: forty tests of one rule that is broken are one broken rule. */
export function verdictSentence(run: Pick<Run, 'results' | 'steps' | 'comparison'>): VerdictSentence {
  const requirements = (verdicts: readonly Verdict[]) =>
    new Set(run.results.filter((result) => verdicts.includes(result.verdict)).map((result) => result.requirement.id)).size;
  const tests = (verdict: Verdict) => run.results.filter((result) => result.verdict === verdict).length;
  const broken = requirements(['fail']);
  const decided = requirements(DECIDED);
  const failed = (run.steps ?? []).filter(({ status }) => status === 'failed').length;
  const failedSteps = clause(failed, 'step failed', 'steps failed');
  const notDone = clause(tests('error'), 'test could not be carried out', 'tests could not be carried out');
  const additions = [
    clause(requirements(['warn']), 'recommendation is not followed', 'recommendations are not followed'),
    notDone,
    clause(tests('no-data'), 'test lacks data that could decide it', 'tests lack data that could decide them'),
    clause(tests('not-declared'), 'test is about something the server does not declare', 'tests are about things the server does not declare'),
  ].filter((text) => text !== undefined);
  if (run.comparison !== undefined) return comparedSentence(run.comparison, failedSteps);
  const counted = `${decided} ${decided === 1 ? 'requirement' : 'requirements'}`;
  if (broken > 0) {
    return { headline: `${broken} of ${counted} ${broken === 1 ? 'is' : 'are'} broken`, additions: [...rootCause(run.results, broken), ...(failedSteps === undefined ? [] : [failedSteps]), ...additions], mood: 'bad' };
  }
  const headline = decided === 0 ? 'No requirement could be decided' : `None of ${counted} is broken`;
  // What failed around the tests stands in the headline: a sentence of good news alone would hide it.
  if (failedSteps !== undefined) return { headline: `${headline}, but ${failedSteps}`, additions, mood: 'bad' };
  // Nor is a run good of which a part, often the greater one, did not take place.
  if (notDone !== undefined) return { headline: `${headline}${decided === 0 ? ':' : ', but'} ${notDone}`, additions: additions.filter((text) => text !== notDone), mood: 'undecided' };
  return { headline, additions, mood: decided === 0 ? 'undecided' : 'good' };
}

/** The one cause that lies behind most of the failures, where they are several and of more than one requirement: it is what to mend first. */
function rootCause(results: readonly Result[], broken: number): string[] {
  const [first, ...others] = byCause(results, 'fail');
  const all = others.reduce((sum, cause) => sum + cause.results.length, first?.results.length ?? 0);
  if (first === undefined || broken < 2 || first.results.length * 2 <= all) return [];
  const title = first.title.replace(/\.$/, '');
  return [`${first.results.length} of ${all} failures have one cause: ${title}`];
}

/** Against an earlier run only what changed counts. */
function comparedSentence(comparison: Comparison, failedSteps: string | undefined): VerdictSentence {
  const counts = countChanges(comparison);
  const bad = counts['new-failure'] + counts['new-error'] > 0 || failedSteps !== undefined;
  const failures = clause(counts['new-failure'], 'new failure', 'new failures') ?? 'No new failure';
  const kinds = (Object.keys(CHANGE_KINDS) as ChangeKind[]).filter((kind) => kind !== 'new-failure');
  const additions = [
    failedSteps,
    ...kinds.map((kind) => clause(counts[kind], CHANGE_KINDS[kind].label, CHANGE_KINDS[kind].many)),
    clause(comparison.knownFailures, 'test fails as before', 'tests fail as before'),
  ].filter((text) => text !== undefined);
  return { headline: `${failures} since ${comparison.baseline.startedAt.slice(0, 10)}`, additions, mood: bad ? 'bad' : 'good' };
}

function clause(number: number, one: string, many: string): string | undefined {
  return number === 0 ? undefined : `${number} ${number === 1 ? one : many}`;
}
