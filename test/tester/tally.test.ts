/** The finds of a rule over a whole run as one judgement. */
import type { Exchange } from '../../scripts/core/result';
import { addToTally, emptyTally, judgeTally, type Offence } from '../../scripts/tester/judge/offence';

const exchange = (url: string): Exchange => ({ request: { method: 'GET', url, headers: {} }, durationMs: 1 });
const offence = (level: Offence['level'], url: string): Offence => ({ level, message: `${url} is wrong.`, exchange: exchange(url), witness: { reference: url, excerpt: null, why: 'so' } });

/** One row an answer: its offences, or undefined where the rule does not apply. */
function judged(...answers: readonly (readonly Offence[] | undefined)[]) {
  const tally = emptyTally();
  answers.forEach((offences, at) => addToTally(tally, exchange(`answer ${at}`), offences));
  return judgeTally(tally, 'a body');
}

test('nothing to look at is no pass', () => {
  expect(judged()).toEqual({ verdict: 'no-data', message: 'No answer of this run had a body to look at.' });
  expect(judged(undefined, undefined)).toMatchObject({ verdict: 'no-data' });
});

test('all right is a pass, with the first right answer for evidence', () => {
  expect(judged(undefined, [], [])).toEqual({ verdict: 'pass', message: '2 answers looked at, all of them right.', decisive: exchange('answer 1') });
});

test('the worst counts, the first of them is shown, and how often it came', () => {
  expect(judged([offence('info', 'a')], [offence('warn', 'b')], [], [offence('info', 'c')])).toMatchObject({ verdict: 'warn', message: 'b is wrong.', decisive: exchange('b'), witness: { reference: 'b' } });
  expect(judged([offence('warn', 'a')], [offence('info', 'x'), offence('fail', 'b')], [offence('fail', 'c'), offence('fail', 'd')], [])).toMatchObject({ verdict: 'fail', message: 'b is wrong. So in 2 of 4 answers.', decisive: exchange('b') });
  expect(judged([offence('info', 'a')], [])).toMatchObject({ verdict: 'info', message: 'a is wrong.' });
});
