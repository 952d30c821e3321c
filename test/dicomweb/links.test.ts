import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { linksCommand } from '../../scripts/commands/links';
import type { StudyLinks } from '../../scripts/commands/links/study-links';

const folder = mkdtempSync(join(tmpdir(), 'scout-links-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TYPE = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';
const endpoint = (id: string, code: string, address: string) => ({ resourceType: 'Endpoint', id, status: 'active', connectionType: { system: TYPE, code }, address });
const instance = (uid: string, sopClass: string) => ({ uid, sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClass}` } });
const STUDY = {
  resourceType: 'ImagingStudy', id: 's', identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }], endpoint: [{ reference: 'Endpoint/rs' }, { reference: 'Endpoint/iid' }],
  series: [
    { uid: '1.2.3.1', instance: [instance('1.2.3.1.1', '1.2.840.10008.5.1.4.1.1.2')] },
    { uid: '1.2.3.2', endpoint: [{ reference: 'Endpoint/other' }], instance: [instance('1.2.3.2.1', '1.2.840.10008.5.1.4.1.1.88.59')] },
  ],
};

async function links(endpoints: readonly object[]): Promise<{ exitCode: number; all: StudyLinks[] }> {
  const file = join(folder, 'bundle.json');
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [STUDY, ...endpoints].map((resource) => ({ resource })) }));
  let out = '';
  const exitCode = await runCli(['links', file, '--json'], { stdout: { write: (text: string) => (out += text) }, stderr: { write: () => undefined } }, [linksCommand]);
  return { exitCode, all: JSON.parse(out) as StudyLinks[] };
}

test('every URL of a study, each series by its own endpoint, none of pixels where there are none', async () => {
  const { exitCode, all } = await links([endpoint('rs', 'dicom-wado-rs', 'https://a.example/rs'), endpoint('iid', 'ihe-iid', 'https://v.example/iid'), endpoint('other', 'dicom-wado-rs', 'https://b.example/rs')]);
  expect(exitCode).toBe(0);
  const urls = all[0]!.links.map(({ url }) => url);
  expect(urls).toContain('https://v.example/iid?requestType=STUDY&studyUID=1.2.3');
  expect(urls).toContain('https://a.example/rs/studies/1.2.3/series/1.2.3.1/instances/1.2.3.1.1/frames/1');
  expect(urls.filter((url) => url.includes('1.2.3.2'))).toEqual([
    'https://b.example/rs/studies/1.2.3/series/1.2.3.2', 'https://b.example/rs/studies/1.2.3/series/1.2.3.2/metadata',
    'https://b.example/rs/studies/1.2.3/series/1.2.3.2/rendered', 'https://b.example/rs/studies/1.2.3/series/1.2.3.2/rendered?viewport=128,128',
    'https://b.example/rs/studies/1.2.3/series/1.2.3.2/instances/1.2.3.2.1', 'https://b.example/rs/studies/1.2.3/series/1.2.3.2/instances/1.2.3.2.1/metadata',
  ]);
});

test('an address that breaks the rules is a finding that names the rule; an unknown endpoint a warning', async () => {
  const { exitCode, all } = await links([endpoint('rs', 'dicom-wado-rs', 'https://a.example/rs/studies'), endpoint('iid', 'ihe-iid', 'https://v.example/iid?x=1')]);
  expect(exitCode).toBe(1);
  expect(all[0]!.findings.map(({ severity, code }) => `${severity} ${code}`).sort()).toEqual(['error scout-iid-address', 'error scout-wado-rs-address', 'warning endpoint-unusable']);
});

test('--quiet leaves the URLs and what is wrong with them', async () => {
  await links([endpoint('rs', 'dicom-wado-rs', 'https://a.example/rs'), endpoint('iid', 'ihe-iid', 'https://v.example/iid?x=1')]);
  let out = '';
  const exitCode = await runCli(['links', join(folder, 'bundle.json'), '--quiet'], { stdout: { write: (text: string) => (out += text) }, stderr: { write: () => undefined } }, [linksCommand]);
  expect(out).toContain('https://a.example/rs/studies/1.2.3\n');
  expect(out).toContain('error scout-iid-address');
  expect(exitCode).toBe(1);
});
