/** Files, folders, ZIP files and DICOMDIRs: what is read, what is passed over, what is broken and named. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findSources } from '../../scripts/dicom/find-sources';
import { readFiles, type ReadSummary } from '../../scripts/dicom/read-files';
import { emptyStudySet, type StudySet } from '../../scripts/dicom/study-model';
import { dicomFile, WRITINGS } from './dicom-writer';
import { elements, image, type Values } from './samples';
import { zipFile } from './zip-writer';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-dicom-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (values: Values, writing = 'explicit little endian') => dicomFile(elements(values), WRITINGS[writing]!);

function put(files: Record<string, Buffer | string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

async function read(...names: string[]): Promise<{ set: StudySet; summary: ReadSummary; findings: string[] }> {
  const { sources, findings } = findSources(names.map((name) => join(folder, name)));
  const set = emptyStudySet();
  set.findings.push(...findings);
  const summary = await readFiles(sources, set);
  return { set, summary, findings: set.findings.map(({ severity, code, location }) => `${severity} ${code} ${location?.file?.slice(folder.length + 1)}`) };
}

const instancesOf = (set: StudySet) => [...set.instances.keys()].sort();

test('folders are walked, a series over several of them is one', async () => {
  put({ 'a/1.dcm': file(image(1, 1, 1)), 'b/deep/2': file(image(1, 1, 2)), 'b/notes.txt': 'nothing', 'b/empty': '' });
  const { set, summary, findings } = await read('');
  expect(instancesOf(set)).toEqual(['1.2.3.1.1.1', '1.2.3.1.1.2']);
  expect(set.studies.size).toBe(1);
  expect(summary).toEqual({ read: 2, passedOver: 2, broken: 0 });
  expect(findings).toEqual([]);
});

test('what is broken is named with the reason, and the rest goes on', async () => {
  put({ 'a.dcm': 'no DICOM', 'b.dcm': file(image(1, 1, 1)).subarray(0, 300), 'c.dcm': file(image(1, 1, 2)), 'd.dcm': file(image(1, 1, 3, { StudyInstanceUID: '' })), 'e.dcm': '' });
  const { set, summary, findings } = await read('');
  expect(instancesOf(set)).toEqual(['1.2.3.1.1.2']);
  expect(summary).toEqual({ read: 1, passedOver: 0, broken: 4 });
  expect(findings).toEqual(['error not-dicom a.dcm', 'error truncated b.dcm', 'error missing-tag d.dcm', 'error not-dicom e.dcm']);
});

test('a file that is named is expected to be DICOM', async () => {
  put({ notes: 'nothing' });
  expect((await read('notes')).findings).toEqual(['error not-dicom notes']);
});

test('a path that two arguments lead to is read once, a folder that leads into itself too', async () => {
  put({ 'a/1.dcm': file(image(1, 1, 1)) });
  symlinkSync(folder, join(folder, 'a', 'loop'));
  const { summary, findings } = await read('', 'a', 'a/1.dcm');
  expect(summary.read).toBe(1);
  expect(findings).toEqual([]);
});

test.each([
  ['deflated', {}],
  ['64-bit', { wide: true }],
  ['with a comment', { comment: 'from the archive' }],
])('ZIP files: %s', async (_name, options) => {
  put({
    'study.zip': zipFile([{ name: 'CD/1.dcm', content: file(image(1, 1, 1)) }, { name: 'CD/2', content: file(image(1, 1, 2), 'deflated'), stored: true }, { name: 'CD/readme.txt', content: Buffer.from('x') }, { name: 'CD/3.dcm', content: Buffer.from('broken') }], options),
  });
  const { set, summary, findings } = await read('study.zip');
  expect(instancesOf(set)).toEqual(['1.2.3.1.1.1', '1.2.3.1.1.2']);
  expect(summary).toEqual({ read: 2, passedOver: 1, broken: 1 });
  expect(findings).toEqual(['error not-dicom study.zip#CD/3.dcm']);
});

test('ZIP files that cannot be read are named', async () => {
  const good = zipFile([{ name: '1.dcm', content: file(image(1, 1, 1)) }]);
  put({ 'cut.zip': good.subarray(0, good.length - 30), 'locked.zip': zipFile([{ name: '1.dcm', content: file(image(1, 1, 1)), encrypted: true }]), 'good.zip': good });
  const { set, findings } = await read('');
  expect(instancesOf(set)).toEqual(['1.2.3.1.1.1']);
  expect(findings).toEqual(['error broken-zip cut.zip', 'error broken-zip locked.zip#1.dcm']);
});

test('a DICOMDIR leads to the files that it lists, whatever the case of their names, and tells which are not there', async () => {
  const listed = ['IMAGES\\ONE', 'IMAGES\\TWO', 'IMAGES\\GONE', '..\\SECRET'];
  const directory = dicomFile(
    [{ tag: 0x00020002, vr: 'UI', value: '1.2.840.10008.1.3.10' }, { tag: 0x00041220, vr: 'SQ', value: [...listed.map((name) => [{ tag: 0x00041500, vr: 'CS', value: name }]), []] }],
    { ...WRITINGS['explicit little endian']!, meta: false },
  );
  put({ 'cd/DICOMDIR': directory, 'cd/IMAGES/ONE': file(image(1, 1, 1)), 'cd/IMAGES/two': file(image(1, 1, 2)), 'cd/IMAGES/unlisted': file(image(1, 1, 3)), secret: file(image(1, 1, 4)) });
  const { set, findings } = await read('cd/DICOMDIR');
  expect(instancesOf(set)).toEqual(['1.2.3.1.1.1', '1.2.3.1.1.2']);
  expect(findings).toEqual(['error missing-file cd/DICOMDIR', 'error missing-file cd/DICOMDIR']);
  expect(instancesOf((await read('cd')).set)).toEqual(['1.2.3.1.1.1', '1.2.3.1.1.2', '1.2.3.1.1.3']);
});

test('a path that leads nowhere is refused', () => {
  expect(() => findSources([join(folder, 'absent')])).toThrow(/nothing at/);
});

test('an abort ends the reading', async () => {
  put({ '1.dcm': file(image(1, 1, 1)) });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(readFiles(findSources([folder]).sources, emptyStudySet(), { signal })).rejects.toThrow('enough');
});
