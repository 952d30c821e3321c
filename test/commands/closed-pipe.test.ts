/** Readers that go away: of results that ends the program quietly, of remarks it changes nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** A short command that writes to both, remarks last. */
const COMMAND = ['--import', 'tsx', 'scripts/cli.ts', 'test', '--list', '--only', 'capability.*'];

async function run(closed: 'stdout' | 'stderr' | undefined) {
  const child = spawn(process.execPath, COMMAND, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    if (name === closed) child[name].destroy();
    else child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, ...said };
}

test('whoever closes stderr still gets the result', async () => {
  const [whole, deaf] = [await run(undefined), await run('stderr')];
  expect(whole.stderr).toMatch(/\d+ tests/);
  expect(deaf).toMatchObject({ code: 0, signal: null, stdout: whole.stdout });
}, 60_000);

test('whoever closes stdout ends it, without a word', async () => {
  const { code, stderr } = await run('stdout');
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/EPIPE|Error/);
}, 60_000);
