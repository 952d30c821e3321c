/** A run in, its outcome in one sentence (and what is to be added to it) out. */
import type { Run, Verdict } from '../core/result';

export interface VerdictSentence {
  /** e.g. `3 of 92 requirements are broken`; without a full stop. */
  readonly headline: string;
  /** What else happened, each a short clause: `2 recommendations are not followed`. */
  readonly additions: readonly string[];
  /** How it looks: nothing broken, something broken, or nothing that could be decided. */
  readonly mood: 'good' | 'bad' | 'undecided';
}

/** Verdicts that say something about the server; the others say that nothing could be said. */
const DECIDED: readonly Verdict[] = ['pass', 'fail', 'warn', 'info'];

/** Requirements are counted, not tests: forty tests of one rule that is broken are one broken rule. */
export function verdictSentence(run: Pick<Run, 'results'>): VerdictSentence {
  const requirements = (verdicts: readonly Verdict[]) =>
    new Set(run.results.filter((result) => verdicts.includes(result.verdict)).map((result) => result.requirement.id)).size;
  const tests = (verdict: Verdict) => run.results.filter((result) => result.verdict === verdict).length;
  const broken = requirements(['fail']);
  const decided = requirements(DECIDED);
  const additions = [
    clause(requirements(['warn']), 'recommendation is not followed', 'recommendations are not followed'),
    clause(tests('error'), 'test could not be carried out', 'tests could not be carried out'),
    clause(tests('no-data'), 'test lacks data that could decide it', 'tests lack data that could decide them'),
    clause(tests('not-declared'), 'test is about something the server does not declare', 'tests are about things the server does not declare'),
  ].filter((text) => text !== undefined);
  if (decided === 0) return { headline: 'No requirement could be decided', additions, mood: 'undecided' };
  if (broken === 0) return { headline: `None of ${decided} ${decided === 1 ? 'requirement' : 'requirements'} is broken`, additions, mood: 'good' };
  return { headline: `${broken} of ${decided} ${decided === 1 ? 'requirement' : 'requirements'} ${broken === 1 ? 'is' : 'are'} broken`, additions, mood: 'bad' };
}

function clause(number: number, one: string, many: string): string | undefined {
  return number === 0 ? undefined : `${number} ${number === 1 ? one : many}`;
}
