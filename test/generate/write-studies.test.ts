/** Studies on disk: all of them or none, whatever stops the writing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import { writeStudies, type StudyFile } from '../../scripts/generate/write-studies';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'scout-write-studies-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const patient: Resource = { resourceType: 'Patient', id: 'p' };
const study = (id: string): StudyFile => ({ name: id, resources: [patient, { resourceType: 'ImagingStudy', id }] });

/** Gives to the writer one after the other, as a reader of many files does. */
async function* given(...steps: readonly (StudyFile | Error)[]): AsyncGenerator<StudyFile> {
  for (const step of steps) {
    await Promise.resolve();
    if (step instanceof Error) throw step;
    yield step;
  }
}

test('what several studies share is listed once', async () => {
  expect(await writeStudies(out, given(study('1'), study('2')))).toMatchObject({ files: 2, resources: 3 });
  expect(readFileSync(join(out, 'dicom.ndjson'), 'utf8').trim().split('\n')).toHaveLength(3);
});

test('a fault on the way leaves what was there, and nothing else', async () => {
  await writeStudies(out, given(study('1')));
  const before = readFileSync(join(out, 'dicom.ndjson'), 'utf8');
  await expect(writeStudies(out, given(study('2'), new Error('no more')))).rejects.toThrow('no more');
  expect(readdirSync(out).sort()).toEqual(['dicom', 'dicom.ndjson']);
  expect(readdirSync(join(out, 'dicom')).sort()).toEqual(['.scout-generated', '1.json']);
  expect(readFileSync(join(out, 'dicom.ndjson'), 'utf8')).toBe(before);
});

test('a list of our files that somebody changed leads nowhere else', async () => {
  await writeStudies(out, given(study('1')));
  writeFileSync(join(out, 'mine.json'), '{}');
  writeFileSync(join(out, 'dicom', '.scout-generated'), '../mine.json\n1.json\n');
  await writeStudies(out, given(study('2')));
  expect(readdirSync(out).sort()).toEqual(['dicom', 'dicom.ndjson', 'mine.json']);
  expect(readdirSync(join(out, 'dicom')).sort()).toEqual(['.scout-generated', '2.json']);
});
