/** What the OperationOutcome of an error has to look like: mandatory elements with their codes, each element in its form, one issue that is an error. */
import type { Exchange } from '../../scripts/core/result';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { openPackage } from '../../scripts/packages/open-package';
import { EXCHANGE_RULES } from '../../scripts/tester/judge/exchange-rules';

const rule = EXCHANGE_RULES.find(({ id }) => id === 'error.outcome');
const ISSUE = { severity: 'error', code: 'not-found' };

function saysOf(...issue: unknown[]): string {
  const body = JSON.stringify({ resourceType: 'OperationOutcome', issue });
  const exchange = { request: { method: 'GET', url: 'http://server.example/fhir/Patient/none', headers: {} }, response: { status: 404, headers: {}, body } } as unknown as Exchange;
  return (rule?.check(exchange) ?? []).map(({ level, message }) => `${level}: ${message}`).join(' ');
}

test.each([
  [{}],
  [{ details: { text: 'There is none.' }, diagnostics: 'none', expression: ['Patient'], location: ['Patient'], id: 'a', extension: [{ url: 'http://u' }], _diagnostics: { id: 'd' } }],
  [{ severity: 'fatal' }],
])('an issue with %j is in order', (more) => {
  expect(saysOf({ ...ISSUE, ...more })).toBe('');
});

test.each([
  [{ severity: undefined }, /^fail: .* without a severity/],
  [{ severity: 'ERROR' }, /^fail: .* of severity "ERROR"/],
  [{ code: undefined }, /^fail: .* lacks its mandatory code/],
  [{ code: '404' }, /^fail: .* none of its value set/],
  [{ code: '' }, /^fail: .* lacks its mandatory code/],
  [{ severity: 'success' }, /^warn: .* no issue of the OperationOutcome is an error/],
  [{ details: 'There is none.' }, /^fail: .* details are "There is none.", not a CodeableConcept/],
  [{ diagnostics: '' }, /^fail: .* diagnostics are "", not a text/],
  [{ expression: 'Patient.id' }, /^fail: .* expression is "Patient.id", not a list/],
  [{ message: 'There is none.' }, /^fail: .* "message" is no element of an issue/],
  [{ severity: 'information' }, /^warn: .* no issue of the OperationOutcome is an error/],
])('an issue with %j is told', (more, says) => {
  expect(saysOf({ ...ISSUE, ...more })).toMatch(says);
});

interface Concept {
  code: string;
  concept?: Concept[];
}
const codesOf = (concepts: readonly Concept[]): string[] => concepts.flatMap(({ code, concept }) => [code, ...codesOf(concept ?? [])]);

// What one version has is not told of a server of another: it misleads nobody.
test.each([['hl7.fhir.r4.core', '4.0.1'], ['hl7.fhir.r4b.core', '4.3.0'], ['hl7.fhir.r5.core', '5.0.0']])('every code and severity of %s is known', (name, version) => {
  const core = openPackage(defaultCacheDir(), name, version);
  const codes = (id: string) => {
    const entry = core.find('CodeSystem', id);
    return entry === undefined ? [] : codesOf((core.read(entry) as unknown as { concept: Concept[] }).concept);
  };
  expect(codes('issue-type').length).toBeGreaterThan(30);
  for (const code of codes('issue-type')) expect([code, saysOf({ ...ISSUE, code })]).toEqual([code, '']);
  expect(codes('issue-severity').length).toBeGreaterThan(3);
  for (const severity of codes('issue-severity')) expect([severity, saysOf({ ...ISSUE, severity }, ISSUE)]).toEqual([severity, '']);
});

test('null is no issue', () => expect(saysOf(null)).toMatch(/^fail: .* without a severity/));

test('warnings beside an error are in order, no issue at all is not', () => {
  expect(saysOf({ ...ISSUE, severity: 'warning' }, ISSUE)).toBe('');
  expect(saysOf()).toMatch(/^fail: .* has no issue/);
});
