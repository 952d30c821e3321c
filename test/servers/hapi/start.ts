/** Nothing in, a running HAPI FHIR server with an empty database out; it is built by Maven first where that is needed. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FHIR_VERSIONS } from '../../../scripts/core/fhir-version';
import { startPeer, type PeerServer } from '../peer-process';

export type { PeerServer };

/** The FHIR versions it is started for, each below the path that servers of the version like to have. */
export const HAPI_PATHS = { [FHIR_VERSIONS.R4.name]: '/fhir', [FHIR_VERSIONS.R5.name]: '/fhir/R5' } as const;

export interface PeerOptions {
  /** R4 where nothing is said. */
  readonly fhir?: keyof typeof HAPI_PATHS;
  readonly logFile?: string;
  /** Milliseconds for Maven; the first build downloads some 220 MB. */
  readonly buildTimeout?: number;
  /** Milliseconds until it answers; 25 to 60 s are usual on two idle cores. */
  readonly startTimeout?: number;
}

const MODULE = __dirname;
const TARGET = join(MODULE, 'target');
const LIBRARIES = join(TARGET, 'lib');
const BUILT = join(TARGET, 'built');
const SOURCES = ['pom.xml', 'src/main/java/org/fhirscout/hapi/Main.java', 'src/main/java/org/fhirscout/hapi/AtWork.java', 'src/main/resources/logback.xml'];
const LOG_TAIL = 2000;

/** Compiles the module and collects its libraries, unless that was done since the sources last changed. @throws Error with Maven's last lines */
export async function buildHapi(timeout = 600_000): Promise<void> {
  const haveLibraries = existsSync(LIBRARIES) && readdirSync(LIBRARIES).length > 0;
  if (haveLibraries && existsSync(BUILT) && SOURCES.every((file) => statSync(join(MODULE, file)).mtimeMs <= statSync(BUILT).mtimeMs)) return;
  // With the libraries at hand only our own class has changed, and Maven needs no network for it.
  if (!haveLibraries || !(await maven(['--offline'], timeout).then(() => true, () => false))) await maven([], timeout);
  writeFileSync(BUILT, '');
}

function maven(extra: readonly string[], timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { cwd: MODULE, timeout, windowsHide: true, shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 };
    execFile('mvn', ['--quiet', '--batch-mode', '--no-transfer-progress', ...extra, 'compile'], options, (error, stdout, stderr) => {
      if (!error) return resolve();
      const said = `${stdout}${stderr}`.trim();
      reject(new Error(`Maven could not build the HAPI server in ${MODULE}: ${error.message.split('\n')[0]}\n${said.slice(-LOG_TAIL)}`));
    });
  });
}

/** Builds if needed, starts on a free port of 127.0.0.1 and waits until `/metadata` answers. @throws Error with the end of the server's log */
export async function startHapi(options: PeerOptions = {}): Promise<PeerServer> {
  const { fhir = 'R4' } = options;
  await buildHapi(options.buildTimeout);
  const classpath = [join(TARGET, 'classes'), join(LIBRARIES, '*')].join(delimiter);
  return startPeer({
    name: 'HAPI',
    command: process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java',
    // The first tier of the compiler alone halves the start.
    args: ['-Xmx1200m', '-XX:TieredStopAtLevel=1', '-cp', classpath, 'org.fhirscout.hapi.Main', '0', fhir, HAPI_PATHS[fhir]],
    logFile: options.logFile ?? join(TARGET, `hapi-${fhir.toLowerCase()}.log`),
    ready: /^ready (\S+)$/m,
    probe: '/metadata',
    startTimeout: options.startTimeout ?? 600_000,
  });
}

/** Seconds for which it had at least one request in hand since it was started, by its own clock. */
export async function hapiAtWork(server: PeerServer): Promise<number> {
  const answer = await fetch(new URL('/at-work', server.url));
  if (!answer.ok) throw new Error(`HAPI answers ${answer.status} to /at-work`);
  return Number(await answer.text()) / 1000;
}
