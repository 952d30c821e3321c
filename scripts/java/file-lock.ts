/** A path in, the right to be alone at work there out; a lock whose holder is gone is taken over. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../core/known-error';

export interface LockOptions {
  /** Milliseconds to wait for another holder. */
  readonly timeoutMs: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  /** Called while waiting. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs `work` while holding the lock file.
 * @throws KnownError `locked` when another process holds it for too long
 */
export async function withLock<T>(file: string, { timeoutMs, pollMs = 500, signal, onWait }: LockOptions, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${process.pid} ${hostname()}`;
  for (let waited = 0; !take(file, own); waited += pollMs) {
    const holder = holderOf(file);
    if (holder !== undefined && isGone(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (waited >= timeoutMs) throw new KnownError('locked', `Another process (${holder ?? 'unknown'}) has been holding ${file} for too long.`, `If none is at work, remove the file ${file}.`);
    onWait?.(holder ?? 'unknown');
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Creating with `wx` succeeds for one process only. */
function take(file: string, own: string): boolean {
  try {
    writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8') || (Date.now() - statSync(file).mtimeMs > 10_000 ? '0 ' + hostname() : undefined);
  } catch {
    return undefined; // released just now
  }
}

function isGone(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return Number(pid) === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
