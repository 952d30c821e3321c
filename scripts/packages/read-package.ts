/** A package named as people name one (archive, folder, `name#version`) in, all its resources in memory out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isResource, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { unpackArchive } from './archive';
import { defaultCacheDir, packageFolder } from './cache-folder';
import { packageLabel, parsePackageId } from './package-id';
import type { PackageJson } from './repin';

export interface PackageContent {
  /** `name#version` as its package.json states them; what the user typed where it has none. */
  readonly label: string;
  readonly manifest: PackageJson;
  /** Resources of package/, in the order of their file names. */
  readonly definitions: readonly Resource[];
  /** Resources of package/example/ (or examples/). */
  readonly examples: readonly Resource[];
}

const EXAMPLE_FOLDERS = ['example', 'examples'];
const NOT_RESOURCES = new Set(['package.json', 'package-lock.json']);

/**
 * Reads `package.tgz`, an unpacked package, a folder of resources (fsh-generated too), or `name#version` of the cache.
 * @throws KnownError `no-such-package`, `bad-package-name`, `package-not-cached`, `broken-archive`, `damaged-package`
 */
export async function readPackage(named: string, cache: string = defaultCacheDir()): Promise<PackageContent> {
  const status = statSync(named, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return readFolder(named, named);
  if (status?.isFile() === true) return readArchive(named);
  if (!named.includes('#')) throw new KnownError('no-such-package', `There is no package at ${named}.`, 'Name a package.tgz, a folder with resources, or name#version of a package in the cache.');
  const id = parsePackageId(named);
  const folder = packageFolder(cache, id);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    throw new KnownError('package-not-cached', `${named} is not in the FHIR package cache ${cache}.`, `Fetch it with: scout packages ${packageLabel(id)}`);
  }
  return readFolder(folder, named);
}

async function readArchive(file: string): Promise<PackageContent> {
  const unpacked = mkdtempSync(join(tmpdir(), 'scout-package-'));
  try {
    await unpackArchive(file, file, unpacked, (path) => /^package\/([^/]+|examples?\/[^/]+)\.json$/.test(path));
    return readFolder(unpacked, file);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function readFolder(folder: string, named: string): PackageContent {
  // A package has its resources in package/, a FSH project's output in resources/, any other folder in itself.
  const inner = ['package', 'resources', join('fsh-generated', 'resources')].map((name) => join(folder, name)).find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory()) ?? folder;
  const manifest = readJson(join(inner, 'package.json'), true) as PackageJson | undefined;
  const definitions = resourcesIn(inner);
  const examples = EXAMPLE_FOLDERS.flatMap((name) => resourcesIn(join(inner, name)));
  if (definitions.length + examples.length === 0) throw new KnownError('no-such-package', `There are no FHIR resources in ${named}.`, 'Name a package.tgz, a folder with resources as JSON, or name#version.');
  return { label: manifest?.name === undefined ? named : `${manifest.name}#${manifest.version ?? '?'}`, manifest: manifest ?? {}, definitions, examples };
}

function resourcesIn(folder: string): Resource[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.') && !NOT_RESOURCES.has(name))
    .sort()
    .flatMap((name) => {
      const value = readJson(join(folder, name));
      return isResource(value) ? [value] : [];
    });
}

function readJson(file: string, optional = false): unknown {
  if (optional && statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new KnownError('damaged-package', `${file} cannot be read: ${(error as Error).message}`, undefined, { cause: error });
  }
}
