/** A package's package.json and the table's wishes in, the package.json with re-pinned dependencies and the list of changes out. */
import { packageLabel } from './package-id';
import type { RequiredPackage } from './required-packages';

/** The part of a package.json that matters here. */
export interface PackageJson {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  [key: string]: unknown;
}

/** One dependency that is stated otherwise than before; `to` is null where it was dropped. */
export interface RepinnedDependency {
  readonly dependency: string;
  readonly from: string;
  readonly to: string | null;
}

/** Applies the row's re-pins; a dependency that the package does not state is not added. */
export function repinDependencies(row: RequiredPackage, packageJson: PackageJson): { packageJson: PackageJson; changes: RepinnedDependency[] } {
  const dependencies = { ...packageJson.dependencies };
  const changes: RepinnedDependency[] = [];
  for (const [dependency, to] of Object.entries(row.repin ?? {})) {
    const from = dependencies[dependency];
    if (from === undefined || from === to) continue;
    if (to === null) delete dependencies[dependency];
    else dependencies[dependency] = to;
    changes.push({ dependency, from, to });
  }
  return { packageJson: changes.length === 0 ? packageJson : { ...packageJson, dependencies }, changes };
}

/** One line for a person. */
export function describeRepin(row: RequiredPackage, changes: readonly RepinnedDependency[]): string {
  const parts = changes.map(({ dependency, from, to }) => (to === null ? `no longer on ${dependency} ${from}` : `on ${dependency} ${to} instead of ${from}`));
  return `re-pinned ${packageLabel(row)}: depends ${parts.join(', ')}, so that the HL7 validator finds each dependency once.`;
}
