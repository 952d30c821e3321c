/** A package archive on disk in, the same package in the FHIR package cache out, where SUSHI and the HL7 validator find it by name. */
import { join } from 'node:path';
import { KnownError } from '../core/known-error';
import { unpackArchive } from './archive';
import { defaultCacheDir, packageFolder } from './cache-folder';
import { packageLabel, parsePackageId, type PackageId } from './package-id';
import { readPackageJson } from './package-health';
import { closeStaging, moveIntoPlace, openStaging } from './staging';

/**
 * Installs `file` under the name and version that its package.json states; a package of that name and version makes room.
 * @throws KnownError `broken-archive`, `bad-package-name`, `cache-not-writable`
 */
export async function installArchive(file: string, cache: string = defaultCacheDir()): Promise<PackageId & { readonly folder: string }> {
  const staging = openStaging(cache);
  try {
    const made = join(staging, 'made');
    await unpackArchive(file, file, made);
    const packageJson = readPackageJson(made);
    if (typeof packageJson === 'string') throw new KnownError('broken-archive', `${file} is not a FHIR package: ${packageJson}.`);
    // Both become a folder's name, so they must be what names and versions of packages may be.
    const id = parsePackageId(packageLabel({ name: packageJson.name ?? '', version: packageJson.version ?? '' }));
    const folder = packageFolder(cache, id);
    moveIntoPlace(made, folder, staging);
    return { ...id, folder };
  } finally {
    closeStaging(staging);
  }
}
