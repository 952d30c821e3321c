/** The steps that `scout qa` and `scout publish` share: packages, examples from scenarios, and the compiled guide of any FSH project. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult } from '../../build/build-guide';
import type { Configuration } from '../../build/configuration';
import type { Finding } from '../../core/finding';
import { isError } from '../../core/finding';
import type { BadExample } from '../../generate/bad-examples';
import type { CommandContext } from '../command';

export interface MadeProject {
  readonly root: string;
  readonly config: Configuration | undefined;
  readonly built: BuildResult;
  /** What the scenarios say, of projects that have some. */
  readonly generation?: { readonly findings: readonly Finding[]; readonly bad: readonly BadExample[] };
}

/** Options that both commands have. */
export const PROJECT_OPTIONS = [
  { flags: '--ig-root <dir>', description: "folder of the project's sushi-config.yaml (default: the project in this folder, else this program's own guide)" },
  { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
  { flags: '--offline', description: 'use the cache only, and never ask a registry for a missing dependency', default: false },
] as const;

/** Brings the packages, makes the examples of a project that has scenarios, and compiles it. */
export async function makeProject(root: string, { options, console, signal }: CommandContext): Promise<MadeProject> {
  const [{ buildGuide }, { readConfiguration }, { projectPackages }, { ensurePackages }] = await Promise.all([
    import('../../build/build-guide.js'),
    import('../../build/configuration.js'),
    import('../../build/project-packages.js'),
    import('../../packages/ensure-packages.js'),
  ]);
  const cache = typeof options.cache === 'string' ? options.cache : undefined;
  const { config } = await readConfiguration(root);
  if (config !== undefined) {
    const { notes } = await ensurePackages({ packages: projectPackages(config), progress: console.progress, signal, ...(cache !== undefined && { cache }), ...(options.offline === true && { sources: ['cache'] }) });
    notes.forEach((note) => console.note(note));
  }
  const generation = await makeExamples(root, options.out);
  const built = await buildGuide({ root, out: options.out, cacheDir: cache, progress: console.progress, signal });
  return { root, config, built, ...(generation !== undefined && { generation }) };
}

async function makeExamples(root: string, out: string): Promise<MadeProject['generation']> {
  const scenarioDir = join(root, 'input', 'scenarios');
  if (!existsSync(scenarioDir)) return undefined;
  const [{ generateExamples }, { writeExamples }] = await Promise.all([import('../../generate/generate-examples.js'), import('../../generate/write-examples.js')]);
  const { findings, bad, ...set } = generateExamples({ scenarioDir });
  if (!findings.some(isError)) writeExamples({ ...set, findings, bad }, { examplesDir: join(root, 'input', 'examples'), outDir: out });
  return { findings, bad };
}
