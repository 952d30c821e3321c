/** Starting files: they compile as they are, lie where the project keeps its own, and never take the place of anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginFile } from '../../scripts/build/begin-file';
import { buildGuide } from '../../scripts/build/build-guide';
import { createDefinitionStore } from '../../scripts/build/definition-store';
import { isError } from '../../scripts/core/finding';
import { fshProjects, PROFILE, type FshProject } from './fsh-project';

const definitions = createDefinitionStore();
const project = fshProjects();
const build = ({ root, out }: FshProject) => buildGuide({ root, out, definitions });

test('a profile, an example of it, and an invariant compile as they are written', async () => {
  const made = project();
  const { root } = made;
  const profile = await beginFile({ root, kind: 'profile', name: 'CtStudy', of: 'ImagingStudy' });
  expect(profile.file).toBe(join(root, 'input/fsh/profiles/ct-study.fsh'));
  await build(made);
  const example = await beginFile({ root, kind: 'example', name: 'ct-chest', of: 'CtStudy' });
  expect(readFileSync(example.file, 'utf8')).toContain('* status = #registered\n* subject.display = ');
  const invariant = await beginFile({ root, kind: 'invariant', name: 'ct-1', of: 'CtStudy' });
  made.write('input/fsh/profiles/ct-study.fsh', `${profile.text}* obeys ct-1\n`);
  const { ok, findings, resources } = await build(made);
  expect({ ok, errors: findings.filter(isError) }).toEqual({ ok: true, errors: [] });
  expect(resources?.examples.map(({ id }) => id)).toEqual(['ct-chest']);
  expect(invariant.next[0]).toContain('* obeys ct-1');
}, 120_000);

test.each(['DiagnosticReport', 'Observation', 'Endpoint', 'Appointment', 'CapabilityStatement', 'Consent', 'Claim'])('an example of %s has all that SUSHI demands', async (of) => {
  const made = project();
  await beginFile({ root: made.root, kind: 'example', name: 'first', of });
  const { findings } = await build(made);
  expect(findings.filter(isError)).toEqual([]);
}, 60_000);

test('values that a slice demands are in it, as codes that its value set allows', async () => {
  const fsh = `${PROFILE}* identifier ^slicing.discriminator.type = #value\n* identifier ^slicing.discriminator.path = "system"\n* identifier ^slicing.rules = #open\n* identifier contains mrn 1..1\n* identifier[mrn].system = "urn:mrn"\n* identifier[mrn].value 1..1\n* gender 1..1\n* contact 1..*\n* contact.relationship 1..1\n* contact.relationship from http://hl7.org/fhir/ValueSet/administrative-gender (required)\n`;
  const made = project({ 'input/fsh/profile.fsh': fsh });
  await build(made);
  const { file, text } = await beginFile({ root: made.root, kind: 'example', name: 'x', of: 'NamedPatient' });
  expect(file).toBe(join(made.root, 'input/fsh/x.fsh')); // the project keeps its FSH in one folder
  expect(text).toContain('* identifier[mrn].value = "text"');
  expect(text).toContain('* contact.relationship = http://hl7.org/fhir/administrative-gender#male');
  expect((await build(made)).findings.filter(isError)).toEqual([]);
}, 60_000);

test.each([
  ['a name that is there', 'profile', 'NamedPatient', 'Patient', 'already-defined', 'input/fsh/profile.fsh'],
  ['a name that FHIR does not allow', 'profile', 'named patient', 'Patient', 'bad-name', 'named patient'],
  ['a parent that is nowhere', 'profile', 'New', 'Pateint', 'unknown-parent', 'Pateint'],
  ['a profile that was never built', 'example', 'one', 'NamedPatient', 'not-built', 'NamedPatient'],
] as const)('%s is refused in one sentence', async (_what, kind, name, of, code, words) => {
  const { root } = project({ 'input/fsh/profile.fsh': PROFILE });
  await expect(beginFile({ root, kind, name, of })).rejects.toMatchObject({ code, message: expect.stringContaining(words) as unknown });
});

test('a file that is there under another name is not overwritten', async () => {
  const { root } = project({ 'input/fsh/profiles/new-one.fsh': '// mine\n' });
  await expect(beginFile({ root, kind: 'profile', name: 'NewOne', of: 'Patient' })).rejects.toMatchObject({ code: 'file-exists' });
  expect(readFileSync(join(root, 'input/fsh/profiles/new-one.fsh'), 'utf8')).toBe('// mine\n');
});
