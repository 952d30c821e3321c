/** A private folder inside the cache in which a package is made before it appears there whole, by one rename. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import { literal } from '../core/wildcard';

// No `#` in the name: the HL7 validator takes folders with one for packages. The process id tells who may still be at work.
const PREFIX = '.scout-staging-';
const DAY_MS = 24 * 3600 * 1000;

/**
 * Makes a staging folder, after removing those that killed processes left behind.
 * @throws KnownError `cache-not-writable`
 */
export function openStaging(cache: string): string {
  try {
    mkdirSync(cache, { recursive: true });
    sweepStaging(cache);
    return mkdtempSync(join(cache, `${PREFIX}${ownMark()}-`));
  } catch (error) {
    throw new KnownError('cache-not-writable', `The FHIR package cache ${cache} cannot be written to: ${diskSays(error)}.`, 'Name another with --cache DIR.', { cause: error });
  }
}

/** Removes a staging folder and all in it. */
export function closeStaging(staging: string): void {
  rmSync(staging, { recursive: true, force: true });
}

/** Moves a finished package from staging to its place; a folder that is there (a damaged package) makes room first. */
export function moveIntoPlace(made: string, target: string, staging: string): void {
  try {
    if (existsSync(target)) renameSync(target, join(staging, `replaced-${basename(target)}`));
  } catch (error) {
    if (existsSync(target)) throw error; // otherwise another process moved it away in this moment
  }
  try {
    renameSync(made, target);
  } catch (error) {
    // Another process was faster with the same package; what it put there is as good as ours.
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '') || !existsSync(target)) throw error;
  }
}

function sweepStaging(cache: string): void {
  for (const name of readdirSync(cache)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(cache, name);
    const owner = new RegExp(`^${literal(hostname())}-(\\d+)-`).exec(name.slice(PREFIX.length));
    const abandoned = owner ? !isRunning(Number(owner[1])) : Date.now() - statSync(folder).mtimeMs > DAY_MS;
    if (abandoned) rmSync(folder, { recursive: true, force: true });
  }
}

function ownMark(): string {
  return `${hostname()}-${process.pid}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
