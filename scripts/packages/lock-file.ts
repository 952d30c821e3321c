/** The lock file (which archive of which source has which SHA-256) in, verdicts on archives and an extended lock file out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';
import { packageLabel, type PackageId } from './package-id';
import type { PackageSource } from './registries';
import type { ContentDigest } from './package-content';
import { writeWhole } from '../core/write-whole';

/** One archive as one source serves it, or one package as it was assembled. */
export interface LockedArchive extends PackageId {
  readonly source: Exclude<PackageSource, 'cache'>;
  /** SHA-256 of the .tgz, hexadecimal; an assembled package has none of its own, but its parts have. */
  readonly sha256?: string;
  /** The parts of an assembled package, as labels. */
  readonly parts?: readonly string[];
  /** What the package holds once unpacked; absent for archives that are only parts. */
  readonly content?: ContentDigest;
}

export interface PackageLock {
  readonly archives: readonly LockedArchive[];
}

const FORMAT = 1;

/** The lock file that comes with the program. */
export function defaultLockFile(): string {
  return join(packageRoot(), 'fhir-packages.lock.json');
}

/** Reads a lock file; one that does not exist yet is empty. @throws KnownError `bad-lock-file` */
export function readLock(file: string): PackageLock {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { archives: [] };
    throw new KnownError('bad-lock-file', `${file} cannot be read: ${diskSays(error)}.`, 'Name another with --lock FILE.', { cause: error });
  }
  try {
    const lock = JSON.parse(text) as { format?: unknown; archives?: unknown };
    if (lock.format !== FORMAT) throw new Error(`its format is ${JSON.stringify(lock.format)}, this program reads ${FORMAT}`);
    if (!Array.isArray(lock.archives) || !lock.archives.every(isLockedArchive)) throw new Error('an archive lacks name, version or source');
    return { archives: lock.archives };
  } catch (error) {
    throw new KnownError('bad-lock-file', `${file} is not a lock file: ${(error as Error).message}.`, 'Restore it from version control, or delete it to have it written anew.', { cause: error });
  }
}

function isLockedArchive(value: unknown): value is LockedArchive {
  const { name, version, source } = (value ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof version === 'string' && typeof source === 'string';
}

/**
 * Whether an archive may be used.
 * A hash that is locked for this package, whatever the source, is `known`. FHIR's own registries may serve another build of the
 * same version than npm does, so their first archive is `new`, as is the first archive of a package that the lock does not name.
 * @param accept take what differs too (`--update-lock`)
 * @throws KnownError `wrong-hash`
 */
export function judgeArchive(lock: PackageLock, archive: LockedArchive & { sha256: string }, accept: boolean): 'known' | 'new' {
  const entries = lock.archives.filter((entry) => samePackage(entry, archive) && entry.sha256 !== undefined);
  if (entries.some((entry) => entry.sha256 === archive.sha256)) return 'known';
  const firstOfFhir = archive.source === 'fhir-registry' && !entries.some((entry) => entry.source === 'fhir-registry');
  if (accept || entries.length === 0 || firstOfFhir) return 'new';
  const locked = entries.map((entry) => `${entry.sha256} (${entry.source})`).join(', ');
  throw new KnownError(
    'wrong-hash',
    `The archive of ${packageLabel(archive)} from the ${archive.source} has SHA-256 ${archive.sha256}; the lock file says ${locked}.`,
    'Nothing was installed. If you know why it differs and trust it, run: scout packages --update-lock',
  );
}

/**
 * The lock with this archive (and what it holds) in it, and whether that is news.
 * @param accept take content that differs from the locked one (`--update-lock`)
 * @throws KnownError `wrong-content` when known bytes unpacked to something else than they did before
 */
export function lockArchive(lock: PackageLock, archive: LockedArchive, accept: boolean): { lock: PackageLock; news: boolean } {
  const known = lock.archives.find((entry) => samePackage(entry, archive) && (archive.sha256 === undefined ? entry.source === archive.source : entry.sha256 === archive.sha256));
  if (known === undefined) return { lock: withArchive(lock, archive), news: true };
  if (archive.content === undefined || known.content?.sha256 === archive.content.sha256) return { lock, news: false };
  if (known.content !== undefined && !accept) {
    throw new KnownError(
      'wrong-content',
      `${packageLabel(archive)} unpacked to ${archive.content.files} files that are not the ${known.content.files} files the lock file knows.`,
      'Nothing was installed. Does the file system of the cache change file names or sizes?',
    );
  }
  return { lock: withArchive(lock, { ...known, content: archive.content }), news: true };
}

/** The lock with one archive added, in the place of an earlier one of the same package and source. */
function withArchive(lock: PackageLock, archive: LockedArchive): PackageLock {
  const others = lock.archives.filter((entry) => !(samePackage(entry, archive) && entry.source === archive.source));
  const key = (entry: LockedArchive) => `${packageLabel(entry)} ${entry.source}`;
  return { archives: [...others, archive].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** Writes the lock file whole or not at all. */
export function writeLock(file: string, lock: PackageLock): void {
  writeWhole(file, `${JSON.stringify({ format: FORMAT, archives: lock.archives }, null, 2)}\n`);
}

function samePackage(a: PackageId, b: PackageId): boolean {
  return a.name === b.name && a.version === b.version;
}
