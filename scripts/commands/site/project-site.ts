/** A compiled project in, its guide as the site shows it out, with all that rendering it needs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../build/configuration';
import type { Finding } from '../../core/finding';
import { KnownError } from '../../core/known-error';
import type { SiteGuide } from '../../site/guide';
import type { RenderedSite, RenderOptions } from '../../site/render-site';
import type { CommandContext } from '../command';
import type { MadeProject } from '../qa/project';

/** What there is to render, and with what. */
export interface SiteSource {
  readonly guide: SiteGuide;
  readonly formats: NonNullable<RenderOptions['formats']>;
  /** The built package, where there is one. */
  readonly packageFile?: string | undefined;
  /** package.tgz or a folder of resources, from which a validator takes the guide's profiles. */
  readonly definitions: string;
  /** What the user should know. */
  readonly notes: readonly string[];
}

export interface CompiledProject {
  readonly root: string;
  readonly config: Configuration | undefined;
  /** Folder of `resources/` and `includes/`. */
  readonly generated: string;
  readonly findings: readonly Finding[];
  readonly packageFile?: string | undefined;
}

export function compiledProject({ root, config, built, generation }: MadeProject): CompiledProject {
  return { root, config, generated: built.generated, findings: [...(generation?.findings ?? []), ...built.findings], packageFile: built.package?.file };
}

/** @throws KnownError `no-plantuml` */
export async function projectSite({ root, config, generated, findings, packageFile }: CompiledProject, { options }: CommandContext): Promise<SiteSource> {
  const [{ defaultCacheDir }, { openExternals }, { siteFormats, elementTableOf }, { siteTests }, { readProject }, { plantumlDrawer }, { corePackage }, { projectPackages }, { buildableFhirVersion }] = await Promise.all([
    import('../../packages/cache-folder.js'), import('../../site/read/externals.js'), import('./site-formats.js'), import('./site-tests.js'),
    import('../../site/read/project.js'), import('../../site/read/plantuml.js'), import('./core-package.js'), import('../../build/project-packages.js'), import('../../build/configuration.js'),
  ]);
  const fhirVersion = config === undefined ? '4.0.1' : buildableFhirVersion(config).version;
  const externals = openExternals(typeof options.cache === 'string' ? options.cache : defaultCacheDir(), config === undefined ? [corePackage(fhirVersion)] : projectPackages(config));
  const notes = [...externals.notes];
  const table = elementTableOf(fhirVersion);
  const jar = typeof options.plantumlJar === 'string' ? options.plantumlJar : undefined;
  if (jar !== undefined && !existsSync(jar)) throw new KnownError('no-plantuml', `There is no PlantUML jar at ${jar}.`, 'Name the file with --plantuml-jar FILE, or leave the option out: the sources are then shown as text.');
  const guide = readProject({
    root, generated, externals, tests: await siteTests(fhirVersion), findings,
    ...(table !== undefined && { elementTable: table }),
    ...(jar !== undefined && { drawPlantuml: plantumlDrawer(jar, (message) => notes.push(message)) }),
  });
  return { guide, packageFile, definitions: packageFile ?? join(generated, 'resources'), notes, formats: siteFormats(guide.fhirVersion) };
}

/** Renders it, telling which page it is at. @param others files that join the site later and may be linked */
export async function renderSource({ guide, formats, packageFile }: SiteSource, { console, signal }: CommandContext, others: readonly string[] = []): Promise<RenderedSite> {
  const [{ renderSite }, { downloadNames }] = await Promise.all([import('../../site/render-site.js'), import('../../site/site-files.js')]);
  console.progress.start('Rendering the site');
  const rendered = renderSite(guide, {
    formats,
    alsoThere: [...downloadNames(guide, formats, packageFile), ...others],
    onPage: (done, total, path) => {
      signal.throwIfAborted();
      console.progress.step(done, `of ${total} pages: ${path}`);
    },
  });
  console.progress.end(`${rendered.pages.size} pages`);
  return rendered;
}
