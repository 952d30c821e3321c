/** A tool's Maven module in, the tool in our cache out: built beside its place and moved there whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { KnownError } from '../core/known-error';
import type { Progress } from '../core/progress';
import { withLock } from './file-lock';
import { installHint } from './java';
import { atStart, type JavaTool } from './java-tool';
import { builtFolder, builtJar, isWhole, MANIFEST, moduleFiles, moduleFolder } from './locate-tool';

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly module?: string;
  /** Milliseconds for Maven; a first build downloads about 200 MB. */
  readonly timeoutMs?: number;
}

const BUILD_TIMEOUT_MS = 15 * 60_000;

/**
 * Builds the jar, or waits for another process that is building it. Maven's own settings decide where parts come from.
 * @returns the jar
 * @throws KnownError `no-maven`, `ID-build-failed` of the tool (names the log), `locked`
 */
export async function buildTool(tool: JavaTool, { env, progress, signal, module = moduleFolder(tool), timeoutMs = BUILD_TIMEOUT_MS }: BuildOptions): Promise<string> {
  const target = builtFolder(tool, env, module);
  const jar = join(target, builtJar(tool));
  const maven = mavenCommand(env);
  if (maven === undefined) throw new KnownError('no-maven', `${atStart(tool.title)} cannot be built: there is no Maven (mvn) on the path.`, installHint('maven'));
  const lock = { timeoutMs, ...(signal && { signal }), onWait: (holder: string) => progress.step(0, `process ${holder} is building it`) };
  progress.start(`Building ${tool.title} from Maven Central`, tool.aboutParts);
  await withLock(`${target}.lock`, lock, async () => {
    if (isWhole(target, tool)) return;
    sweep(target);
    const stage = mkdtempSync(`${target}.part-`);
    try {
      for (const file of moduleFiles(module)) cpSync(join(module, file), join(stage, file));
      await runMaven(maven, tool, stage, `${target}.log`, { env, progress, timeoutMs, ...(signal && { signal }) });
      install(builtJar(tool), stage, target);
    } finally {
      rmSync(stage, { recursive: true, force: true });
    }
  });
  progress.end('built');
  return jar;
}

/** Removes what killed builds left; whoever holds the lock is alone here. */
function sweep(target: string): void {
  const prefix = `${basename(target)}.part-`;
  for (const name of readdirSync(dirname(target))) if (name.startsWith(prefix)) rmSync(join(dirname(target), name), { recursive: true, force: true });
}

/** Moves the jar and its parts to their place, with the list of parts that says that all are there. */
function install(jar: string, stage: string, target: string): void {
  const made = join(stage, 'target');
  const folder = join(stage, 'installed');
  mkdirSync(folder);
  renameSync(join(made, jar), join(folder, jar));
  renameSync(join(made, 'lib'), join(folder, 'lib'));
  const names = [jar, ...readdirSync(join(folder, 'lib')).map((name) => `lib/${name}`)];
  const parts = Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).size]));
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(parts, null, 1)}\n`);
  // A tool that is there but not whole makes room.
  if (existsSync(target)) renameSync(target, join(stage, 'damaged'));
  renameSync(folder, target);
}

/** `mvn` on the path; undefined where there is none. */
export function mavenCommand(env: NodeJS.ProcessEnv): string | undefined {
  const names = process.platform === 'win32' ? ['mvn.cmd', 'mvn.bat'] : ['mvn'];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

interface MavenRun {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

async function runMaven(maven: string, tool: JavaTool, folder: string, log: string, { env, progress, timeoutMs, signal }: MavenRun): Promise<void> {
  mkdirSync(dirname(log), { recursive: true });
  const limit = AbortSignal.timeout(timeoutMs);
  const windows = process.platform === 'win32';
  const child = spawn(windows ? `"${maven}"` : maven, ['-B', 'package'], { cwd: folder, env, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  const onStop = () => endProcess(child);
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const output = createWriteStream(log);
  let parts = 0;
  child.stdout.on('data', (data: Buffer) => {
    output.write(data);
    const fetched = data.toString().match(/Downloaded from \S+: \S+\.jar/g) ?? [];
    parts += fetched.length;
    progress.step(Math.min(parts, tool.aboutParts), fetched.at(-1)?.replace(/.*\//, ''));
  });
  child.stderr.on('data', (data: Buffer) => output.write(data));
  const code = await new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, killed) => resolve(status ?? killed ?? 'unknown'));
  });
  stop.removeEventListener('abort', onStop);
  await new Promise((resolve) => output.end(resolve));
  signal?.throwIfAborted();
  if (code === 0) return;
  if (limit.aborted) throw new KnownError(`${tool.id}-build-failed`, `Maven did not finish building ${tool.title} in ${Math.round(timeoutMs / 60_000)} minutes.`, `What it did last stands in ${log}.`);
  const errors = readFileSync(log, 'utf8').split('\n').filter((line) => line.startsWith('[ERROR]'));
  const said = errors[0]?.replace('[ERROR] ', '') ?? `it ended with ${code}`;
  throw new KnownError(`${tool.id}-build-failed`, `Maven could not build ${tool.title}: ${said}`, `All it said stands in ${log}. Without Maven Central, name a jar with ${tool.option}.`);
}

/** Asks it to end, and ends it where it does not. */
function endProcess(child: ChildProcess): void {
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 3_000);
  child.once('close', () => clearTimeout(insist));
}
