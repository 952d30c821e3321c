/** The validator's process: it starts, answers, and in every kind of failure ends with a plain word and without a rest. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../../scripts/core/progress';
import { findJava } from '../../../scripts/java/java';
import { startService, type ServiceOptions, type ValidatorService } from '../../../scripts/validate/official/service';
import { fakeJava, isRunning, type FakeJava, type FakeMode } from './fake-java';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

let java: FakeJava;
let service: ValidatorService | undefined;

beforeEach(() => {
  java = fakeJava();
  process.env.PATH = java.env.PATH;
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  java.remove();
});

async function start(mode: FakeMode, options: Partial<ServiceOptions> = {}): Promise<ValidatorService> {
  service = await startService({
    jar: java.jar(mode),
    endsWithUs: true,
    java: await findJava(java.env),
    fhirVersion: '4.0.1',
    guides: ['guide/package.tgz'],
    large: false,
    progress: SILENT,
    env: java.env,
    ...options,
  });
  return service;
}
const ask = (running: ValidatorService, document: string, timeoutMs = 10_000, signal?: AbortSignal) => running.judge(document, { format: 'json', label: 'two studies', timeoutMs, ...(signal && { signal }) });
const noneRuns = () => expect(java.starts().filter(({ pid }) => isRunning(pid))).toEqual([]);

test('it is started with version, guides and no terminology server, answers documents in UTF-8, and ends when it is closed', async () => {
  const running = await start('answers');
  expect(running.version).toBe('9.9.9');
  const { args, options } = java.starts()[0] ?? { args: [], options: '' };
  expect(args.slice(0, 3)).toEqual(['-jar', java.jar('answers'), 'server']);
  expect(args.slice(4)).toEqual(['-tx', 'n/a', '-txLog', expect.any(String), '-version', '4.0.1', '-ig', expect.stringMatching(/code-systems$/), '-ig', 'guide/package.tgz']);
  expect(options).toBe('-XX:+UseSerialGC -XX:TieredStopAtLevel=1');
  // Long enough to come in several chunks, which part characters.
  const text = 'M\u00fcller \ud83d\ude00 '.repeat(50_000);
  expect((await ask(running, text)).outcome.issue[0]?.details?.text).toBe(`application/fhir+json ${text}`);
  await running.close();
  noneRuns();
});

test('another package cache is given as the home it stands in, large sets get the better compiler, own Java options win', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'scout cache-'));
  writeFileSync(join(cache, 'packages.ini'), '');
  const running = await start('answers', { packageCache: cache, large: true, env: { ...java.env, JDK_JAVA_OPTIONS: '-Xmx1g' } });
  const options = java.starts()[0]?.options ?? '';
  const home = /-Duser\.home=(\S+)/.exec(options)?.[1] ?? '';
  expect(options).toMatch(/^-XX:\+UseSerialGC -Duser\.home=\S+ -Dfhir\.settings\.path=\S+fhir-settings\.json -Xmx1g$/);
  expect(readdirSync(join(home, '.fhir', 'packages'))).toEqual(['packages.ini']);
  await running.close();
  expect(existsSync(home)).toBe(false);
  expect(readdirSync(cache)).toEqual(['packages.ini']);
  rmSync(cache, { recursive: true });
});

test('a validator that dies while it starts is reported with its last words, without the stack', async () => {
  await expect(start('dies')).rejects.toMatchObject({
    code: 'validator-died',
    hint: 'It said last:\n         FHIR Validation tool Version 9.9.9\n         Cannot start: Unable to find package x#1',
  });
  noneRuns();
});

test('one that never answers is given up and ended', async () => {
  await expect(start('mute', { startTimeoutMs: 300 })).rejects.toMatchObject({ code: 'validator-start-timeout' });
  noneRuns();
});

test('a port that somebody took meanwhile is exchanged for another', async () => {
  const ports: string[] = [];
  await start('port-taken');
  for (const { args } of java.starts()) ports.push(args[3] ?? '');
  expect(new Set(ports).size).toBe(2);
});

test('a document over which it thinks too long is a time-out that names the document', async () => {
  const running = await start('hangs');
  await expect(ask(running, '{}', 100)).rejects.toMatchObject({ code: 'validator-timeout', message: expect.stringContaining('two studies') as string });
});

test('one that falls over a document is reported with its last words, and stays gone', async () => {
  const running = await start('falls');
  const died = { code: 'validator-died', message: 'The HL7 validator ended by itself (exit code 3) while it had two studies.', hint: expect.stringContaining('OutOfMemoryError') as string };
  await expect(ask(running, '{}')).rejects.toMatchObject(died);
  await expect(ask(running, '{}')).rejects.toMatchObject(died);
  await running.close();
  noneRuns();
});

test('an answer of another kind is named', async () => {
  await expect(ask(await start('babbles'), '{}')).rejects.toMatchObject({ code: 'validator-answer', message: expect.stringContaining('502') as string });
});

test('an interruption ends waiting, for the start and for an answer, with its own reason', async () => {
  const reason = new Error('Ctrl-C');
  const abort = new AbortController();
  const running = await start('hangs');
  const waiting = ask(running, '{}', 10_000, abort.signal);
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await running.close();

  const early = new AbortController();
  const progress = { ...SILENT, start: () => void setTimeout(() => early.abort(reason), 50) };
  await expect(start('mute', { signal: early.signal, progress })).rejects.toBe(reason);
  noneRuns();
});

test('one that does not end by itself with us is ended by a companion', async () => {
  const program = join(java.folder, 'parent.js');
  mkdirSync(join(java.folder, 'child'));
  // A parent that starts a lasting child with its companion and then is gone without a word.
  writeFileSync(
    program,
    `require(${JSON.stringify(require.resolve('tsx/cjs'))});
     const { watchOver } = require(${JSON.stringify(require.resolve('../../../scripts/validate/official/watchdog'))});
     const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore', detached: true });
     watchOver(child.pid);
     console.log(child.pid);
     setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`,
  );
  const { spawnSync } = jest.requireActual<typeof import('node:child_process')>('child_process');
  const pid = Number(spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout);
  expect(pid).toBeGreaterThan(0);
  for (let tries = 0; isRunning(pid) && tries < 100; tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isRunning(pid)).toBe(false);
});
