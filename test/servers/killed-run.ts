/** A foreign server in, all that it holds out; and a run with --write on it that is killed in the middle of its work. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isBundle, localReference, type Bundle, type Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';

const LOOK_EACH_MS = 20;
const LONGEST_RUN_MS = 120_000;

/** Every resource of every type that can be searched, its version and content among it, by `Type/id`. @throws Error with what the server said */
export async function everything(base: string): Promise<Map<string, string>> {
  const statement = (await get(`${base}/metadata`)) as unknown as { rest: { resource: { type: string; interaction: { code: string }[] }[] }[] };
  const types = statement.rest.flatMap(({ resource }) => resource).filter(({ interaction }) => interaction.some(({ code }) => code === 'search-type'));
  const held = new Map<string, string>();
  for (const { type } of types) {
    for (let url: string | undefined = `${base}/${type}?_count=500`; url !== undefined;) {
      const page: Bundle = await bundle(url);
      for (const { resource } of page.entry ?? []) if (resource !== undefined) held.set(localReference(resource) ?? '', JSON.stringify(resource));
      url = page.link?.find(({ relation }) => relation === 'next')?.url;
    }
  }
  return held;
}

async function get(url: string): Promise<Resource> {
  const answer = await fetch(url, { headers: { Accept: 'application/fhir+json', 'Cache-Control': 'no-cache' }, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`GET ${url} is answered by ${answer.status}`);
  return (await answer.json()) as Resource;
}

async function bundle(url: string): Promise<Bundle> {
  const resource = await get(url);
  if (!isBundle(resource)) throw new Error(`GET ${url} is answered by ${resource.resourceType}`);
  return resource;
}

/**
 * Starts `scout test --write` as a process of its own and kills it (SIGKILL) as soon as its journal has so many lines.
 * @returns the journal @throws Error where the run ends before that
 */
export async function killRun(base: string, only: string, lines: number, dir: string): Promise<string> {
  const args = ['--import', 'tsx', 'scripts/cli.ts', 'test', base, '--write', '--only', only, '--out', dir];
  const run = spawn(process.execPath, args, { cwd: packageRoot(), stdio: 'ignore', timeout: LONGEST_RUN_MS, killSignal: 'SIGKILL' });
  const ended = new Promise<void>((resolve, reject) => run.once('exit', () => resolve()).once('error', reject));
  const journal = (): string | undefined => {
    const name = existsSync(dir) ? readdirSync(dir).find((one) => one.startsWith('journal-')) : undefined;
    return name === undefined ? undefined : join(dir, name);
  };
  const written = () => readFileSync(journal() ?? '', 'utf8').split('\n').length;
  while (run.exitCode === null && run.signalCode === null && (journal() === undefined || written() < lines)) await pause(LOOK_EACH_MS);
  const isRunning = run.exitCode === null && run.signalCode === null;
  run.kill('SIGKILL');
  await ended;
  const path = journal();
  if (!isRunning || path === undefined) throw new Error(`The run on ${base} ended by itself before its journal had ${lines} lines`);
  return path;
}
