/** What a rule over single answers finds, and how the finds of a whole run become one judgement. */
import type { Exchange, Verdict } from '../../core/result';
import type { RequirementKey } from '../requirements';
import type { Judgement } from '../test-case';

export interface Offence {
  /** `fail` for a SHALL, `warn` for a SHOULD, `info` for what is legal but worth knowing. */
  level: 'fail' | 'warn' | 'info';
  message: string;
  exchange: Exchange;
  witness?: Judgement['witness'];
}

/** A rule that holds for everything of a kind that a run sees: every search, every HTTP answer. */
export interface WatchRule<Seen> {
  /** Id of the test that says what was found under it. */
  readonly id: string;
  readonly title: string;
  readonly requirement: RequirementKey;
  /** What an answer must have for the rule to apply, in words. */
  readonly looksAt: string;
  /** The offences, or undefined where the rule does not apply. */
  check(seen: Seen): Offence[] | undefined;
}

/** What was seen under one rule: kept small, so that a long run does not hold every answer in memory. */
export interface Tally {
  /** Answers to which the rule applied. */
  looked: number;
  /** Answers with at least one offence, by level. */
  count: Record<Offence['level'], number>;
  /** The first offence of the worst level. */
  worst?: Offence;
  /** The first answer without offence, as evidence of a pass. */
  good?: Exchange;
}

export function emptyTally(): Tally {
  return { looked: 0, count: { fail: 0, warn: 0, info: 0 } };
}

const ORDER: readonly Offence['level'][] = ['info', 'warn', 'fail'];

/** Adds what a rule says of one answer; `undefined` where the rule does not apply to it. */
export function addToTally(tally: Tally, exchange: Exchange, offences: readonly Offence[] | undefined): void {
  if (offences === undefined) return;
  tally.looked += 1;
  if (offences.length === 0) tally.good ??= exchange;
  for (const level of ORDER) if (offences.some((offence) => offence.level === level)) tally.count[level] += 1;
  for (const offence of offences) {
    if (tally.worst === undefined || ORDER.indexOf(offence.level) > ORDER.indexOf(tally.worst.level)) tally.worst = offence;
  }
}

/** One judgement over everything a rule looked at. */
export function judgeTally(tally: Tally, what: string): Judgement {
  if (tally.looked === 0) return { verdict: 'no-data', message: `No answer of this run had ${what} to look at.` };
  const { worst } = tally;
  if (worst === undefined) return { verdict: 'pass', message: `${tally.looked} answers looked at, all of them right.`, ...(tally.good === undefined ? {} : { decisive: tally.good }) };
  const times = tally.count[worst.level];
  const verdict: Verdict = worst.level;
  return {
    verdict,
    message: `${worst.message}${times > 1 ? ` So in ${times} of ${tally.looked} answers.` : ''}`,
    decisive: worst.exchange,
    ...(worst.witness === undefined ? {} : { witness: worst.witness }),
  };
}
