/** Nothing in, a running HAPI FHIR server with an empty database out; it is built by Maven first where that is needed. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface PeerServer {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly pid: number;
  /** What the server itself logs. */
  readonly logFile: string;
  /** Ends the process, by force if it does not go by itself within ten seconds. */
  stop(): Promise<void>;
}

export interface PeerOptions {
  readonly logFile?: string;
  /** Milliseconds for Maven; the first build downloads some 220 MB. */
  readonly buildTimeout?: number;
  /** Milliseconds until it answers; 25 to 60 s are usual on two cores. */
  readonly startTimeout?: number;
}

const MODULE = __dirname;
const TARGET = join(MODULE, 'target');
const LIBRARIES = join(TARGET, 'lib');
const BUILT = join(TARGET, 'built');
const SOURCES = ['pom.xml', 'src/main/java/org/fhirscout/hapi/Main.java', 'src/main/resources/logback.xml'];
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
  await buildHapi(options.buildTimeout);
  const logFile = options.logFile ?? join(TARGET, 'hapi.log');
  mkdirSync(TARGET, { recursive: true });
  const log = openSync(logFile, 'w');
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const classpath = [join(TARGET, 'classes'), join(LIBRARIES, '*')].join(delimiter);
  // The first tier of the compiler alone halves the start. Standard input stays open: the server ends when this process does.
  const child = spawn(java, ['-Xmx1200m', '-XX:TieredStopAtLevel=1', '-cp', classpath, 'org.fhirscout.hapi.Main', '0'], { stdio: ['pipe', 'pipe', log] });
  closeSync(log);
  const stop = () => endProcess(child);
  try {
    const deadline = AbortSignal.timeout(options.startTimeout ?? 240_000);
    const url = await readyLine(child, logFile, deadline);
    const answer = await fetch(`${url}/metadata`, { signal: deadline });
    if (!answer.ok) throw new Error(`HAPI answers ${answer.status} to /metadata; see ${logFile}`);
    await answer.arrayBuffer();
    return { url, pid: child.pid ?? 0, logFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyLine(child: ChildProcess, logFile: string, deadline: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`HAPI did not start: ${why}\n${readFileSync(logFile, 'utf8').slice(-LOG_TAIL)}`));
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const ready = /^ready (\S+)$/m.exec(text);
      if (ready?.[1]) resolve(ready[1]);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`));
    deadline.addEventListener('abort', () => fail('no answer in time'), { once: true });
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.stdin?.end();
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(force);
}
