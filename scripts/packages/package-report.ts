/** What filling the package cache found and did; the `packages` command and the doctor print it. */
import type { PackageId } from './package-id';
import type { RepinnedDependency } from './repin';
import type { PackageSource } from './registries';

export const PACKAGE_STATUSES = {
  present: 'was in the cache and is sound',
  fetched: 'came from a registry',
  assembled: 'was put together from other packages',
  missing: 'is not in the cache',
  damaged: 'is in the cache, but broken',
} as const;

export type PackageStatus = keyof typeof PACKAGE_STATUSES;

export interface PackageOutcome extends PackageId {
  readonly purpose: string;
  readonly status: PackageStatus;
  /** Number of files in the cache now. */
  readonly files: number;
  /** Where it came from; `cache` if nothing was fetched. */
  readonly source?: PackageSource;
  /** Address of the registry, without credentials. */
  readonly registry?: string;
  /** What was wrong with the cached package; it was replaced unless the status is still `damaged`. */
  readonly damage?: string;
  /** Archives that were downloaded. */
  readonly archives: readonly { readonly label: string; readonly sha256: string }[];
  /** Dependencies that were stated otherwise than they are wanted; rewritten unless nothing was to be changed. */
  readonly repinned: readonly RepinnedDependency[];
}

export interface PackageReport {
  /** The cache's folder. */
  readonly cache: string;
  readonly lockFile: string;
  readonly packages: readonly PackageOutcome[];
  /** One line each for what a person should know: re-pinned, assembled, replaced, newly locked. */
  readonly notes: readonly string[];
  /** Every package is there, sound and pinned. */
  readonly complete: boolean;
}
