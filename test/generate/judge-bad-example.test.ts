/** What a validator said of a bad example, held against what it should have said. */
import type { Finding } from '../../scripts/core/finding';
import { judgeBadExample } from '../../scripts/generate/judge-bad-example';

const finding = (severity: Finding['severity'], code: string, path: string, message = 'said'): Finding => ({ severity, code, message, location: { path }, source: 'hl7-validator' });
const expected = { expect: [{ rule: 'ist-3', severity: 'error', path: 'ImagingStudy' }, { rule: 'max', severity: 'warning' }] } as const;
const fitting = [finding('error', 'ist-3', 'ImagingStudy'), finding('warning', 'max', 'ImagingStudy.series')];

test('exactly the expected findings: nothing to say', () => {
  expect(judgeBadExample(expected, fitting)).toEqual([]);
});

test('the same error from the base definition and from a profile counts once; other warnings do not count', () => {
  expect(judgeBadExample(expected, [...fitting, finding('error', 'ist-3', 'ImagingStudy', 'said again'), finding('warning', 'tx', 'ImagingStudy'), finding('information', 'x', 'y')])).toEqual([]);
});

test.each([
  ['nothing was found', [], ['expected error ist-3 at ImagingStudy, which was not found', 'expected warning max, which was not found']],
  ['the rule at another place', [finding('error', 'ist-3', 'ImagingStudy.series[0]'), fitting[1]!], ['expected error ist-3 at ImagingStudy, which was not found', 'unexpected error ist-3 at ImagingStudy.series[0]: said']],
  ['the rule as a warning', [finding('warning', 'ist-3', 'ImagingStudy'), fitting[1]!], ['expected error ist-3 at ImagingStudy, which was not found']],
  ['one more error', [...fitting, finding('fatal', 'syntax', 'ImagingStudy')], ['unexpected fatal syntax at ImagingStudy: said']],
])('%s', (_, findings, sentences) => {
  expect(judgeBadExample(expected, findings)).toEqual(sentences);
});
