/** A fake registry with the sample packages and an empty cache, made anew for each test of the file that imports it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnownError } from '../../scripts/core/known-error';
import { ensurePackages, type PackageOptions } from '../../scripts/packages/ensure-packages';
import { startRegistry, type FakeRegistry } from './fake-registry';
import { CORE, EXTENSIONS, publishAll, TERMINOLOGY } from './sample-packages';

// Those of the test that runs: importers see them change.
export let registry: FakeRegistry;
export let folder: string;
export let cache: string;
export let lockFile: string;

beforeEach(async () => {
  registry = await startRegistry();
  await publishAll(registry);
  folder = mkdtempSync(join(tmpdir(), 'packages-test-'));
  cache = join(folder, 'cache');
  lockFile = join(folder, 'lock.json');
});

afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

// Long enough for a busy machine; where silence is expected, the wait for it is short.
const PATIENT = { answer: 10_000, stall: 10_000, archive: 15_000 };
export const SHORT = { answer: 400, stall: 400, archive: 5_000 };
export const ensure = (options: PackageOptions = {}) =>
  ensurePackages({ packages: [CORE, TERMINOLOGY, EXTENSIONS], cache, lockFile, registries: [registry.url], timeouts: PATIENT, env: {}, ...options });
export const failure = async (options: PackageOptions = {}): Promise<KnownError> => {
  try {
    await ensure(options);
  } catch (error) {
    return error as KnownError;
  }
  throw new Error('expected a failure');
};
/** Another registry, empty, in place of one that a test closed. */
export const restartRegistry = async () => {
  registry = await startRegistry();
};
export const inPackage = (label: string, ...path: string[]) => join(cache, label, 'package', ...path);
export const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
export const lockedHashes = () => (json(lockFile).archives as { name: string; sha256?: string }[]).map(({ name, sha256 }) => [name, sha256]);
