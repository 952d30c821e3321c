/** A tool and the environment in, its jar that is there out; changes nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { homeFolder } from '../core/home-folder';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';
import type { JavaTool } from './java-tool';

/** Where a jar comes from, in the order in which it is looked for. */
const JAR_ORIGINS = {
  option: ({ option }: JavaTool) => `named with ${option}`,
  environment: ({ environment }: JavaTool) => `named by ${environment}`,
  project: () => "the project's own",
  built: () => 'built from Maven Central',
  downloaded: () => 'downloaded from its project',
} as const;
export type JarOrigin = keyof typeof JAR_ORIGINS;

export interface LocatedJar {
  readonly jar: string;
  readonly origin: JarOrigin;
}

/** In words, for the user. */
export function originText(tool: JavaTool, origin: JarOrigin): string {
  return JAR_ORIGINS[origin](tool);
}

export interface LocateOptions {
  /** Path given by the user. */
  readonly named?: string;
  /** Where the project that is worked on may have its own. */
  readonly beside?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the tool's Maven module; the program's own unless said. */
  readonly module?: string;
}

/** Written last into a built tool: what must be there, with its size. */
export const MANIFEST = 'parts.json';

/**
 * The jar to use, if it is there already; undefined where it has to be downloaded or built.
 * @throws KnownError `no-such-jar` where the user names one that does not exist
 */
export function locateTool(tool: JavaTool, { named, beside = [], env = process.env, module }: LocateOptions = {}): LocatedJar | undefined {
  for (const [jar, origin] of [[named, 'option'], [env[tool.environment], 'environment']] as const) {
    if (jar === undefined || jar === '') continue;
    if (statSync(jar, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new KnownError('no-such-jar', `There is no file ${jar}, ${originText(tool, origin)}.`, `Name the file ${tool.download.file}, or leave it out: it is then downloaded or built.`);
    }
    return { jar, origin };
  }
  const own = beside.find((file) => existsSync(file));
  if (own !== undefined) return { jar: own, origin: 'project' };
  const built = builtFolder(tool, env, module);
  if (isWhole(built, tool)) return { jar: join(built, builtJar(tool)), origin: 'built' };
  const downloaded = downloadedJar(tool, env);
  return existsSync(downloaded) && existsSync(`${downloaded}.sha256`) ? { jar: downloaded, origin: 'downloaded' } : undefined;
}

/** The folder of everything that is kept between runs: `$XDG_CACHE_HOME/fhir-scout`, by default `~/.cache/fhir-scout`. */
function cacheHome(env: NodeJS.ProcessEnv): string {
  // "If an implementation encounters a relative path in any of these variables it should consider the path invalid and ignore it": https://specifications.freedesktop.org/basedir-spec/latest/#variables
  const given = [env.XDG_CACHE_HOME, process.platform === 'win32' ? env.LOCALAPPDATA : undefined].find((folder) => folder !== undefined && isAbsolute(folder));
  const home = given ?? join(homeFolder(), '.cache');
  return join(home, 'fhir-scout');
}

export function builtJar({ id }: JavaTool): string {
  return `${id}.jar`;
}

/** Where the jar built from this version of the module is kept: another pom or launcher is another folder. */
export function builtFolder(tool: JavaTool, env: NodeJS.ProcessEnv = process.env, module = moduleFolder(tool)): string {
  const hash = createHash('sha256');
  for (const file of moduleFiles(module)) hash.update(file).update('\0').update(readFileSync(join(module, file))).update('\0');
  return join(cacheHome(env), tool.id, `${tool.version}-${hash.digest('hex').slice(0, 12)}`);
}

export function downloadedJar({ id, download }: JavaTool, env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheHome(env), id, download.release, download.file);
}

export function moduleFolder({ id }: JavaTool): string {
  return join(packageRoot(), id);
}

/** The files that make a module, relative to its folder, sorted. */
export function moduleFiles(module: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(module, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? below(path) : [path];
    });
  return ['pom.xml', ...(existsSync(join(module, 'src')) ? below('src').sort() : [])];
}

/** Whether all parts of a built tool are there in their size. */
export function isWhole(folder: string, tool: JavaTool): boolean {
  try {
    const parts = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Record<string, number>;
    return builtJar(tool) in parts && Object.entries(parts).every(([name, size]) => statSync(join(folder, name)).size === size);
  } catch {
    return false;
  }
}
