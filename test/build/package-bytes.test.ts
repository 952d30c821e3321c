/** The package is the same bytes wherever it is built. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/core/package-root';
import { EXAMPLE, fshProjects, PROFILE } from './fsh-project';

const project = fshProjects();

test('another time zone, and files written in another order, give the same bytes', () => {
  const files: [string, string][] = [
    ['input/fsh/a.fsh', PROFILE],
    ['input/fsh/b.fsh', EXAMPLE],
    ['input/fsh/c.fsh', 'ValueSet: Colours\nTitle: "Same title"\nDescription: "d"\n* http://example.org/c#red\n\nValueSet: Shades\nTitle: "Same title"\n* http://example.org/c#grey\n'],
    ['input/examples/one.json', '{"resourceType":"Patient","id":"one"}'],
    ['input/examples/two.json', '{"resourceType":"Patient","id":"two"}'],
  ];
  const hashes = [
    { zone: 'Pacific/Auckland', made: project(Object.fromEntries(files)) },
    { zone: 'America/Los_Angeles', made: project(Object.fromEntries([...files].reverse())) },
  ].map(({ zone, made }) => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/cli.ts', 'build', '--offline', '--quiet', '--ig-root', made.root, '--out', made.out], { cwd: packageRoot(), env: { ...process.env, TZ: zone }, stdio: 'ignore', timeout: 120_000 });
    return createHash('sha256').update(readFileSync(join(made.out, 'package.tgz'))).digest('hex');
  });
  expect(hashes[1]).toBe(hashes[0]);
}, 240_000);
