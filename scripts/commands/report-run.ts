/** A finished run in, its reports on disk and on the terminal out, with the exit code that follows from it. */
import { exitCodeOf, type Run } from '../core/result';
import { exitCodeOfComparison } from '../report/compare-runs';
import type { CommandContext, CommandOutcome } from './command';

/** Writes every report below --out and says where; with --json what report.json holds is printed. */
export async function reportRun(run: Run, { options, console }: CommandContext): Promise<CommandOutcome> {
  const [{ writeReports }, { renderTerminal }, { jsonPieces }] = await Promise.all([import('../report/write-reports.js'), import('../report/terminal.js'), import('../report/json.js')]);
  const written = writeReports(run, options.out);
  if (!options.json) console.line(renderTerminal(run, console.style, { files: written.map(({ path }) => path), verbose: options.verbose === true, width: console.columns }), true);
  return { exitCode: run.comparison === undefined ? exitCodeOf(run.summary) : exitCodeOfComparison(run.comparison), json: undefined, jsonText: jsonPieces(run) };
}
