/** What SUSHI must know of each resource in a package, kept beside the package so that the next build need not read the package. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceInfo } from 'fhir-package-loader';
import { writeWhole } from '../core/write-whole';

/** A dot file without the .json ending, which neither SUSHI nor the HL7 validator reads; it goes when the package is replaced. */
export const DEFINITION_INDEX_FILE = join('package', '.scout-definitions');
const FORMAT = 1;

interface DefinitionIndex {
  format: number;
  /** What the package looked like; a package that looks otherwise is read anew. */
  seen: PackageLook;
  /** `resourcePath` is the file's name. */
  resources: ResourceInfo[];
}

interface PackageLook {
  files: number;
  /** Size and time of package.json, which every tool writes when it installs a package. */
  manifestSize: number;
  manifestTime: number;
}

/**
 * The rows of a package, with absolute paths; undefined where there is no index that fits.
 * Reading 9,500 JSON files for their ids is most of a cold build's time; their content is still read from the files themselves.
 */
export function readDefinitionIndex(packagePath: string): ResourceInfo[] | undefined {
  try {
    const index = JSON.parse(readFileSync(join(packagePath, DEFINITION_INDEX_FILE), 'utf8')) as DefinitionIndex;
    if (index.format !== FORMAT || !sameLook(index.seen, lookOf(packagePath))) return undefined;
    return index.resources.map((info) => ({ ...info, resourcePath: join(packagePath, 'package', info.resourcePath ?? '') }));
  } catch {
    return undefined;
  }
}

/** Keeps the rows of a package. A cache that cannot be written to is no error: the next build is slow again, that is all. */
export function writeDefinitionIndex(packagePath: string, resources: readonly ResourceInfo[]): void {
  const folder = join(packagePath, 'package');
  try {
    const index: DefinitionIndex = {
      format: FORMAT,
      seen: lookOf(packagePath),
      resources: resources.map((info) => ({ ...info, resourcePath: info.resourcePath?.slice(folder.length + 1) })),
    };
    writeWhole(join(packagePath, DEFINITION_INDEX_FILE), JSON.stringify(index));
  } catch {
    return;
  }
}

function lookOf(packagePath: string): PackageLook {
  const folder = join(packagePath, 'package');
  const { size, mtimeMs } = statSync(join(folder, 'package.json'));
  return { files: readdirSync(folder).filter((name) => !name.startsWith('.')).length, manifestSize: size, manifestTime: mtimeMs };
}

function sameLook(a: PackageLook, b: PackageLook): boolean {
  return a.files === b.files && a.manifestSize === b.manifestSize && a.manifestTime === b.manifestTime;
}
