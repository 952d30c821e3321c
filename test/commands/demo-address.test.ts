/** The address of a server that is none in, a plain sentence before anything else is done out. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';

test.each([
  ['http://127.0.0.1:1/fhir', 'no-answer'],
  ['127.0.0.1/fhir', 'bad-url'],
])('scout demo %s ends with %s before the guide is built', async (url, code) => {
  const out = mkdtempSync(join(tmpdir(), 'scout-demo-'));
  const said = { stdout: '', stderr: '' };
  const exitCode = await runCli(['demo', url, '--out', out, '--json'], { stdout: { write: (text) => (said.stdout += text) }, stderr: { write: (text) => (said.stderr += text) } });
  const made = readdirSync(out);
  rmSync(out, { recursive: true });
  expect([exitCode, made]).toEqual([2, []]);
  expect(JSON.parse(said.stdout)).toMatchObject({ error: { code } });
  expect(said.stderr).not.toContain('done');
});
