/** The whole matrix: every planted fault is caught by a test of the requirement it breaks, every legal variant is spared; what reading alone finds is counted. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Matrix } from '../../../scripts/commands/selftest/judge-planted';
import { plantedRows } from '../../../scripts/server/planted';

const root = join(__dirname, '..', '..', '..');
const FAULTS = plantedRows().filter(({ kind }) => kind === 'fault');
const VARIANTS = plantedRows().filter(({ kind }) => kind === 'variant');

/** Share of the faults that a tester finds that may only read. */
const READ_ONLY_SHARE = 0.85;

/** Both runs take a few minutes on two idle cores; a busy machine gets its time. */
const PATIENCE = 2_400_000;
const stop = new AbortController();
afterAll(() => stop.abort());

function selftest(...options: string[]): Promise<Matrix> {
  const args = [require.resolve('tsx/cli'), join(root, 'scripts', 'cli.ts'), 'selftest', '--json', '--quiet', ...options];
  return new Promise((resolve, reject) => {
    // Exit code 1 is a finding, which the tests below name one by one.
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26, signal: stop.signal }, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(JSON.parse(stdout) as Matrix);
      else reject(new Error(`The selftest ended with ${String(error.code)}: ${stderr}`));
    });
  });
}

let writing: Matrix;
let reading: Matrix;
beforeAll(async () => {
  writing = await selftest('--write');
  reading = await selftest();
}, PATIENCE);

test.each(FAULTS.map(({ id }) => id))('%s is caught by a test of what it breaks', (id) => {
  const fault = writing.faults.find((row) => row.id === id);
  expect(fault).toMatchObject({ killed: true });
  expect(fault?.requirements).toContain(fault?.breaks);
});

test.each(VARIANTS.map(({ id }) => id))('%s is legal, and spared', (id) => {
  expect(writing.variants.find((row) => row.id === id)?.failures).toEqual([]);
  expect(reading.variants.find((row) => row.id === id)?.failures).toEqual([]);
});

test('reading alone finds most of the faults', () => {
  console.info(`${FAULTS.length} faults, ${VARIANTS.length} legal variants; found with --write ${percent(writing)} in ${writing.seconds} s, read-only ${percent(reading)} in ${reading.seconds} s`);
  expect(reading.killRate).toBeGreaterThanOrEqual(READ_ONLY_SHARE);
});

function percent({ killRate }: Matrix): string {
  return `${(killRate * 100).toFixed(1)} %`;
}
