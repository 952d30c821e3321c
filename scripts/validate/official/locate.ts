/** Options and environment in, the validator's jar that is there out; changes nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../../core/known-error';
import { packageRoot } from '../../core/package-root';
import { VALIDATOR_VERSION } from './validator-version';

/** Where the jar comes from, in the order in which it is looked for. */
export const JAR_ORIGINS = {
  option: 'named with --validator-jar',
  environment: 'named by SCOUT_VALIDATOR_JAR',
  built: 'built from Maven Central',
  downloaded: 'downloaded from its project',
} as const;
export type JarOrigin = keyof typeof JAR_ORIGINS;

export interface LocatedJar {
  readonly jar: string;
  readonly origin: JarOrigin;
}

export interface LocateOptions {
  /** Path given by the user. */
  readonly validatorJar?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the validator module; the program's own unless said. */
  readonly module?: string;
}

export const BUILT_JAR = 'validator.jar';
/** Written last into a built validator: what must be there, with its size. */
export const MANIFEST = 'parts.json';

/**
 * The jar to use, if it is there already; undefined where it has to be downloaded or built.
 * @throws KnownError `no-such-jar` where the user names one that does not exist
 */
export function locateValidator({ validatorJar, env = process.env, module }: LocateOptions = {}): LocatedJar | undefined {
  for (const [jar, origin] of [[validatorJar, 'option'], [env.SCOUT_VALIDATOR_JAR, 'environment']] as const) {
    if (jar === undefined || jar === '') continue;
    if (statSync(jar, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new KnownError('no-such-jar', `There is no validator at ${jar}, ${JAR_ORIGINS[origin]}.`, 'Name the file validator_cli.jar, or leave it out: it is then downloaded or built.');
    }
    return { jar, origin };
  }
  const built = builtFolder(env, module);
  if (isWhole(built)) return { jar: join(built, BUILT_JAR), origin: 'built' };
  const downloaded = downloadedJar(env);
  return existsSync(downloaded) && existsSync(`${downloaded}.sha256`) ? { jar: downloaded, origin: 'downloaded' } : undefined;
}

/** The folder of everything that is kept between runs: `$XDG_CACHE_HOME/fhir-scout`, by default `~/.cache/fhir-scout`. */
export function cacheHome(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.XDG_CACHE_HOME || (process.platform === 'win32' && env.LOCALAPPDATA) || join(homedir(), '.cache');
  return join(home, 'fhir-scout');
}

export function validatorCache(env?: NodeJS.ProcessEnv): string {
  return join(cacheHome(env), 'validator');
}

/** Where the jar built from this version of our module is kept: another pom or launcher is another folder. */
export function builtFolder(env?: NodeJS.ProcessEnv, module = moduleFolder()): string {
  const hash = createHash('sha256');
  for (const file of moduleFiles(module)) hash.update(file).update('\0').update(readFileSync(join(module, file))).update('\0');
  return join(validatorCache(env), `${VALIDATOR_VERSION}-${hash.digest('hex').slice(0, 12)}`);
}

export function downloadedJar(env?: NodeJS.ProcessEnv): string {
  return join(validatorCache(env), VALIDATOR_VERSION, 'validator_cli.jar');
}

export function moduleFolder(): string {
  return join(packageRoot(), 'validator');
}

/** The files that make the module, relative to its folder, sorted. */
export function moduleFiles(module: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(module, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? below(path) : [path];
    });
  return ['pom.xml', ...below('src').sort()];
}

/** Whether all parts of a built validator are there in their size. */
export function isWhole(folder: string): boolean {
  try {
    const parts = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Record<string, number>;
    return BUILT_JAR in parts && Object.entries(parts).every(([name, size]) => statSync(join(folder, name)).size === size);
  } catch {
    return false;
  }
}
