/** The archives of two packages in, the folder of the package that is made of them out. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KnownError } from '../core/known-error';
import { listArchive, unpackArchive } from './archive';
import { packageLabel } from './package-id';
import type { PackageJson } from './repin';
import type { AssemblyRecipe, RequiredPackage } from './required-packages';

/**
 * Takes from the content archive the JSON files whose names stand as XML in the names archive, and the latter's package.json
 * under the new name.
 * @returns number of resources taken
 * @throws KnownError `broken-archive` when names other than the recipe's own exceptions have no file
 */
export async function assemblePackage(row: RequiredPackage, recipe: AssemblyRecipe, contentFile: string, namesFile: string, folder: string): Promise<number> {
  const namesLabel = packageLabel(recipe.names);
  const wanted = new Set((await listArchive(namesFile, namesLabel)).filter((path) => path.endsWith('.xml')).map((path) => basename(path, '.xml')));
  const missing = new Set(wanted);
  await unpackArchive(contentFile, packageLabel(recipe.content), folder, (path) => {
    const name = basename(path, '.json');
    return path === `package/${name}.json` && wanted.has(name) && (missing.delete(name), true);
  });
  const unexpected = [...missing].filter((name) => !recipe.absent.includes(name));
  if (unexpected.length > 0 || wanted.size === 0) {
    throw new KnownError('broken-archive', `${packageLabel(row)} cannot be assembled: ${packageLabel(recipe.content)} lacks ${unexpected.length || 'all'} of the files that ${namesLabel} names (${unexpected.slice(0, 3).join(', ')}).`);
  }
  const aside = join(folder, 'names');
  await unpackArchive(namesFile, namesLabel, aside, (path) => path === 'package/package.json');
  const packageJson = JSON.parse(readFileSync(join(aside, 'package', 'package.json'), 'utf8')) as PackageJson;
  writeFileSync(join(aside, 'package.json'), `${JSON.stringify({ ...packageJson, name: row.name, version: row.version }, null, 2)}\n`);
  renameSync(join(aside, 'package.json'), join(folder, 'package', 'package.json'));
  rmSync(aside, { recursive: true });
  return wanted.size - missing.size;
}
