/** Guides to validate with in; which structure definitions they hold, and so which type a profile constrains, out. */
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { isResource, type Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { closest } from '../core/nearest';
import { defaultCacheDir } from '../packages/cache-folder';
import { openPackage } from '../packages/open-package';
import { parsePackageId } from '../packages/package-id';
import type { ProfileChoice } from './validator';

/** A structure definition as far as it matters here. */
interface Profile {
  readonly url: string;
  readonly type: string;
}

/**
 * Our own guide, in the form that was built last: `OUT/package.tgz` or `fsh-generated/resources` below the root.
 * @returns undefined where it has not been built
 */
export function ownGuide(root: string, out: string): string | undefined {
  const built = [join(out, 'package.tgz'), join(root, 'fsh-generated', 'resources')].flatMap((path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined ? [] : [{ path, time: status.mtimeMs }];
  });
  return built.sort((a, b) => b.time - a.time)[0]?.path;
}

/**
 * Checks what the user names as a guide before the validator does: a folder, a package archive, or `name#version` in the cache.
 * @throws KnownError `no-such-guide`, `bad-package-name` or `package-not-cached`
 */
export function checkGuide(guide: string, packageCache = defaultCacheDir()): void {
  if (statSync(guide, { throwIfNoEntry: false }) !== undefined) return;
  if (!guide.includes('#')) throw new KnownError('no-such-guide', `There is no guide at ${guide}.`, 'Name a folder with resources, a package.tgz, or name#version of a package.');
  const { name, version } = parsePackageId(guide);
  openPackage(packageCache, name, version);
}

/**
 * Finds the type that each profile constrains, looking in the guides and then in the packages that are always loaded.
 * @throws KnownError `unknown-profile`, naming the nearest one that is there
 */
export async function chooseProfiles(urls: readonly string[], guides: readonly string[], packages: readonly string[], packageCache = defaultCacheDir()): Promise<ProfileChoice[]> {
  if (urls.length === 0) return [];
  const known = new Map<string, string>();
  for (const guide of [...guides, ...packages]) {
    for (const { url, type } of await profilesOf(guide, packageCache)) if (!known.has(url)) known.set(url, type);
  }
  return urls.map((url) => {
    const type = known.get(url.split('|')[0] ?? url);
    if (type !== undefined) return { url, type };
    const suggestion = closest(url, [...known.keys()]);
    const where = guides.length === 0 ? 'No guide is loaded: build it with scout build, or name one with --ig.' : `Looked in ${guides.join(', ')}.`;
    throw new KnownError('unknown-profile', `There is no profile ${url}.`, suggestion === undefined ? where : `Did you mean ${suggestion}? ${where}`);
  });
}

async function profilesOf(guide: string, packageCache: string): Promise<Profile[]> {
  const status = statSync(guide, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return readdirSync(guide).filter((name) => name.endsWith('.json')).flatMap((name) => profileIn(readFileSync(join(guide, name), 'utf8')));
  if (status?.isFile() === true) return guide.endsWith('.json') ? profileIn(readFileSync(guide, 'utf8')) : profilesOfArchive(guide);
  const { name, version } = parsePackageId(guide);
  return openPackage(packageCache, name, version).list('StructureDefinition').flatMap(({ url, type }) => (url === undefined || type === undefined ? [] : [{ url, type }]));
}

async function profilesOfArchive(file: string): Promise<Profile[]> {
  const { Parser } = await import('tar');
  const texts: Promise<string>[] = [];
  const parser = new Parser({
    filter: (path) => /^package\/[^/]+\.json$/.test(path),
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      texts.push(entry.promise().then(() => Buffer.concat(chunks).toString('utf8')));
    },
  });
  try {
    const chunks = createReadStream(file).pipe(createGunzip());
    for await (const chunk of chunks) parser.write(chunk as Buffer);
    parser.end();
    return (await Promise.all(texts)).flatMap(profileIn);
  } catch (error) {
    throw new KnownError('broken-archive', `${file} cannot be read as a package: ${(error as Error).message}`, 'Build it anew with: scout build', { cause: error });
  }
}

function profileIn(text: string): Profile[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return []; // a guide's folder may hold other files; the validator says which it does not take
  }
  const { resourceType, url, type } = isResource(value) ? value : ({} as Partial<Resource>);
  return resourceType === 'StructureDefinition' && typeof url === 'string' && typeof type === 'string' ? [{ url, type }] : [];
}
