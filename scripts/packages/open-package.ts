/** A package in the cache in, its resources out: found through `.index.json`, read one by one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { packageFolder } from './cache-folder';
import { packageLabel } from './package-id';
import { indexFolder, readIndex, type IndexEntry } from './package-index';
import { readPackageJson } from './package-health';
import type { PackageJson } from './repin';

export interface OpenPackage {
  /** The folder that holds the resources. */
  readonly folder: string;
  readonly packageJson: PackageJson;
  /** Entries of one resource type, or of all, in the order of their file names. */
  list(resourceType?: string): readonly IndexEntry[];
  /** The first entry of a type with this id or canonical URL. */
  find(resourceType: string, idOrUrl: string): IndexEntry | undefined;
  /** @throws KnownError `damaged-package` */
  read(entry: IndexEntry | string): Resource;
}

/**
 * Opens a package of the cache. Its index is used, or made in memory where there is none (which reads every file once).
 * @example openPackage(defaultCacheDir(), 'hl7.fhir.r4.core', '4.0.1').list('SearchParameter')
 * @throws KnownError `package-not-cached` or `damaged-package`
 */
export function openPackage(cache: string, name: string, version: string): OpenPackage {
  const label = packageLabel({ name, version });
  const packageJson = readPackageJson(packageFolder(cache, { name, version }));
  if (typeof packageJson === 'string') {
    throw new KnownError('package-not-cached', `${label} is not in the FHIR package cache ${cache} (${packageJson}).`, 'Fill the cache with: scout packages');
  }
  const folder = join(packageFolder(cache, { name, version }), 'package');
  const entries = readIndex(folder) ?? indexFolder(folder);
  return {
    folder,
    packageJson,
    list: (resourceType) => (resourceType === undefined ? entries : entries.filter((entry) => entry.resourceType === resourceType)),
    find: (resourceType, idOrUrl) => entries.find((entry) => entry.resourceType === resourceType && (entry.id === idOrUrl || entry.url === idOrUrl)),
    read(entry) {
      const filename = typeof entry === 'string' ? entry : entry.filename;
      try {
        return JSON.parse(readFileSync(join(folder, filename), 'utf8')) as Resource;
      } catch (error) {
        throw new KnownError('damaged-package', `${filename} of ${label} in ${cache} cannot be read: ${(error as Error).message}`, 'Have it replaced with: scout packages', { cause: error });
      }
    },
  };
}
