/** `scout validate` as a person meets it, with a validator that needs no Java. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { validateCommand } from '../../scripts/commands/validate';
import { fakeJava, isRunning, type FakeJava } from './official/fake-java';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

const STUDY = '{"resourceType":"ImagingStudy","id":"i",\n "status":"wrong","subject":{"reference":"Patient/p"}}';
const PATIENT = '{"resourceType":"Patient","id":"p"}';
const PROFILE = 'https://g.example/StructureDefinition/my-study';

let java: FakeJava;
let folder: string;
const put = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeEach(() => {
  java = fakeJava();
  folder = mkdtempSync(join(tmpdir(), 'scout-validate-'));
  process.env.PATH = java.env.PATH;
  process.env.SCOUT_VALIDATOR_JAR = java.jar('judges');
});
afterEach(() => {
  expect(java.starts().filter(({ pid }) => isRunning(pid))).toEqual([]);
  java.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function scout(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(['validate', '--no-guide', '--offline', ...args], { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } }, [validateCommand]);
  return { code, out, err };
}

test('one line for each finding, with file, line, path, severity, rule and message; what is left out is counted with its reason; exit 1', async () => {
  const study = put('a.json', STUDY);
  const broken = put('b.json', '{');
  const { code, out, err } = await scout(study, broken, put('c.json', PATIENT));
  const lines = out.trim().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    `${study}:2:2 ImagingStudy.status error Terminology_TX_NoValid_16 The value provided was not found`,
    `${broken}:1:2 fatal json-syntax It is not JSON: a property name in quotes was expected, not the end of the text.`,
    expect.stringMatching(/^left out 2 x narrative: A narrative is best practice/),
  ]);
  expect(lines.at(-2)).toMatch(/^HL7 FHIR validator 9\.9\.9, named by SCOUT_VALIDATOR_JAR: started in [\d.]+ s, validated in [\d.]+ s$/);
  expect(lines.at(-1)).toBe('Not valid: 2 resources in 3 files; 2 errors, 0 warnings, 0 notes');
  expect(err).toContain('Validating 2 resources ...');
  expect(code).toBe(1);
});

test('--json is one document with the same; --level hides and --no-suppress shows, neither changes the verdict', async () => {
  const { code, out } = await scout(put('a.json', STUDY), '--json', '--level', 'error', '--no-suppress');
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    files: 1,
    resources: 1,
    summary: { fatal: 0, error: 1, warning: 1, information: 1 },
    suppressed: [],
    findings: [{ severity: 'error', code: 'Terminology_TX_NoValid_16', location: { file: join(folder, 'a.json'), line: 2, resource: 'ImagingStudy/i', path: 'ImagingStudy.status' }, source: 'hl7-validator' }],
    validator: { description: 'HL7 FHIR validator 9.9.9' },
  });
  expect(code).toBe(1);
});

test('a set without errors exits with 0', async () => {
  const { code, out } = await scout(put('c.json', PATIENT));
  expect(out).toContain('Valid: 1 resource in 1 file; 0 errors, 0 warnings, 0 notes');
  expect(code).toBe(0);
});

test('nothing that can be read needs no validator', async () => {
  expect(await scout(put('b.json', ''), '--quiet')).toEqual({ code: 1, out: `${join(folder, 'b.json')}:1:1 error empty-file There is nothing in it.\nNot valid: 0 resources in 1 file; 1 error, 0 warnings, 0 notes\n`, err: '' });
  expect(java.starts()).toEqual([]);
});

test('guides and profiles are looked at before the validator starts', async () => {
  const guide = put('ig/s.json', JSON.stringify({ resourceType: 'StructureDefinition', url: PROFILE, type: 'ImagingStudy' }));
  const patient = put('c.json', PATIENT);
  const failing = async (...args: string[]) => JSON.parse((await scout(patient, '--json', ...args)).out) as unknown;
  expect(await failing('--ig', join(folder, 'nowhere'))).toMatchObject({ error: { code: 'no-such-guide' } });
  expect(await failing('--ig', guide, '--profile', `${PROFILE}x`)).toMatchObject({ error: { code: 'unknown-profile' } });
  expect(await failing('--ig', guide, '--profile', PROFILE)).toMatchObject({ error: { code: 'nothing-to-check', message: expect.stringContaining('ImagingStudy') as string } });
  expect(await failing('--validator-jar', '/nowhere.jar')).toMatchObject({ error: { code: 'no-such-jar' } });
  expect(await failing('--tx', 'http://127.0.0.1:1/fhir')).toMatchObject({ error: { code: 'terminology-server', hint: expect.stringContaining('--tx') as string } });
  expect(java.starts()).toEqual([]);
  const both = await scout(patient, put('a.json', STUDY), '--ig', `${guide},${join(folder, 'ig')}`, '--profile', PROFILE);
  expect(both.code).toBe(1);
  expect(java.starts()[0]?.args.slice(-4)).toEqual(['-ig', guide, '-ig', join(folder, 'ig')]);
});

test.each([
  ['no-java', () => (process.env.PATH = folder)],
  ['java-too-old', () => java.setVersion('java version "1.8.0_402"')],
])('%s: exit 2, with the line that installs it', async (code, arrange) => {
  arrange();
  const { code: exit, out } = await scout(put('c.json', PATIENT), '--json');
  expect([exit, JSON.parse(out)]).toEqual([2, { error: { code, message: expect.stringContaining('Java 17') as string, hint: expect.stringContaining('nstall') as string } }]);
});

test('a validator that falls over the resources: exit 2, with its last words', async () => {
  process.env.SCOUT_VALIDATOR_JAR = java.jar('falls');
  const { code, err } = await scout(put('c.json', PATIENT));
  expect(code).toBe(2);
  expect(err).toContain('OutOfMemoryError');
});
