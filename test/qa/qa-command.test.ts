/** `scout qa` on a foreign project: it is compiled, looked at from all sides, and reported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { qaCommand } from '../../scripts/commands/qa';
import { runCli } from '../../scripts/commands/run-cli';
import type { QaReport } from '../../scripts/qa/qa-report';
import { EXAMPLE, fshProjects, PROFILE, type FshProject } from '../build/fsh-project';

const project = fshProjects();

async function scout({ root, out }: FshProject, ...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await runCli(['qa', '--offline', '--no-validator', '--ig-root', root, '--out', out, ...argv], { stdout: stream('stdout'), stderr: stream('stderr') }, [qaCommand]);
  return { exitCode, ...written, report: JSON.parse(readFileSync(join(out, 'qa.json'), 'utf8')) as QaReport, page: readFileSync(join(out, 'qa.html'), 'utf8') };
}

test('warnings do not fail; each has its place; what was left out is said', async () => {
  const made = project({ 'input/fsh/profile.fsh': PROFILE, 'input/fsh/example.fsh': EXAMPLE, 'input/pagecontent/index.md': 'Welcome.\n', 'input/ignoreWarnings.txt': '# Meant so.\n%has no title.\n' });
  const { exitCode, stdout, report, page } = await scout(made);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`${join(made.root, 'input/fsh/profile.fsh')}:1: warning: StructureDefinition/NamedPatient has no description.`);
  expect(stdout).toContain('not looked at: HL7 validator: --no-validator was given.');
  expect(report.suppressed).toContainEqual({ rule: '%has no title.', reason: 'Meant so.', count: 2 });
  expect(report.guide).toEqual({ packageId: 'test.project', version: '1.2.3', canonical: 'https://example.org/test' });
  expect(page).toContain('Quality of test.project#1.2.3');
});

test('a link that leads nowhere, and a page that is announced and not there', async () => {
  const made = project({ 'input/fsh/profile.fsh': PROFILE, 'input/pagecontent/index.md': 'Welcome.\n\n[Nowhere](no-such-page.html)\n' });
  const { exitCode, report } = await scout(made);
  expect(exitCode).toBe(1);
  expect(report.sections.find(({ id }) => id === 'site')?.findings).toContainEqual(expect.objectContaining({ severity: 'error', message: expect.stringContaining('no-such-page.html') as unknown, location: expect.objectContaining({ file: 'input/pagecontent/index.md', line: 3 }) as unknown }));
});

test('an error of the compiler, and two files with one id: exit 1', async () => {
  const made = project({ 'input/fsh/profile.fsh': `${PROFILE}* nonsense 1..1\n`, 'input/examples/a.json': '{"resourceType":"Patient","id":"x"}', 'input/examples/b.json': '{"resourceType":"Patient","id":"x"}' });
  const { exitCode, report } = await scout(made);
  expect(exitCode).toBe(1);
  const errors = report.sections.flatMap(({ id, findings }) => findings.filter(({ severity }) => severity === 'error').map(({ location }) => [id, location?.file, location?.line]));
  expect(errors).toEqual([['sushi', join(made.root, 'input/fsh/profile.fsh'), 4], ['duplicate', join(made.root, 'input/examples/b.json'), undefined]]);
});
