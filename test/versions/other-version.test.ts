/** Data of another version than claimed, as a person meets it: named once by each command, and never as a heap of type errors. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { convert } from '../../scripts/convert/convert';
import type { Resource } from '../../scripts/core/fhir';
import { BALLOT_STUDIES } from './ballot-studies';

const CT = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' };
const R4: Resource = {
  resourceType: 'ImagingStudy', id: 'of-r4', status: 'available', subject: { reference: 'Patient/p' }, modality: [CT, CT], interpreter: [{ reference: 'Practitioner/d' }],
  procedureCode: [{ text: 'CT' }], reasonCode: [{ text: 'Pain' }], series: [{ uid: '1.2', modality: CT, bodySite: CT, laterality: CT }, { uid: '1.3', modality: CT, bodySite: CT }],
};
const R5 = { ...(convert([R4], '4.0', '5.0').resources[0] as Resource), id: 'of-r5' };
const R6 = { ...R5, id: 'of-r6', procedure: [{ reference: 'Procedure/done' }], series: [{ uid: '1.2', modality: { coding: [CT] }, instance: [{ uid: '1.4', sopClass: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' }] }] };
const BALLOT = BALLOT_STUDIES[0] as Resource;

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scout-other-version-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function scout(...argv: string[]) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
  const code = await runCli([...argv, '--out', join(dir, 'output')], { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...text };
}
function file(resource: Resource): string {
  const path = join(dir, `${resource.id}.json`);
  writeFileSync(path, JSON.stringify(resource));
  return path;
}
const linesWith = (text: string, word: RegExp) => text.split('\n').filter((line) => word.test(line));

const MIXED: readonly (readonly [string, Resource, string, string])[] = [
  ['R5 data as R4', R5, 'R4', 'This is R5 data: modality is a CodeableConcept'],
  ['R4 data as R5', R4, 'R5', 'This is R4 data: modality is a Coding'],
  ['the draft as R5', R6, 'R5', 'This is 6.0-draft data (a draft): procedure is a Reference, series.instance.sopClass is a plain value'],
  ['the ballot as R4', BALLOT, 'R4', 'This is 0.5 data: '],
  ['R4 as the draft', R4, '6.0-draft', 'This is R4 data: '],
];

test.each(MIXED)('scout validate: %s is one error, and no validator is started for it', async (_, resource, claimed, says) => {
  const { code, stdout, stderr } = await scout('validate', file(resource), '--fhir', claimed);
  expect(code).toBe(1);
  expect(linesWith(stdout, / error /)).toEqual([expect.stringContaining(says) as string]);
  expect(stdout).toMatch(/1 error, 0 warnings/);
  expect(stderr).not.toMatch(/Starting the HL7 validator/);
});

test.each(MIXED.filter(([, , claimed]) => claimed !== '6.0-draft'))('scout convert: %s is one error, and nothing is written', async (_, resource, claimed, says) => {
  const { code, stdout } = await scout('convert', file(resource), '--from', claimed, '--to', claimed === 'R4' ? 'R5' : 'R4');
  expect(code).toBe(1);
  expect(linesWith(stdout, /error: /)).toEqual([expect.stringContaining(says) as string]);
  expect(readdirSync(join(dir, 'output', 'converted'))).toEqual([]);
});

test('scout convert goes on with the others', async () => {
  const { code, stdout } = await scout('convert', file(R5), file(R4), '--from', 'R4', '--to', 'R5');
  expect(code).toBe(1);
  expect(stdout).toMatch(/2 resources of FHIR R4 became 1 of R5: 1 not converted/);
  expect(readdirSync(join(dir, 'output', 'converted'))).toEqual(['ImagingStudy-of-r4.json']);
});

describe('scout generate', () => {
  /** A project whose template writes R5. */
  const project = () => {
    mkdirSync(join(dir, 'input/scenarios/templates'), { recursive: true });
    writeFileSync(join(dir, 'input/scenarios/templates/Endpoint.hbs'), '---\nfields:\n  address: uri!\n---\n{ "status": "active", "connectionType": [{ "coding": [{ "code": "dicom-wado-rs" }] }], "payload": [{ "mimeType": ["application/dicom"] }], "address": {{json address}} }\n');
    writeFileSync(join(dir, 'input/scenarios/services.yaml'), 'Endpoint:\n  - { id: a, address: "https://a.example/wado" }\n  - { id: b, address: "https://b.example/wado" }\n');
    return ['generate', '--scenarios', join(dir, 'input/scenarios')];
  };

  test('a template of another version is one warning, whatever it is used for', async () => {
    const { code, stdout } = await scout(...project());
    expect(code).toBe(0);
    expect(linesWith(stdout, /warning: /)).toEqual([expect.stringMatching(/services\.yaml.*This is R5 data: connectionType repeats.*FHIR R4 is asked for\. One template writes all 2 Endpoint resources\./) as string]);
  });

  test('it cannot be brought from R4 to another version: one error, and nothing is written', async () => {
    const { code, stdout } = await scout(...project(), '--fhir', 'R5', '--examples', join(dir, 'examples'));
    expect(code).toBe(1);
    expect(linesWith(stdout, /error: /)).toEqual([expect.stringContaining('This is R5 data: ') as string]);
    expect(stdout).toContain('Nothing was written: 1 mistakes in the scenarios.');
  });
});
