/** `scout qa`: everything that can be said about a guide's quality -> qa.html, qa.json. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isError, type Finding } from '../core/finding';
import { toolVersion } from '../core/package-root';
import { writeWhole } from '../core/write-whole';
import type { QaReport, QaSection } from '../qa/qa-report';
import type { QaGuide } from '../qa/qa-guide';
import type { CommandContext, CommandRecord } from './command';
import { guideFolder } from './demo/guide-folder';
import { describeFinding } from './describe-finding';
import { makeProject, PROJECT_OPTIONS, type MadeProject } from './qa/project';
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
  examples: [
    { line: 'scout qa', meaning: 'Check the guide of this program; the report is output/qa.html.' },
    { line: 'scout qa --ig-root ../my-ig --out ../my-ig/output', meaning: 'Check any other FSH project; exit 1 if there is an error.' },
  ],
  async run(context) {
    const { options, console } = context;
    const root = typeof options.igRoot === 'string' ? options.igRoot : guideFolder(options.out);
    const report = await reportOn(await makeProject(root, context), context);
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
    const verdict = report.ok ? console.style.green('No errors') : console.style.red(`${fatal + error} errors`);
    console.line(`${verdict}, ${warning} warnings, ${information} notes, ${left} suppressed; ${files.html}`, true);
    return { exitCode: report.ok ? 0 : 1, json: report };
  },
};

/** Everybody's findings about a compiled project as one report. */
export async function reportOn(project: MadeProject, context: CommandContext): Promise<QaReport> {
  const [{ readQaGuide }, { qaReport }, { withoutConventions }, { suppress }] = await Promise.all([
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
  const validation = await validationSection(project, guide, context);
  const ignore = join(root, 'input', 'ignoreWarnings.txt');
  const { name, version } = toolVersion();
  return qaReport({
    guide,
    tool: `${name} ${version}`,
    today: new Date().toISOString().slice(0, 10),
    sections: [
      { id: 'sushi', title: 'SUSHI', about: 'What the compiler says of configuration, FSH and ready-made resources.', findings: built.findings },
      ...(generation === undefined ? [] : [{ id: 'generate', title: 'Scenarios', about: 'What the generator of examples says.', findings: generation.findings }]),
      validation,
      await siteSection(project, context),
    ],
    suppress: (findings) => {
      const conventions = withoutConventions(findings);
      const known = suppress(conventions.shown);
      return { shown: known.shown, suppressed: [...conventions.suppressed, ...known.suppressed] };
    },
    ...(statSync(ignore, { throwIfNoEntry: false })?.isFile() === true && { ignoreFile: { file: ignore, text: readFileSync(ignore, 'utf8') } }),
  });
}

/** Renders the site, and throws the pages away: its links are what is looked at. */
async function siteSection({ root, built, config }: MadeProject, { options, console }: CommandContext): Promise<QaSection> {
  const about = { id: 'site', title: 'Pages and links', about: 'Every page of the menu is there, every link and anchor leads somewhere, narrative and includes render.' };
  if (!built.ok || config?.FSHOnly === true) return { ...about, findings: [], skipped: built.ok ? 'the project has no pages (FSHOnly).' : 'the guide was not compiled without errors.' };
  const [{ createRebuilder }, { defaultCacheDir }] = await Promise.all([import('./watch/rebuild.js'), import('../packages/cache-folder.js')]);
  const scratch = mkdtempSync(join(tmpdir(), 'scout-qa-'));
  try {
    console.progress.start('Checking pages and links');
    const rebuilder = await createRebuilder({ root, scratch, cache: typeof options.cache === 'string' ? options.cache : defaultCacheDir(), offline: options.offline === true, note: (text) => console.note(text) });
    const { site } = await rebuilder.rebuild({ generate: false, compile: true }, new Map());
    console.progress.end(`${site?.rendered.pages.size ?? 0} pages`);
    return { ...about, findings: (site?.rendered.findings ?? []).filter(({ source }) => source === 'site') };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
