/** The registry client that SUSHI builds with: it knows the FHIR package cache and nothing else. */
import { readdirSync } from 'node:fs';
import type { RegistryClient } from 'fhir-package-loader';

/** `4.0.x`: the newest patch. */
const WILDCARD = /^\d+\.\d+\.x$/;
const NUMERIC = new Intl.Collator('en', { numeric: true });

/**
 * Resolves `latest` and `4.0.x` to the newest cached version that fits, and downloads nothing: packages come into the cache
 * before the build (`ensurePackages`), so that a build is quick and the same with and without a network.
 */
export function cachedRegistry(cacheDir: string): RegistryClient {
  const absent = (name: string, version: string) => Promise.reject(new Error(`${name}#${version} is not in the FHIR package cache ${cacheDir}`));
  return {
    resolveVersion: (name, version) => {
      if (version !== 'latest' && !WILDCARD.test(version)) return Promise.resolve(version);
      const newest = newestOf(cachedVersions(cacheDir, name).filter((cached) => version === 'latest' || cached.startsWith(version.slice(0, -1))));
      return newest === undefined ? absent(name, version) : Promise.resolve(newest);
    },
    download: absent,
  };
}

/** The newest release; a ballot or other preliminary version only where there is no release, as registries choose their `latest`. */
function newestOf(versions: readonly string[]): string | undefined {
  const releases = versions.filter((version) => !version.includes('-'));
  return (releases.length > 0 ? releases : [...versions]).sort((a, b) => NUMERIC.compare(a, b)).at(-1);
}

/** `current` and `dev` are builds in progress: never the latest release. */
function cachedVersions(cacheDir: string, name: string): string[] {
  let folders: string[];
  try {
    folders = readdirSync(cacheDir);
  } catch {
    return [];
  }
  return folders.flatMap((folder) => (folder.startsWith(`${name}#`) && /#\d/.test(folder) ? [folder.slice(name.length + 1)] : []));
}
