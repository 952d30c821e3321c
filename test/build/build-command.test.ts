/** `scout build` as a person meets it: what it prints, and how it ends. */
import { join } from 'node:path';
import { buildCommand } from '../../scripts/commands/build';
import { runCli } from '../../scripts/commands/run-cli';
import { fshProjects, PROFILE } from './fsh-project';

const project = fshProjects();

async function scout(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await runCli(['build', '--offline', ...argv], { stdout: stream('stdout'), stderr: stream('stderr') }, [buildCommand]);
  return { exitCode, ...written };
}

test('a good project: exit 0, a summary that names the package', async () => {
  const { root, out } = project({ 'input/fsh/profile.fsh': PROFILE });
  const { exitCode, stdout } = await scout('--ig-root', root, '--out', out);
  expect(exitCode).toBe(0);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Built: 0 errors, 1 warning; 1 profile; ${join(out, 'package.tgz')} (test.project#1.2.3, 2 definitions, 0 examples)`);
}, 60_000);

test('a fault: exit 1, one line with file, line and column, also when quiet', async () => {
  const { root, out } = project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n` });
  const { exitCode, stdout } = await scout('--ig-root', root, '--out', out, '--quiet');
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`${join(root, 'input/fsh/profile.fsh')}:4:1: error: No element found at path nonsense`);
  expect(stdout).toContain('Not built: 1 error, 1 warning; 1 profile; no package was written');
});

test('with --json the findings stand on stdout and nothing else does', async () => {
  const { root, out } = project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n` });
  const { stdout } = await scout('--ig-root', root, '--out', out, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, counts: { profiles: 1 }, findings: [{ severity: 'warning' }, { code: 'path-not-found', location: { line: 4 } }] });
});

test('a dependency that is nowhere: exit 2, naming it and the way out', async () => {
  const made = project({});
  made.write('sushi-config.yaml', 'id: a.b\ncanonical: https://example.org/a\nname: A\nstatus: draft\nversion: 1.0.0\nfhirVersion: 4.0.1\nFSHOnly: true\ndependencies:\n  no.such.package: 1.0.0\n');
  const { exitCode, stderr } = await scout('--ig-root', made.root, '--out', made.out);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no.such.package#1.0.0');
  expect(stderr).toContain('scout packages');
});

test('no project: exit 2', async () => {
  const { root, out } = project({});
  const { exitCode, stderr } = await scout('--ig-root', join(root, 'elsewhere'), '--out', out);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--ig-root');
});
