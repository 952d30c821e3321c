import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithReview, readReviewed, type ReviewedVerdict } from '../reviewed';

const row = (id: string, verdict: ReviewedVerdict['verdict']): ReviewedVerdict => ({ id, verdict, reason: 'seen', url: 'https://hl7.org/fhir/R4/search.html' });
const result = (id: string, verdict: ReviewedVerdict['verdict']) => ({ id, verdict, message: 'so it is' });

test('passes and reviewed verdicts agree', () => {
  expect(compareWithReview([result('a', 'pass'), result('b', 'fail')], [row('b', 'fail')])).toEqual([]);
});

test.each([
  ['an unreviewed verdict', [result('a', 'fail')], [], 'a: fail, not reviewed: so it is'],
  ['another verdict than reviewed', [result('a', 'warn')], [row('a', 'fail')], 'a: reviewed as fail, came as warn: so it is'],
  ['a reviewed one that passes now', [result('a', 'pass')], [row('a', 'fail')], 'a: reviewed as fail, came as pass: so it is'],
  ['a reviewed one that did not run', [], [row('a', 'fail')], 'a: reviewed as fail, but the test did not run'],
])('%s is a difference', (_what, results, reviewed, difference) => {
  expect(compareWithReview(results, reviewed)).toEqual([difference]);
});

describe('the reviewed file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reviewed-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(join(folder, 'reviewed.yaml'), text);
    return readReviewed(join(folder, 'reviewed.yaml'));
  };

  test('one reason covers all the ids of its row', () => {
    expect(read('- ids: [a, b]\n  verdict: fail\n  reason: seen\n  url: https://hl7.org/fhir/R4/search.html\n')).toEqual([row('a', 'fail'), row('b', 'fail')]);
  });

  test.each([
    ['- ids: [a]\n  verdict: fail\n  url: https://x.org\n', 'lacks ids, verdict, reason or url'],
    ['- ids: [a]\n  verdict: pass\n  reason: x\n  url: https://x.org\n', 'has the verdict "pass"'],
    ['- ids: [a]\n  verdict: fail\n  reason: x\n  url: somewhere\n', 'no web address'],
    ['- ids: [a, a]\n  verdict: fail\n  reason: x\n  url: https://x.org\n', 'there twice'],
    ['a: b\n', 'is not a list'],
  ])('%j is refused', (text, said) => {
    expect(() => read(text)).toThrow(said);
  });
});
