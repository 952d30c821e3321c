/** The checks of a guide's quality: silent on a good one, and each finds what it is for, at its place. */
import type { Finding } from '../../scripts/core/finding';
import type { Resource } from '../../scripts/core/fhir';
import { readIgnoredMessages } from '../../scripts/qa/ignored-messages';
import { qaReport, type QaInput, type QaReport } from '../../scripts/qa/qa-report';
import { withoutConventions } from '../../scripts/qa/tool-conventions';
import { qaHtml } from '../../scripts/report/qa-html';
import { CANONICAL, EXAMPLE, guideOf, PROFILE, VALUE_SET } from './sample-guide';

const report = (more: Partial<QaInput> = {}): QaReport => qaReport({ guide: guideOf(), tool: 'test', today: '2026-06-01', sections: [], ...more });
const said = (guide: ReturnType<typeof guideOf>) => report({ guide }).sections.flatMap(({ findings }) => findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`));
const withElements = (change: (element: { id: string }[]) => unknown[]): Resource => ({ ...PROFILE, snapshot: { element: change(PROFILE.snapshot.element) } });

test('a good guide: every check looked, none found anything', () => {
  const { ok, sections, summary } = report();
  expect(sections.flatMap(({ findings }) => findings)).toEqual([]);
  expect(sections.map(({ id }) => id)).toEqual(['duplicate', 'version', 'description', 'unused', 'unexampled', 'must-support', 'failing-example']);
  expect({ ok, summary }).toEqual({ ok: true, summary: { fatal: 0, error: 0, warning: 0, information: 0 } });
});

test.each<[string, ReturnType<typeof guideOf>, string[]]>([
  ['no title and no description', guideOf({ definitions: [PROFILE, { ...VALUE_SET, title: ' ', description: undefined }] }), ['warning description: ValueSet/v has no title.', 'warning description: ValueSet/v has no description.']],
  ['a value set that nothing binds', guideOf({ definitions: [PROFILE, VALUE_SET, { ...VALUE_SET, id: 'w', name: 'W', url: `${CANONICAL}/ValueSet/w` }] }), ['warning unused: ValueSet/w is used by no other definition and by no example.']],
  ['an invariant and a rule set that nothing names', guideOf({ fsh: [{ file: 'a.fsh', text: 'Invariant: p-2\n\nRuleSet: Lone\n' }] }), ['warning unused: Invariant p-2 is used nowhere.', 'warning unused: RuleSet Lone is used nowhere.']],
  ['a profile without an example', guideOf({ examples: [] }), ['warning unexampled: No example claims the profile StructureDefinition/p.']],
  ['a must-support slice that no example has', guideOf({ examples: [{ ...EXAMPLE, identifier: [{ system: 'urn:other', value: '1' }] }] }), ['warning must-support: No example of StructureDefinition/p has the must-support element Patient.identifier:mrn.', 'warning must-support: No example of StructureDefinition/p has the must-support element Patient.identifier:mrn.value.']],
  ['a must-support choice that no example makes', guideOf({ examples: [{ ...EXAMPLE, deceasedBoolean: undefined, deceasedDateTime: '2020' }] }), ['warning must-support: No example of StructureDefinition/p has the must-support element Patient.deceased[x]:deceasedBoolean.']],
  ['an invariant that no failing example breaks', guideOf({ failing: [] }), ['warning failing-example: No failing example shows that the invariant p-1 can fail.']],
  ['the same where the project keeps no failing examples', guideOf({ failing: undefined }), ['information failing-example: No failing example shows that the invariant p-1 can fail.']],
  ['two files with one id', guideOf({ readyMade: [{ file: 'a.json', reference: 'Patient/x' }, { file: 'b.json', reference: 'Patient/x' }] }), ['error duplicate: Patient/x is in a.json too; one of them is ignored.']],
  ['two definitions with one URL and name', guideOf({ definitions: [PROFILE, VALUE_SET, { ...VALUE_SET, id: 'w' }] }), ['error duplicate: ValueSet/w has the same url as ValueSet/v: https://example.org/ig/ValueSet/v.', 'warning duplicate: ValueSet/w has the same name as ValueSet/v: V.', 'error version: ValueSet/w has the address https://example.org/ig/ValueSet/v instead of https://example.org/ig/ValueSet/w; where that is meant, name it as parameter special-url in the configuration.']],
  ['another version, a future date, no status', guideOf({ definitions: [PROFILE, { ...VALUE_SET, version: '0.9.0', date: '2027-01-01', status: undefined }] }), ['error version: ValueSet/v has no status.', 'warning version: ValueSet/v says version 0.9.0, the guide 1.0.0.', 'warning version: ValueSet/v has the date 2027-01-01, which is in the future.']],
  ['a guide without a version, with a date that is none', guideOf({ version: undefined, date: '1 May', definitions: [] , examples: [], fsh: [] }), ['error version: The guide has no version, so it cannot be published or depended on.', 'error version: The guide has the date 1 May, which is no date of FHIR (YYYY-MM-DD).']],
])('%s', (_what, guide, expected) => {
  expect(said(guide)).toEqual(expected);
});

test('an address elsewhere is right where the configuration names it', () => {
  const definitions = [PROFILE, { ...VALUE_SET, id: 'other-id' }];
  expect(said(guideOf({ definitions, specialUrls: [VALUE_SET.url] }))).toEqual([]);
});

test('examples of a derived profile are examples of its parent', () => {
  const derived = { ...PROFILE, id: 'q', name: 'Q', url: `${CANONICAL}/StructureDefinition/q`, baseDefinition: PROFILE.url, snapshot: { element: [] } };
  expect(said(guideOf({ definitions: [PROFILE, derived, VALUE_SET], examples: [{ ...EXAMPLE, meta: { profile: [derived.url] } }] }))).toEqual([]);
});

test('an extension slice is found by the URL of its profile, in any depth', () => {
  const url = `${CANONICAL}/StructureDefinition/e`;
  const profile = withElements((elements) => [...elements, { id: 'Patient.contact.extension:e', path: 'Patient.contact.extension', sliceName: 'e', mustSupport: true, type: [{ code: 'Extension', profile: [`${url}|1.0`] }] }]);
  const example = (extension: object[]) => ({ ...EXAMPLE, contact: [{}, { extension }] });
  expect(said(guideOf({ definitions: [profile, VALUE_SET], examples: [example([{ url }])] }))).toEqual([]);
  expect(said(guideOf({ definitions: [profile, VALUE_SET], examples: [example([{ url: 'urn:other' }])] }))).toEqual([expect.stringContaining('Patient.contact.extension:e')]);
});

test('a fault is at the place where the artifact is written', () => {
  const { sections } = report({ guide: guideOf({ examples: [] }) });
  expect(sections.flatMap(({ findings }) => findings)[0]).toMatchObject({ source: 'qa', location: { file: 'input/fsh/p.fsh', line: 7, resource: 'StructureDefinition/p' } });
});

describe('suppressions', () => {
  const text = '== Suppressed Messages ==\n\n# A head that belongs to nothing.\n\n# Known,\n# and harmless.\n%two%\nwhole message\n\nfoo%\n';
  const finding = (message: string, severity: Finding['severity'] = 'warning'): Finding => ({ severity, code: 'c', message, source: 'sushi' });
  const section = (...findings: Finding[]) => ({ id: 's', title: 'S', about: 'a', findings });
  const ignoreFile = { file: 'input/ignoreWarnings.txt', text };

  test('the reason is the comment above, shared by the messages below it', () => {
    expect(readIgnoredMessages(ignoreFile)).toEqual([
      { pattern: '%two%', line: 7, reason: 'Known, and harmless.' },
      { pattern: 'whole message', line: 8, reason: 'Known, and harmless.' },
      { pattern: 'foo%', line: 10, reason: '' },
    ]);
  });

  test('they hide warnings, never errors; one without a reason, and one that hides nothing, are findings themselves', () => {
    const { sections, suppressed, ok } = report({ ignoreFile, sections: [section(finding('one two three'), finding('whole message'), finding('whole message too'), finding('a two', 'error'))] });
    expect(sections[0]?.findings.map(({ message }) => message)).toEqual(['a two', 'whole message too']);
    expect(suppressed).toEqual([{ rule: '%two%', reason: 'Known, and harmless.', count: 1 }, { rule: 'whole message', reason: 'Known, and harmless.', count: 1 }]);
    expect(sections.at(-1)?.findings.map(({ message, location }) => [message, location?.line])).toEqual([['No reason is given for suppressing foo%.', 10], ['Nothing says foo% any more.', 10]]);
    expect(ok).toBe(false);
  });

  test('what nobody looked at makes no suppression idle', () => {
    const { sections } = report({ ignoreFile, sections: [{ ...section(), skipped: 'no Java' }] });
    expect(sections.at(-1)?.findings.map(({ message }) => message)).toEqual(['No reason is given for suppressing foo%.']);
  });

  test('errors that the tools of R4 agree on are left out with their reason, and only there', () => {
    const parameter = (resource: string): Finding => ({ severity: 'error', code: 'Terminology_TX_NoValid_16', message: 'm', source: 'hl7-validator', location: { resource, path: 'ImplementationGuide.definition.parameter[0].code' } });
    const { shown, suppressed } = withoutConventions([parameter('ImplementationGuide/a'), parameter('ImplementationGuide/a'), parameter('Patient/a')]);
    expect(shown.map(({ location }) => location?.resource)).toEqual(['Patient/a']);
    expect(suppressed).toEqual([{ id: 'guide-parameter', count: 2, reason: expect.stringContaining('R4 binds') as unknown }]);
  });
});

test('the page says all of it, and runs nothing that a message contains', () => {
  const nasty: Finding = { severity: 'error', code: 'c', message: '<script>alert(1)</script>', source: 'sushi', location: { file: 'a.fsh', line: 3 } };
  const page = qaHtml(report({ sections: [{ id: 'sushi', title: 'SUSHI', about: 'a', findings: [nasty] }, { id: 'validator', title: 'HL7 validator', about: 'b', findings: [], skipped: 'no Java' }] }));
  expect(page).toContain('1 error, 0 warnings');
  expect(page).toContain('a.fsh:3');
  expect(page).toContain('&lt;script&gt;alert(1)');
  expect(page).not.toContain('<script');
  expect(page).toContain('Not looked at: HL7 validator');
});
