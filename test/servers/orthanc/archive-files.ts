/** The DICOM files of public packages in, those that an archive can take out: one study a UID, and a key object selection. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../../../scripts/dicom/dicomweb-json';
import { demoFiles } from '../../../scripts/dicom/dicomweb-demo';
import { identityOf, readDicomFile } from '../../../scripts/dicom/dicomweb-read-file';
import { dicomFiles } from '../../dicom-files';

export interface ArchiveFiles {
  readonly files: readonly Buffer[];
  /** What could not be had or made, and what took its place. */
  readonly remarks: readonly string[];
}

const HIGHDICOM = 'highdicom==0.27.0';
const INSTALL_MS = 300_000;

/** pydicom's own test files, the demo studies, and the key object selection that highdicom makes of two of its CT images. */
export async function archiveFiles(): Promise<ArchiveFiles> {
  const { pydicom, missing } = await dicomFiles();
  const remarks = [...missing.filter((line) => line.startsWith('pydicom='))];
  const found = pydicom === undefined ? [] : filesBelow(join(pydicom, 'data', 'test_files')).map((file) => readFileSync(file));
  const images = found.filter((file) => modalityOf(file) === 'CT').slice(0, 2);
  const keyObjects = images.length === 0 ? undefined : madeByHighdicom(images, remarks);
  if (keyObjects === undefined) remarks.push('The key object selection is that of our own demo studies.');
  return { files: [...found, ...demoFiles(), ...(keyObjects === undefined ? [] : [keyObjects])].filter(oneStudyEach()), remarks };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

function modalityOf(file: Buffer): string | undefined {
  try {
    const { dataSet, truncated } = readDicomFile(file);
    return truncated || identityOf({ dataSet }).instanceUid === undefined ? undefined : textOf(dataSet, 'Modality');
  } catch {
    return undefined;
  }
}

/** Some of the files have one Study Instance UID under several patients, others are one instance written in several ways, which no archive can hold side by side: the first one stays. */
function oneStudyEach(): (file: Buffer) => boolean {
  const patients = new Map<string, string>();
  const instances = new Set<string>();
  return (file) => {
    try {
      const { dataSet } = readDicomFile(file);
      const { studyUid = '', instanceUid = '' } = identityOf({ dataSet });
      if (instances.has(instanceUid)) return false;
      instances.add(instanceUid);
      const patient = textOf(dataSet, 'PatientID') ?? '';
      const first = patients.get(studyUid) ?? patient;
      patients.set(studyUid, first);
      return first === patient;
    } catch {
      return false;
    }
  };
}

/** In an environment of its own, so that nothing of the user's Python is touched. */
function madeByHighdicom(images: readonly Buffer[], remarks: string[]): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'scout-highdicom-'));
  try {
    const environment = join(process.env['XDG_CACHE_HOME'] ?? join(tmpdir(), `scout-test-${process.getuid?.() ?? 'user'}`), HIGHDICOM.replace('==', '-'));
    const python = join(environment, 'bin', 'python');
    if (!existsSync(join(environment, 'ready'))) {
      rmSync(environment, { recursive: true, force: true });
      execFileSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_MS });
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', HIGHDICOM], { stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_MS });
      execFileSync('touch', [join(environment, 'ready')]);
    }
    const out = join(folder, 'ko.dcm');
    execFileSync(python, [join(__dirname, 'key_objects.py'), out], { input: JSON.stringify(images.map((image) => image.toString('base64'))), stdio: ['pipe', 'ignore', 'pipe'], timeout: 120_000 });
    return readFileSync(out);
  } catch (error) {
    remarks.push(`highdicom made no key object selection: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error)}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
