/** A package folder and what is known about its content in, sound, missing or damaged (and how) out. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { contentDigest, fileHash, fileSizes, type FileSizes } from './package-content';
import { readRecord, type InstallRecord } from './install-record';
import { readIndex } from './package-index';
import type { PackageId } from './package-id';
import type { PackageLock } from './lock-file';
import type { PackageJson } from './repin';

export type PackageHealth =
  | { readonly state: 'sound'; readonly files: number; readonly packageJson: PackageJson; readonly record?: InstallRecord; readonly assured: Assurance }
  | { readonly state: 'damaged'; readonly damage: string }
  | { readonly state: 'missing' };

/**
 * What the package was held against. `record`: our own record of its installation; `lock`: the content that the lock file knows;
 * `index`: the `.index.json` that it carries; `structure`: nothing but itself.
 */
export type Assurance = 'record' | 'lock' | 'index' | 'structure';

/**
 * Looks at a cached package. Names and sizes of all files are compared, which takes milliseconds for a thousand files;
 * with `thorough` every byte is read too.
 */
export function inspectPackage(folder: string, id: PackageId, lock: PackageLock, thorough = false): PackageHealth {
  if (!existsSync(folder)) return { state: 'missing' };
  try {
    return inspectFolder(folder, id, lock, thorough);
  } catch (error) {
    // Unreadable files, or a folder that another process replaces in this moment.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { state: 'damaged', damage: `it cannot be read: ${(error as Error).message}` };
  }
}

function inspectFolder(folder: string, id: PackageId, lock: PackageLock, thorough: boolean): PackageHealth {
  const packageJson = readPackageJson(folder);
  if (typeof packageJson === 'string') return { state: 'damaged', damage: packageJson };
  if (packageJson.name !== id.name || packageJson.version !== id.version) {
    return { state: 'damaged', damage: `package.json says it is ${packageJson.name}#${packageJson.version}` };
  }
  const sizes = fileSizes(folder);
  const record = readRecord(folder);
  const { damage, assured } = record ? { damage: againstRecord(folder, sizes, record, thorough), assured: 'record' as const } : unrecorded(folder, id, sizes, lock, thorough);
  const found = damage ?? brokenIndex(folder);
  if (found !== undefined) return { state: 'damaged', damage: found };
  return { state: 'sound', files: sizes.size, packageJson, assured, ...(record && { record }) };
}

/** The parsed package.json, or what is wrong with it. */
export function readPackageJson(folder: string): PackageJson | string {
  const file = join(folder, 'package', 'package.json');
  if (!existsSync(file)) return 'package.json is missing';
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PackageJson) : 'package.json is not an object';
  } catch {
    return 'package.json is not readable JSON';
  }
}

function againstRecord(folder: string, sizes: FileSizes, record: InstallRecord, thorough: boolean): string | undefined {
  const problems: string[] = [];
  for (const [path, [size, sha256]] of Object.entries(record.files)) {
    const actual = sizes.get(path);
    if (actual === undefined) problems.push(`${path} is missing`);
    else if (actual !== size) problems.push(`${path} has ${actual} bytes instead of ${size}`);
    else if (thorough && fileHash(join(folder, path)) !== sha256) problems.push(`${path} has other content than was installed`);
  }
  return listed(problems);
}

/** A package that another program put there (SUSHI, the validator, a copy by hand). */
function unrecorded(folder: string, id: PackageId, sizes: FileSizes, lock: PackageLock, thorough: boolean): { damage: string | undefined; assured: Assurance } {
  const known = lock.archives.flatMap((entry) => (entry.name === id.name && entry.version === id.version && entry.content ? [entry.content] : []));
  const digest = contentDigest(sizes);
  const equal = known.some(({ files, sha256 }) => files === digest.files && sha256 === digest.sha256);
  if (equal && !thorough) return { damage: undefined, assured: 'lock' };
  const problems = [...sizes].flatMap(([path, size]) => (path.endsWith('.json') && !endsLikeJson(join(folder, path), size) ? [`${path} is cut off`] : []));
  if (equal || problems.length > 0) return { damage: listed(problems), assured: 'lock' };
  const index = readIndex(join(folder, 'package'));
  if (index !== undefined) {
    return { damage: listed(index.flatMap(({ filename }) => (sizes.has(`package/${filename}`) ? [] : [`package/${filename} is missing`]))), assured: 'index' };
  }
  // Without a record or an index nothing but the lock file can tell that a file was lost.
  const damage = known.length === 0 ? undefined : `its ${digest.files} files are not the ${known.map(({ files }) => files).join(' or ')} that belong to it`;
  return { damage, assured: 'structure' };
}

/** The HL7 validator stops at an index that it cannot parse, so a broken one is damage although it could be made anew. */
function brokenIndex(folder: string): string | undefined {
  const file = join(folder, 'package', '.index.json');
  if (!existsSync(file)) return undefined;
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return undefined;
  } catch {
    return 'package/.index.json is not readable JSON';
  }
}

const TAIL_BYTES = 64;

/** Whether a file's last character, white space aside, closes an object or a list: what a truncated file almost never does. */
function endsLikeJson(file: string, size: number): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
    readSync(descriptor, tail, 0, tail.length, Math.max(0, fstatSync(descriptor).size - tail.length));
    return /[}\]]\s*$/.test(tail.toString('latin1'));
  } finally {
    closeSync(descriptor);
  }
}

function listed(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  return problems.length === 1 ? problems[0] : `${problems[0]} and ${problems.length - 1} more like it`;
}
