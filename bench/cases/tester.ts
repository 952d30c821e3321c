/** A whole run of the tester with --write, against the embedded server and against HAPI: requests, seconds, and how much of them was waiting. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/core/package-root';
import type { Run } from '../../scripts/core/result';
import { hapiAtWork, startHapi } from '../../test/servers/hapi/start';
import { startPeer, type PeerServer } from '../../test/servers/peer-process';
import type { BenchCase, Contender } from '../bench-case';

const START_MS = 60_000;
const PROGRAM = join(packageRoot(), 'dist', 'scripts', 'cli.js');
/** What `npm run prepack` does after the compiler. */
const MAKE_AHEAD = join(packageRoot(), 'dist', 'scripts', 'make-ahead.js');
const REPORT_CPU = join(packageRoot(), 'bench', 'report-cpu.cjs');
const BARE_CLIENT = join(packageRoot(), 'bench', 'bare-client.cjs');
const CPU_FILE = 'cpu-seconds';
/** Bytes of a report on standard output at most. */
const LONGEST_REPORT = 1 << 28;

export const testerCase: BenchCase = {
  id: 'tester',
  title: 'scout test --write, the whole of it over HTTP',
  note: 'The program as it is installed, compiled, from its start to its end, reports written; the servers are processes of their own. In hand at HAPI: the share of the wall time in which HAPI, by its own clock, had at least one of the requests; part of the CPU time is spent meanwhile. The bare client sends the requests of such a run to a HAPI of its own, four at a time, parses the answers and does nothing else: no client spends less. HAPI, built by Maven, is left out where there is no Maven.',
  async open(scratch) {
    execFileSync(process.execPath, [createRequire(__filename).resolve('typescript/bin/tsc'), '-p', join(packageRoot(), 'tsconfig.build.json')], { stdio: ['ignore', 'inherit', 'inherit'] });
    execFileSync(process.execPath, [MAKE_AHEAD]);
    const embedded = await startPeer({
      name: 'The embedded server',
      command: process.execPath,
      args: [PROGRAM, 'serve', '--port', '0'],
      logFile: join(scratch, 'embedded.log'),
      ready: /^FHIR R4 at (\S+) /m,
      probe: '/metadata',
      startTimeout: START_MS,
    });
    const peer = tested('embedded server', embedded, scratch);
    if (spawnSync('mvn', ['--version'], { shell: process.platform === 'win32' }).status !== 0) {
      return [{ ...peer, remark: () => `${peer.remark?.() ?? ''}; HAPI is left out: there is no Maven (mvn) here` }];
    }
    const started = [embedded];
    try {
      const hapi = await startHapi({ logFile: join(scratch, 'hapi.log') });
      started.push(hapi);
      const second = await startHapi({ logFile: join(scratch, 'second-hapi.log') });
      started.push(second);
      return [peer, tested('HAPI', hapi, scratch, () => hapiAtWork(hapi)), await replayed('HAPI', second, scratch)];
    } catch (error) {
      for (const server of started) await server.stop();
      throw error;
    }
  },
};

/** `atWork`: seconds for which the server had requests in hand since it was started, where it can tell. */
function tested(name: string, server: PeerServer, scratch: string, atWork?: () => Promise<number>): Contender {
  const args = runOf(server, scratch);
  let remark = '';
  return {
    name,
    async run() {
      const before = await atWork?.();
      const started = performance.now();
      const { requests, results } = JSON.parse(await outputOf(args, scratch)) as Run;
      const wall = (performance.now() - started) / 1000;
      const waited = before === undefined ? undefined : ((await atWork?.()) ?? NaN) - before;
      remark = `${results.length} tests, ${requests} requests, ${cpuOf(wall, scratch)}${waited === undefined ? '' : `, ${((100 * waited) / wall).toFixed(0)} % with a request in hand at ${name}`}`;
    },
    remark: () => remark,
    close: () => stopped(server),
  };
}

/** The floor: the requests of one such run, which is recorded first. */
async function replayed(name: string, server: PeerServer, scratch: string): Promise<Contender> {
  const folder = join(scratch, 'recording');
  await outputOf([...runOf(server, scratch), '--record', folder], scratch);
  let remark = '';
  return {
    name: `${name}, the same requests from a bare client`,
    async run() {
      const started = performance.now();
      const requests = await outputOf([BARE_CLIENT, join(folder, 'exchanges.ndjson'), server.url], scratch);
      remark = `${requests} requests, ${cpuOf((performance.now() - started) / 1000, scratch)}`;
    },
    remark: () => remark,
    close: () => stopped(server),
  };
}

function runOf(server: PeerServer, scratch: string): string[] {
  return [PROGRAM, 'test', server.url, '--write', '--quiet', '--json', '--out', join(scratch, 'output')];
}

/** What a Node program prints; it leaves its CPU time behind. Exit code 1 is findings, which a foreign server has. */
function outputOf(args: readonly string[], scratch: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: scratch, env: { ...process.env, SCOUT_BENCH_CPU: join(scratch, CPU_FILE) }, maxBuffer: LONGEST_REPORT };
    execFile(process.execPath, ['--require', REPORT_CPU, ...args], options, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(stdout);
      else reject(new Error(`${args[0]} ended with ${String(error.code)}: ${stderr}`));
    });
  });
}

/** The CPU time of the program that ended last, and what of `wall` seconds it leaves. */
function cpuOf(wall: number, scratch: string): string {
  const cpu = Number(readFileSync(join(scratch, CPU_FILE), 'utf8'));
  return `${cpu.toFixed(1)} s of CPU (wall time less CPU: ${Math.max(0, 100 * (1 - cpu / wall)).toFixed(0)} %)`;
}

/** Our own server ends when it is told to, HAPI when its standard input does. */
function stopped(server: PeerServer): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  return server.stop();
}
