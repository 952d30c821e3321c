import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import type { Run } from '../../scripts/core/result';
import { listen, type Listening } from '../../scripts/server/listen';
import { embedded, type Embedded } from './embedded';

let dir: string;
let server: Embedded;
let listening: Listening;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scout-test-command-'));
  server = embedded();
  listening = await listen(server.server, { port: 0 });
});
afterAll(async () => {
  await listening.close();
  rmSync(dir, { recursive: true });
});

async function scout(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runCli([...argv, '--out', dir], { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) } });
  return { code, stdout, stderr };
}

test('scout test writes reports and exits with 0 where nothing fails', async () => {
  const { code, stdout } = await scout('test', listening.url, '--only', 'capability.*,search.imagingstudy.modality.*', '--json');
  const run = JSON.parse(stdout) as Run;
  expect(code).toBe(0);
  expect(run.summary.pass).toBeGreaterThan(20);
  expect(run.mode).toBe('read-only');
  expect(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'))).toMatchObject({ summary: run.summary });
  expect(existsSync(join(dir, 'report.html'))).toBe(true);
});

test('a run that leaves something on the server does not exit with 0, unless it may', async () => {
  const other = embedded({ resources: [] });
  let deletions = 0;
  const handle: typeof other.server.handle = (request) => (request.method === 'DELETE' && (deletions += 1) > 1 ? { status: 423, headers: {}, body: '' } : other.server.handle(request));
  const locking = await listen({ ...other.server, basePath: other.server.basePath, rebase: (origin) => other.server.rebase(origin), handle }, { port: 0 });
  try {
    const args = ['test', locking.url, '--write', '--only', 'write.patient.create', '--quiet'];
    const { code, stdout } = await scout(...args);
    expect(code).toBe(2);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/1 resource could not be removed \(Patient\/\S+: its deletion is answered by 423\)/);
    expect((await scout(...args, '--may-stay')).code).toBe(0);
    const journals = readdirSync(dir).filter((name) => name.startsWith('journal-'));
    expect(journals).toHaveLength(2);
    for (const journal of journals) rmSync(join(dir, journal));
  } finally {
    await locking.close();
  }
}, 60_000);

test('an address after a list of patterns is still the address', async () => {
  expect((await scout('test', '--only', 'capability.status', listening.url, '--quiet')).code).toBe(0);
});

test('secrets reach neither the terminal nor the reports', async () => {
  const { code, stdout, stderr } = await scout('test', listening.url, '--only', 'capability.*', '--token', 'tok-en-0815', '--header', 'X-Api-Key: key-4711');
  expect(code).toBe(0);
  const written = readdirSync(dir).filter((name) => name.startsWith('report.') || name === 'junit.xml').map((name) => readFileSync(join(dir, name), 'utf8')).join('');
  expect(stdout + stderr + written).not.toMatch(/tok-en-0815|key-4711/);
});

test('a recording is judged again', async () => {
  const recording = join(dir, 'recording');
  const first = JSON.parse((await scout('test', listening.url, '--only', 'search.imagingstudy.status.*', '--record', recording, '--json')).stdout) as Run;
  const again = JSON.parse((await scout('test', '--replay', recording, '--only', 'search.imagingstudy.status.*', '--json')).stdout) as Run;
  expect(again.results.map(({ id, verdict }) => [id, verdict])).toEqual(first.results.map(({ id, verdict }) => [id, verdict]));
});

test('the catalogue is listed without a server', async () => {
  const { code, stdout } = await scout('test', '--list', '--only', 'write', '--json');
  const rows = JSON.parse(stdout) as { id: string; mode: string; requirement: { url: string } }[];
  expect(code).toBe(0);
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.every(({ mode }) => mode === 'write')).toBe(true);
});

test('--write leaves the server as it was, and no journal', async () => {
  const before = server.server.store.all().map((resource) => JSON.stringify(resource)).sort();
  const { code, stdout } = await scout('test', listening.url, '--write', '--only', 'write.patient.create,write.patient.update,search.imagingstudy.patient.*', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'write', summary: { fail: 0, error: 0 } });
  expect(server.server.store.all().map((resource) => JSON.stringify(resource)).sort()).toEqual(before);
  expect(readdirSync(dir).filter((name) => name.startsWith('journal-'))).toEqual([]);
}, 60_000);

test.each([
  [['test'], /Which server/],
  [['test', 'localhost:8080/fhir'], /does not begin with http/],
  [['test', 'http://127.0.0.1:1/fhir'], /nothing listens there/],
  [['test', 'http://x.test', '--budget', 'many'], /--budget is "many"/],
  [['test', 'http://x.test', '--rate', 'fast'], /--rate is "fast"/],
  [['test', 'http://x.test', '--timeout', '0'], /--timeout is "0"/],
  [['test', 'http://x.test', '--header', 'no colon'], /not of the form/],
  [['test', 'http://x.test', '--user', 'anna'], /a name and a password/],
  [['test', 'http://x.test', '--user', 'a:b', '--token', 'c'], /both set/],
  [['test', 'http://x.test', '--fhir', 'R9'], /R9.*not known/],
  [['test', 'http://x.test', '--only', 'nothing.like.this'], /No test fits/],
  [['test', 'http://x.test', '--only', 'write.*'], /write to the server/],
  [['test', 'http://x.test', '--only', 'search.imagingstudy.modality'], /Did you mean "search\.imagingstudy\.modality\.\*"/],
  [['test', 'http://x.test', '--skip', 'capability.kidn'], /Did you mean "capability\.kind"/],
  [['test', 'http://x.test', '--only', ' ,'], /--only is empty/],
  [['test', 'http://x.test', '--token', 'a\nb'], /--token is empty, or has characters/],
  [['test', 'http://x.test', '--token', ''], /--token is empty, or has characters/],
  [['test', 'http://x.test', '--header', 'X-Arrow: \u2192'], /characters that a header cannot have/],
  [['test', 'http://x.test', '--may-stay'], /--may-stay does nothing without --write/],
  [['test', 'http://x.test', '--markdown'], /--markdown does nothing without --list/],
  [['test', 'http://x.test', '--replay', 'x'], /not http:\/\/x\.test/],
  [['test', '--replay', 'x', '--write'], /--replay and --write contradict/],
  [['test', '--replay', 'x', '--record', 'y'], /--replay and --record contradict/],
  [['test', '--replay', '/no/such/folder'], /no recording/],
  [['cleanup', '/no/such/journal'], /cannot be read/],
])('scout %j says what is wrong and exits with 2', async (argv, message) => {
  const { code, stderr, stdout } = await scout(...argv);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(stdout).toBe('');
});

test('a recording that cannot be begun ends the run at once: no clock of it goes on', async () => {
  const clocks = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const file = join(dir, 'no-folder');
  writeFileSync(file, '');
  const before = clocks();
  const { code, stderr } = await scout('test', 'http://x.test', '--record', file, '--quiet');
  expect(code).toBe(2);
  expect(stderr).toContain(`The recording cannot be written to ${file}: something else has that name already.`);
  expect(clocks()).toBe(before);
});
