/** `scout watch`: a live site of a FSH project that follows every save, with what the compiler and the validator say. */
import { isError } from '../core/finding';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import type { Problem } from '../watch/live-state';
import type { CommandRecord, Console } from './command';
import { editableProject } from './demo/guide-folder';
import { describeFinding } from './describe-finding';
import type { RebuildReport } from './watch/session';

export const watchCommand: CommandRecord = {
  name: 'watch',
  summary: 'Serve a live site of a FSH project: on each save compile, show what is wrong, refresh the open page, validate what changed.',
  options: [
    { flags: '--ig-root <dir>', description: "folder of the project's sushi-config.yaml (default: the project in this folder; in a clone of fhir-scout, its own guide)" },
    { flags: '--port <number>', description: 'port on 127.0.0.1; 0 takes any free one', default: '3210' },
    { flags: '--no-validator', description: 'leave the official HL7 validator out' },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use (default: SCOUT_VALIDATOR_JAR, our cache, download, build)' },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--offline', description: 'use the cache only, and never ask a registry for a missing dependency', default: false },
  ],
  examples: [
    { line: 'scout watch', meaning: "Open http://127.0.0.1:3210/ and edit this program's guide." },
    { line: 'scout watch --ig-root ../my-ig --port 0', meaning: 'Watch any other FSH project, on a free port.' },
  ],
  async run({ options, console, signal }) {
    const port = portOf(String(options.port));
    const [{ openSession }, { defaultCacheDir }] = await Promise.all([import('./watch/session.js'), import('../packages/cache-folder.js')]);
    const root = editableProject(options);
    let rebuilds = 0;
    const session = await openSession({
      root,
      port,
      cache: typeof options.cache === 'string' ? options.cache : defaultCacheDir(),
      offline: options.offline === true,
      ...(options.validator === false && { withoutValidator: 'not asked (--no-validator).' }),
      ...(typeof options.validatorJar === 'string' && { validatorJar: options.validatorJar }),
      onRebuild: (report) => {
        rebuilds += 1;
        describeRebuild(report, console);
      },
      onValidator: (state) => {
        if (state.state === 'off') console.line(`HL7 validator: ${state.why}`);
        if (state.state !== 'done') return;
        console.line(`HL7 validator: ${counted(state.errors, 'error')}, ${counted(state.warnings, 'warning')}`);
        describeProblems(state.problems.filter(({ finding }) => isError(finding)), console);
      },
      note: (text) => console.note(text),
      signal,
    });
    console.line(`${console.style.bold(session.url)}  (Ctrl-C ends it)`, true);
    try {
      await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
    } finally {
      await session.close();
    }
    return { exitCode: 0, json: { url: session.url, rebuilds } };
  },
};

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new KnownError('bad-option', `--port ${text} is not a port.`, 'Give a number from 0 to 65535.');
  return port;
}

function describeRebuild({ files, seconds, changed, pages, current, problems }: RebuildReport, console: Console): void {
  const what = files.length === 0 ? 'first build' : files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
  const errors = problems.filter(({ finding }) => isError(finding)).length;
  const outcome = current ? console.style.green(`${changed.length} of ${pages} pages new`) : console.style.red('the pages stay as they were');
  console.line(`${what}: ${outcome} in ${seconds.toFixed(2)} s; ${counted(errors, 'error')}, ${counted(problems.length - errors, 'warning')}`);
  describeProblems(problems, console);
}

function describeProblems(problems: readonly Problem[], console: Console): void {
  for (const { finding, excerpt } of problems) {
    console.line(describeFinding(finding, console.style), true);
    if (excerpt !== undefined) console.line(console.style.dim(excerpt));
  }
}
