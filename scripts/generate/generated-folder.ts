/** Files that a folder should hold in, the folder brought up to date: what we wrote earlier and nobody touched is replaced or removed, everything else stays. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../core/write-whole';

export interface FolderUpdate {
  /** Written anew or changed. */
  readonly written: readonly string[];
  /** Already as they should be. */
  readonly unchanged: readonly string[];
  /** Ours from an earlier run, and no longer generated. */
  readonly removed: readonly string[];
  /** Not ours, or changed by hand since: left as they are, although they should have been written or removed. */
  readonly kept: readonly string[];
}

/** Lists what we wrote, `sha256 name` a line. Without .json, so that SUSHI and validators do not take it for a resource. */
export const LEDGER = '.scout-generated';

/**
 * @param files text by file name; no subfolders
 */
export function updateFolder(folder: string, files: ReadonlyMap<string, string>): FolderUpdate {
  mkdirSync(folder, { recursive: true });
  const earlier = readLedger(folder);
  const isOurs = (name: string, hash: string) => earlier.get(name)?.has(hash) === true;
  const update = { written: [] as string[], unchanged: [] as string[], removed: [] as string[], kept: [] as string[] };
  const pending: string[] = [];
  for (const [name, text] of files) {
    const present = hashOf(join(folder, name));
    if (present === sha256(text)) update.unchanged.push(name);
    else if (present === undefined || isOurs(name, present)) pending.push(name);
    else update.kept.push(name);
  }
  // Before the first file: should we be stopped half-way, the next run still knows what is ours.
  const ours = [...pending, ...update.unchanged].map((name): [string, string] => [name, sha256(files.get(name) ?? '')]);
  writeLedger(folder, [...[...earlier].flatMap(([name, hashes]) => [...hashes].map((hash): [string, string] => [name, hash])), ...ours]);
  for (const name of pending) {
    writeWhole(join(folder, name), files.get(name) ?? '');
    update.written.push(name);
  }
  for (const name of earlier.keys()) {
    const present = files.has(name) ? undefined : hashOf(join(folder, name));
    if (present === undefined) continue;
    if (isOurs(name, present)) {
      rmSync(join(folder, name));
      update.removed.push(name);
    } else update.kept.push(name);
  }
  writeLedger(folder, ours);
  return update;
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hashOf(file: string): string | undefined {
  return existsSync(file) ? sha256(readFileSync(file)) : undefined;
}

/** The hashes that a file of ours may have, by name; names with a folder in them are not ours and are not read. */
function readLedger(folder: string): Map<string, Set<string>> {
  const ledger = new Map<string, Set<string>>();
  const file = join(folder, LEDGER);
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const [, hash, name] = /^([0-9a-f]{64}) ([^/\\]+)$/.exec(line) ?? [];
    if (hash !== undefined && name !== undefined) ledger.set(name, (ledger.get(name) ?? new Set()).add(hash));
  }
  return ledger;
}

function writeLedger(folder: string, rows: readonly [string, string][]): void {
  const lines = new Set(rows.map(([name, hash]) => `${hash} ${name}`));
  writeWhole(join(folder, LEDGER), [...lines].sort().map((line) => `${line}\n`).join(''));
}
