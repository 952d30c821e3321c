/** Where the jars of HL7's tools come from: found, downloaded or built, and what is said when none of it works. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KnownError } from '../../scripts/core/known-error';
import { SILENT } from '../../scripts/core/progress';
import { REQUIRED_PACKAGES } from '../../scripts/packages/required-packages';
import { buildTool } from '../../scripts/java/build-tool';
import { downloadJar, isIntact } from '../../scripts/java/download-jar';
import { withLock } from '../../scripts/java/file-lock';
import { JAVA_MAJOR } from '../../scripts/java/java-tool';
import { builtFolder, downloadedJar, locateTool, moduleFolder, type LocateOptions } from '../../scripts/java/locate-tool';
import { obtainTool, type ObtainOptions } from '../../scripts/java/obtain-tool';
import { PUBLISHER } from '../../scripts/publish/publisher-tool';
import { VALIDATOR } from '../../scripts/validate/official/validator-tool';

let folder: string;
let env: NodeJS.ProcessEnv;
let server: Server | undefined;
const locate = (options: LocateOptions) => locateTool(VALIDATOR, options);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-jar-'));
  env = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter) };
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A Maven that does what the script says, in the folder of the build. */
function fakeMaven(script: string): void {
  const file = join(folder, 'bin', 'mvn');
  writeFileSync(file, `#!${process.execPath}\nconst fs = require('node:fs');\n${script}`);
  chmodSync(file, 0o755);
}
const BUILDS = `fs.mkdirSync('target/lib', { recursive: true }); fs.writeFileSync('target/validator.jar', 'jar'); fs.writeFileSync('target/lib/part.jar', 'part'); fs.appendFileSync(${JSON.stringify('FOLDER')} + '/builds', 'x');`;
const builds = () => (existsSync(join(folder, 'builds')) ? readFileSync(join(folder, 'builds'), 'utf8').length : 0);
const leftovers = () => readdirSync(join(folder, 'cache', 'fhir-scout', 'validator')).filter((name) => /part|lock/.test(name));

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/validator_cli.jar`;
}

describe('found', () => {
  test('the option is asked first, then the environment, then the cache', async () => {
    const named = join(folder, 'named.jar');
    writeFileSync(named, '');
    expect(locate({ env })).toBeUndefined();
    fakeMaven(BUILDS.replace('FOLDER', folder));
    const built = await buildTool(VALIDATOR, { env, progress: SILENT });
    expect(locate({ env })).toEqual({ jar: built, origin: 'built' });
    expect(locate({ env: { ...env, SCOUT_VALIDATOR_JAR: named } })).toEqual({ jar: named, origin: 'environment' });
    expect(locate({ env: { ...env, SCOUT_VALIDATOR_JAR: '/nowhere.jar' }, named: named })).toEqual({ jar: named, origin: 'option' });
  });

  test('a jar that is named and not there is an error, not a reason to look elsewhere', () => {
    expect(() => locate({ env, named: '/nowhere.jar' })).toThrow(expect.objectContaining({ code: 'no-such-jar', message: expect.stringContaining('/nowhere.jar') as string }) as Error);
  });
});

describe('built', () => {
  test('one build serves later runs, and two at once', async () => {
    fakeMaven(BUILDS.replace('FOLDER', folder));
    const jars = await Promise.all([buildTool(VALIDATOR, { env, progress: SILENT }), buildTool(VALIDATOR, { env, progress: SILENT })]);
    expect(new Set([...jars, await buildTool(VALIDATOR, { env, progress: SILENT })]).size).toBe(1);
    expect(readFileSync(jars[0] ?? '', 'utf8')).toBe('jar');
    expect(builds()).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  test('one that has lost a part is built anew, and what a killed build left is removed', async () => {
    fakeMaven(BUILDS.replace('FOLDER', folder));
    const jar = await buildTool(VALIDATOR, { env, progress: SILENT });
    rmSync(join(builtFolder(VALIDATOR, env), 'lib', 'part.jar'));
    mkdirSync(`${builtFolder(VALIDATOR, env)}.part-killed`);
    expect(locate({ env })).toBeUndefined();
    expect(await buildTool(VALIDATOR, { env, progress: SILENT })).toBe(jar);
    expect(locate({ env })).toBeDefined();
    expect(leftovers()).toEqual([]);
  });

  test('another launcher is another build', () => {
    const module = join(folder, 'module');
    mkdirSync(join(module, 'src'), { recursive: true });
    writeFileSync(join(module, 'pom.xml'), '<project/>');
    writeFileSync(join(module, 'src', 'A.java'), 'one');
    const before = builtFolder(VALIDATOR, env, module);
    writeFileSync(join(module, 'src', 'A.java'), 'two');
    expect(builtFolder(VALIDATOR, env, module)).not.toBe(before);
  });

  test("a failed build says Maven's first error and names the log that has all of it; nothing half-made stays", async () => {
    fakeMaven(`console.log('[INFO] x'); console.log('[ERROR] Could not resolve dependencies'); console.log('[ERROR] more'); process.exit(1);`);
    const error = await buildTool(VALIDATOR, { env, progress: SILENT }).catch((thrown: unknown) => thrown as KnownError);
    expect(error).toMatchObject({ code: 'validator-build-failed', message: 'Maven could not build the HL7 validator: Could not resolve dependencies' });
    const log = /stands in (\S+\.log)\./.exec((error as KnownError).hint ?? '')?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('[INFO] x');
    expect(leftovers()).toEqual([]);
  });

  test('a Maven that does not end is ended', async () => {
    fakeMaven(`fs.writeFileSync(${JSON.stringify(folder)} + '/pid', String(process.pid)); setInterval(() => 0, 1000);`);
    await expect(buildTool(VALIDATOR, { env, progress: SILENT, timeoutMs: 1500 })).rejects.toMatchObject({ code: 'validator-build-failed', message: expect.stringContaining('did not finish') as string });
    expect(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)).toThrow();
  });

  test('no Maven is named with the line that installs it', async () => {
    await expect(buildTool(VALIDATOR, { env: { ...env, PATH: join(folder, 'bin') }, progress: SILENT })).rejects.toMatchObject({ code: 'no-maven', hint: expect.stringContaining('maven') as string });
  });
});

describe('downloaded', () => {
  const target = () => downloadedJar(VALIDATOR, env);

  test('it is kept with its checksum, and one that is changed later is found out', async () => {
    await downloadJar(target(), { title: VALIDATOR.title, url: await serve((_, response) => response.end('the jar')), progress: SILENT });
    expect(readFileSync(target(), 'utf8')).toBe('the jar');
    expect(await isIntact(target())).toBe(true);
    expect(locate({ env })).toEqual({ jar: target(), origin: 'downloaded' });
    writeFileSync(target(), 'another');
    expect(await isIntact(target())).toBe(false);
    expect(locate({ env })).toBeUndefined();
  });

  const failing: [string, RequestListener, RegExp][] = [
    ['nobody answers', () => undefined, /no answer within 0\.2 s/],
    ['it is not there', (_, response) => response.writeHead(404).end(), /404/],
    ['it breaks off', (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()), /cannot be downloaded/],
    ['it stops half-way', (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('half'), /no data for 0\.2 s/],
  ];
  test.each(failing)('%s: said in a sentence, and nothing is left behind', async (_, listener, said) => {
    const url = await serve(listener);
    await expect(downloadJar(target(), { title: VALIDATOR.title, url, progress: SILENT, connectMs: 200, stallMs: 200 })).rejects.toMatchObject({ code: 'download-failed', message: expect.stringMatching(said) as string });
    expect(existsSync(join(target(), '..')) ? readdirSync(join(target(), '..')) : []).toEqual([]);
  });

  test('an interruption keeps its own reason', async () => {
    const url = await serve(() => undefined);
    const reason = new Error('Ctrl-C');
    await expect(downloadJar(target(), { title: VALIDATOR.title, url, progress: SILENT, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('obtained', () => {
  const notes: string[] = [];
  const obtain = (options: Partial<ObtainOptions>) => obtainTool(VALIDATOR, { env, note: (text) => notes.push(text), ...options });
  const fails = (code: string, message: string, hint?: string) => () => Promise.reject(new KnownError(code, message, hint));
  beforeEach(() => notes.splice(0));

  test('what can be downloaded is not built', async () => {
    const build = jest.fn(fails('x', 'x'));
    expect(await obtain({ download: () => Promise.resolve(), build })).toEqual({ jar: downloadedJar(VALIDATOR, env), origin: 'downloaded' });
    expect(build).not.toHaveBeenCalled();
  });

  test('what cannot is built, and that is said', async () => {
    expect(await obtain({ download: fails('download-failed', 'Nobody answers.'), build: () => Promise.resolve('/built.jar') })).toEqual({ jar: '/built.jar', origin: 'built' });
    expect(notes).toEqual(['Nobody answers. It is built from Maven Central instead, once.']);
  });

  test('where neither works, both reasons and every way out are named', async () => {
    await expect(obtain({ download: fails('download-failed', 'Nobody answers.'), build: fails('no-maven', 'There is no Maven.', 'Install it: x') })).rejects.toMatchObject({
      code: 'no-validator',
      message: 'There is no way to get the HL7 validator. Nobody answers. There is no Maven.',
      hint: 'Install it: x\n       Or name a jar with --validator-jar.',
    });
  });

  test('a changed download is said and replaced', async () => {
    mkdirSync(join(downloadedJar(VALIDATOR, env), '..'), { recursive: true });
    writeFileSync(downloadedJar(VALIDATOR, env), 'changed');
    writeFileSync(`${downloadedJar(VALIDATOR, env)}.sha256`, '00\n');
    expect((await obtain({ download: () => Promise.resolve() })).origin).toBe('downloaded');
    expect(notes[0]).toContain('checksum');
  });

  test('a fault of ours and an interruption are not hidden behind "not to be had"', async () => {
    await expect(obtain({ download: () => Promise.reject(new TypeError('bug')) })).rejects.toThrow(TypeError);
    await expect(obtain({ download: fails('interrupted', 'Interrupted.') })).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('the lock', () => {
  const lock = () => join(folder, 'a.lock');

  test('of a process that is gone is taken over', async () => {
    writeFileSync(lock(), `999999999 ${hostname()}`);
    expect(await withLock(lock(), { timeoutMs: 0 }, () => Promise.resolve('done'))).toBe('done');
    expect(existsSync(lock())).toBe(false);
  });

  test.each([
    ['of a process that runs', `${process.pid} ${hostname()}`],
    ['of another machine', '1 elsewhere'],
  ])('%s is respected, for so long', async (_, holder) => {
    writeFileSync(lock(), holder);
    await expect(withLock(lock(), { timeoutMs: 20, pollMs: 10 }, () => Promise.resolve())).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining(holder) as string });
    expect(readFileSync(lock(), 'utf8')).toBe(holder);
  });

  test('is given back when the work fails', async () => {
    await expect(withLock(lock(), { timeoutMs: 0 }, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(existsSync(lock())).toBe(false);
  });
});

describe('one version everywhere', () => {
  const pom = readFileSync(join(moduleFolder(VALIDATOR), 'pom.xml'), 'utf8');
  const launcher = readFileSync(join(moduleFolder(VALIDATOR), 'src', 'main', 'java', 'org', 'fhirscout', 'validator', 'ValidatorServer.java'), 'utf8');

  test('the module builds the release that is downloaded, for the Java that is asked for', () => {
    expect(pom).toContain(`<validator.version>${VALIDATOR.version}</validator.version>`);
    expect(pom).toContain(`<maven.compiler.release>${JAVA_MAJOR}</maven.compiler.release>`);
  });

  test("the publisher's module builds the release that its folder in the cache is named after", () => {
    expect(readFileSync(join(moduleFolder(PUBLISHER), 'pom.xml'), 'utf8')).toContain(`<publisher.version>${PUBLISHER.version}</publisher.version>`);
  });

  test('the launcher loads the packages that are put into the cache', () => {
    const version = (name: string) => REQUIRED_PACKAGES.R4.find((row) => row.name === name)?.version;
    expect(launcher).toContain(`TERMINOLOGY_VERSION = "${version('hl7.terminology.r4')}"`);
    expect(launcher).toContain(`EXTENSIONS_VERSION = "${version('hl7.fhir.uv.extensions.r4')}"`);
  });
});
