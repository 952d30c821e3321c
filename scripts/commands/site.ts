/** `scout site`: a FSH project or a built package -> a static site, with every link checked. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countBySeverity, isError } from '../core/finding';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import type { CommandContext, CommandRecord } from './command';
import { projectFolder } from './demo/guide-folder';
import { describeFinding } from './describe-finding';
import { makeProject } from './qa/project';
import { packageSite } from './site/package-site';
import { compiledProject, projectSite, renderSource, type CompiledProject, type SiteSource } from './site/project-site';

export const siteCommand: CommandRecord = {
  name: 'site',
  summary: 'Build a guide and render it as a static site: pages for every artifact, narrative, search, every link checked.',
  options: [
    { flags: '--ig-root <dir>', description: "folder of the project: sushi-config.yaml or ig.ini (default: the project in this folder, else this program's own guide)" },
    { flags: '--package <name>', description: 'render a built package instead: package.tgz, a folder, or name#version of the cache' },
    { flags: '--no-build', description: 'take fsh-generated/ as it is' },
    { flags: '--validate', description: 'also show on each artifact\'s page what the official HL7 validator says of it (needs Java)', default: false },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use (default: SCOUT_VALIDATOR_JAR, our cache, download, build)' },
    { flags: '--plantuml-jar <file>', description: 'draw the PlantUML sources of input/images-source with this jar (needs Java)' },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--offline', description: 'use the cache only, and never ask a registry for a missing dependency', default: false },
  ],
  writesOut: true,
  examples: [
    { line: 'scout site', meaning: "Render this program's guide into output/site." },
    { line: 'scout site --ig-root ../my-ig --out ../my-ig/output', meaning: 'Render any other FSH project.' },
    { line: 'scout site --package hl7.fhir.uv.ips#2.0.0 --out ips', meaning: 'Render a package of the FHIR package cache.' },
  ],
  async run(context) {
    const { options, console, signal } = context;
    const [{ siteFiles }, { writeSite }] = await Promise.all([import('../site/site-files.js'), import('../site/write-site.js')]);
    const found = await siteSource(context);
    signal.throwIfAborted();
    const source = options.validate === true ? await validated(found, context) : found;
    const { guide } = source;
    const site = await renderSource(source, context);
    const folder = join(options.out, 'site');
    const files = siteFiles({ ...source, rendered: site });
    signal.throwIfAborted();
    try {
      writeSite(folder, files);
    } catch (error) {
      throw new KnownError('cannot-write', `${folder} cannot be written: ${(error as Error).message}`, 'Name another folder with --out DIR, or make it writable.', { cause: error });
    }
    for (const note of source.notes) console.note(note);
    for (const finding of site.findings) console.line(describeFinding(finding, console.style), true);
    const { error, warning } = countBySeverity(site.findings);
    const ok = !site.findings.some(isError);
    console.line(`${ok ? console.style.green('Site') : console.style.red('Site, incomplete')}: ${counted(site.pages.size, 'page')} of ${counted(guide.artifacts.length, 'artifact')}, ${counted(error, 'error')}, ${counted(warning, 'warning')}; ${resolve(folder, 'index.html')}`, true);
    return { exitCode: ok ? 0 : 1, json: { folder, pages: site.pages.size, artifacts: guide.artifacts.length, files: files.size, complete: ok, findings: site.findings } };
  },
};

/** The guide with the validator's word on each artifact, where there is a validator. */
async function validated(source: SiteSource, context: CommandContext): Promise<SiteSource> {
  const { siteValidation } = await import('./site/validate-site.js');
  const validation = await siteValidation(source.guide, source.definitions, context);
  return typeof validation === 'string' ? { ...source, notes: [...source.notes, validation] } : { ...source, guide: { ...source.guide, validation } };
}

async function siteSource(context: CommandContext): Promise<SiteSource> {
  const { options } = context;
  return typeof options.package === 'string' ? packageSite(options.package, context) : projectSite(await compiled(projectFolder(options), context), context);
}

async function compiled(root: string, context: CommandContext): Promise<CompiledProject> {
  if (context.options.build !== false) return compiledProject(await makeProject(root, context));
  const { readConfiguration } = await import('../build/configuration.js');
  const { config, findings } = await readConfiguration(root);
  const earlier = join(context.options.out, 'package.tgz');
  return { root, config, findings, generated: join(root, 'fsh-generated'), packageFile: existsSync(earlier) ? earlier : undefined };
}
