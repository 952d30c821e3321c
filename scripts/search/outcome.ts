/** Three-valued logic (Kleene's) over match outcomes, where an open outcome is the id of the rule that leaves it open. */
import { choiceOf, type OpenRuleId } from './rules';
import type { Ternary } from './types';

/** `yes`: must match; `no`: must not; anything else: the rule that leaves it open. */
export type Outcome = 'yes' | 'no' | OpenRuleId;

/** One true makes it true; else one open leaves it open. */
export function either(a: Outcome, b: Outcome): Outcome {
  if (a === 'yes' || b === 'no') return a;
  if (b === 'yes' || a === 'no') return b;
  return a;
}

/** One false makes it false; else one open leaves it open. */
export function both(a: Outcome, b: Outcome): Outcome {
  if (a === 'no' || b === 'yes') return a;
  if (b === 'no' || a === 'yes') return b;
  return a;
}

export function not(a: Outcome): Outcome {
  return a === 'yes' ? 'no' : a === 'no' ? 'yes' : a;
}

/** True for any of the items; stops at the first certain yes. */
export function anyOf<T>(items: Iterable<T>, test: (item: T) => Outcome): Outcome {
  let result: Outcome = 'no';
  for (const item of items) {
    result = either(result, test(item));
    if (result === 'yes') return result;
  }
  return result;
}

/** True for all of the items; stops at the first certain no. */
export function allOf<T>(items: Iterable<T>, test: (item: T) => Outcome): Outcome {
  let result: Outcome = 'yes';
  for (const item of items) {
    result = both(result, test(item));
    if (result === 'no') return result;
  }
  return result;
}

/** A certain yes becomes `open`: the match rests on something the specification leaves open. */
export function weaken(outcome: Outcome, open: OpenRuleId): Outcome {
  return outcome === 'yes' ? open : outcome;
}

export function isOpen(outcome: Outcome): outcome is OpenRuleId {
  return outcome !== 'yes' && outcome !== 'no';
}

export function toTernary(outcome: Outcome): Ternary {
  return isOpen(outcome) ? 'maybe' : outcome;
}

/** What our own server makes of an outcome. */
export function chosen(outcome: Outcome): boolean {
  return outcome === 'yes' || (isOpen(outcome) && choiceOf(outcome) === 'include');
}
