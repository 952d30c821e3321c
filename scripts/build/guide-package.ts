/** A guide's resources in, its FHIR NPM package (package.tgz) out: https://hl7.org/fhir/packages.html */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as tar from 'tar';
import type { Resource } from '../core/fhir';
import { writeIndexes } from '../packages/package-index';
import { buildableFhirVersion, type Configuration } from './configuration';
import type { GuideResources } from './guide-resources';

export interface GuidePackage {
  /** Path of package.tgz. */
  file: string;
  name: string;
  version: string;
  /** Number of resources in package/. */
  definitions: number;
  /** Number of resources in package/example/. */
  examples: number;
}

/** The same time in every archive, so that the same guide gives the same bytes; 1980 because some tools refuse earlier ones. */
const ARCHIVE_TIME = new Date('1980-01-01T00:00:00Z');

/**
 * Writes `out`/package.tgz: definitions and index in package/, examples in package/example/.
 * The bytes depend on the resources and the configuration alone: sorted names, fixed times, no owner, a gzip header without
 * time and operating system. (Another version of zlib may still compress the same content otherwise.)
 */
export function writeGuidePackage(out: string, config: Configuration, resources: GuideResources): GuidePackage {
  mkdirSync(out, { recursive: true });
  const stage = mkdtempSync(join(out, '.package-'));
  try {
    const folder = join(stage, 'package');
    const manifest = packageManifest(config, resources);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeResources(folder, resources.definitions);
    if (resources.examples.length > 0) writeResources(join(folder, 'example'), resources.examples);
    writeIndexes(folder);
    const archive = join(stage, 'package.tgz');
    tar.create({ sync: true, file: archive, cwd: stage, gzip: { level: 9 }, portable: true, mtime: ARCHIVE_TIME, noDirRecurse: true }, filesUnder(stage, folder));
    const file = join(out, 'package.tgz');
    renameSync(archive, file);
    return { file, name: manifest.name, version: manifest.version, definitions: resources.definitions.length, examples: resources.examples.length };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function writeResources(folder: string, resources: readonly Resource[]): void {
  mkdirSync(folder, { recursive: true });
  for (const resource of resources) writeFileSync(join(folder, `${resource.resourceType}-${resource.id}.json`), JSON.stringify(resource));
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(root, join(folder, entry.name)) : [relative(root, join(folder, entry.name)).replaceAll('\\', '/')]))
    .sort();
}

/** https://confluence.hl7.org/display/FHIR/NPM+Package+Specification#NPMPackageSpecification-Packagemanifest */
function packageManifest(config: Configuration, { implementationGuide }: GuideResources) {
  const core = buildableFhirVersion(config);
  // The ImplementationGuide names versions where the configuration may say "latest".
  const dependencies = implementationGuide?.dependsOn ?? config.dependencies ?? [];
  const [place] = config.jurisdiction?.[0]?.coding ?? [];
  return {
    name: config.packageId ?? config.id ?? 'unnamed',
    version: config.version ?? '0.0.0',
    'tools-version': 3,
    type: 'IG',
    ...(config.date === undefined ? {} : { date: config.date.replace(/\D/g, '').slice(0, 14).padEnd(14, '0') }),
    ...(config.license === undefined ? {} : { license: config.license }),
    canonical: config.canonical,
    url: config.canonical,
    title: config.title ?? config.name,
    description: config.description ?? config.title,
    fhirVersions: config.fhirVersion,
    dependencies: Object.fromEntries([
      [core.packageId, core.version],
      ...dependencies.flatMap(({ packageId, version }) => (packageId === undefined ? [] : [[packageId, version ?? 'latest']])),
    ]) as Record<string, string>,
    author: config.publisher,
    directories: { lib: 'package', example: 'package/example' },
    ...(place?.code === undefined ? {} : { jurisdiction: `${place.system ?? ''}#${place.code}` }),
  };
}
