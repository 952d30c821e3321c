/** The versions published so far and a project that is about to be the next in, what changes with it out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { terminalStyle } from '../../core/style';
import { readPackage } from '../../packages/read-package';
import { describeDiff, diffMarkdown } from '../../publish/diff/describe-diff';
import { diffPackages } from '../../publish/diff/diff-packages';
import type { PackageList } from '../../publish/package-list';
import type { MadeProject } from '../qa/project';

/** @returns undefined for a first version, and where the last one's package is gone */
export async function diffSince(folder: string, published: PackageList | undefined, { built }: MadeProject): Promise<{ markdown: string; summary: string } | undefined> {
  const last = published?.list[0];
  const archive = last === undefined ? undefined : join(folder, last.version, 'package.tgz');
  if (archive === undefined || !existsSync(archive) || built.package === undefined) return undefined;
  const diff = diffPackages(await readPackage(archive), await readPackage(built.package.file));
  const lines = describeDiff({ ...diff, changes: diff.changes }, terminalStyle(false));
  return { markdown: diffMarkdown(diff), summary: lines.find((line) => line.startsWith(`${diff.from} `)) ?? '' };
}
