/** Tests that look at every answer of the run; they come last. */
import { ANSWER_RULES } from '../../judge/answer-rules';
import { EXCHANGE_RULES } from '../../judge/exchange-rules';
import { judgeTally } from '../../judge/offence';
import type { TestCase } from '../../test-case';

export const SWEEP_TESTS: readonly TestCase[] = [...ANSWER_RULES, ...EXCHANGE_RULES].map((rule) => ({
  id: rule.id,
  title: rule.title,
  group: rule.id.startsWith('error.') ? 'error' : 'result',
  requirement: rule.requirement,
  needs: [],
  phase: 'last',
  run: (context) => Promise.resolve(judgeTally(context.watch.tally(rule.id), rule.looksAt)),
}));
