/** One wanted package and the registries in, the package in the cache out: downloaded or assembled, checked, re-pinned, moved into place. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError } from '../core/known-error';
import { unpackArchive } from './archive';
import { assemblePackage } from './assembly';
import { packageFolder } from './cache-folder';
import { writeRecord } from './install-record';
import { judgeArchive, lockArchive, type LockedArchive, type PackageLock } from './lock-file';
import { contentDigest, fileSizes } from './package-content';
import { readPackageJson } from './package-health';
import { packageLabel, type PackageId } from './package-id';
import { writeIndexes } from './package-index';
import type { PackageOutcome } from './package-report';
import { shownUrl, type PackageSource, type Registry } from './registries';
import { askRegistry, downloadArchive, type Offer, type RegistryAnswer, type RegistryTimeouts } from './registry-client';
import { repinDependencies } from './repin';
import type { RequiredPackage } from './required-packages';
import { moveIntoPlace } from './staging';

/** What one run of filling the cache shares among its packages. */
export interface FetchSession {
  readonly cache: string;
  readonly staging: string;
  readonly order: readonly PackageSource[];
  readonly registries: readonly Registry[];
  readonly timeouts: RegistryTimeouts;
  readonly signal?: AbortSignal;
  /** Take archives whose hash differs from the locked one, and lock theirs. */
  readonly acceptNewHashes: boolean;
  /** Extended as archives arrive. */
  lock: PackageLock;
  /** Each registry is asked once for each package. */
  readonly answers: Map<string, Promise<RegistryAnswer>>;
  /** Registries that did not answer once are not asked again in this run. */
  readonly silent: Set<string>;
  readonly notes: string[];
  progress(label: string, bytes: number, total?: number): void;
}

interface Fetched {
  readonly file: string;
  readonly offer: Offer;
  readonly sha256: string;
}

/** Asks all registries for a package side by side, so that silent ones cost their time once. */
export function askAll(session: FetchSession, id: PackageId): void {
  for (const registry of session.registries) void ask(session, registry, id);
}

/**
 * Brings one package into the cache, or says what was tried in vain.
 * @throws KnownError `wrong-hash`, `wrong-content` or `broken-archive`
 */
export async function fetchPackage(session: FetchSession, row: RequiredPackage): Promise<PackageOutcome | { readonly tried: readonly string[] }> {
  const work = mkdtempSync(join(session.staging, `${row.name}-`));
  const tried: string[] = [];
  try {
    for (const source of session.order) {
      session.signal?.throwIfAborted();
      const outcome = source === 'assembly' ? await assembled(session, row, work, tried) : await downloaded(session, row, source, work, tried);
      if (outcome) return outcome;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  session.signal?.throwIfAborted();
  return { tried };
}

async function downloaded(session: FetchSession, row: RequiredPackage, source: PackageSource, work: string, tried: string[]): Promise<PackageOutcome | undefined> {
  if (source === 'cache') return undefined;
  const archive = await fetchArchive(session, row, work, tried, source);
  if (!archive) return undefined;
  const folder = join(work, 'unpacked');
  await unpackArchive(archive.file, packageLabel(row), folder);
  return install(session, row, folder, archive.offer.registry.source, [archive]);
}

async function assembled(session: FetchSession, row: RequiredPackage, work: string, tried: string[]): Promise<PackageOutcome | undefined> {
  const recipe = row.assembly;
  if (!recipe) return undefined;
  const parts: Fetched[] = [];
  for (const id of [recipe.content, recipe.names]) askAll(session, id);
  for (const id of [recipe.content, recipe.names]) {
    const missing: string[] = [];
    const part = await fetchArchive(session, id, work, missing);
    if (!part) {
      tried.push(`assembly of ${packageLabel(row)}: without ${packageLabel(id)} (${missing.join('; ')})`);
      return undefined;
    }
    parts.push(part);
  }
  const folder = join(work, 'assembled');
  const [content, names] = parts as [Fetched, Fetched];
  session.progress(packageLabel(row), 0);
  const count = await assemblePackage(row, recipe, content.file, names.file, folder);
  session.notes.push(
    `assembled ${packageLabel(row)}: ${count} resources of ${packageLabel(recipe.content)} whose names stand in ${packageLabel(recipe.names)}` +
      (recipe.absent.length > 0 ? ` (without ${recipe.absent.join(', ')}, which exist as XML only).` : '.'),
  );
  return install(session, row, folder, 'assembly', parts);
}

/** The archive from the first registry (of the source, or any) that has it and delivers it. */
async function fetchArchive(session: FetchSession, id: PackageId, work: string, tried: string[], source?: PackageSource): Promise<Fetched | undefined> {
  for (const registry of session.registries) {
    if (source !== undefined && registry.source !== source) continue;
    const place = `${registry.source} ${shownUrl(registry.url)}`;
    const answer = await ask(session, registry, id);
    if (!('offer' in answer)) {
      tried.push(`${place}: ${'absent' in answer ? answer.absent : answer.down}`);
      continue;
    }
    const file = join(mkdtempSync(join(work, 'archive-')), 'package.tgz');
    let sha256: string;
    try {
      sha256 = await downloadArchive(answer.offer, file, session.timeouts, session.signal, (done, total) => session.progress(packageLabel(id), done, total));
    } catch (error) {
      session.signal?.throwIfAborted();
      tried.push(`${place}: ${(error as Error).message}`);
      continue;
    }
    judgeArchive(session.lock, { ...id, source: registry.source, sha256 }, session.acceptNewHashes);
    return { file, offer: answer.offer, sha256 };
  }
  return undefined;
}

function ask(session: FetchSession, registry: Registry, id: PackageId): Promise<RegistryAnswer> {
  const key = `${registry.url} ${packageLabel(id)}`;
  let answer = session.answers.get(key);
  if (answer === undefined) {
    answer = session.silent.has(registry.url) ? Promise.resolve({ down: 'does not answer' }) : askRegistry(registry, id, session.timeouts, session.signal);
    session.answers.set(key, answer);
    void answer.then((said) => 'down' in said && session.silent.add(registry.url));
  }
  return answer;
}

/** Checks, re-pins, indexes and records an unpacked package, then puts it into the cache. */
function install(session: FetchSession, row: RequiredPackage, folder: string, source: Exclude<PackageSource, 'cache'>, archives: readonly Fetched[]): PackageOutcome {
  const packageJson = readPackageJson(folder);
  if (typeof packageJson === 'string' || packageJson.name !== row.name || packageJson.version !== row.version) {
    const said = typeof packageJson === 'string' ? packageJson : `its package.json says ${packageJson.name}#${packageJson.version}`;
    throw new KnownError('broken-archive', `The archive of ${packageLabel(row)} holds something else: ${said}.`);
  }
  const labels = archives.map(({ offer, sha256 }) => ({ label: packageLabel(offer.id), sha256 }));
  addToLock(session, row, folder, source, archives);
  const { packageJson: pinned, changes } = repinDependencies(row, packageJson);
  if (changes.length > 0) writeFileSync(join(folder, 'package', 'package.json'), `${JSON.stringify(pinned, null, 2)}\n`);
  writeIndexes(join(folder, 'package'));
  const record = writeRecord(folder, { name: row.name, version: row.version, source, archives: labels, repinned: changes });
  session.signal?.throwIfAborted();
  mkdirSync(session.cache, { recursive: true });
  moveIntoPlace(folder, packageFolder(session.cache, row), session.staging);
  const registry = archives[0]?.offer.registry.url;
  return {
    name: row.name,
    version: row.version,
    purpose: row.purpose,
    status: source === 'assembly' ? 'assembled' : 'fetched',
    files: Object.keys(record.files).length,
    source,
    ...(registry !== undefined && { registry: shownUrl(registry) }),
    archives: labels,
    repinned: changes,
  };
}

function addToLock(session: FetchSession, row: RequiredPackage, folder: string, source: Exclude<PackageSource, 'cache'>, archives: readonly Fetched[]): void {
  const content = contentDigest(fileSizes(folder));
  const arrived: LockedArchive[] = archives.map(({ offer, sha256 }) => ({ name: offer.id.name, version: offer.id.version, source: offer.registry.source, sha256 }));
  const entries: LockedArchive[] =
    source === 'assembly'
      ? [...arrived, { name: row.name, version: row.version, source, parts: archives.map(({ offer }) => packageLabel(offer.id)), content }]
      : arrived.map((entry) => ({ ...entry, content }));
  for (const entry of entries) {
    const { lock, news } = lockArchive(session.lock, entry, session.acceptNewHashes);
    session.lock = lock;
    if (news) session.notes.push(`locked ${packageLabel(entry)} from the ${entry.source}${entry.sha256 === undefined ? '' : `: SHA-256 ${entry.sha256}`}.`);
  }
}
