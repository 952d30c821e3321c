/** scout generate --dicom, from argv to files: what is written, printed and returned. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import type { Bundle, Resource } from '../../scripts/core/fhir';
import { dicomFile, WRITINGS } from '../dicom/dicom-writer';
import { elements, image, type Values } from '../dicom/samples';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-generate-dicom-'));
  mkdirSync(join(folder, 'in'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, values: Values): void {
  writeFileSync(join(folder, 'in', name), dicomFile(elements(values), WRITINGS['explicit little endian']!));
}

async function generate(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const streams = { stdout: { write: (text: string) => void (out += text), isTTY: false }, stderr: { write: (text: string) => void (err += text), isTTY: false } };
  const code = await runCli(['generate', '--dicom', join(folder, 'in'), '--out', join(folder, 'out'), ...more], streams);
  return { code, out, err };
}

const written = () => readdirSync(join(folder, 'out', 'dicom')).filter((name) => name.endsWith('.json'));
const transaction = (name: string) => JSON.parse(readFileSync(join(folder, 'out', 'dicom', name), 'utf8')) as Bundle;
const resources = () => readFileSync(join(folder, 'out', 'dicom.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Resource);

test('a transaction a study, everything once as NDJSON', async () => {
  put('1', image(1, 1, 1));
  put('2', image(2, 1, 1));
  const { code, out } = await generate('--endpoint', 'https://pacs.hospital.example/rs', 'ihe-iid=https://viewer.hospital.example/iid', '--timezone', '+01:00');
  expect(code).toBe(0);
  expect(out).toContain('2 studies of 1 patient: 2 instances in 2 series, from 2 files');
  expect(written()).toEqual(['1.2.3.1.json', '1.2.3.2.json']);
  const entries = transaction('1.2.3.1.json').entry ?? [];
  expect(entries.map(({ request, resource }) => `${request?.method} ${request?.url.split('/')[0]} ${resource?.resourceType}`)).toEqual(['PUT Patient Patient', 'PUT Endpoint Endpoint', 'PUT Endpoint Endpoint', 'PUT ImagingStudy ImagingStudy']);
  expect(entries[3]?.resource).toMatchObject({ started: '2026-02-17T08:15:30+01:00', endpoint: [{}, {}] });
  expect(resources().map(({ resourceType }) => resourceType)).toEqual(['Patient', 'Endpoint', 'Endpoint', 'ImagingStudy', 'ImagingStudy']);
});

test('broken files: named, skipped, exit 1, the rest is written', async () => {
  put('1.dcm', image(1, 1, 1));
  writeFileSync(join(folder, 'in', '2.dcm'), 'broken');
  const { code, out } = await generate();
  expect(code).toBe(1);
  expect(out).toContain(`${join(folder, 'in', '2.dcm')}: error: It is not a DICOM file`);
  expect(written()).toEqual(['1.2.3.1.json']);
});

test('nothing to be found is exit 1, and what was written before stays', async () => {
  put('1', image(1, 1, 1));
  await generate();
  rmSync(join(folder, 'in', '1'));
  const { code, out } = await generate();
  expect(code).toBe(1);
  expect(out).toContain('No study was found');
  expect(written()).toEqual(['1.2.3.1.json']);
});

test('the next run removes what it does not write again, and nothing else', async () => {
  put('1', image(1, 1, 1));
  await generate();
  writeFileSync(join(folder, 'out', 'dicom', 'mine.json'), '{}');
  rmSync(join(folder, 'in', '1'));
  put('2', image(2, 1, 1));
  await generate();
  expect(written()).toEqual(['1.2.3.2.json', 'mine.json']);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['dicom', 'dicom.ndjson']);
});

test('--json is one object with every finding', async () => {
  put('1', image(1, 1, 1));
  put('2', image(1, 1, 1));
  const { code, out } = await generate('--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, files: { given: 2, read: 2, passedOver: 0, broken: 0 }, studies: [{ id: '1.2.3.1', modality: ['CT'], series: 1, instances: 1 }], findings: [{ code: 'duplicate-instance' }], written: { files: 1 } });
});

test('--claim-profile claims what holds', async () => {
  put('1', image(1, 1, 1));
  put('2', image(2, 1, 1, { StudyDate: '' }));
  await generate('--claim-profile', '--endpoint', 'https://pacs.hospital.example/rs');
  const claims = resources().map(({ resourceType, id, meta }) => [resourceType, resourceType === 'ImagingStudy' ? id : '', meta?.profile?.map((url) => url.split('/').pop())]);
  expect(claims).toEqual([['Patient', '', undefined], ['Endpoint', '', ['scout-imaging-endpoint']], ['ImagingStudy', '1.2.3.1', ['scout-imaging-study']], ['ImagingStudy', '1.2.3.2', undefined]]);
});

test('--deidentify: nothing of the patient in any file', async () => {
  put('1', image(1, 1, 1, { PatientName: 'Secret^Sam', StudyDescription: 'Secret' }));
  const { out } = await generate('--deidentify');
  expect(out + JSON.stringify(resources()) + written().join()).not.toMatch(/Secret|1\.2\.3\.1|P1/);
});

test('--fhir R5: in the forms of R5', async () => {
  put('1', image(1, 1, 1, { BodyPartExamined: 'CHEST', ManufacturerModelName: 'M1', NameOfPhysiciansReadingStudy: 'Reader' }));
  const { out } = await generate('--fhir', 'R5');
  expect(out).not.toContain('warning');
  const study = resources().find(({ resourceType }) => resourceType === 'ImagingStudy');
  expect(study).toMatchObject({ modality: [{ coding: [{ code: 'CT' }] }], series: [{ modality: { coding: [{ code: 'CT' }] }, bodySite: { concept: { coding: [{ code: '816094009' }] } } }] });
  expect(study).not.toHaveProperty('extension');
  expect(resources().find(({ resourceType }) => resourceType === 'Device')).toMatchObject({ modelNumber: 'M1' });
});

test('two studies that disagree about one patient: told, and the patient written in one way', async () => {
  put('1', image(1, 1, 1, { IssuerOfPatientID: 'G' }));
  put('2', image(2, 1, 1, { IssuerOfPatientID: 'G', PatientName: 'Roe^Jane' }));
  const { out } = await generate();
  expect(out).toContain('warning: Its patient has the id of another study');
  expect(transaction('1.2.3.2.json').entry?.[0]?.resource).toEqual(transaction('1.2.3.1.json').entry?.[0]?.resource);
});

test.each([
  [['--endpoint', 'pacs'], /is no address/],
  [['--endpoint', 'https://pacs.hospital.example/rs/studies'], /names a sub-service/],
  [['--timezone', 'CEST'], /is not a time zone/],
  [['--deidentify-key', 'k'], /without --deidentify/],
  [['--fhir', 'R4B'], /in R4 or R5/],
])('%j could not run: exit 2, nothing written', async (more, message) => {
  put('1', image(1, 1, 1));
  const { code, err } = await generate(...more);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(existsSync(join(folder, 'out'))).toBe(false);
});
