/** The whole matrix, in R4 and in R5: every planted fault is caught by a test of the requirement it breaks, every legal variant is spared; what reading alone finds is counted. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../../../scripts/commands/selftest/judge-planted';
import { FHIR_VERSIONS } from '../../../scripts/core/fhir-version';
import { plantedRows, type PlantedRow } from '../../../scripts/server/planted';
import { compiledProgram } from './compiled-program';

const root = join(__dirname, '..', '..', '..');

/** Versions whose matrix is run; R4B's rules of search are those of R4. */
const VERSIONS = ['R4', 'R5'] as const;
type Version = (typeof VERSIONS)[number];

/** Ids of what can be planted in a server of the version. */
function rowsOf(version: Version, wanted: PlantedRow['kind']): string[] {
  return plantedRows().filter(({ kind, versions }) => kind === wanted && (versions === undefined || versions.includes(FHIR_VERSIONS[version].mimeVersion))).map(({ id }) => id);
}

/** Share of the faults that a tester finds that may only read. */
const READ_ONLY_SHARE = 0.85;

/** The runs take a few minutes each on two idle cores; a busy machine gets its time. */
const PATIENCE = 3_600_000;
const stop = new AbortController();
let program: string;
afterAll(() => {
  stop.abort();
  rmSync(program, { recursive: true, force: true });
});

function selftest(...options: string[]): Promise<Matrix> {
  const args = [join(program, 'scripts', 'cli.js'), 'selftest', '--json', '--quiet', ...options];
  return new Promise((resolve, reject) => {
    // Exit code 1 is a finding, which the tests below name one by one.
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26, signal: stop.signal }, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(JSON.parse(stdout) as Matrix);
      else reject(new Error(`The selftest ended with ${String(error.code)}: ${stderr}`));
    });
  });
}

const writing = {} as Record<Version, Matrix>;
let reading: Matrix;
/** Servers with several legal variants at once: few of the many, and the same ones each time. */
let combined: Matrix;
const COMBINATIONS = 6;
beforeAll(async () => {
  program = compiledProgram();
  for (const version of VERSIONS) writing[version] = await selftest('--write', '--fhir', version);
  reading = await selftest();
  combined = await selftest('--write', '--combine', String(COMBINATIONS));
}, PATIENCE);

describe.each(VERSIONS)('%s', (version) => {
  test.each(rowsOf(version, 'fault'))('%s is caught by a test of what it breaks', (id) => {
    const fault = writing[version].faults.find((row) => row.id === id);
    expect(fault).toMatchObject({ killed: true });
    expect(fault?.requirements).toContain(fault?.breaks);
  });

  test.each(rowsOf(version, 'variant'))('%s is legal, and spared', (id) => {
    expect(writing[version].variants.find((row) => row.id === id)?.failures).toEqual([]);
  });
});

test.each(rowsOf('R4', 'variant'))('%s is spared by a tester that only reads', (id) => {
  expect(reading.variants.find((row) => row.id === id)?.failures).toEqual([]);
});

test('several legal variants at once are spared too', () => {
  expect(combined.variants).toHaveLength(COMBINATIONS);
  expect(combined.variants.filter(({ failures }) => failures.length > 0)).toEqual([]);
});

test('reading alone finds most of the faults', () => {
  const runs = VERSIONS.map((version) => `${version} with --write ${said(writing[version])}`);
  console.info([...runs, `R4 read-only ${said(reading)}`].join('\n'));
  expect(reading.killRate).toBeGreaterThanOrEqual(READ_ONLY_SHARE);
});

function said({ faults, variants, killRate, seconds }: Matrix): string {
  return `${(killRate * 100).toFixed(1)} % of ${faults.length} faults found, ${variants.length} legal variants, ${seconds} s`;
}
