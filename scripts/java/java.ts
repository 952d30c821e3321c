/** The environment in, the Java that runs HL7's tools out. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KnownError } from '../core/known-error';
import { JAVA_MAJOR } from './java-tool';

export interface Java {
  /** The executable: that of JAVA_HOME, else `java` on the path. */
  readonly command: string;
  /** As it names itself, e.g. `17.0.15`. */
  readonly version: string;
  readonly major: number;
}

/** The line that installs what is missing, by platform. */
export const INSTALL_LINES: Readonly<Record<'java' | 'maven', Readonly<Partial<Record<NodeJS.Platform, string>>>>> = {
  java: { linux: 'sudo apt-get install openjdk-17-jre-headless', darwin: 'brew install openjdk@17', win32: 'winget install EclipseAdoptium.Temurin.17.JRE' },
  maven: { linux: 'sudo apt-get install maven', darwin: 'brew install maven', win32: 'winget install Apache.Maven' },
};

/** `Install it: ...` for this platform, or the page that has it. */
export function installHint(what: keyof typeof INSTALL_LINES, platform: NodeJS.Platform = process.platform): string {
  const line = INSTALL_LINES[what][platform];
  const page = what === 'java' ? 'https://adoptium.net' : 'https://maven.apache.org';
  return line === undefined ? `Install it from ${page}` : `Install it: ${line}`;
}

/**
 * Asks Java for its version.
 * @param user who needs it, at the beginning of a sentence
 * @throws KnownError `no-java` or `java-too-old`, with the line that installs it
 */
export async function findJava(env: NodeJS.ProcessEnv = process.env, timeoutMs = 30_000, user = 'The official HL7 validator'): Promise<Java> {
  const command = javaCommand(env);
  const said = await ask(command, env, timeoutMs);
  if (said === undefined) throw new KnownError('no-java', `${user} needs Java ${JAVA_MAJOR}, and there is none (${command} does not run).`, installHint('java'));
  const version = /version "([^"]+)"/.exec(said)?.[1] ?? said.split('\n')[0] ?? '';
  // Up to Java 8 the major version is the second number: 1.8.0.
  const major = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
  if (major < JAVA_MAJOR) throw new KnownError('java-too-old', `${user} needs Java ${JAVA_MAJOR}; ${command} is ${version}.`, installHint('java'));
  return { command, version, major };
}

function javaCommand({ JAVA_HOME: home }: NodeJS.ProcessEnv): string {
  const own = home === undefined || home === '' ? undefined : join(home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java');
  return own !== undefined && existsSync(own) ? own : 'java';
}

/** The path with the folder of JAVA_HOME's Java first: fhir-validator-wrapper starts whatever `java` it finds there. */
export function pathFor(java: Java, env: NodeJS.ProcessEnv): string {
  const path = env.PATH ?? '';
  return java.command === 'java' ? path : [join(java.command, '..'), path].join(delimiter);
}

/** What `java -version` says (on standard error); undefined where it cannot be run. */
function ask(command: string, env: NodeJS.ProcessEnv, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, ['-version'], { env, timeout }, (error, stdout, stderr) => resolve(error === null ? `${stderr}${stdout}` : undefined));
  });
}
