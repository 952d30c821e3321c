/** The program as a stranger gets it: packed, installed in an empty folder, run by its name. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { renderHtml } from '../../scripts/report/html/render';
import { sampleRun } from '../report/sample-run';

const ROOT = join(__dirname, '../..');
let folder: string;
let program: string;

/** Unpacks what `npm pack` would publish beside the clone's own dependencies: no network, no second installation. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-installed-'));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const packed = execFileSync(npm, ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('['))) as [{ filename: string }];
  execFileSync('tar', ['xzf', filename], { cwd: folder });
  program = join(folder, 'node_modules', 'fhir-scout');
  mkdirSync(join(folder, 'node_modules'));
  cpSync(join(folder, 'package'), program, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(program, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{}');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scout(...args: string[]): { status: number; stdout: string } {
  try {
    return { status: 0, stdout: execFileSync(process.execPath, [join(program, 'dist/scripts/cli.js'), ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { status, stdout };
  }
}

test('help lists every command', () => {
  const { status, stdout } = scout('--help');
  expect(status).toBe(0);
  for (const name of ['demo', 'build', 'generate', 'validate', 'serve', 'test', 'packages', 'doctor']) expect(stdout).toContain(`\n  ${name}`);
});

test('examples are made below --out and a recorded or live run is not needed to list the tests', () => {
  expect(scout('generate', '--out', 'out', '--examples', 'out/examples', '--quiet').status).toBe(0);
  expect(existsSync(join(folder, 'out/examples.ndjson'))).toBe(true);
  const { status, stdout } = scout('test', '--list', '--json');
  expect(status).toBe(0);
  expect(JSON.stringify(JSON.parse(stdout))).toContain('search.imagingstudy.modality');
});

test('its own folder stays as it was installed: examples and guides are made below --out', () => {
  const files = () => readdirSync(program, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('node_modules')).sort();
  const before = files();
  expect(scout('generate', '--out', 'made', '--quiet').status).toBe(0);
  expect(scout('generate', '--fhir', 'R5', '--out', 'made', '--quiet').status).toBe(0);
  expect(files()).toEqual(before);
  for (const file of ['made/guide/input/examples/ImagingStudy-ct-chest-alex.json', 'made/guide/sushi-config.yaml', 'made/r5/guide/ig-r5/input/examples/ImagingStudy-ct-chest-alex.json', 'made/r5/guide/ig-r5/shared-fsh.txt'])
    expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
});

test('a profile is begun in the project of the folder, and not in a copy of the guide', () => {
  expect(scout('new', 'profile', 'Foo', '--json')).toMatchObject({ status: 2, stdout: expect.stringContaining('no-project') as string });
  expect(existsSync(join(folder, 'output'))).toBe(false);
});

test('a server that is not there is said in one sentence, with exit code 2', () => {
  const { status, stdout } = scout('test', 'http://127.0.0.1:9/fhir', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: expect.any(String) as string } });
});

/** What a module of the installed program answers, and whether it had to load another package's module for it. */
function installed(module: string, name: string, argument: unknown, loads: string): { value: unknown; loaded: boolean } {
  const text = JSON.stringify;
  const call = `require(${text(join(program, `dist/scripts/${module}.js`))}).${name}(JSON.parse(require('node:fs').readFileSync(0, 'utf8')))`;
  const script = `Promise.resolve(${call}).then((value) => console.log(JSON.stringify({ value, loaded: Object.keys(require.cache).some((file) => file.includes(${text(loads)})) })))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8', input: text(argument) })) as { value: unknown; loaded: boolean };
}

test('the examples and the page of a report come from what was made ahead, and are no others', () => {
  const examples = installed('generate/own-examples', 'ownExamples', null, 'js-yaml');
  expect(examples).toEqual({ value: generateExamples({ scenarioDir: join(ROOT, 'input/scenarios') }).resources.map(({ resource }) => resource), loaded: false });
  const run = sampleRun();
  const page = installed('report/html/render', 'renderHtml', run, 'javascript-compiler');
  expect(page).toEqual({ value: renderHtml(JSON.parse(JSON.stringify(run)) as typeof run), loaded: false });
});

test('every file that the program reads at run time is in the package', () => {
  for (const file of ['definitions/search-r4.json', 'schemas/report.schema.json', 'scripts/report/html/page/page.hbs', 'validator/pom.xml', 'input/scenarios/settings.yaml', 'fhir-packages.lock.json', 'LICENSE'])
    expect([file, existsSync(join(program, file))]).toEqual([file, true]);
  // What is generated in a clone is none of it, so that every clone packs the same.
  for (const generated of ['input/examples', 'ig-r5/input/examples', 'ig-r5/fsh-generated']) expect([generated, existsSync(join(program, generated))]).toEqual([generated, false]);
  expect(readFileSync(join(program, 'dist/scripts/cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node/);
});
