/** Every answer of a run in, one tally for each rule that holds for all answers out; the answers themselves are not kept. */
import type { Exchange } from '../core/result';
import type { AskedSearch } from './context';
import { ANSWER_RULES } from './judge/answer-rules';
import { EXCHANGE_RULES } from './judge/exchange-rules';
import { addToTally, emptyTally, type Tally } from './judge/offence';

export interface Watch {
  search(asked: AskedSearch): void;
  exchange(exchange: Exchange): void;
  /** What was seen under a rule. */
  tally(ruleId: string): Tally;
}

export function createWatch(): Watch {
  const tallies = new Map<string, Tally>([...ANSWER_RULES, ...EXCHANGE_RULES].map(({ id }) => [id, emptyTally()]));
  const tally = (id: string) => tallies.get(id) ?? emptyTally();
  return {
    tally,
    search(asked) {
      // An answer seen again because the judge found out that its parameters were used: only the rules that read this look once more.
      const rules = asked.used === true ? ANSWER_RULES.filter(({ id }) => id === 'result.self-link') : ANSWER_RULES;
      for (const rule of rules) addToTally(tally(rule.id), asked.answer.first, rule.check(asked));
    },
    exchange(exchange) {
      for (const rule of EXCHANGE_RULES) addToTally(tally(rule.id), exchange, rule.check(exchange));
    },
  };
}
