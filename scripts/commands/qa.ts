/** `scout qa`: everything that can be said about a guide's quality -> qa.html, qa.json. */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../core/grammar';
import { localReference } from '../core/fhir';
import { isError, type Finding } from '../core/finding';
import { toolVersion } from '../core/package-root';
import { writeWhole } from '../core/write-whole';
import type { QaInput, QaReport, QaSection } from '../qa/qa-report';
import type { QaGuide } from '../qa/qa-guide';
import type { SiteGuide } from '../site/guide';
import type { RenderedSite } from '../site/render-site';
import type { CommandContext, CommandRecord } from './command';
import { projectFolder } from './demo/guide-folder';
import { describeFinding } from './describe-finding';
import { makeProject, PROJECT_OPTIONS, type MadeProject } from './qa/project';
import { compiledProject, projectSite, renderSource, type SiteSource } from './site/project-site';
import { validatorIfThere } from './validator-if-there';

export const qaCommand: CommandRecord = {
  name: 'qa',
  summary: 'Check the quality of a FSH project from all sides and write qa.html and qa.json.',
  options: [
    ...PROJECT_OPTIONS,
    { flags: '--no-validator', description: 'leave the official HL7 validator out' },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use (default: SCOUT_VALIDATOR_JAR, our cache, download, build)' },
    { flags: '--all', description: 'print the notes too, which otherwise stand in the report only', default: false },
  ],
  writesOut: true,
  examples: [
    { line: 'scout qa', meaning: 'Check the guide of this program; the report is output/qa.html.' },
    { line: 'scout qa --ig-root ../my-ig --out ../my-ig/output', meaning: 'Check any other FSH project; exit 1 if there is an error.' },
  ],
  async run(context) {
    const { options, console } = context;
    const root = projectFolder(options);
    const { report } = await reportOn(await makeProject(root, context), context);
    const { qaHtml } = await import('../report/qa-html.js');
    mkdirSync(options.out, { recursive: true });
    const files = { html: join(options.out, 'qa.html'), json: join(options.out, 'qa.json') };
    writeWhole(files.html, qaHtml(report));
    writeWhole(files.json, `${JSON.stringify(report, null, 2)}\n`);
    for (const finding of report.sections.flatMap(({ findings }) => findings)) {
      if (options.all === true || finding.severity !== 'information') console.line(describeFinding(finding, console.style), isError(finding));
    }
    for (const { title, skipped } of report.sections) if (skipped !== undefined) console.line(console.style.yellow(`not looked at: ${title}: ${skipped}`));
    const { fatal, error, warning, information } = report.summary;
    const left = report.suppressed.reduce((sum, { count }) => sum + count, 0);
    const verdict = report.ok ? console.style.green('No errors') : console.style.red(counted(fatal + error, 'error'));
    console.line(`${verdict}, ${counted(warning, 'warning')}, ${counted(information, 'note')}, ${left} suppressed; ${files.html}`, true);
    return { exitCode: report.ok ? 0 : 1, json: report };
  },
};

export interface ProjectReport {
  readonly report: QaReport;
  /** The site whose links were looked at, as it can be published; absent where none was rendered. */
  readonly site?: CheckedSite;
}

export interface CheckedSite {
  readonly source: SiteSource;
  readonly rendered: RenderedSite;
}

/** What a published version has beside its site, so that pages may link to it. */
export const REPORT_FILES = ['qa.html', 'qa.json'] as const;

/** Everybody's findings about a compiled project as one report. */
export async function reportOn(project: MadeProject, context: CommandContext): Promise<ProjectReport> {
  const [{ readQaGuide }, { qaReport, shownFindings }, { withoutConventions }, { suppress }] = await Promise.all([
    import('../qa/read-qa-guide.js'),
    import('../qa/qa-report.js'),
    import('../qa/tool-conventions.js'),
    import('../validate/suppressions.js'),
  ]);
  const { root, config, built, generation } = project;
  const guide = readQaGuide({
    root,
    generated: built.generated,
    packageId: config?.packageId ?? config?.id ?? 'unnamed',
    version: config?.version,
    canonical: config?.canonical ?? '',
    date: config?.date,
    parameters: (config?.parameters ?? []).map(({ code, value }) => ({ code: String(code as string), value })),
    definitions: built.resources?.definitions ?? [],
    examples: built.resources?.examples ?? [],
    failing: generation?.bad.map(({ id, expect }) => ({ id, rules: expect.map(({ rule }) => rule) })),
    ...(built.resources?.implementationGuide && { implementationGuide: built.resources.implementationGuide }),
  });
  const ignore = join(root, 'input', 'ignoreWarnings.txt');
  const suppression: Pick<QaInput, 'suppress' | 'ignoreFile'> = {
    suppress: (findings) => {
      const conventions = withoutConventions(findings);
      const known = suppress(conventions.shown);
      return { shown: known.shown, suppressed: [...conventions.suppressed, ...known.suppressed] };
    },
    ...(statSync(ignore, { throwIfNoEntry: false })?.isFile() === true && { ignoreFile: { file: ignore, text: readFileSync(ignore, 'utf8') } }),
  };
  const validation = await validationSection(project, guide, context);
  const { section, site } = await siteSection(project, context, validation.skipped === undefined ? byResource(guide, shownFindings(validation.findings, suppression)) : undefined);
  const { name, version } = toolVersion();
  const report = qaReport({
    guide,
    tool: `${name} ${version}`,
    today: new Date().toISOString().slice(0, 10),
    sections: [
      { id: 'sushi', title: 'SUSHI', about: 'What the compiler says of configuration, FSH and ready-made resources.', findings: built.findings },
      ...(generation === undefined ? [] : [{ id: 'generate', title: 'Scenarios', about: 'What the generator of examples says.', findings: generation.findings }]),
      validation,
      section,
    ],
    ...suppression,
  });
  return { report, ...(site !== undefined && { site }) };
}

/** What was said of each artifact, which its page shows. */
function byResource({ definitions, examples }: QaGuide, findings: readonly Finding[]): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>([...definitions, ...examples.map(({ resource }) => resource)].map((resource) => [localReference(resource) ?? '', []]));
  for (const finding of findings) map.get(finding.location?.resource ?? '')?.push(finding);
  return map;
}

async function siteSection(project: MadeProject, context: CommandContext, validation: SiteGuide['validation']): Promise<{ section: QaSection; site?: CheckedSite }> {
  const about = { id: 'site', title: 'Pages and links', about: 'Every page of the menu is there, every link and anchor leads somewhere, narrative and includes render.' };
  if (!project.built.ok) return { section: { ...about, findings: [], skipped: 'the guide was not compiled without errors.' } };
  const found = await projectSite(compiledProject(project), context);
  for (const note of found.notes) context.console.note(note);
  const source = { ...found, guide: { ...found.guide, ...(validation !== undefined && { validation }) } };
  const rendered = await renderSource(source, context, REPORT_FILES);
  return { section: { ...about, findings: rendered.findings.filter((finding) => finding.source === 'site') }, site: { source, rendered } };
}

async function validationSection({ built, config }: MadeProject, guide: QaGuide, context: CommandContext): Promise<QaSection> {
  const { options, console, signal } = context;
  const about = { id: 'validator', title: 'HL7 validator', about: 'What the official validator says of every definition and every example.' };
  const skipped = (reason: string) => ({ ...about, findings: [], skipped: reason });
  if (options.validator === false) return skipped('--no-validator was given.');
  const resources = [...guide.definitions, ...guide.examples.map(({ resource }) => resource)];
  if (resources.length === 0 || config === undefined) return skipped('nothing was compiled.');
  const [{ validateResources }, { fhirVersion }, { buildableFhirVersion }] = await Promise.all([
    import('../validate/validate-resources.js'),
    import('../core/fhir-version.js'),
    import('../build/configuration.js'),
  ]);
  const validator = await validatorIfThere(context, {
    fhirVersion: fhirVersion(buildableFhirVersion(config).version),
    guides: [built.package?.file ?? join(built.generated, 'resources')],
    characters: resources.reduce((sum, resource) => sum + JSON.stringify(resource).length, 0),
  });
  if (typeof validator === 'string') return skipped(validator);
  try {
    const found = await validateResources(validator, resources.map((resource) => ({ resource })), { progress: console.progress, signal });
    const placed = found.map((finding): Finding => ({ ...finding, location: { ...guide.sourceOf(finding.location?.resource ?? ''), ...finding.location } }));
    return { ...about, about: `${about.about} ${validator.description}, ${resources.length} resources.`, findings: placed };
  } finally {
    await validator.close();
  }
}
