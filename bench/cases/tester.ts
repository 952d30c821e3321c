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
/** Bytes of a report on standard output at most. */
const LONGEST_REPORT = 1 << 28;

export const testerCase: BenchCase = {
  id: 'tester',
  title: 'scout test --write, the whole of it over HTTP',
  note: 'The program as it is installed, compiled, from its start to its end, reports written; the servers are processes of their own. In hand at HAPI: the share of the wall time in which HAPI, by its own clock, had at least one of the requests; part of the CPU time is spent meanwhile. HAPI, built by Maven, is left out where there is no Maven.',
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
    try {
      const hapi = await startHapi({ logFile: join(scratch, 'hapi.log') });
      return [peer, tested('HAPI', hapi, scratch, () => hapiAtWork(hapi))];
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  },
};

/** `atWork`: seconds for which the server had requests in hand since it was started, where it can tell. */
function tested(name: string, server: PeerServer, scratch: string, atWork?: () => Promise<number>): Contender {
  const cpuFile = join(scratch, 'cpu-seconds');
  const args = ['--require', REPORT_CPU, PROGRAM, 'test', server.url, '--write', '--quiet', '--json', '--out', join(scratch, 'output')];
  let remark = '';
  return {
    name,
    async run() {
      const before = await atWork?.();
      const started = performance.now();
      const { requests, results } = await reportOf(args, { SCOUT_BENCH_CPU: cpuFile }, scratch);
      const wall = (performance.now() - started) / 1000;
      const waited = before === undefined ? undefined : ((await atWork?.()) ?? NaN) - before;
      const cpu = Number(readFileSync(cpuFile, 'utf8'));
      remark = `${results.length} tests, ${requests} requests, ${cpu.toFixed(1)} s of CPU (wall time less CPU: ${Math.max(0, 100 * (1 - cpu / wall)).toFixed(0)} %)${waited === undefined ? '' : `, ${((100 * waited) / wall).toFixed(0)} % with a request in hand at ${name}`}`;
    },
    remark: () => remark,
    close: () => stopped(server),
  };
}

/** Exit code 1 is findings, which a foreign server has. */
function reportOf(args: readonly string[], env: Record<string, string>, cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, env: { ...process.env, ...env }, maxBuffer: LONGEST_REPORT }, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(JSON.parse(stdout) as Run);
      else reject(new Error(`scout test ended with ${String(error.code)}: ${stderr}`));
    });
  });
}

/** Our own server ends when it is told to, HAPI when its standard input does. */
function stopped(server: PeerServer): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  return server.stop();
}
