/** A package archive (.tgz) in, its folder on disk out. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';

/**
 * Unpacks an archive into a new folder, so that everything lies below `package/`.
 * @param wanted which paths of the archive to take; all of them if absent
 * @throws KnownError `broken-archive` when it is cut off, damaged or no archive at all
 */
export async function unpackArchive(file: string, label: string, folder: string, wanted?: (path: string) => boolean): Promise<void> {
  const { extract } = await import('tar');
  mkdirSync(folder, { recursive: true });
  try {
    // strict: a damaged entry is an error, not a warning; tar itself refuses paths that lead out of the folder.
    await extract({ file, cwd: folder, strict: true, filter: (path) => wanted?.(path) ?? true });
  } catch (error) {
    throw new KnownError('broken-archive', `The archive of ${label} cannot be unpacked: ${archiveSays(error)}.`, HINT, { cause: error });
  }
  nestBelowPackage(folder, label);
}

/** The paths of all files of an archive. @throws KnownError `broken-archive` */
export async function listArchive(file: string, label: string): Promise<string[]> {
  const { list } = await import('tar');
  const paths: string[] = [];
  try {
    await list({ file, strict: true, onReadEntry: (entry) => entry.type === 'File' && paths.push(entry.path) });
  } catch (error) {
    throw new KnownError('broken-archive', `The archive of ${label} cannot be read: ${archiveSays(error)}.`, HINT, { cause: error });
  }
  return paths;
}

const HINT = 'A FHIR package is a .tgz file; fetch or build this one again.';

/** Without tar's own code: `Unrecognized archive format`. */
function archiveSays(error: unknown): string {
  return diskSays(error).replace(/^TAR_[A-Z_]+: /, '').replace(/\.$/, '');
}

/** Some packages keep folders beside `package/`; the IG Publisher and fhir-package-loader move them into it, so this does too. */
function nestBelowPackage(folder: string, label: string): void {
  const top = readdirSync(folder);
  if (!top.includes('package')) throw new KnownError('broken-archive', `The archive of ${label} has no folder "package", so it is not a FHIR package.`);
  for (const name of top) {
    if (name !== 'package') renameSync(join(folder, name), join(folder, 'package', name));
  }
}
