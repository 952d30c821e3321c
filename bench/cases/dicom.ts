/** DICOM headers to FHIR: dicom2fhir against ours on one study, and how ours grows with the number of files. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import dicomParser from 'dicom-parser';
import { packageRoot } from '../../scripts/core/package-root';
import { dicomFiles } from '../../test/dicom-files';
import type { BenchCase, Contender } from '../bench-case';
import { convertFolder, type DicomWork } from '../dicom-worker';

const TIMEOUT_MS = 600_000;
const DICOM2FHIR = 'dicom2fhir==0.1.25';
/** Versions of the libraries below it with which it works; with the newest ones it ends in an error. */
const BELOW = ['fhir.resources==8.1.0', 'fhir-core==1.1.3', 'pydantic==2.11.7', 'annotated-types==0.7.0'];
const CONVERT = `
import asyncio, sys, time
from dicom2fhir.dicom2fhir import from_directory
begun = time.process_time()
bundle = asyncio.run(from_directory(sys.argv[1], {"dicom_timezone": "UTC", "generator": {"imaging_study": {"add_instances": True}}}))
text = bundle.model_dump_json() if hasattr(bundle, "model_dump_json") else bundle.json()
seconds = time.process_time() - begun
assert text.count("10000000000000000") >= 500, "instances are missing"
print(seconds)
`;

/** SOP Instance UID of the template; the copies' have the same length. */
const TEMPLATE_UID = '1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322';

/** Copies of a CT image of pydicom's, each with a UID of its own. */
async function makeStudy(folder: string, count: number, withPixels: boolean): Promise<void> {
  const { pydicom, missing } = await dicomFiles();
  if (pydicom === undefined) throw new Error(`The template image cannot be fetched here: ${missing.join('; ')}`);
  const whole = readFileSync(join(pydicom, 'data', 'test_files', 'CT_small.dcm'));
  const template = withPixels ? whole : whole.subarray(0, whole.lastIndexOf(Buffer.from('e07f1000', 'hex')));
  const places: number[] = [];
  for (let at = template.indexOf(TEMPLATE_UID); at >= 0; at = template.indexOf(TEMPLATE_UID, at + 1)) places.push(at);
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const uid = `1.3.6.1.4.1.5962.1.1.1.1.1.${10n ** 19n + BigInt(i)}`;
    for (const at of places) template.write(uid, at, 'latin1');
    writeFileSync(join(folder, `${String(i).padStart(6, '0')}.dcm`), template);
  }
}

export const dicomCase: BenchCase = {
  id: 'dicom',
  title: 'DICOM to FHIR, a study of 500 instances, CPU seconds without start-up',
  note: 'Files of 39 KB. "Cold" is the first study of a new process, "warm" the tenth. dicom-parser reads the first 16 KB of each file and maps nothing.',
  async open(scratch) {
    const folder = join(scratch, 'study');
    await makeStudy(folder, 500, true);
    const venv = join(scratch, 'venv');
    execFileSync('python3', ['-m', 'venv', venv], { timeout: TIMEOUT_MS });
    execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', DICOM2FHIR, ...BELOW], { stdio: ['ignore', 'ignore', 'pipe'], timeout: TIMEOUT_MS });
    for (let i = 0; i < 9; i++) await convertFolder(folder);
    return [
      { name: DICOM2FHIR.replace('==', ' '), run: () => Number(execFileSync(join(venv, 'bin', 'python'), ['-W', 'ignore', '-c', CONVERT, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS })) },
      { name: 'dicom-parser, reading only', run: () => cpuSeconds(() => parseWithDicomParser(folder)) },
      { name: 'scout, cold', run: () => inNewProcess(folder).seconds },
      { name: 'scout, warm', run: async () => (await convertFolder(folder)).seconds },
    ];
  },
};

export const dicomFolderCase: BenchCase = {
  id: 'dicom-folder',
  title: 'A folder of DICOM files, CPU seconds for 50,000 instances',
  note: 'Headers alone, 6 KB each, one study, a new process each. The peer is a tenth of the files, its time times ten: a ratio of 1 is linear growth, and more than 1 comes of what a process does once.',
  async open(scratch) {
    const counts = [5_000, 50_000] as const;
    for (const count of counts) await makeStudy(join(scratch, String(count)), count, false);
    const [few, many] = counts.map((count): Contender => {
      let work: DicomWork | undefined;
      return {
        name: `${count.toLocaleString('en')} instances${count === 50_000 ? '' : ', times ten'}`,
        run: () => {
          work = inNewProcess(join(scratch, String(count)));
          if (work.instances !== count) throw new Error(`${work.instances} instances were read, not ${count}.`);
          return (work.seconds * 50_000) / count;
        },
        remark: () => `${Math.round(work?.megabytes ?? 0)} MB at most`,
      };
    });
    return [few!, many!];
  },
};

function inNewProcess(folder: string): DicomWork {
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', join(packageRoot(), 'bench', 'dicom-worker.ts'), folder], { cwd: packageRoot(), encoding: 'utf8', timeout: TIMEOUT_MS })) as DicomWork;
}

function parseWithDicomParser(folder: string): void {
  const bytes = Buffer.alloc(16_384);
  for (const name of readdirSync(folder)) {
    const handle = openSync(join(folder, name), 'r');
    readSync(handle, bytes, 0, bytes.length, 0);
    closeSync(handle);
    dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
  }
}

function cpuSeconds(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
