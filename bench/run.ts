/** `npm run bench`: measures us against our peers in one run and prints ratios, which hold where seconds drift. */
import { Command, InvalidArgumentError } from 'commander';
import { BENCH_CASES } from './cases';
import { measure, type BenchReport } from './measure';

const program = new Command('npm run bench --')
  .description('Measure against peers: medians of several rounds, as ratios to the peer.')
  .argument('[case...]', `which benchmarks (${BENCH_CASES.map(({ id }) => id).join(', ')}); all of them if none is named`)
  .option('-n, --runs <count>', 'rounds', positive, 5)
  .option('--json', 'print the figures as JSON and nothing else on stdout', false);

void program.parseAsync().then(async () => {
  const { runs, json } = program.opts<{ runs: number; json: boolean }>();
  const unknown = program.args.find((id) => !BENCH_CASES.some((bench) => bench.id === id));
  if (unknown !== undefined) program.error(`There is no benchmark "${unknown}". There are: ${BENCH_CASES.map(({ id }) => id).join(', ')}.`);
  const reports: BenchReport[] = [];
  for (const bench of BENCH_CASES) {
    if (program.args.length > 0 && !program.args.includes(bench.id)) continue;
    const report = await measure(bench, runs, (text) => process.stderr.write(`${text}\n`));
    reports.push(report);
    if (!json) process.stdout.write(`${describe(report)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ node: process.version, cases: reports }, null, 2)}\n`);
});

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return count;
}

function describe({ title, note, peer, runs, rows }: BenchReport): string {
  const width = Math.max(...rows.map(({ contender }) => contender.length));
  const seconds = (value: number) => `${value.toFixed(2).padStart(7)} s`;
  return [
    `\n${title}, ${runs} ${runs === 1 ? 'round' : 'rounds'}; how many times quicker than ${peer}`,
    ...rows.map((row) => `  ${row.contender.padEnd(width)}  x ${row.ratio.toFixed(2).padStart(6)}   median ${seconds(row.median)}  (${seconds(row.fastest).trim()} to ${seconds(row.slowest).trim()})${row.remark === undefined ? '' : `  ${row.remark}`}`),
    `  ${note}`,
  ].join('\n');
}
