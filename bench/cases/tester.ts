/** A whole run of the tester with --write, against the embedded server and against HAPI: requests, seconds, and how much of them was waiting. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../scripts/core/package-root';
import type { Run } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { startHapi } from '../../test/servers/hapi/start';
import { examples } from '../../test/servers/load-examples';
import { startPeer, type PeerServer } from '../../test/servers/peer-process';
import type { BenchCase, Contender } from '../bench-case';

const START_MS = 60_000;

export const testerCase: BenchCase = {
  id: 'tester',
  title: 'scout test --write, the whole of it over HTTP',
  note: 'Waiting is wall time less the tester\'s own CPU time; the servers are processes of their own. HAPI, built by Maven, is left out where there is no Maven.',
  async open(scratch) {
    const embedded = await startPeer({
      name: 'The embedded server',
      command: process.execPath,
      args: ['--import', pathToFileURL(createRequire(__filename).resolve('tsx')).href, join(packageRoot(), 'scripts', 'cli.ts'), 'serve', '--port', '0'],
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
      return [peer, tested('HAPI', await startHapi({ logFile: join(scratch, 'hapi.log') }), scratch)];
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  },
};

function tested(name: string, server: PeerServer, scratch: string): Contender {
  const fixtures = examples();
  let remark = '';
  return {
    name,
    async run() {
      const before = process.cpuUsage();
      const started = performance.now();
      const run = await runTests({ url: server.url, write: true, fixtures, journalDir: scratch });
      const wall = (performance.now() - started) / 1000;
      const { user, system } = process.cpuUsage(before);
      remark = describe(run, wall, (user + system) / 1e6);
    },
    remark: () => remark,
    close: () => stopped(server),
  };
}

/** Our own server ends when it is told to, HAPI when its standard input does. */
function stopped(server: PeerServer): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  return server.stop();
}

function describe({ requests, results }: Run, wall: number, cpu: number): string {
  const waiting = Math.max(0, 1 - cpu / wall);
  return `${results.length} tests, ${requests} requests, ${cpu.toFixed(1)} s of CPU: ${(waiting * 100).toFixed(0)} % waiting`;
}
