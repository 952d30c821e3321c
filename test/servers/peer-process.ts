/** A command line in, the foreign server that it starts out: its address as it says it itself, and an end that is sure. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface PeerServer {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly pid: number;
  /** What the server itself logs. */
  readonly logFile: string;
  /** Ends the process, by force if it does not go by itself within ten seconds. */
  stop(): Promise<void>;
}

export interface PeerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly logFile: string;
  /** Finds the base URL (its first group) in what the process prints once it is ready. */
  readonly ready: RegExp;
  /** Path under the base URL that has to answer with success before the server counts as started. */
  readonly probe: string;
  /** Milliseconds until it answers. */
  readonly startTimeout: number;
}

const LOG_TAIL = 2000;

/** Starts the process and waits until it answers. Its standard input stays open: it ends when this process does. @throws Error with the end of the server's log */
export async function startPeer(peer: PeerCommand): Promise<PeerServer> {
  mkdirSync(dirname(peer.logFile), { recursive: true });
  const log = openSync(peer.logFile, 'w');
  const child = spawn(peer.command, peer.args, { cwd: peer.cwd, stdio: ['pipe', 'pipe', log] });
  closeSync(log);
  const stop = () => endProcess(child);
  try {
    const deadline = AbortSignal.timeout(peer.startTimeout);
    const url = await readyLine(child, peer, deadline);
    const answer = await fetch(`${url}${peer.probe}`, { signal: deadline });
    if (!answer.ok) throw new Error(`${peer.name} answers ${answer.status} to ${peer.probe}; see ${peer.logFile}`);
    await answer.arrayBuffer();
    return { url, pid: child.pid ?? 0, logFile: peer.logFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyLine(child: ChildProcess, { name, ready, logFile }: PeerCommand, deadline: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} did not start: ${why}\n${readFileSync(logFile, 'utf8').slice(-LOG_TAIL)}`));
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const url = ready.exec(text)?.[1];
      if (url !== undefined) resolve(url);
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
