import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doctorCommand } from '../../scripts/commands/doctor';
import { lookAround } from '../../scripts/commands/doctor/look';
import { runCli } from '../../scripts/commands/run-cli';
import { startRegistry, type FakeRegistry } from '../packages/fake-registry';

let registry: FakeRegistry;
let folder: string;
let env: NodeJS.ProcessEnv;

/** A program on a path that has no other. */
function program(name: string, script: string): void {
  const file = join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

beforeEach(async () => {
  registry = await startRegistry();
  folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  mkdirSync(join(folder, 'bin'));
  env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), FPL_REGISTRY: 'http://127.0.0.1:1', npm_config_registry: registry.url };
});

afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const look = () => lookAround({ env, cache: join(folder, 'fhir'), limits: { network: 500, program: 1500 }, download: 'http://127.0.0.1:1/validator_cli.jar' });

test('a bare machine: each thing is told, with the line that mends it', async () => {
  const machine = await look();
  expect(machine.java).toMatchObject({ problem: expect.stringContaining('needs Java 17') as string, mend: expect.any(String) as string });
  expect(machine.maven).toMatchObject({ problem: 'there is no mvn on the path', mend: expect.any(String) as string });
  expect(machine.mavenRepository).toBeUndefined();
  expect(machine.packages).toMatchObject({ complete: false, cache: join(folder, 'fhir') });
  expect(machine.fhirRegistries).toEqual([{ url: 'http://127.0.0.1:1', answers: false, why: expect.stringContaining('ECONNREFUSED') as string }]);
  expect(machine.npmRegistry).toEqual({ url: registry.url, answers: true });
  expect(machine.validator).toEqual({ problem: expect.any(String) as string });
  expect(machine.validatorDownload.answers).toBe(false);
});

test('Java and Maven are asked; the repository is the one that Maven itself names', async () => {
  program('java', 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2');
  program('mvn', `echo "Apache Maven 3.9.9 (abc)"; echo "[DEBUG] Repositories (dependencies): [mirror (${registry.url}/maven, default, releases)]"`);
  const machine = await look();
  expect(machine.java).toEqual({ version: '21.0.1', command: 'java' });
  expect(machine.maven).toEqual({ version: '3.9.9' });
  expect(machine.mavenRepository).toEqual({ url: `${registry.url}/maven`, answers: true });
});

test('a Java that is too old and a Maven that hangs are told, within their time', async () => {
  program('java', 'echo \'java version "1.8.0_202"\' >&2');
  program('mvn', 'exec /bin/sleep 60');
  const machine = await look();
  expect(machine.java).toMatchObject({ problem: expect.stringContaining('1.8.0_202') as string });
  expect(machine.maven).toMatchObject({ problem: expect.stringContaining('no answer within 1.5 s') as string });
});

test('registries that never answer are told', async () => {
  registry.misbehave('silent');
  env.FPL_REGISTRY = registry.url;
  delete env.npm_config_registry;
  env.NPM_CONFIG_REGISTRY = `${registry.url}/npm`;
  const { fhirRegistries, npmRegistry } = await look();
  expect([fhirRegistries[0]?.why, npmRegistry.why]).toEqual(['no answer within 0.5 s', 'no answer within 0.5 s']);
});

describe('the command', () => {
  const before = { ...process.env };
  beforeEach(() => Object.assign(process.env, env));
  afterEach(() => {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  });

  test('prints rows and a verdict, and --json nothing but the object', async () => {
    const run = async (...args: string[]) => {
      let out = '';
      const code = await runCli(['doctor', '--cache', join(folder, 'fhir'), ...args], { stdout: { write: (text) => (out += text) }, stderr: { write: () => true } }, [doctorCommand]);
      return { code, out };
    };
    const { code, out } = await run('--json');
    const { able, checks } = JSON.parse(out) as { able: boolean; checks: { id: string; state: string; mend?: string }[] };
    expect([code, able]).toEqual([1, false]);
    expect(Object.fromEntries(checks.map(({ id, state }) => [id, state]))).toMatchObject({ node: 'ok', java: 'missing', packages: 'later', 'fhir-registry-1': 'unneeded', 'npm-registry': 'ok' });
    expect(checks.filter(({ state, mend }) => state !== 'ok' && !mend)).toEqual([]);
    expect((await run()).out).toMatch(/missing +Java[^]*things? (is|are) missing; the lines above mend/);
  });
});
