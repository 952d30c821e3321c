import type { Result, Step, Verdict } from '../../scripts/core/result';
import { byCause, bySubject } from '../../scripts/report/arrangement';
import { verdictSentence } from '../../scripts/report/verdict-sentence';
import { sampleResults } from './sample-run';

function result(id: string, verdict: Verdict, requirement = 'rule', more: Partial<Result> = {}): Result {
  return { id, title: id, group: 'search', expectation: 'SHALL', requirement: { id: requirement, url: 'https://h/', text: `Text of ${requirement}.` }, verdict, message: 'm', exchanges: [], ...more };
}

const ids = (results: readonly Result[]) => results.map(({ id }) => id);

describe('byCause', () => {
  it('puts results of one cause together, the cause of most results first', () => {
    const causes = byCause([result('a', 'fail', 'one'), result('b', 'fail', 'two', { cause: 'deeper' }), result('p', 'pass', 'one'), result('c', 'fail', 'three', { cause: 'deeper' })], 'fail');
    expect(causes.map(({ title, results }) => [title, ids(results)])).toEqual([['deeper', ['b', 'c']], ['Text of one.', ['a']]]);
  });

  it('takes the message as the cause of errors', () => {
    const causes = byCause([result('a', 'error', 'one', { message: 'time-out' }), result('b', 'error', 'two', { message: 'time-out' })], 'error');
    expect(causes.map(({ title, results }) => [title, ids(results)])).toEqual([['time-out', ['a', 'b']]]);
  });
});

describe('bySubject', () => {
  it('groups by test group and resource type, in the order of the table of groups, and puts the worst first', () => {
    const groups = bySubject([
      result('a', 'pass', 'r', { resourceType: 'ImagingStudy' }),
      result('b', 'pass', 'r', { group: 'capability' }),
      result('x', 'pass', 'r', { group: 'unknown' }),
      result('c', 'warn', 'r', { resourceType: 'ImagingStudy' }),
      result('d', 'pass', 'r', { resourceType: 'Patient' }),
    ]);
    expect(groups.map(({ title, resourceType, results }) => [title, resourceType, ids(results)])).toEqual([
      ['What the server says of itself', undefined, ['b']], ['Search parameters', 'ImagingStudy', ['c', 'a']], ['Search parameters', 'Patient', ['d']], ['unknown', undefined, ['x']],
    ]);
  });

  it('keeps every result of a run in exactly one place', () => {
    const results = sampleResults();
    expect(bySubject(results).flatMap((group) => ids(group.results)).sort()).toEqual(ids(results).sort());
  });
});

describe('verdictSentence', () => {
  const headline = (...results: Result[]) => verdictSentence({ results }).headline;

  it('counts requirements, not tests', () => {
    expect(headline(result('a', 'fail', 'one'), result('b', 'fail', 'one'), result('c', 'pass', 'one'), result('d', 'pass', 'two'))).toBe('1 of 2 requirements is broken');
    expect(headline(result('a', 'fail', 'one'), result('b', 'fail', 'two'))).toBe('2 of 2 requirements are broken');
  });

  test('a cause of most failures is told before anything else; where there is none, or it is the one requirement, none is', () => {
    const caused = (id: string, requirement: string): Result => ({ ...result(id, 'fail', requirement), cause: 'Bodies are passed over.' });
    const additions = (...results: Result[]) => verdictSentence({ results }).additions;
    expect(additions(caused('a', 'one'), caused('b', 'two'), result('c', 'fail', 'three'), result('d', 'warn', 'four'))).toEqual(['2 of 3 failures have one cause: Bodies are passed over', '1 recommendation is not followed']);
    expect(additions(caused('a', 'one'), result('b', 'fail', 'two'))).toEqual([]);
    expect(additions(caused('a', 'one'), caused('b', 'one'))).toEqual([]);
  });

  it('counts no requirement that nothing could be said about', () => {
    const sentence = verdictSentence({ results: [result('a', 'pass', 'one'), result('b', 'no-data', 'two'), result('c', 'not-declared', 'three'), result('d', 'error', 'four'), result('e', 'warn', 'five')] });
    expect(sentence.headline).toBe('None of 2 requirements is broken, but 1 test could not be carried out');
    expect(sentence.mood).toBe('undecided');
    expect(sentence.additions).toEqual([
      '1 recommendation is not followed',
      '1 test lacks data that could decide it',
      '1 test is about something the server does not declare',
    ]);
  });

  it('never calls a run good that decided nothing', () => {
    expect(verdictSentence({ results: [result('a', 'no-data')] })).toMatchObject({ headline: 'No requirement could be decided', mood: 'undecided' });
    expect(verdictSentence({ results: [] }).mood).toBe('undecided');
    expect(verdictSentence({ results: [result('a', 'error'), result('b', 'error')] })).toEqual({ headline: 'No requirement could be decided: 2 tests could not be carried out', additions: [], mood: 'undecided' });
    expect(verdictSentence({ results: [result('a', 'pass', 'one')] })).toMatchObject({ headline: 'None of 1 requirement is broken', mood: 'good' });
  });

  it('never looks good where a step failed', () => {
    const failed: Step = { id: 'validate', title: 'HL7 validator', status: 'failed', message: '1 error', durationMs: 1 };
    const passed = [result('a', 'pass', 'one')];
    expect(verdictSentence({ results: passed, steps: [failed] })).toEqual({ headline: 'None of 1 requirement is broken, but 1 step failed', additions: [], mood: 'bad' });
    expect(verdictSentence({ results: [], steps: [failed, failed] })).toEqual({ headline: 'No requirement could be decided, but 2 steps failed', additions: [], mood: 'bad' });
    expect(verdictSentence({ results: [result('a', 'fail', 'one')], steps: [failed] })).toEqual({ headline: '1 of 1 requirement is broken', additions: ['1 step failed'], mood: 'bad' });
    expect(verdictSentence({ results: passed, steps: [{ ...failed, status: 'skipped' }, { ...failed, status: 'done' }] }).mood).toBe('good');
  });
});
