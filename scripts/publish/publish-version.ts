/** The files of one version in, a folder of it beside `current`, with the list and the page of all versions, out; or nothing changed. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KnownError } from '../core/known-error';
import { writeWhole } from '../core/write-whole';
import { alreadyPublished, historyPage, readPackageList, withVersion, type PackageList, type PublishedVersion } from './package-list';

export interface VersionFiles {
  /** Path in the version's folder -> content. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly guide: Omit<PackageList, 'list'>;
  readonly version: PublishedVersion;
}

export const PACKAGE_LIST = 'package-list.json';

/** The list of what is published in a folder; undefined where nothing is. @throws KnownError `bad-package-list` */
export function publishedVersions(folder: string): PackageList | undefined {
  const file = join(folder, PACKAGE_LIST);
  return existsSync(file) ? readPackageList(readFileSync(file, 'utf8'), file) : undefined;
}

/** @throws KnownError `already-published`, `bad-version-name`, where the version is there, in the list or as a folder */
export function refuseOverwriting(folder: string, version: string): void {
  // It becomes a folder's name.
  if (!/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version) || version === 'current') throw new KnownError('bad-version-name', `"${version}" cannot be a version.`, 'Write it as 1.2.0 or 1.2.0-ballot.');
  if (publishedVersions(folder)?.list.some((one) => one.version === version) === true || existsSync(join(folder, version))) throw alreadyPublished(version);
}

/**
 * Writes `folder`/VERSION, `folder`/current, package-list.json and history.html. Equal files give equal bytes.
 * @throws KnownError `already-published`, `other-guide`, `bad-package-list`, `cannot-write`
 */
export function publishVersion(folder: string, { files, guide, version }: VersionFiles): { folder: string; list: PackageList } {
  refuseOverwriting(folder, version.version);
  const list = withVersion(publishedVersions(folder), guide, version);
  let stage: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    stage = mkdtempSync(join(folder, '.publish-'));
    const made = join(stage, 'version');
    for (const [path, content] of files) {
      const file = join(made, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const [target, current] = [join(folder, version.version), join(folder, 'current')];
    cpSync(made, join(stage, 'current'), { recursive: true });
    renameSync(made, target);
    if (existsSync(current)) renameSync(current, join(stage, 'before'));
    renameSync(join(stage, 'current'), current);
    writeWhole(join(folder, 'history.html'), historyPage(list));
    // Last: what it names is there.
    writeWhole(join(folder, PACKAGE_LIST), `${JSON.stringify(list, null, 2)}\n`);
    return { folder: target, list };
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('cannot-write', `${folder} cannot be written: ${(error as Error).message}`, 'Name another folder with --to DIR, or make it writable.', { cause: error });
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  }
}
