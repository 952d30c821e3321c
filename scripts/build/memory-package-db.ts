/** Rows about FHIR resources and packages in, the rows that SUSHI asks for out: fhir-package-loader's PackageDB without SQL. */
import type { FindResourceInfoOptions, PackageDB, PackageInfo, ResourceInfo, SortBy } from 'fhir-package-loader';

/** StructureDefinitions are asked for by flavour instead of resource type. */
const FLAVOURS = new Set(['Extension', 'Logical', 'Profile', 'Resource', 'Type']);

interface Row {
  /** Load order. */
  readonly order: number;
  readonly info: ResourceInfo;
}

/** A PackageDB that can also list and forget the resources of a package. */
export interface MemoryPackageDb extends PackageDB {
  resourcesOf(name: string, version: string): ResourceInfo[];
  /** Forgets a package and its resources, so that it can be loaded anew. */
  forget(name: string): void;
}

/**
 * Answers as fhir-package-loader's SQLJSPackageDB does (a property test compares the two), from hash tables:
 * a rebuild asks some ten thousand times, and compiling SQL each time was nearly half of its cost.
 */
export function createMemoryPackageDb(): MemoryPackageDb {
  let packages: PackageInfo[] = [];
  let rows: Row[] = [];
  let byKey = new Map<string, Row[]>();
  let loaded = 0;

  const add = (row: Row) => {
    rows.push(row);
    for (const key of new Set([row.info.id, row.info.name, row.info.url])) {
      if (!key) continue;
      const found = byKey.get(key);
      if (found) found.push(row);
      else byKey.set(key, [row]);
    }
  };

  const find = (key: string | undefined, options: FindResourceInfoOptions = {}): ResourceInfo[] => {
    const [text = '', ...version] = (key ?? '').split('|');
    const candidates = text === '*' ? rows : (byKey.get(text) ?? []);
    const matches = candidates.filter(({ info }) => matchesVersion(info, version) && matchesType(info, options.type) && matchesScope(info, options.scope));
    if (options.sort) matches.sort(comparison(options.sort));
    return matches.slice(0, options.limit ?? matches.length).map(({ info }) => info);
  };

  return {
    clear: () => {
      packages = [];
      rows = [];
      byKey = new Map();
    },
    optimize: () => undefined,
    savePackageInfo: (info) => void packages.push(info),
    saveResourceInfo: (info) => add({ order: loaded++, info }),
    findPackageInfos: (name) => (name === '*' ? [...packages] : packages.filter((info) => info.name === name)),
    findPackageInfo: (name, version) => packages.find((info) => info.name === name && info.version === version),
    findResourceInfos: find,
    findResourceInfo: (key, options) => find(key, { ...options, limit: 1 })[0],
    getPackageStats: (name, version) =>
      packages.some((info) => info.name === name && info.version === version)
        ? { name, version, resourceCount: rows.filter(({ info }) => info.packageName === name && info.packageVersion === version).length }
        : undefined,
    exportDB: () => Promise.reject(new Error('A database in memory has no SQLite form.')),
    resourcesOf: (name, version) => find('*', { scope: `${name}|${version}` }),
    forget: (name) => {
      packages = packages.filter((info) => info.name !== name);
      const kept = rows.filter(({ info }) => info.packageName !== name);
      rows = [];
      byKey = new Map();
      kept.forEach(add);
    },
  };
}

function matchesVersion(info: ResourceInfo, version: readonly string[]): boolean {
  return version.length === 0 || info.version === version.join('|');
}

function matchesType(info: ResourceInfo, types: readonly string[] | undefined): boolean {
  return types === undefined || types.length === 0 || types.some((type) => isOfType(info, type));
}

function isOfType(info: ResourceInfo, type: string): boolean {
  return FLAVOURS.has(type) ? info.resourceType === 'StructureDefinition' && info.sdFlavor === type : info.resourceType === type;
}

function matchesScope(info: ResourceInfo, scope: string | undefined): boolean {
  if (!scope) return true;
  const [name, ...version] = scope.split('|');
  return info.packageName === name && (version.length === 0 || info.packageVersion === version.join('|'));
}

/** The asked orders one after the other: types in the order given, then what is of none of them; load order either way. */
function comparison(sorts: readonly SortBy[]): (a: Row, b: Row) => number {
  const keys = sorts.map(({ sortBy, types, ascending }): ((row: Row) => number) => {
    if (sortBy === 'Type') return ({ info }) => typeRank(info, types as readonly string[]);
    return ({ order }) => (ascending === true ? order : -order);
  });
  return (a, b) => {
    for (const key of keys) {
      const difference = key(a) - key(b);
      if (difference !== 0) return difference;
    }
    return a.order - b.order;
  };
}

function typeRank(info: ResourceInfo, types: readonly string[]): number {
  const rank = types.findIndex((type) => isOfType(info, type));
  return rank === -1 ? types.length : rank;
}
