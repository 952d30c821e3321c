/** A package cache in, the FHIR definitions that SUSHI looks things up in out; loaded once, good for any number of builds. */
import { join, resolve } from 'node:path';
import { fhirdefs, utils } from 'fsh-sushi';
import { getPredefinedResourcePaths, PREDEFINED_PACKAGE_NAME } from 'fsh-sushi/dist/ig';
import { DiskBasedPackageCache, DiskBasedVirtualPackage, LoadStatus, type RegistryClient } from 'fhir-package-loader';
import { cachedRegistry } from './cached-registry';
import { readDefinitionIndex, writeDefinitionIndex } from './definition-index';
import { createMemoryPackageDb, type MemoryPackageDb } from './memory-package-db';

/** Enough for every definition that a guide of this kind touches; the library's 200 makes a rebuild parse files again. */
const RESOURCES_KEPT = 2000;

/** SUSHI's definitions with our database under them, an index that spares reading packages, and a project's own resources that can be replaced. */
export class GuideDefinitions extends fhirdefs.FHIRDefinitions {
  readonly #db: MemoryPackageDb;
  readonly #cache: DiskBasedPackageCache;
  readonly #registry: RegistryClient;
  #projectLoads = 0;

  constructor(cacheDir: string) {
    const db = createMemoryPackageDb();
    const cache = new DiskBasedPackageCache(cacheDir, { log: utils.logMessage });
    const registry = cachedRegistry(cacheDir);
    super({ packageDB: db, packageCache: cache, registryClient: registry, options: { resourceCacheSize: RESOURCES_KEPT } });
    this.#db = db;
    this.#cache = cache;
    this.#registry = registry;
  }

  /** As the base class does, but from the package's index where there is one. */
  override async loadPackage(name: string, version: string): Promise<LoadStatus> {
    const resolved = await this.#registry.resolveVersion(name, version);
    if (this.getPackageLoadStatus(name, resolved) === LoadStatus.LOADED) return LoadStatus.LOADED;
    const folder = this.#cache.getPackagePath(name, resolved);
    // `current` and `dev` change under their name, so that only the base class knows what they hold.
    if (folder === undefined || !/^\d/.test(resolved)) return super.loadPackage(name, resolved);
    const rows = readDefinitionIndex(folder);
    if (rows === undefined) {
      const status = await super.loadPackage(name, resolved);
      if (status === LoadStatus.LOADED) writeDefinitionIndex(folder, this.#db.resourcesOf(name, resolved));
      return status;
    }
    this.#db.savePackageInfo({ name, version: resolved, packagePath: folder, packageJSONPath: join(folder, 'package', 'package.json') });
    for (const row of rows) this.#db.saveResourceInfo(row);
    return LoadStatus.LOADED;
  }

  /** Replaces the project's own ready-made resources (input/examples, input/profiles ...) by what the folders hold now. */
  async loadProject(root: string, parameters: Parameters<typeof getPredefinedResourcePaths>[2]): Promise<void> {
    this.#db.forget(PREDEFINED_PACKAGE_NAME);
    // A version of its own for each load: the base class remembers resources by package, version and path.
    const version = `LOCAL-${++this.#projectLoads}`;
    const folders = getPredefinedResourcePaths(join(root, 'input'), resolve(root), parameters);
    const options = { log: utils.logMessage, allowNonResources: true, recursive: true };
    await this.loadVirtualPackage(new DiskBasedVirtualPackage({ name: PREDEFINED_PACKAGE_NAME, version }, folders, options));
  }
}
