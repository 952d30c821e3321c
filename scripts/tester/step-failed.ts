/** Thrown inside a test where a step on the way fails that the test is not about; it ends as this judgement. */
import type { Judgement } from './test-case';

export class StepFailed extends Error {
  constructor(readonly judgement: Judgement) {
    super(judgement.message);
  }
}
