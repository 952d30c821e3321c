/** `scout selftest`: the tester against each planted fault and each legal variant -> the matrix, kill rate and false-alarm rate. */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import { fhirVersion, type FhirVersionRecord } from '../core/fhir-version';
import { wildcard } from '../core/wildcard';
import type { CommandContext, CommandRecord } from './command';
import type { PlantedRow } from '../server/planted';
import { patternsOf } from './test';
import { judgeFault, judgeVariant, matrixOf, type FaultOutcome, type Matrix, type VariantOutcome } from './selftest/judge-planted';

export const selftestCommand: CommandRecord = {
  name: 'selftest',
  summary: 'Test the tester: which planted faults it finds, and whether it accuses legal behaviour.',
  options: [
    { flags: '--only <pattern...>', description: 'only faults and variants whose id or group fits (* for any text); several, also with commas between' },
    { flags: '--jobs <count>', description: 'processes that share the work (default: one a core)' },
    { flags: '--shard <part>', description: 'only this part of the work, e.g. 1/2' },
    { flags: '--fhir <version>', description: 'FHIR version of the server and its data', default: 'R4' },
    { flags: '--write', description: 'let the tester write: only then can faults of writing be found' },
    { flags: '--every-test', description: 'run every test against every fault, to see all that catch it (default: first those of the requirement that it breaks)', default: false },
    { flags: '--combine <count>', description: 'instead of each alone, this many servers that have 3 to 12 legal variants at once, drawn by --seed' },
    { flags: '--seed <number>', description: 'which combinations; the same number draws the same ones', default: '1' },
    { flags: '--min-kill-rate <share>', description: 'exit with 1 below this share of faults found (default: 0.85 read-only, 1 with --write)' },
  ],
  examples: [
    { line: 'scout selftest --write', meaning: 'Run the whole matrix with a tester that may write.' },
    { line: 'scout selftest --write --fhir R5', meaning: 'The same over R5 data on a server in R5 mode.' },
    { line: 'scout selftest --combine 20 --seed 7', meaning: 'Twenty servers with several legal variants at once: none may be accused.' },
    { line: 'scout selftest --only "date*" --json', meaning: 'Only the faults about dates, as JSON.' },
  ],
  async run(context) {
    const begun = performance.now();
    const least = shareOfFaults(text(context.options.minKillRate), context.options.write === true);
    const rows = shardOf(await combined(await chosenRows(context.options.only, versionOf(context.options)), context.options), text(context.options.shard));
    const jobs = Math.min(wholeJobs(text(context.options.jobs)), Math.ceil(rows.length / MIN_ROWS_OF_A_JOB));
    const outcomes = jobs > 1 ? await shared(rows, jobs, context) : await alone(rows, context);
    const matrix = matrixOf(outcomes.faults, outcomes.variants, Math.round((performance.now() - begun) / 100) / 10);
    print(matrix, context);
    const enough = matrix.killRate >= least;
    // Read-only, the test that names a requirement may be one that writes.
    const named = context.options.write !== true || matrix.misnamed.length === 0;
    return { exitCode: enough && named && matrix.falseAlarms === 0 ? 0 : 1, json: matrix };
  },
};

/** Linux's folder in memory: journals wait for the disk at each line, which is no matter of this test. */
const MEMORY = '/dev/shm';
/** Below this a further process costs more than it brings. */
const MIN_ROWS_OF_A_JOB = 8;

interface Outcomes {
  readonly faults: FaultOutcome[];
  readonly variants: VariantOutcome[];
}

/** Looked at before the work, of which there are minutes. @throws KnownError `bad-option` */
function shareOfFaults(value: string | undefined, writes: boolean): number {
  const share = value === undefined ? (writes ? 1 : 0.85) : Number(value);
  if (value?.trim() === '' || !(share >= 0 && share <= 1)) throw new KnownError('bad-option', `--min-kill-rate ${value} is no share.`, 'Write it as a number from 0 to 1: 0.85');
  return share;
}

/** @throws KnownError `unknown-fhir-version` */
function versionOf(options: CommandContext['options']): FhirVersionRecord {
  return fhirVersion(text(options.fhir) ?? 'R4');
}

async function chosenRows(only: unknown, { mimeVersion }: FhirVersionRecord): Promise<PlantedRow[]> {
  const { plantedRows } = await import('../server/planted.js');
  const patterns = patternsOf('--only', only, 'faults, variants or groups, e.g. --only "date*"').map((pattern) => wildcard(pattern));
  const rows = plantedRows().filter(({ versions }) => versions === undefined || versions.includes(mimeVersion)).filter(({ id, group }) => patterns.length === 0 || patterns.some((pattern) => pattern.test(id) || (group !== undefined && pattern.test(group))));
  if (rows.length === 0) throw new KnownError('nothing-chosen', 'No fault and no variant fits --only.', 'scout serve --list-faults shows all.');
  return rows;
}

/** With --combine, what is chosen becomes servers with several legal variants at once. */
async function combined(rows: PlantedRow[], options: CommandContext['options']): Promise<PlantedRow[]> {
  const count = text(options.combine);
  if (count === undefined) return rows;
  const { combinations } = await import('./selftest/combine-variants.js');
  const drawn = combinations(rows, whole('--combine', count), whole('--seed', text(options.seed) ?? '1'));
  if (drawn.length === 0) throw new KnownError('nothing-chosen', 'No legal variant of the FHIR server fits --only.', 'scout serve --list-faults shows all.');
  return drawn;
}

/** Every n-th row, so that the parts are about equally long. */
function shardOf(rows: PlantedRow[], shard: string | undefined): PlantedRow[] {
  if (shard === undefined) return rows;
  const [, part = '', of = ''] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (part === '' || Number(part) < 1 || Number(part) > Number(of)) throw new KnownError('bad-option', `--shard ${shard} is no part of a whole.`, 'Write it like 1/2.');
  return rows.filter((_, index) => index % Number(of) === Number(part) - 1);
}

/** A string option as given. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wholeJobs(value: string | undefined): number {
  return value === undefined ? availableParallelism() : whole('--jobs', value);
}

/** @throws KnownError `bad-option` */
function whole(option: string, value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new KnownError('bad-option', `${option} ${value} is no whole number from 1.`, 'Write it like 12.');
  return Number(value);
}

async function alone(rows: readonly PlantedRow[], { console, options, signal }: CommandContext): Promise<Outcomes> {
  const [{ runPlanted }, { wholeRunOver }, { ownExamples }, { loadSearchDefinitions }, { inVersion }, { examplesOnlyIn }, { catalogue }, { selectTests, usableTests }, { fewerTests }, { partOf }, { createSharedWork }] = await Promise.all([
    import('./selftest/run-planted.js'),
    import('./selftest/unnoticed.js'),
    import('../generate/own-examples.js'),
    import('../search/definitions.js'),
    import('../tester/write/in-version.js'),
    import('../generate/only-in-version.js'),
    import('../tester/tests/index.js'),
    import('../tester/select.js'),
    import('./selftest/fewer-tests.js'),
    import('./selftest/part-of.js'),
    import('../tester/shared-work.js'),
  ]);
  const version = versionOf(options);
  const fixtures = await ownExamples();
  const untold = examplesOnlyIn(version.mimeVersion).map(({ resource }) => resource);
  const examples = [...inVersion(fixtures, version), ...untold];
  const journalDir = options.write === true ? mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'scout-selftest-')) : undefined;
  const definitions = loadSearchDefinitions(version);
  const tests = options.everyTest === true ? [] : usableTests(selectTests(catalogue(definitions, version), version), { writes: journalDir !== undefined, validates: false, crossChecks: false });
  const resources = journalDir === undefined ? examples : partOf(examples, untold);
  const input = { resources, fixtures, version, definitions, signal, shared: createSharedWork(), ...(journalDir === undefined ? {} : { journalDir }) };
  // To know what the reference server answers costs a run of its own, which few rows do not bring in again.
  const everyTest = rows.length < MIN_ROWS_OF_A_JOB ? (row: PlantedRow) => runPlanted(row, input) : wholeRunOver(input);
  const judged = async (row: PlantedRow): Promise<FaultOutcome> => {
    for (const only of fewerTests(row, tests)) {
      const outcome = judgeFault(row, await runPlanted(row, { ...input, only }), version);
      if (outcome.named) return outcome;
    }
    return judgeFault(row, await everyTest(row), version);
  };
  const outcomes: Outcomes = { faults: [], variants: [] };
  console.progress.start('Testing the tester', rows.length);
  try {
    for (const [index, row] of rows.entries()) {
      // Servers in this process answer without a turn of the event loop, and Ctrl-C is seen in such a turn only.
      await setImmediate();
      signal.throwIfAborted();
      if (row.kind === 'fault') outcomes.faults.push(await judged(row));
      else outcomes.variants.push(judgeVariant(row, await everyTest(row)));
      console.progress.step(index + 1, row.id);
      process.send?.({ done: index + 1 });
    }
  } finally {
    if (journalDir !== undefined) rmSync(journalDir, { recursive: true, force: true });
  }
  console.progress.end();
  return outcomes;
}

/** Runs the parts in processes of their own and puts their outcomes back into the table's order. */
async function shared(rows: readonly PlantedRow[], jobs: number, { console, options, signal }: CommandContext): Promise<Outcomes> {
  const done = new Array<number>(jobs).fill(0);
  console.progress.start('Testing the tester', rows.length);
  const parts = await Promise.all(
    done.map((_, job) =>
      part(job, jobs, options, signal, (count) => {
        done[job] = count;
        console.progress.step(done.reduce((sum, one) => sum + one, 0));
      }),
    ),
  );
  console.progress.end();
  const place = new Map(rows.map(({ id }, index) => [id, index]));
  const inOrder = <Row extends { id: string }>(list: Row[]) => list.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  return { faults: inOrder(parts.flatMap(({ faults }) => faults)), variants: inOrder(parts.flatMap(({ variants }) => variants)) };
}

function part(job: number, jobs: number, { only, write, fhir, everyTest, combine, seed }: CommandContext['options'], signal: AbortSignal, onStep: (done: number) => void): Promise<Outcomes> {
  const drawing = typeof combine === 'string' ? ['--combine', combine, '--seed', typeof seed === 'string' ? seed : '1'] : [];
  const program = join(__dirname, `../cli${extname(__filename)}`);
  const patterns = Array.isArray(only) && only.length > 0 ? ['--only', ...only.map(String)] : [];
  const child = fork(program, ['selftest', '--json', '--quiet', '--jobs', '1', '--min-kill-rate', '0', '--shard', `${job + 1}/${jobs}`, ...(write === true ? ['--write'] : []), ...(everyTest === true ? ['--every-test'] : []), '--fhir', typeof fhir === 'string' ? fhir : 'R4', ...drawing, ...patterns], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], signal });
  child.on('message', (message) => onStep((message as { done: number }).done));
  let text = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      if (!signal.aborted) reject(error);
    });
    child.on('close', (code) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (code === 0 || code === 1) resolve(JSON.parse(text) as Matrix & Outcomes);
      else reject(new Error(`Part ${job + 1} of the selftest ended with ${code}. ${errors.trim()}`));
    });
  });
}

function print({ faults, variants, killRate, falseAlarms, misnamed, seconds }: Matrix, { console }: CommandContext): void {
  const { style } = console;
  const width = Math.max(...[...faults, ...variants].map(({ id }) => id.length));
  for (const { id, group, killed, named, by, breaks } of faults) {
    const verdict = killed ? style.green('caught') : style.red('MISSED');
    const how = killed ? `${counted(by.length, 'test')}, ${by[0]}${named ? '' : style.yellow(`; none names ${breaks}`)}` : `breaks ${breaks}`;
    console.line(`${verdict}  ${style.dim(group.padEnd(12))} ${id.padEnd(width)}  ${how}`, !killed);
  }
  for (const { id, failures } of variants) {
    const verdict = failures.length === 0 ? style.green('spared') : style.red('ACCUSED');
    console.line(`${verdict}  ${style.dim('legal'.padEnd(12))} ${id.padEnd(width)}  ${failures.map(({ id: test, message }) => `${test}: ${message}`).join('; ')}`, failures.length > 0);
  }
  const missed = faults.filter(({ killed }) => !killed).length;
  console.line(`${faults.length - missed} of ${counted(faults.length, 'fault')} caught (${(killRate * 100).toFixed(1)} %), ${falseAlarms} of ${counted(variants.length, 'legal variant')} accused, ${misnamed.length === 0 ? '' : `${counted(misnamed.length, 'fault')} caught under another requirement, `}${seconds} s`, true);
}
