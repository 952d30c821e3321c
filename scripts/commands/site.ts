/** `scout site`: a FSH project or a built package -> a static site, with every link checked. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countBySeverity, isError, type Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import type { SiteGuide } from '../site/guide';
import type { CommandContext, CommandRecord } from './command';
import { describeFinding } from './describe-finding';
import { guideFolder } from './demo/guide-folder';

export const siteCommand: CommandRecord = {
  name: 'site',
  summary: 'Build a guide and render it as a static site: pages for every artifact, narrative, search, every link checked.',
  options: [
    { flags: '--ig-root <dir>', description: "folder of the project: sushi-config.yaml or ig.ini (default: this program's own guide)" },
    { flags: '--package <name>', description: 'render a built package instead: package.tgz, a folder, or name#version of the cache' },
    { flags: '--no-build', description: 'take fsh-generated/ as it is' },
    { flags: '--validate', description: 'also show on each artifact\'s page what the official HL7 validator says of it (needs Java)', default: false },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use (default: SCOUT_VALIDATOR_JAR, our cache, download, build)' },
    { flags: '--plantuml-jar <file>', description: 'draw the PlantUML sources of input/images-source with this jar (needs Java)' },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--offline', description: 'use the cache only, and never ask a registry for a missing dependency', default: false },
  ],
  examples: [
    { line: 'scout site', meaning: "Render this program's guide into output/site." },
    { line: 'scout site --ig-root ../my-ig --out ../my-ig/output', meaning: 'Render any other FSH project.' },
    { line: 'scout site --package hl7.fhir.uv.ips#2.0.0 --out /tmp/ips', meaning: 'Render a package of the FHIR package cache.' },
  ],
  async run(context) {
    const { options, console, signal } = context;
    const { renderSite } = await import('../site/render-site.js');
    const { writeSite } = await import('../site/write-site.js');
    const source = await siteSource(context);
    signal.throwIfAborted();
    const { packageFile } = source;
    const guide = options.validate === true ? await validated(source, context) : source.guide;
    const files = new Map([...guide.files, ...(packageFile === undefined ? [] : [['package.tgz', packageFile] as const])]);
    console.progress.start('Rendering the site');
    const site = renderSite(guide, {
      formats: source.formats,
      alsoThere: packageFile === undefined ? [] : ['package.tgz'],
      onPage: (done, total, path) => {
        signal.throwIfAborted();
        console.progress.step(done, `of ${total} pages: ${path}`);
      },
    });
    const folder = join(options.out, 'site');
    try {
      writeSite(folder, site, files);
    } catch (error) {
      throw new KnownError('cannot-write', `${folder} cannot be written: ${(error as Error).message}`, 'Name another folder with --out DIR, or make it writable.', { cause: error });
    }
    console.progress.end(`${site.pages.size} pages`);
    for (const note of source.notes) console.note(note);
    for (const finding of site.findings) console.line(describeFinding(finding, console.style), true);
    const { error, warning } = countBySeverity(site.findings);
    const ok = !site.findings.some(isError);
    console.line(`${ok ? console.style.green('Site') : console.style.red('Site, incomplete')}: ${site.pages.size} pages of ${guide.artifacts.length} artifacts, ${error} errors, ${warning} warnings; ${resolve(folder, 'index.html')}`, true);
    return { exitCode: ok ? 0 : 1, json: { folder, pages: site.pages.size, artifacts: guide.artifacts.length, complete: ok, findings: site.findings } };
  },
};

/** The guide with the validator's word on each artifact, where there is a validator. */
async function validated({ guide, packageFile, notes, definitions }: Awaited<ReturnType<typeof siteSource>>, context: CommandContext): Promise<SiteGuide> {
  const { siteValidation } = await import('./site/validate-site.js');
  const validation = await siteValidation(guide, packageFile ?? definitions, context);
  if (typeof validation !== 'string') return { ...guide, validation };
  notes.push(validation);
  return guide;
}

/** What there is to render, and with what. */
async function siteSource(context: CommandContext) {
  const { options, console, signal } = context;
  const [{ defaultCacheDir }, { openExternals }, { siteFormats }, { siteTests }] = await Promise.all([
    import('../packages/cache-folder.js'), import('../site/read/externals.js'), import('./site/site-formats.js'), import('./site/site-tests.js'),
  ]);
  const cache = typeof options.cache === 'string' ? options.cache : defaultCacheDir();
  if (typeof options.package === 'string') {
    const [{ readPackage }, { packageGuide }, { corePackage }] = await Promise.all([import('../packages/read-package.js'), import('../site/read/package.js'), import('./site/core-package.js')]);
    const content = await readPackage(options.package, cache);
    const versions = content.manifest.fhirVersions ?? content.manifest['fhir-version-list'];
    const fhirVersion = String((versions as string[] | undefined)?.[0] ?? '4.0.1');
    const dependencies = Object.entries(content.manifest.dependencies ?? {}).map(([name, version]) => ({ name, version }));
    const core = corePackage(fhirVersion);
    const { ensurePackages } = await import('../packages/ensure-packages.js');
    const { REQUIRED_PACKAGES } = await import('../packages/required-packages.js');
    const row = Object.values(REQUIRED_PACKAGES).flat().find(({ name, version }) => name === core.name && version === core.version);
    if (row !== undefined && options.offline !== true) (await ensurePackages({ packages: [row], cache, progress: console.progress, signal })).notes.forEach((note) => console.note(note));
    const externals = openExternals(cache, [core, ...dependencies]);
    const guide = packageGuide(content, externals, await siteTests(fhirVersion));
    const packageFile = options.package.endsWith('.tgz') && existsSync(options.package) ? options.package : undefined;
    return { guide, packageFile, definitions: options.package, notes: [...externals.notes], formats: siteFormats(guide.fhirVersion) };
  }
  const root = typeof options.igRoot === 'string' ? options.igRoot : guideFolder(options.out);
  const built = await builtProject(root, context);
  const [{ readProject }, { plantumlDrawer }, { elementTableOf }] = await Promise.all([import('../site/read/project.js'), import('../site/read/plantuml.js'), import('./site/site-formats.js')]);
  const externals = openExternals(cache, built.packages);
  const notes = [...externals.notes];
  const table = elementTableOf(built.fhirVersion);
  const jar = typeof options.plantumlJar === 'string' ? options.plantumlJar : undefined;
  if (jar !== undefined && !existsSync(jar)) throw new KnownError('no-plantuml', `There is no PlantUML jar at ${jar}.`, 'Name the file with --plantuml-jar FILE, or leave the option out: the sources are then shown as text.');
  const guide = readProject({
    root, generated: join(root, 'fsh-generated'), externals, tests: await siteTests(built.fhirVersion), findings: built.findings,
    ...(table === undefined ? {} : { elementTable: table }),
    ...(jar === undefined ? {} : { drawPlantuml: plantumlDrawer(jar, (message) => notes.push(message)) }),
  });
  return { guide, packageFile: built.packageFile, definitions: join(root, 'fsh-generated', 'resources'), notes, formats: siteFormats(guide.fhirVersion) };
}

interface Built {
  readonly findings: readonly Finding[];
  readonly fhirVersion: string;
  readonly packages: readonly { name: string; version: string }[];
  readonly packageFile?: string;
}

async function builtProject(root: string, context: CommandContext): Promise<Built> {
  const { options } = context;
  const [{ readConfiguration, buildableFhirVersion }, { projectPackages }, { makeProject }, { corePackage }] = await Promise.all([
    import('../build/configuration.js'), import('../build/project-packages.js'), import('./qa/project.js'), import('./site/core-package.js'),
  ]);
  const hasConfiguration = ['sushi-config.yaml', 'sushi-config.yml'].some((name) => existsSync(join(root, name)));
  // A project of ready-made resources has an ig.ini and nothing for SUSHI to do.
  const unconfigured = { fhirVersion: '4.0.1', packages: [corePackage('4.0.1')] };
  if (!hasConfiguration && existsSync(join(root, 'ig.ini'))) return { ...unconfigured, findings: [] };
  const { config, findings } = await readConfiguration(root);
  if (config === undefined) return { ...unconfigured, findings };
  const common = { fhirVersion: buildableFhirVersion(config).version, packages: projectPackages(config).map(({ name, version }) => ({ name, version })) };
  if (options.build === false) {
    const earlier = join(options.out, 'package.tgz');
    return { ...common, findings, ...(existsSync(earlier) ? { packageFile: earlier } : {}) };
  }
  const { built, generation } = await makeProject(root, context);
  return { ...common, findings: [...(generation?.findings ?? []), ...built.findings], ...(built.package === undefined ? {} : { packageFile: built.package.file }) };
}
