/** The record that an installed package carries of itself: where it came from and which files it must hold. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileHash, fileSizes } from './package-content';
import type { RepinnedDependency } from './repin';
import type { PackageSource } from './registries';
import { writeWhole } from '../core/write-whole';

/**
 * Lies inside `package/` as a dot file without the .json ending, so that neither SUSHI nor the HL7 validator takes it for a resource,
 * and goes with the folder when another program replaces the package.
 */
export const RECORD_FILE = join('package', '.scout-record');

export interface InstallRecord {
  readonly name: string;
  readonly version: string;
  readonly source: PackageSource;
  /** The archives it was made from. */
  readonly archives: readonly { readonly label: string; readonly sha256: string }[];
  readonly repinned: readonly RepinnedDependency[];
  /** Path in the package folder: size in bytes, SHA-256. */
  readonly files: Readonly<Record<string, readonly [size: number, sha256: string]>>;
}

/** Hashes every file of an unpacked package and writes its record. */
export function writeRecord(folder: string, about: Omit<InstallRecord, 'files'>): InstallRecord {
  const files: Record<string, [number, string]> = {};
  for (const [path, size] of [...fileSizes(folder)].sort(([a], [b]) => (a < b ? -1 : 1))) files[path] = [size, fileHash(join(folder, path))];
  const record = { ...about, files };
  writeWhole(join(folder, RECORD_FILE), JSON.stringify(record));
  return record;
}

/** Brings the record up to date after package.json was re-pinned in place; what it says of all other files stays as installed. */
export function recordRepin(folder: string, record: InstallRecord, changes: readonly RepinnedDependency[]): void {
  const file = join(folder, 'package', 'package.json');
  const files = { ...record.files, 'package/package.json': [statSync(file).size, fileHash(file)] };
  writeWhole(join(folder, RECORD_FILE), JSON.stringify({ ...record, repinned: [...record.repinned, ...changes], files }));
}

/** The record of an installed package; undefined where another program installed it, or the record itself is broken. */
export function readRecord(folder: string): InstallRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD_FILE), 'utf8')) as InstallRecord;
    return typeof record.files === 'object' && record.files !== null && Array.isArray(record.repinned) ? record : undefined;
  } catch {
    return undefined;
  }
}
