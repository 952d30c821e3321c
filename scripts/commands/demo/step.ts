/** How the main job runs its steps: each timed, each with one line of outcome, none able to stop the others by an error of its own kind. */
import type { Finding } from '../../core/finding';
import { KnownError } from '../../core/known-error';
import type { Step, StepStatus } from '../../core/result';
import type { CommandContext } from '../command';

/** What a step says of itself when it is through. */
export interface StepOutcome {
  readonly status: StepStatus;
  readonly message: string;
  readonly findings?: readonly Finding[];
}

/** A step of the main job. */
export interface StepRecord {
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<StepOutcome>;
}

/**
 * Runs one step and prints its line. A KnownError makes it a failed step, so that the rest of the job still runs; a bug is thrown on.
 * @throws what the step throws, unless it is a KnownError; the signal's reason when the run was interrupted
 */
export async function runStep({ id, title, run }: StepRecord, { console, signal }: CommandContext, now: () => number = Date.now): Promise<Step> {
  signal.throwIfAborted();
  const begun = now();
  let outcome: StepOutcome;
  try {
    outcome = await run();
  } catch (error) {
    if (!(error instanceof KnownError) || signal.aborted) throw error;
    outcome = { status: 'failed', message: error.sentences };
  }
  const { style } = console;
  const paint = { done: style.green, skipped: style.yellow, failed: style.red }[outcome.status];
  console.note(`${paint(outcome.status.padEnd(7))} ${title}: ${outcome.message}`);
  return { id, title, ...outcome, durationMs: now() - begun };
}
