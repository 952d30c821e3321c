/** argv and the command table in, exit code out: 0 clean, 1 findings, 2 could not run. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { KnownError } from '../core/known-error';
import { toolVersion } from '../core/package-root';
import { wrapped } from '../report/display-width';
import { COMMANDS } from './index';
import type { CommandContext, CommandRecord, CommonOptions, ExitCode } from './command';
import { harmless, openConsole, type Streams } from './console';
import { assertOutFolder, diskTrouble } from './out-folder';

const COMMON_OPTIONS = [
  new Option('--out <dir>', 'folder for everything that is written').default('output'),
  new Option('--json', 'print one machine-readable result on stdout and nothing else there').default(false),
  new Option('--quiet', 'no progress and no remarks').default(false),
  new Option('--no-color', 'plain text; also with NO_COLOR in the environment'),
];

const ARGUMENTS_HINT = 'Type scout --help for the commands, scout COMMAND --help for one of them.';

/**
 * Runs one command line.
 * @param argv the arguments after the program's name
 * @returns 0 clean, 1 findings, 2 could not run (bad arguments included)
 */
export async function runCli(argv: readonly string[], streams: Streams, commands: readonly CommandRecord[] = COMMANDS): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command('scout')
    .description('FHIR imaging guide and conformance tests for FHIR servers.')
    .version(toolVersion().version)
    // A command may have a --version of its own: the program's stands before the command.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.stdout.write(text), writeErr: (text) => streams.stderr.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(ARGUMENTS_HINT);
  for (const record of commands) {
    const command = program.command(record.name).summary(record.summary).description(record.summary);
    for (const argument of record.arguments ?? []) command.addArgument(new Argument(argument.name, argument.description));
    for (const option of record.options ?? []) {
      const row = new Option(option.flags, option.description);
      if (option.default !== undefined) row.default(option.default);
      if (option.choices !== undefined) row.choices([...option.choices]);
      command.addOption(row);
    }
    for (const option of COMMON_OPTIONS) command.addOption(option);
    command.addHelpText('after', ['', 'Examples:', ...record.examples.flatMap(({ line, meaning }) => [`  ${line}`, ...wrapped(meaning, 74).map((text) => `      ${text}`)])].join('\n'));
    command.action(async () => {
      exitCode = await runCommand(record, (command.processedArgs as unknown[]).flat().filter((value) => value !== undefined) as string[], command.opts(), streams);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // commander has told the person; whoever reads JSON wants to be told, too.
    if (argv.includes('--json')) streams.stdout.write(`${JSON.stringify({ error: { code: 'bad-arguments', message: error.message.replace(/^error: /, ''), hint: ARGUMENTS_HINT } }, null, 2)}\n`);
    return 2;
  }
  return exitCode;
}

async function runCommand(record: CommandRecord, args: string[], options: CommonOptions, streams: Streams): Promise<ExitCode> {
  const console = openConsole(options, streams);
  const abort = new AbortController();
  const stop = () => abort.abort(new KnownError('interrupted', 'Interrupted.'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const context: CommandContext = { args, options: options as CommandContext['options'], console, signal: abort.signal };
    if (record.writesOut === true || record.writesOut?.(context.options) === true) assertOutFolder(options.out);
    const outcome = await record.run(context);
    if (options.json) for (const piece of outcome.jsonText ?? [`${JSON.stringify(outcome.json, null, 2)}\n`]) streams.stdout.write(piece);
    return outcome.exitCode;
  } catch (error) {
    report(diskTrouble(error, options.out) ?? error, options, streams);
    return 2;
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
  }
}

function report(error: unknown, options: CommonOptions, streams: Streams): void {
  const known = error instanceof KnownError;
  const code = known ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const hint = known ? error.hint : 'This is a bug in fhir-scout; please report it with the lines above.';
  if (options.json) streams.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
  if (!known) streams.stderr.write(harmless(`${error instanceof Error ? error.stack : message}\n`));
  streams.stderr.write(harmless(`scout: ${message}\n${hint === undefined ? '' : `       ${hint}\n`}`));
}
