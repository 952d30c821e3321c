/** The command line as a person meets it: help, exit codes, --json, --quiet, errors with a way out. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../../scripts/core/known-error';
import type { CommandRecord } from '../../scripts/commands/command';
import { COMMANDS } from '../../scripts/commands/index';
import { assertOutFolder } from '../../scripts/commands/out-folder';
import { runCli } from '../../scripts/commands/run-cli';

function capture(isTTY = false) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part), isTTY });
  return { text, streams: { stdout: stream('stdout'), stderr: stream('stderr') } };
}

const greet: CommandRecord = {
  name: 'greet',
  summary: 'greets somebody',
  arguments: [{ name: '<who>', description: 'whom to greet' }],
  options: [{ flags: '--tone <tone>', description: 'how', choices: ['warm', 'dry'], default: 'warm' }],
  examples: [{ line: 'scout greet Ada', meaning: 'says hello to Ada' }],
  run: ({ args, options, console }) => {
    const [who = ''] = args;
    if (who === 'nobody') throw new KnownError('no-name', 'There is nobody to greet.', 'Give a name.');
    if (who === 'disk') throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    if (who === 'all') return Promise.resolve({ exitCode: 0, json: undefined, jsonText: ['["all of', ' them"]\n'] });
    if (who === 'bug') throw new TypeError('internal trouble');
    console.progress.start('Greeting', 1);
    console.note('about to greet');
    console.line(console.style.red(`hello ${who} (${String(options['tone'])})`));
    console.progress.end('greeted');
    return Promise.resolve({ exitCode: who === 'Ada' ? 0 : 1, json: { who } });
  },
};

const run = async (...argv: string[]) => {
  const { text, streams } = capture();
  return { code: await runCli(argv, streams, [greet]), ...text };
};

describe('runCli', () => {
  test('a result goes to stdout, remarks and progress to stderr, and the outcome sets the exit code', async () => {
    expect(await run('greet', 'Ada')).toEqual({ code: 0, stdout: 'hello Ada (warm)\n', stderr: 'Greeting ...\nabout to greet\nGreeting: greeted\n' });
    expect((await run('greet', 'Bob')).code).toBe(1);
  });

  test('--json leaves one JSON document alone on stdout', async () => {
    const { code, stdout } = await run('greet', 'Ada', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ who: 'Ada' });
    expect((await run('greet', 'all', '--json')).stdout).toBe('["all of them"]\n');
    expect((await run('greet', 'all')).stdout).toBe('');
  });

  test('--quiet is silent but for errors', async () => {
    expect(await run('greet', 'Ada', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await run('greet', 'nobody', '--quiet')).stderr).toContain('There is nobody to greet.');
  });

  test.each([false, true])('what a foreign server has put into a text cannot act on a terminal: nowhere (a terminal: %s)', async (isTTY) => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u001b[8mhidden\u009b31m\u202egnp.exe';
    const parrot: CommandRecord = {
      ...greet,
      name: 'parrot',
      arguments: [],
      run: ({ console }) => {
        console.progress.start(evil, 2);
        console.note(evil);
        console.line(console.style.red(evil));
        console.progress.end(evil);
        throw new KnownError('evil', evil, evil);
      },
    };
    const { text, streams } = capture(isTTY);
    expect(await runCli(['parrot'], streams, [parrot])).toBe(2);
    const printed = `${text.stdout}${text.stderr}`.replaceAll('\r\u001b[K', '');
    expect(printed).toContain('\\u001b]0;title');
    expect(printed.replaceAll('\u001b[31m', '').replaceAll('\u001b[39m', '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('a known error prints message and hint without a stack and exits with 2', async () => {
    const { code, stderr } = await run('greet', 'nobody');
    expect(code).toBe(2);
    expect(stderr).toBe('scout: There is nobody to greet.\n       Give a name.\n');
  });

  test('a known error under --json is JSON', async () => {
    expect(JSON.parse((await run('greet', 'nobody', '--json')).stdout)).toEqual({
      error: { code: 'no-name', message: 'There is nobody to greet.', hint: 'Give a name.' },
    });
  });

  test.each([[['greet', 'Ada', '--bogus', '--json'], /unknown option '--bogus'/], [['nothing', '--json'], /unknown command/], [['greet', '--json'], /missing required argument/]])('%j: what is wrong with the arguments is JSON under --json, too', async (argv, message) => {
    const { code, stdout } = await run(...argv);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad-arguments', message: expect.stringMatching(message) as string } });
  });

  test('any other error is a bug and shows its stack', async () => {
    const { code, stderr } = await run('greet', 'bug');
    expect(code).toBe(2);
    expect(stderr).toMatch(/TypeError: internal trouble\n\s+at /);
  });

  test('what a disk refuses is said in words, without a stack', async () => {
    const { code, stderr } = await run('greet', 'disk');
    expect(code).toBe(2);
    expect(stderr).toBe('scout: A file in output cannot be read or written: there is no space left on the disk.\n       Choose another folder with --out DIR.\n');
  });

  test.each([
    [['greet'], /missing required argument 'who'/],
    [['greet', 'Ada', '--tone', 'loud'], /Allowed choices are warm, dry/],
    [['greet', 'Ada', '--tine', 'dry'], /unknown option '--tine'\n\(Did you mean --tone\?\)/],
    [['gret'], /unknown command 'gret'\n\(Did you mean greet\?\)/],
  ])('%j is refused with what was allowed and exit 2', async (argv, message) => {
    const { code, stderr } = await run(...argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('help shows the example and exits with 0', async () => {
    const { code, stdout } = await run('greet', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('scout greet Ada\n      says hello to Ada');
  });

  test('colour reaches a terminal only; --no-color, NO_COLOR and a dumb terminal take it away', async () => {
    const tty = async (argv: string[], env: Record<string, string> = {}) => {
      const { text, streams } = capture(true);
      await runCli(['greet', 'Ada', ...argv], { ...streams, env }, [greet]);
      return text;
    };
    for (const { stdout } of [await tty([]), await tty([], { NO_COLOR: '', TERM: 'xterm' })]) expect(stdout).toContain('\u001b[31m');
    for (const { stdout } of [await tty(['--no-color']), await tty([], { NO_COLOR: '1' })]) expect(stdout).toBe('hello Ada (warm)\n');
    expect(Object.values(await tty([], { TERM: 'dumb' })).join('')).not.toContain('\u001b');
  });

  test('help keeps to 80 columns off a terminal', async () => {
    const wordy = { ...greet, examples: [{ line: 'scout greet Ada', meaning: 'word '.repeat(40).trim() }] };
    const { text, streams } = capture();
    await runCli(['greet', '--help'], streams, [wordy]);
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

test.each(COMMANDS.map((command) => [command.name, command] as const))('%s has an example line that begins with its own name', (name, command) => {
  expect(command.examples.length).toBeGreaterThan(0);
  for (const example of command.examples) expect(example.line).toContain(`scout ${name}`);
});

test.each<[string, CommandRecord['writesOut'], string[], boolean]>([
  ['one that writes', true, [], true],
  ['one that writes but for a list', ({ list }) => list !== true, [], true],
  ['that one, listing', ({ list }) => list !== true, ['--list'], false],
  ['one that does not write', undefined, [], false],
])('--out is tried out before a command runs: %s', async (_name, writesOut, more, refused) => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-out-'));
  try {
    writeFileSync(join(folder, 'file'), '');
    let ran = false;
    const command: CommandRecord = { name: 'work', summary: 'Works.', options: [{ flags: '--list', description: 'lists' }], examples: [{ line: 'scout work', meaning: 'works' }], ...(writesOut === undefined ? {} : { writesOut }), run: () => Promise.resolve({ exitCode: (ran = true) ? 0 : 1, json: {} }) };
    const { text, streams } = capture();
    expect(await runCli(['work', '--out', join(folder, 'file'), ...more], streams, [command])).toBe(refused ? 2 : 0);
    expect([ran, text.stderr.includes('is not a folder')]).toEqual([!refused, refused]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('where reports cannot be written is found before the work is done', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-out-'));
  try {
    writeFileSync(join(folder, 'file'), '');
    for (const path of ['file', 'file/below']) expect(() => assertOutFolder(join(folder, path))).toThrow(expect.objectContaining({ code: 'bad-out', message: expect.stringMatching(/file is not a folder\.$/) as string }) as Error);
    assertOutFolder(folder);
    assertOutFolder(join(folder, 'new', 'folder'));
    // Whoever runs us may write here by its permissions; the file system itself refuses.
    if (process.platform === 'linux') expect(() => assertOutFolder('/proc/scout-out')).toThrow(expect.objectContaining({ code: 'bad-out' }) as Error);
    expect(readdirSync(folder)).toEqual(['file']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
