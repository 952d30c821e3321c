/** What reaches the disk: files of ours are replaced and removed, a person's are never touched, bulk data is legal and deterministic. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, Resource } from '../../scripts/core/fhir';
import { localReference } from '../../scripts/core/fhir';
import { SILENT } from '../../scripts/core/progress';
import { bulkLines } from '../../scripts/generate/bulk-studies';
import { generateFromFiles } from '../../scripts/generate/generate-examples';
import { LEDGER, updateFolder } from '../../scripts/generate/generated-folder';
import { referencesIn } from '../../scripts/generate/reference-order';
import { writeBulk } from '../../scripts/generate/write-bulk';
import { writeExamples } from '../../scripts/generate/write-examples';
import { brokenRules } from '../../scripts/invariants/rules';
import { folder } from './scenario-folder';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scout-generate-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const here = (...path: string[]) => join(dir, ...path);
const read = (...path: string[]) => readFileSync(here(...path), 'utf8');
const json = (...path: string[]) => JSON.parse(read(...path)) as unknown;

describe('a folder of generated files', () => {
  const update = (files: Record<string, string>) => updateFolder(dir, new Map(Object.entries(files)));

  test('is written, left alone when nothing changed, and cleared of what is no longer generated', () => {
    expect(update({ a: '1', b: '2' })).toMatchObject({ written: ['a', 'b'], removed: [], kept: [] });
    expect(update({ a: '1', b: '3' })).toMatchObject({ written: ['b'], unchanged: ['a'], removed: [], kept: [] });
    expect(update({ b: '3' })).toMatchObject({ written: [], unchanged: ['b'], removed: ['a'], kept: [] });
    expect(readdirSync(dir).sort()).toEqual([LEDGER, 'b']);
  });

  test("keeps a person's files, whether generated ones have the same name or not", () => {
    writeFileSync(here('mine'), 'mine');
    writeFileSync(here('other'), 'other');
    expect(update({ mine: 'ours', b: '2' })).toMatchObject({ written: ['b'], kept: ['mine'] });
    update({});
    expect(readdirSync(dir).sort()).toEqual([LEDGER, 'mine', 'other']);
    expect([read('mine'), read('other')]).toEqual(['mine', 'other']);
  });

  test('keeps a generated file that was changed by hand, both when it would be replaced and when it would be removed', () => {
    update({ a: '1', b: '2' });
    writeFileSync(here('a'), 'edited');
    writeFileSync(here('b'), 'edited');
    expect(update({ a: '3' })).toMatchObject({ written: [], removed: [], kept: ['a', 'b'] });
    expect([read('a'), read('b')]).toEqual(['edited', 'edited']);
  });

  test('a run that was stopped half-way is taken up by the next', () => {
    update({ a: '1' });
    // The ledger as it stands while files are being written, with b on disk already and a still old.
    const [old] = read(LEDGER).split('\n');
    update({ a: '2', b: '2' });
    writeFileSync(here(LEDGER), `${old}\n${read(LEDGER)}`);
    writeFileSync(here('a'), '1');
    expect(update({ a: '3' })).toMatchObject({ written: ['a'], removed: ['b'], kept: [] });
  });

  test('a ledger that names files elsewhere removes none of them', () => {
    writeFileSync(here('outside'), 'x');
    const inner = here('inner');
    updateFolder(inner, new Map([['a', 'x']]));
    const hash = readFileSync(join(inner, LEDGER), 'utf8').split(' ')[0];
    writeFileSync(join(inner, LEDGER), `${hash} ../outside\n`);
    updateFolder(inner, new Map());
    expect(existsSync(here('outside'))).toBe(true);
  });
});

test('examples, NDJSON, a transaction without absolute URLs, bad examples with what to expect', () => {
  const files = {
    's.yaml': 'ImagingStudy:\n  - { id: one, status: available, subject: ann, series: [{ modality: CT, instances: 2 }] }\nPatient:\n  - { id: ann, family: Ann }\n',
    'bad/b.yaml': '- { id: no-status, base: ImagingStudy/one, about: No status., patch: [{ op: remove, path: /status }], expect: [{ rule: x }] }\n',
  };
  const set = generateFromFiles(folder(files));
  expect(set.findings).toEqual([]);
  writeExamples(set, { examplesDir: here('examples'), outDir: here('out') });
  expect(readdirSync(here('examples')).sort()).toEqual([LEDGER, 'ImagingStudy-one.json', 'Patient-ann.json']);
  const lines = read('out', 'examples.ndjson').trimEnd().split('\n').map((line) => JSON.parse(line) as Resource);
  expect(lines.map(localReference)).toEqual(['Patient/ann', 'ImagingStudy/one']);
  expect(json('examples', 'ImagingStudy-one.json')).toEqual(lines[1]);
  const bundle = json('out', 'examples-bundle.json') as Bundle;
  expect(bundle.type).toBe('transaction');
  expect(bundle.entry).toEqual(lines.map((resource) => ({ resource, request: { method: 'PUT', url: localReference(resource) } })));
  expect(json('out', 'bad-examples', 'no-status.json')).toEqual({ ...lines[1], id: 'no-status', status: undefined });
  expect(json('out', 'bad-examples', 'expected.json')).toEqual([
    { id: 'no-status', file: 'no-status.json', base: 'ImagingStudy/one', about: 'No status.', expect: [{ rule: 'x', severity: 'error' }], context: ['Patient/ann'] },
  ]);
});

describe('bulk data', () => {
  const lines = [...bulkLines({ count: 60, seed: 3, profiles: new Map([['ImagingStudy', 'https://x.test/p']]) })];
  const resources = lines.map((line) => JSON.parse(line) as Resource);

  test('as many studies as asked, each keeping the rules, each referring to what came before it', () => {
    const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy');
    expect(studies).toHaveLength(60);
    expect(studies.flatMap(brokenRules)).toEqual([]);
    expect(studies.every(({ meta }) => meta?.profile?.[0] === 'https://x.test/p')).toBe(true);
    const seen = new Set<string>();
    for (const resource of resources) {
      expect(referencesIn(resource).filter((reference) => !seen.has(reference))).toEqual([]);
      seen.add(localReference(resource)!);
    }
    expect(seen.size).toBe(resources.length);
  });

  test('several modalities, no UID twice, the same bytes for the same seed only', () => {
    const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy');
    const uids = studies.map(({ identifier }) => (identifier as { value: string }[])[0]!.value);
    expect(new Set(uids).size).toBe(60);
    expect(new Set(studies.map(({ modality }) => (modality as { code: string }[])[0]!.code)).size).toBeGreaterThanOrEqual(4);
    expect([...bulkLines({ count: 60, seed: 3, profiles: new Map([['ImagingStudy', 'https://x.test/p']]) })]).toEqual(lines);
    expect([...bulkLines({ count: 60, seed: 4 })].join('')).not.toEqual([...bulkLines({ count: 60, seed: 3 })].join(''));
  });

  test('is written whole, with its numbers', async () => {
    const result = await writeBulk(here('deep', 'bulk.ndjson'), { count: 20, seed: 1 }, SILENT, new AbortController().signal);
    const text = read('deep', 'bulk.ndjson');
    expect(text).toBe([...bulkLines({ count: 20, seed: 1 })].join(''));
    expect(result).toEqual({ file: here('deep', 'bulk.ndjson'), lines: text.trimEnd().split('\n').length, bytes: Buffer.byteLength(text) });
  });

  test('an interrupted run leaves nothing and keeps the earlier file', async () => {
    writeFileSync(here('bulk.ndjson'), 'earlier');
    const abort = AbortSignal.abort(new Error('stop'));
    await expect(writeBulk(here('bulk.ndjson'), { count: 20, seed: 1 }, SILENT, abort)).rejects.toThrow('stop');
    expect(readdirSync(dir)).toEqual(['bulk.ndjson']);
    expect(read('bulk.ndjson')).toBe('earlier');
  });
});
