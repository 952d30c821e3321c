/** `--fhir 6.0-draft` as a person meets it: such data is judged by the draft's rules, and each time it is said that it is a draft. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';

const CT = { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }] };
const instance = (n: number) => ({ uid: `1.2.3.${n}`, sopClass: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' });
const GOOD = {
  resourceType: 'ImagingStudy', id: 'draft', identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }], status: 'inactive', modality: [CT], subject: { reference: 'Patient/p' }, procedure: [{ reference: 'Procedure/p' }], numberOfSeries: 2, numberOfInstances: 3,
  series: [{ uid: '1.2.4', modality: CT, numberOfInstances: 2, instance: [instance(1), instance(2)] }, { uid: '1.2.5', modality: CT, numberOfInstances: 1, instance: [instance(3)] }],
};
const [FIRST, SECOND] = GOOD.series as [object, object];

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'scout-draft-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function validate(study: object) {
  const path = join(dir, 'study.json');
  writeFileSync(path, JSON.stringify(study));
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
  const code = await runCli(['validate', path, '--fhir', '6.0-draft', '--out', dir], { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...text, errors: text.stdout.split('\n').flatMap((line) => / error (\S+)/.exec(line)?.[1] ?? []) };
}

test('a study of the draft with the status inactive is valid, and the draft is named', async () => {
  const { code, stdout, stderr } = await validate(GOOD);
  expect(code).toBe(0);
  expect(stderr).toContain('FHIR 6.0-draft is a draft: its rules may change until it is published.');
  expect(stdout).toContain('the rules of FHIR 6.0-draft, a draft (ImagingStudy only)');
});

test('what the draft only recommends is a warning', async () => {
  const { code, errors, stdout } = await validate({ ...GOOD, numberOfInstances: undefined, series: [FIRST, { ...SECOND, numberOfInstances: undefined }] });
  expect([code, errors]).toEqual([0, []]);
  expect(stdout).toMatch(/ImagingStudy\.series\[1\] warning r6-series-count /);
});

test.each<[string, object]>([
  ['ist-1', { identifier: undefined }],
  ['ist-2', { identifier: [...GOOD.identifier, { system: 'urn:dicom:uid', value: 'urn:oid:1.2.4' }] }],
  ['ist-3', { numberOfSeries: 1 }],
  ['ist-4', { numberOfInstances: 3, series: [{ ...FIRST, instance: undefined }, SECOND] }],
  ['ist-5', { series: [{ ...FIRST, numberOfInstances: undefined }, SECOND] }],
  ['ist-6', { numberOfInstances: undefined, series: [{ ...FIRST, numberOfInstances: 1 }, SECOND] }],
  ['ist-7', { modality: [{ coding: [{ ...CT.coding[0], code: 'MR' }, ...CT.coding] }] }],
  ['r6-status', { status: 'complete' }],
  ['r6-sop-class', { series: [{ ...FIRST, instance: [instance(1), { ...instance(2), sopClass: '1.2.840.10008.5.1.4.1.1.2' }] }, SECOND] }],
  ['r6-elements', { colour: 'red' }],
])('what breaks %s alone is one error of that name', async (rule, change) => {
  const { code, errors } = await validate({ ...GOOD, ...change });
  expect([code, errors]).toEqual([1, [rule]]);
});
