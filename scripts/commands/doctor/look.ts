/** Looks at the machine: everything at once, each look with its own time limit, nothing changed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../../core/known-error';
import { packageRoot } from '../../core/package-root';
import { mavenCommand } from '../../java/build-tool';
import { findJava, installHint } from '../../java/java';
import { locateTool, originText } from '../../java/locate-tool';
import { ensurePackages } from '../../packages/ensure-packages';
import { listRegistries, shownUrl, type Registry } from '../../packages/registries';
import { askRegistry } from '../../packages/registry-client';
import { REQUIRED_PACKAGES } from '../../packages/required-packages';
import { VALIDATOR } from '../../validate/official/validator-tool';
import type { Lack, Machine, Reach } from './machine';

export interface LookOptions {
  readonly cache?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Milliseconds for each network question, and for each program that is asked. */
  readonly limits?: { readonly network: number; readonly program: number };
  /** Where the validator's release lies. */
  readonly download?: string;
}

/** Maven is asked first and its repository then, so that the two together stay below ten seconds. */
const LIMITS = { network: 3_000, program: 6_500 };
/** Halves the start of a Java that has nothing to compute. */
const QUICK_START = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

export async function lookAround({ cache, env, signal, limits = LIMITS, download = VALIDATOR.download.url }: LookOptions): Promise<Machine> {
  const [java, maven, packages, registries, validatorDownload] = await Promise.all([
    lookForJava(env, limits.program),
    lookForMaven(env, limits),
    lookForPackages(cache),
    lookForRegistries(env, limits.network, signal),
    reach(download, limits.network),
  ]);
  return { node: nodeVersion(), java, ...maven, packages, ...registries, validator: lookForValidator(env), validatorDownload };
}

function nodeVersion(): Machine['node'] {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { engines: { node: string } };
  return { version: process.versions.node, wanted: engines.node };
}

async function lookForJava(env: NodeJS.ProcessEnv, limit: number): Promise<Machine['java']> {
  try {
    const { version, command } = await findJava(env, limit);
    return { version, command };
  } catch (error) {
    return lack(error, installHint('java'));
  }
}

function lookForValidator(env: NodeJS.ProcessEnv): Machine['validator'] {
  try {
    const located = locateTool(VALIDATOR, { env });
    return located === undefined ? { problem: 'neither there nor to be had from here' } : { jar: located.jar, origin: originText(VALIDATOR, located.origin) };
  } catch (error) {
    return { problem: lack(error, '').problem };
  }
}

async function lookForPackages(cache: string | undefined): Promise<Machine['packages']> {
  try {
    return await ensurePackages({ check: 'sizes', ...(cache !== undefined && { cache }) });
  } catch (error) {
    return lack(error, 'scout packages');
  }
}

/** Asks each registry for a package that it should have. */
async function lookForRegistries(env: NodeJS.ProcessEnv, limit: number, signal: AbortSignal | undefined): Promise<Pick<Machine, 'fhirRegistries' | 'npmRegistry'>> {
  const { registries, unknown } = await listRegistries(['registry', 'fhir-registry', 'npm-registry'], [], env, signal);
  const timeouts = { answer: limit, stall: limit, archive: limit };
  const wanted = REQUIRED_PACKAGES.R4[1] ?? { name: '', version: '' };
  const ask = async (registry: Registry): Promise<Reach> => {
    const answer = await askRegistry(registry, wanted, timeouts, signal);
    return { url: shownUrl(registry.url), answers: !('down' in answer), ...('down' in answer && { why: answer.down }) };
  };
  const npm = registries.find(({ source }) => source === 'npm-registry');
  const [npmRegistry, ...fhirRegistries] = await Promise.all([
    npm ? ask(npm) : { url: 'npm config get registry', answers: false, why: unknown[0] ?? 'the same as a registry named otherwise' },
    ...registries.filter(({ source }) => source !== 'npm-registry').map(ask),
  ]);
  return { npmRegistry, fhirRegistries };
}

/** A project without anything: Maven, asked to check it, says which repositories it would use, mirrors of the user's settings applied. */
const EMPTY_PROJECT = '<project><modelVersion>4.0.0</modelVersion><groupId>scout</groupId><artifactId>doctor</artifactId><version>1</version><packaging>pom</packaging></project>';

async function lookForMaven(env: NodeJS.ProcessEnv, limits: typeof LIMITS): Promise<Pick<Machine, 'maven' | 'mavenRepository'>> {
  const command = mavenCommand(env);
  if (command === undefined) return { maven: { problem: 'there is no mvn on the path', mend: installHint('maven').replace(/^Install it: /, '') } };
  const folder = mkdtempSync(join(tmpdir(), 'scout-doctor-'));
  try {
    writeFileSync(join(folder, 'pom.xml'), EMPTY_PROJECT);
    const said = await run(command, ['--batch-mode', '--offline', '--debug', '--file', join(folder, 'pom.xml'), 'validate'], { ...env, MAVEN_OPTS: `${env.MAVEN_OPTS ?? ''} ${QUICK_START}`.trim() }, limits.program);
    const version = /Apache Maven (\S+)/.exec(said.text)?.[1];
    if (version === undefined) return { maven: { problem: `${command} does not run: ${said.why ?? 'it does not say its version'}`, mend: installHint('maven').replace(/^Install it: /, '') } };
    const url = /Repositories \(dependencies\)\s*: \[\S+ \(([^,)\s]+)/.exec(said.text)?.[1];
    return { maven: { version }, ...(url !== undefined && { mavenRepository: await reach(url, limits.network) }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, timeout: number): Promise<{ text: string; why?: string }> {
  const windows = process.platform === 'win32';
  return new Promise((resolve) => {
    execFile(windows ? `"${command}"` : command, args, { env, timeout, shell: windows, windowsHide: true, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const why = error === null ? undefined : error.killed ? `no answer within ${timeout / 1000} s` : error.message.split('\n')[0];
      resolve({ text: `${stdout}${stderr}`, ...(why !== undefined && { why }) });
    });
  });
}

/** Whether anybody answers at an address; what the answer is matters only where it keeps us out. */
async function reach(url: string, limit: number): Promise<Reach> {
  const shown = shownUrl(url);
  try {
    const { status } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(limit) });
    return status < 500 && ![401, 403, 407].includes(status) ? { url: shown, answers: true } : { url: shown, answers: false, why: `HTTP ${status}` };
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { url: shown, answers: false, why: name === 'TimeoutError' ? `no answer within ${limit / 1000} s` : cause instanceof Error && cause.message !== '' ? cause.message : message };
  }
}

function lack(error: unknown, mend: string): Lack {
  if (!(error instanceof KnownError)) throw error;
  return { problem: error.message, mend: (error.hint ?? mend).replace(/^Install it: /, '') };
}
