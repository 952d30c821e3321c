/** `scout build`: FSH -> fsh-generated/, package.tgz and findings with file and line. */
import { countBySeverity } from '../core/finding';
import { counted } from '../core/grammar';
import type { Style } from '../core/style';
import { nextTurn } from '../core/turn';
import type { BuildResult } from '../build/build-guide';
import type { ArtifactCounts } from '../build/compile';
import type { CommandRecord } from './command';
import { describeFinding } from './describe-finding';
import { projectFolder } from './demo/guide-folder';

export const buildCommand: CommandRecord = {
  name: 'build',
  summary: 'Compile a FSH project with SUSHI and pack it as a FHIR package.',
  options: [
    { flags: '--ig-root <dir>', description: "folder of the project's sushi-config.yaml (default: the project in this folder, else this program's own guide)" },
    { flags: '--no-snapshots', description: 'leave the snapshots out of StructureDefinitions' },
    { flags: '--install', description: 'also put the package into the FHIR package cache, so that other projects can depend on it', default: false },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--offline', description: 'use the cache only, and never ask a registry for a missing dependency', default: false },
  ],
  writesOut: true,
  examples: [
    { line: 'scout build', meaning: "Build this program's guide into fsh-generated/ and output/package.tgz." },
    { line: 'scout build --ig-root ../my-ig --out ../my-ig/output', meaning: 'Build any other FSH project.' },
    { line: 'scout build --install', meaning: 'Build, and let SUSHI and the HL7 validator find the package by name#version.' },
  ],
  async run({ options, console, signal }) {
    // SUSHI is heavy, and help must be quick.
    const [{ buildGuide }, { readConfiguration }, { projectPackages }, { ensurePackages }] = await Promise.all([
      import('../build/build-guide.js'),
      import('../build/configuration.js'),
      import('../build/project-packages.js'),
      import('../packages/ensure-packages.js'),
    ]);
    // SUSHI takes its time to load, and hears nothing meanwhile.
    await nextTurn(signal);
    const root = projectFolder(options);
    const cache = typeof options.cache === 'string' ? { cache: options.cache } : {};
    const { config } = await readConfiguration(root);
    if (config !== undefined) {
      const sources = options.offline === true ? { sources: ['cache'] as const } : {};
      const { notes } = await ensurePackages({ packages: projectPackages(config), progress: console.progress, signal, ...cache, ...sources });
      notes.forEach((note) => console.note(note));
    }
    const result = await buildGuide({
      root,
      out: options.out,
      cacheDir: cache.cache,
      snapshots: options.snapshots !== false,
      progress: console.progress,
      signal,
    });
    for (const finding of result.findings) console.line(describeFinding(finding, console.style), true);
    console.line(describeBuild(result, console.style), !result.ok);
    if (options.install === true && result.package !== undefined) {
      const { installArchive } = await import('../packages/install-archive.js');
      const { folder } = await installArchive(result.package.file, cache.cache);
      console.line(`Installed: ${folder}`);
    }
    // The resources are in the package; the outcome says what was made.
    return { exitCode: result.ok ? 0 : 1, json: { ...result, resources: undefined } };
  },
};

const KINDS: Record<keyof ArtifactCounts, string> = {
  profiles: 'profile',
  extensions: 'extension',
  logicals: 'logical model',
  resources: 'resource',
  valueSets: 'value set',
  codeSystems: 'code system',
  instances: 'instance',
};

function describeBuild({ ok, counts, findings, generated, package: made }: BuildResult, style: Style): string {
  const { error, warning } = countBySeverity(findings);
  const parts = [`${counted(error, 'error')}, ${counted(warning, 'warning')}`];
  const kinds = Object.entries(KINDS).flatMap(([kind, name]) => {
    const count = counts?.[kind as keyof ArtifactCounts] ?? 0;
    return count === 0 ? [] : [counted(count, name)];
  });
  if (kinds.length > 0) parts.push(kinds.join(', '));
  if (made !== undefined) parts.push(`${made.file} (${made.name}#${made.version}, ${counted(made.definitions, 'definition')}, ${counted(made.examples, 'example')})`);
  else parts.push(ok ? generated : 'no package was written');
  return `${ok ? style.green('Built') : style.red('Not built')}: ${parts.join('; ')}`;
}
