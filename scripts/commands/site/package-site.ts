/** A built package in (package.tgz, folder, or name#version), its guide as the site shows it out. */
import { existsSync } from 'node:fs';
import type { CommandContext } from '../command';
import { corePackage } from './core-package';
import type { SiteSource } from './project-site';

/** Brings the definition of FHIR itself where it is missing, so that types have their links. */
export async function packageSite(named: string, { options, console, signal }: CommandContext): Promise<SiteSource> {
  const [{ readPackage }, { packageGuide }, { defaultCacheDir }, { openExternals }, { siteFormats }, { siteTests }, { ensurePackages }, { REQUIRED_PACKAGES }] = await Promise.all([
    import('../../packages/read-package.js'), import('../../site/read/package.js'), import('../../packages/cache-folder.js'), import('../../site/read/externals.js'),
    import('./site-formats.js'), import('./site-tests.js'), import('../../packages/ensure-packages.js'), import('../../packages/required-packages.js'),
  ]);
  const cache = typeof options.cache === 'string' ? options.cache : defaultCacheDir();
  const content = await readPackage(named, cache);
  const versions = content.manifest.fhirVersions ?? content.manifest['fhir-version-list'];
  const fhirVersion = String((versions as string[] | undefined)?.[0] ?? '4.0.1');
  const core = corePackage(fhirVersion);
  const row = Object.values(REQUIRED_PACKAGES).flat().find(({ name, version }) => name === core.name && version === core.version);
  if (row !== undefined && options.offline !== true) (await ensurePackages({ packages: [row], cache, progress: console.progress, signal })).notes.forEach((note) => console.note(note));
  const dependencies = Object.entries(content.manifest.dependencies ?? {}).map(([name, version]) => ({ name, version }));
  const externals = openExternals(cache, [core, ...dependencies]);
  const guide = packageGuide(content, externals, await siteTests(fhirVersion));
  const packageFile = named.endsWith('.tgz') && existsSync(named) ? named : undefined;
  return { guide, packageFile, definitions: named, notes: externals.notes, formats: siteFormats(guide.fhirVersion) };
}
