/** A project's sources after an edit in, its site or what is wrong with it out; what an edit does not touch is kept from the time before. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BuildResult } from '../../build/build-guide';
import type { DefinitionStore } from '../../build/definition-store';
import { isError, type Finding } from '../../core/finding';
import { KnownError } from '../../core/known-error';
import type { RenderedSite, RenderOptions } from '../../site/render-site';
import type { FileContent } from '../../site/archives';
import type { SiteTest } from '../../site/guide';
import type { OpenExternals } from '../../site/read/externals';
import { excerpt } from '../../watch/excerpt';
import type { Problem } from '../../watch/live-state';
import type { Work } from '../../watch/changed-sources';

export interface Rebuilder {
  /** @returns the site, or only what is wrong where the sources have an error */
  rebuild(work: Work, validation: ReadonlyMap<string, readonly Finding[]>): Promise<Rebuilt>;
}

export interface Rebuilt {
  /** Absent where an error keeps the sources from being compiled. */
  readonly site?: {
    readonly rendered: RenderedSite;
    readonly files: ReadonlyMap<string, string>;
    /** Packs an archive when somebody asks for it: an edit need not wait for that. */
    readonly archive: (path: string) => FileContent | undefined;
  };
  readonly problems: readonly Problem[];
  /** Files that were written on the way and are sources too. */
  readonly written: readonly string[];
  readonly built?: BuildResult;
}

export interface RebuilderOptions {
  readonly root: string;
  /** For what is made on the way: a folder of our own. */
  readonly scratch: string;
  readonly cache: string;
  readonly offline: boolean;
  readonly note: (text: string) => void;
}

export async function createRebuilder({ root, scratch, cache, offline, note }: RebuilderOptions): Promise<Rebuilder> {
  const [{ buildGuide }, { createDefinitionStore }, { buildableFhirVersion, readConfiguration }, { projectPackages }, { ensurePackages }, { readProject }, { openExternals }, { renderSite }, { downloadNames, PACKAGE_FILE, siteFiles }, { siteFormats, elementTableOf }, { siteTests }] = await Promise.all([
    import('../../build/build-guide.js'),
    import('../../build/definition-store.js'),
    import('../../build/configuration.js'),
    import('../../build/project-packages.js'),
    import('../../packages/ensure-packages.js'),
    import('../../site/read/project.js'),
    import('../../site/read/externals.js'),
    import('../../site/render-site.js'),
    import('../../site/site-files.js'),
    import('../site/site-formats.js'),
    import('../site/site-tests.js'),
  ]);
  const definitions: DefinitionStore = createDefinitionStore(cache);
  let surroundings: { key: string; externals: OpenExternals; tests: SiteTest[]; formats: NonNullable<RenderOptions['formats']>; elementTable: ReturnType<typeof elementTableOf> } | undefined;
  let built: BuildResult | undefined;
  let generation: readonly Finding[] = [];
  let previous: RenderedSite | undefined;

  async function compile(): Promise<void> {
    const { config } = await readConfiguration(root);
    if (config !== undefined) {
      const packages = projectPackages(config);
      const fhirVersion = buildableFhirVersion(config).version;
      const key = JSON.stringify([fhirVersion, packages]);
      if (surroundings?.key !== key) {
        const { notes } = await ensurePackages({ packages, cache, ...(offline && { sources: ['cache'] as const }) });
        notes.forEach(note);
        const externals = openExternals(cache, packages);
        surroundings = { key, externals, tests: await siteTests(fhirVersion), formats: siteFormats(fhirVersion), elementTable: elementTableOf(fhirVersion) };
        previous = undefined; // other packages, other links
      }
    }
    built = await buildGuide({ root, out: scratch, definitions });
  }

  return {
    async rebuild(work, validation) {
      const written: string[] = [];
      try {
        if (work.generate) generation = await makeExamples(root, scratch, written);
        if (generation.some(isError)) return { problems: generation.map((finding) => problem(root, finding)), written };
        if (work.compile || built === undefined || !existsSync(built.generated)) await compile();
      } catch (error) {
        return { problems: [problem(root, faultFinding(error))], written };
      }
      const findings = [...generation, ...(built?.findings ?? [])];
      if (built === undefined || !built.ok || surroundings === undefined) return { problems: findings.map((finding) => problem(root, finding)), written };
      const { externals, tests, formats, elementTable } = surroundings;
      const guide = readProject({ root, generated: built.generated, externals, tests, findings, validation, ...(elementTable !== undefined && { elementTable }) });
      const packageFile = join(scratch, 'package.tgz');
      const rendered = renderSite(guide, { formats, alsoThere: downloadNames(guide, formats, packageFile), ...(previous !== undefined && { previous }) });
      previous = rendered;
      let all: ReturnType<typeof siteFiles> | undefined;
      return {
        site: { rendered, files: new Map([...guide.files, [PACKAGE_FILE, packageFile] as const]), archive: (path) => (all ??= siteFiles({ guide, rendered, formats, packageFile })).get(path) },
        problems: rendered.findings.map((finding) => problem(root, finding)),
        written,
        built,
      };
    },
  };
}

async function makeExamples(root: string, scratch: string, written: string[]): Promise<readonly Finding[]> {
  const scenarioDir = join(root, 'input', 'scenarios');
  if (!existsSync(scenarioDir)) return [];
  const [{ generateExamples }, { writeExamples }] = await Promise.all([import('../../generate/generate-examples.js'), import('../../generate/write-examples.js')]);
  const set = generateExamples({ scenarioDir });
  if (set.findings.some(isError)) return set.findings;
  const examplesDir = join(root, 'input', 'examples');
  const { examples } = writeExamples(set, { examplesDir, outDir: scratch });
  written.push(...[...examples.written, ...examples.removed].map((name) => join(examplesDir, name)));
  return set.findings;
}

/** A fault that no finding was made of: what the user can mend, or a mistake of ours that must not end the watching. */
export function faultFinding(error: unknown): Finding {
  const known = error instanceof KnownError;
  const message = error instanceof Error ? error.message : String(error);
  return { severity: 'error', code: known ? error.code : 'internal', message: known ? error.sentences : `fhir-scout itself failed: ${message}`, source: 'sushi' };
}

/** The lines around a finding's place, where it has one. */
export function problem(root: string, finding: Finding): Problem {
  const { file, line, column } = finding.location ?? {};
  if (file === undefined || line === undefined) return { finding };
  const path = [resolve(file), join(root, file)].find((candidate) => existsSync(candidate));
  const text = path === undefined ? undefined : excerpt(readFileSync(path, 'utf8'), line, column);
  return text === undefined ? { finding } : { finding, excerpt: text };
}
