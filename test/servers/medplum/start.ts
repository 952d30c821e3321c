/** Nothing in, a running Medplum router with an empty repository out; its packages are installed first where that is needed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPeer, type PeerServer } from '../peer-process';

const MODULE = __dirname;
const LOCK = join(MODULE, 'package-lock.json');
const INSTALLED_LOCK = join(MODULE, 'node_modules', '.package-lock.json');
const SAID_TAIL = 2000;

/** What npm calls a registry that it cannot reach: https://nodejs.org/api/errors.html#common-system-errors */
const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;

/**
 * Installs the router's packages, unless those of the lock file are there already. It blocks, for jest wants to know at once
 * which tests there are.
 * @returns why they cannot be had, where the registry is out of reach; undefined when all is there
 * @throws Error with npm's last lines where it failed for another reason
 */
export function installMedplum(timeout = 300_000): string | undefined {
  if (isInstalled()) return undefined;
  const options = { cwd: MODULE, timeout, windowsHide: true, shell: process.platform === 'win32', encoding: 'utf8' } as const;
  const { status, error, stdout, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], options);
  if (status === 0) return undefined;
  const said = `${error?.message ?? ''}\n${stdout ?? ''}${stderr ?? ''}`.trim().slice(-SAID_TAIL);
  const code = UNREACHABLE.exec(said)?.[1];
  if (code !== undefined) return `the npm registry cannot be reached (${code})`;
  throw new Error(`npm could not install Medplum's packages in ${MODULE}: ${said}`);
}

/** Whether each package of the lock file is installed in its version. */
function isInstalled(): boolean {
  if (!existsSync(INSTALLED_LOCK)) return false;
  const installed = packagesOf(INSTALLED_LOCK);
  return Object.entries(packagesOf(LOCK)).every(([path, { version }]) => path === '' || installed[path]?.version === version);
}

function packagesOf(file: string): Record<string, { version?: string }> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> }).packages;
}

export interface MedplumOptions {
  /** Whether the wrapper answers `/metadata` itself, for the router has no CapabilityStatement. */
  readonly statement: boolean;
  readonly logFile?: string;
}

/** Starts it on a free port of 127.0.0.1 and waits until it answers; `installMedplum` comes before. @throws Error with the end of the server's log */
export function startMedplum({ statement, logFile }: MedplumOptions): Promise<PeerServer> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  // The router wants a global WebSocket, which Node has of itself from version 22 on.
  const args = [...(major < 22 ? ['--experimental-websocket'] : []), 'server.mjs', ...(statement ? ['--statement'] : [])];
  return startPeer({
    name: 'Medplum',
    command: process.execPath,
    args,
    cwd: MODULE,
    logFile: logFile ?? join(MODULE, 'target', statement ? 'medplum.log' : 'medplum-without-statement.log'),
    ready: /^(http\S+)$/m,
    probe: '/Patient?_count=1',
    startTimeout: 60_000,
  });
}
