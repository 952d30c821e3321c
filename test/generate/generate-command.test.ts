/** `scout generate` as a person meets it. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCommand } from '../../scripts/commands/generate';
import { runCli } from '../../scripts/commands/run-cli';
import { OWN_SCENARIOS } from './scenario-folder';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scout-generate-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
  const code = await runCli(['generate', ...argv], { stdout: stream('stdout'), stderr: stream('stderr') }, [generateCommand]);
  return { code, ...text };
}

/** A project of somebody else. */
function project(scenario: string): string[] {
  mkdirSync(join(dir, 'input/scenarios/templates'), { recursive: true });
  writeFileSync(join(dir, 'input/scenarios/templates/Patient.hbs'), '---\nfields:\n  family: text!\n---\n{ "name": [{ "family": {{json family}} }] }\n');
  writeFileSync(join(dir, 'input/scenarios/people.yaml'), scenario);
  return ['--scenarios', join(dir, 'input/scenarios'), '--out', join(dir, 'output')];
}

test("another project's examples are written beside its scenarios, and summed up", async () => {
  const { code, stdout } = await run(...project('Patient:\n  - { id: ann, family: Ann }\n'));
  expect(code).toBe(0);
  expect(stdout).toContain('1 examples and 0 bad ones, seed 1');
  expect(readdirSync(join(dir, 'input/examples'))).toContain('Patient-ann.json');
  expect(readdirSync(join(dir, 'output')).sort()).toEqual(['bad-examples', 'examples-bundle.json', 'examples.ndjson']);
});

test('in R5 they are that project\'s alone, and stay away from our own guide', async () => {
  const { code, stdout } = await run(...project('Patient:\n  - { id: ann, family: Ann }\n'), '--fhir', 'R5');
  expect(code).toBe(0);
  expect(stdout).toContain('1 examples and 0 bad ones, seed 1');
  expect(readdirSync(join(dir, 'output/r5/examples'))).toContain('Patient-ann.json');
});

test('a mistake is a line with its place, exit code 1, and nothing is written', async () => {
  const { code, stdout } = await run(...project('Patient:\n  - { id: ann, famly: Ann }\n'));
  expect(code).toBe(1);
  expect(stdout).toContain(`${join(dir, 'input/scenarios/people.yaml')}:2:16: error: "famly" is not a field here. Did you mean "family"?`);
  expect(stdout).toContain('Nothing was written: 2 mistakes in the scenarios.');
  expect(readdirSync(dir)).toEqual(['input']);
  expect(readdirSync(join(dir, 'input'))).toEqual(['scenarios']);
});

test("a person's own example of the same name stays and is told of", async () => {
  const argv = project('Patient:\n  - { id: ann, family: Ann }\n');
  mkdirSync(join(dir, 'input/examples'));
  writeFileSync(join(dir, 'input/examples/Patient-ann.json'), 'mine');
  const { code, stdout } = await run(...argv);
  expect(code).toBe(0);
  expect(stdout).toContain(`${join(dir, 'input/examples/Patient-ann.json')}: warning: Kept as it is`);
  expect(readFileSync(join(dir, 'input/examples/Patient-ann.json'), 'utf8')).toBe('mine');
});

test('--json over the guide itself: counts by type, modality and state', async () => {
  const { code, stdout } = await run('--scenarios', OWN_SCENARIOS, '--examples', join(dir, 'examples'), '--out', join(dir, 'output'), '--json');
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as { ok: boolean; resources: number; byType: Record<string, number>; byModality: Record<string, number>; written: { examples: { written: string[] } } };
  expect(result).toMatchObject({ ok: true, findings: [] });
  expect(result.byType['ImagingStudy']).toBeGreaterThanOrEqual(20);
  expect(Object.keys(result.byModality)).toEqual(expect.arrayContaining(['CT', 'PT', 'SM', 'KO']));
  expect(result.written.examples.written).toHaveLength(result.resources);
});

test('--bulk writes that many studies and says how fast', async () => {
  const { code, stdout } = await run('--bulk', '25', '--seed', '5', '--out', dir);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^25 studies in 33 resources, \d+\.\d MB in \d+\.\d s \(\d+ MB\/s, \d+ MB a second of CPU time\): .*bulk\.ndjson\n$/);
  expect(readFileSync(join(dir, 'bulk.ndjson'), 'utf8').match(/"resourceType":"ImagingStudy"/g)).toHaveLength(25);
});

test.each([
  [['--scenarios', '/nowhere/at/all'], 'There is no scenario folder'],
  [['--seed', 'x'], '--seed x is not a whole number.'],
  [['--bulk', '1.5'], '--bulk 1.5 is not a whole number.'],
  [['--bulk', '2', '--dicom', '.'], '--dicom and --bulk ask for different things.'],
  [['--deidentify'], '--deidentify does nothing without --dicom or --dicomweb.'],
])('%j is refused with a way out', async (argv, message) => {
  const { code, stderr } = await run(...argv, '--out', dir);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
