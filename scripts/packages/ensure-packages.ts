/** The FHIR packages that are needed in, a FHIR package cache that holds them sound and pinned out. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { FHIR_VERSIONS, type FhirVersionName } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import { SILENT, type Progress } from '../core/progress';
import { defaultCacheDir, packageFolder } from './cache-folder';
import { askAll, fetchPackage, type FetchSession } from './fetch-package';
import { recordRepin } from './install-record';
import { defaultLockFile, readLock, writeLock, type PackageLock } from './lock-file';
import { inspectPackage, type PackageHealth } from './package-health';
import { packageLabel } from './package-id';
import type { PackageOutcome, PackageReport } from './package-report';
import { listRegistries, sourceOrder, type PackageSource } from './registries';
import { REGISTRY_TIMEOUTS, type RegistryTimeouts } from './registry-client';
import { describeRepin, repinDependencies } from './repin';
import { REQUIRED_PACKAGES, type RequiredPackage } from './required-packages';
import { closeStaging, openStaging } from './staging';
import { writeWhole } from '../core/write-whole';

export interface PackageOptions {
  /** Whose table of packages; R4 unless said. */
  readonly fhirVersion?: FhirVersionName;
  /** Other packages than the table's. */
  readonly packages?: readonly RequiredPackage[];
  /** The cache's folder; `~/.fhir/packages` unless said. */
  readonly cache?: string;
  /** The lock file; the program's own unless said. */
  readonly lockFile?: string;
  /** Where to look, in this order; leaving out `cache` fetches anew what is there. */
  readonly sources?: readonly PackageSource[];
  /** Registries to ask instead of FHIR's own and npm's. */
  readonly registries?: readonly string[];
  /** Look, by names and sizes or at every byte, and change nothing; what is missing or damaged stands in the report. */
  readonly check?: 'sizes' | 'bytes';
  /** Take archives whose hash differs from the locked one, and lock theirs. */
  readonly updateLock?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  readonly timeouts?: RegistryTimeouts;
  readonly env?: NodeJS.ProcessEnv;
}

interface Looked {
  readonly row: RequiredPackage;
  readonly health: PackageHealth;
}

/**
 * Makes sure that the packages are in the cache: a fraction of a second when they are.
 * @throws KnownError `no-package-source` (what was tried for each package), `wrong-hash`, `broken-archive`, `bad-lock-file`, `cache-not-writable`
 */
export async function ensurePackages(options: PackageOptions = {}): Promise<PackageReport> {
  const rows = options.packages ?? REQUIRED_PACKAGES[options.fhirVersion ?? FHIR_VERSIONS.R4.name];
  const cache = options.cache ?? defaultCacheDir();
  const lockFile = options.lockFile ?? defaultLockFile();
  const lock = readLock(lockFile);
  const order = sourceOrder(options.sources, options.registries);
  const looked = rows.map((row): Looked => ({ row, health: inspectPackage(packageFolder(cache, row), row, lock, options.check === 'bytes') }));
  const notes: string[] = [];
  const check = options.check !== undefined;
  const useCache = check || order.includes('cache');
  const outcomes = new Map<RequiredPackage, PackageOutcome>();
  for (const { row, health } of looked) {
    if (useCache && (check || health.state === 'sound')) outcomes.set(row, cached(cache, row, health, check, notes));
  }
  const wanted = looked.filter(({ row }) => !outcomes.has(row));
  if (wanted.length > 0) await fetchAll(wanted, { options, cache, lockFile, lock, order, notes, outcomes });
  const packages = rows.flatMap((row) => outcomes.get(row) ?? []);
  const complete = packages.every(({ status, repinned }) => status !== 'missing' && status !== 'damaged' && !(check && repinned.length > 0));
  return { cache, lockFile, packages, notes, complete };
}

/** What the cache itself has to say about a package; re-pins a sound one in place, unless nothing is to be changed. */
function cached(cache: string, row: RequiredPackage, health: PackageHealth, check: boolean, notes: string[]): PackageOutcome {
  const common = { name: row.name, version: row.version, purpose: row.purpose, archives: [], source: 'cache' as const };
  if (health.state === 'missing') return { ...common, status: 'missing', files: 0, repinned: [] };
  if (health.state === 'damaged') return { ...common, status: 'damaged', files: 0, repinned: [], damage: health.damage };
  const { packageJson, changes } = repinDependencies(row, health.packageJson);
  if (changes.length > 0) notes.push(check ? describeRepin(row, changes).replace(/^re-pinned/, 'would re-pin') : describeRepin(row, changes));
  if (changes.length > 0 && !check) {
    const folder = packageFolder(cache, row);
    writeWhole(join(folder, 'package', 'package.json'), `${JSON.stringify(packageJson, null, 2)}\n`);
    if (health.record) recordRepin(folder, health.record, changes);
  }
  return { ...common, status: 'present', files: health.files, repinned: changes };
}

interface FetchRun {
  readonly options: PackageOptions;
  readonly cache: string;
  readonly lockFile: string;
  readonly lock: PackageLock;
  readonly order: readonly PackageSource[];
  readonly notes: string[];
  readonly outcomes: Map<RequiredPackage, PackageOutcome>;
}

/** Brings the wanted packages into the cache side by side; those that came stay, also when another one fails. */
async function fetchAll(wanted: readonly Looked[], run: FetchRun): Promise<void> {
  const { options, cache, lockFile, lock, order, notes, outcomes } = run;
  const { registries, unknown } = await listRegistries(order, options.registries ?? [], options.env, options.signal);
  // Every question and download listens for the interruption, more of them at once than Node takes for a leak.
  if (options.signal) setMaxListeners(0, options.signal);
  if (registries.length === 0) throw unobtainable(wanted, unknown, order, cache);
  const progress = options.progress ?? SILENT;
  const staging = openStaging(cache);
  const session: FetchSession = {
    cache,
    staging,
    order,
    registries,
    timeouts: options.timeouts ?? REGISTRY_TIMEOUTS,
    ...(options.signal && { signal: options.signal }),
    acceptNewHashes: options.updateLock === true,
    lock,
    answers: new Map(),
    silent: new Set(),
    notes,
    progress: (label, bytes, total) => progress.step(outcomes.size, `${label} ${bytes === 0 ? '' : megabytes(bytes, total)}`),
  };
  progress.start('FHIR packages', outcomes.size + wanted.length);
  const failures: unknown[] = [];
  const tried = new Set<string>(unknown);
  const without: Looked[] = [];
  try {
    for (const { row } of wanted) askAll(session, row);
    await Promise.all(
      wanted.map(async (look) => {
        const { row, health } = look;
        try {
          const outcome = await fetchPackage(session, row);
          if ('tried' in outcome) {
            without.push(look);
            for (const line of outcome.tried) tried.add(line);
            return;
          }
          if (outcome.repinned.length > 0) notes.push(describeRepin(row, outcome.repinned));
          if (health.state === 'damaged') notes.push(`replaced ${packageLabel(row)} in the cache: ${health.damage}.`);
          outcomes.set(row, health.state === 'damaged' ? { ...outcome, damage: health.damage } : outcome);
          progress.step(outcomes.size, packageLabel(row));
        } catch (error) {
          failures.push(error);
        }
      }),
    );
  } finally {
    closeStaging(staging);
    if (session.lock !== lock) notes.push(...saveLock(lockFile, session.lock));
    const failed = failures.length + without.length;
    progress.end(failed === 0 ? `${wanted.length} brought into ${cache}` : `${failed} of ${wanted.length} could not be had`);
  }
  options.signal?.throwIfAborted();
  // A wrong hash or a broken archive is not a matter of reach, so it is told first.
  if (failures.length > 0) throw failures[0];
  if (without.length > 0) throw unobtainable(without, tried, order, cache);
}

function saveLock(lockFile: string, lock: PackageLock): string[] {
  try {
    writeLock(lockFile, lock);
    return [];
  } catch (error) {
    // An installed program's own folder is often read-only; the packages are good all the same, only the memory of their hashes is lost.
    return [`${lockFile} could not be written (${(error as Error).message}); name another with --lock FILE to keep the hashes.`];
  }
}

function unobtainable(wanted: readonly Looked[], tried: Iterable<string>, order: readonly PackageSource[], cache: string): KnownError {
  const list = wanted.map(({ row, health }) => packageLabel(row) + (health.state === 'damaged' ? ` (damaged: ${health.damage})` : ''));
  const lines = [...tried].map((line) => `\n  - ${line}`);
  return new KnownError(
    'no-package-source',
    `Not in the FHIR package cache ${cache}: ${list.join(', ')}. ${lines.length === 0 ? 'No other source was to be asked.' : `No source has ${list.length === 1 ? 'it' : 'them'}; tried:${lines.join('')}`}`,
    order.every((source) => source === 'cache')
      ? 'Run scout packages once with a network, or name a filled cache with --cache DIR.'
      : 'Name a registry that this machine reaches with --registry URL (or: npm config set registry URL), a proxy with HTTPS_PROXY, or a filled cache with --cache DIR.',
  );
}

function megabytes(bytes: number, total: number | undefined): string {
  const shown = (value: number) => (value / 1e6).toFixed(1);
  return total === undefined ? `${shown(bytes)} MB` : `${shown(bytes)} of ${shown(total)} MB`;
}
