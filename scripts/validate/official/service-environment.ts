/** Settings in, the environment in which the validator's Java starts out: which Java, how much of it, which package cache. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { homeFolder } from '../../core/home-folder';
import { defaultCacheDir } from '../../packages/cache-folder';
import { pathFor, type Java } from '../../java/java';

export interface ServiceEnvironment {
  /** What differs from our own environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where a terminology server's answers are logged. */
  readonly terminologyLog: string;
  /** Removes what was made for it. */
  dispose(): void;
}

export interface EnvironmentOptions {
  readonly java: Java;
  readonly env: NodeJS.ProcessEnv;
  /** FHIR package cache; `~/.fhir/packages` unless said. */
  readonly packageCache?: string;
  /** Whether so much is to be validated that fully optimised code pays. */
  readonly large: boolean;
}

/**
 * Measured on 2 busy cores: without the second compiler the validator starts with 17 instead of 27 s of CPU time, and then needs up to
 * twice as long for each resource; the serial collector keeps it at 0.5 instead of 1.7 GB.
 */
const SMALL = ['-XX:TieredStopAtLevel=1'];
const ALWAYS = ['-XX:+UseSerialGC'];

export function serviceEnvironment({ java, env, packageCache, large }: EnvironmentOptions): ServiceEnvironment {
  const folder = mkdtempSync(join(tmpdir(), 'fhir-scout-validator-'));
  const ownCache = packageCache === undefined || resolve(packageCache) === resolve(defaultCacheDir());
  const options = [
    ...ALWAYS,
    ...(large ? [] : SMALL),
    // The validator knows no option for the cache: it is `.fhir/packages` in the home folder, beside the user's settings.
    ...(ownCache ? [] : [`-Duser.home=${homeWith(packageCache, folder)}`, `-Dfhir.settings.path=${join(homeFolder(), '.fhir', 'fhir-settings.json')}`]),
  ];
  // What the user sets comes last and so wins: https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#using-the-jdk_java_options-launcher-environment-variable
  const all = [...options.map(quoted), ...(env.JDK_JAVA_OPTIONS ? [env.JDK_JAVA_OPTIONS] : [])];
  return {
    variables: { PATH: pathFor(java, env), JDK_JAVA_OPTIONS: all.join(' ') },
    terminologyLog: join(folder, 'terminology.log'),
    // The cache is linked, and a link is removed as such: what it leads to stays.
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function quoted(option: string): string {
  return /\s/.test(option) ? `"${option}"` : option;
}

/** A home folder whose `.fhir/packages` is the given cache. */
function homeWith(packageCache: string, folder: string): string {
  mkdirSync(join(folder, '.fhir'));
  symlinkSync(resolve(packageCache), join(folder, '.fhir', 'packages'), 'junction');
  return folder;
}

/** Runs `work` with the variables in our own environment: fhir-validator-wrapper hands on that one. `work` must not wait for anything. */
export function withVariables<T>(variables: Readonly<Record<string, string>>, work: () => T): T {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
