/** `scout publish`: a version of a guide, whole and checked, in a folder of its own beside `current`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isError } from '../core/finding';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import type { Configuration } from '../build/configuration';
import { ownImplementationGuide } from '../formats/ig-ini';
import type { PackageList } from '../publish/package-list';
import type { FileContent } from '../site/archives';
import type { CommandRecord } from './command';
import { describeFinding } from './describe-finding';
import { projectFolder } from './demo/guide-folder';
import { reportOn, type ProjectReport, type REPORT_FILES } from './qa';
import { makeProject, PROJECT_OPTIONS, type MadeProject } from './qa/project';

export const publishCommand: CommandRecord = {
  name: 'publish',
  summary: 'Publish a version of a guide: site, package, archives and quality report in a folder of its own beside current.',
  options: [
    { flags: '--version <version>', description: 'the version, which sushi-config.yaml must state too; it is never overwritten' },
    { flags: '--to <dir>', description: 'folder of all published versions (default: publish in --out)' },
    { flags: '--desc <text>', description: 'what the version is, for the list of versions' },
    { flags: '--status <status>', description: 'its standing', default: 'draft', choices: ['draft', 'preview', 'ballot', 'trial-use', 'normative', 'informative', 'release', 'update'] },
    { flags: '--sequence <name>', description: 'the sequence of versions that it belongs to', default: 'Releases' },
    { flags: '--publisher', description: "run HL7's IG Publisher on the same sources too, and show its quality report", default: false },
    { flags: '--publisher-jar <file>', description: 'publisher.jar to use (default: SCOUT_PUBLISHER_JAR, input-cache/publisher.jar, our cache, download, build)' },
    { flags: '--no-validator', description: 'leave the official HL7 validator out of the quality report' },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use' },
    ...PROJECT_OPTIONS,
  ],
  writesOut: true,
  examples: [
    { line: 'scout publish --version 0.1.0 --desc "First release"', meaning: 'Write output/publish/0.1.0, output/publish/current, package-list.json and history.html.' },
    { line: 'scout publish --version 1.0.0 --ig-root ../my-ig --to ../my-ig-releases --publisher', meaning: "Publish any other FSH project, and run HL7's IG Publisher on it." },
  ],
  async run(context) {
    const { options, console, signal } = context;
    const root = projectFolder(options);
    const to = typeof options.to === 'string' ? options.to : join(options.out, 'publish');
    if (typeof options.version !== 'string') throw new KnownError('no-version', 'It is not said which version is to be published.', 'Name it: scout publish --version 1.0.0');
    const version = options.version;
    const { publishVersion, publishedVersions, refuseOverwriting } = await import('../publish/publish-version.js');
    refuseOverwriting(to, version);
    const { readConfiguration } = await import('../build/configuration.js');
    refuseOtherVersion(root, (await readConfiguration(root)).config, version);
    const project = await makeProject(root, context);
    const checked = await reportOn(project, context);
    const { report } = checked;
    const faults = report.sections.flatMap(({ findings }) => findings).filter(isError);
    // Before the IG Publisher runs: it empties the folder in which the package may be.
    const ready = faults.length === 0 ? await versionFiles(project, checked, to, publishedVersions(to)) : undefined;
    const { describePublisherQa, runHl7Publisher } = await import('./publish/publisher.js');
    const publisher = options.publisher === true ? await runHl7Publisher(root, context) : undefined;
    for (const fault of faults) console.line(describeFinding(fault, console.style), true);
    if (publisher !== undefined) for (const line of describePublisherQa(publisher, console)) console.line(line, true);
    if (ready === undefined) {
      console.line(`${console.style.red('Not published')}: ${faults.length} errors; nothing was changed in ${to}`, true);
      return { exitCode: 1, json: { ok: false, version, findings: faults, publisher } };
    }
    signal.throwIfAborted();
    const { files, changes } = ready;
    const { config } = project;
    const made = publishVersion(to, {
      files,
      guide: { 'package-id': report.guide.packageId, title: config?.title ?? config?.name ?? report.guide.packageId, canonical: report.guide.canonical, ...(config?.description !== undefined && { introduction: config.description }) },
      version: {
        version,
        path: `${report.guide.canonical}/${version}`,
        status: String(options.status),
        sequence: String(options.sequence),
        fhirversion: config?.fhirVersion[0] ?? '',
        date: config?.date?.slice(0, 10) ?? report.date,
        ...(typeof options.desc === 'string' && { desc: options.desc }),
      },
    });
    if (changes !== undefined) console.line(changes);
    console.line(`${console.style.green('Published')}: ${made.folder}, ${counted(files.size, 'file')}, ${counted(made.list.list.length, 'version')} in all`, true);
    const outsideErrors = (publisher?.errors ?? 0) > 0;
    return { exitCode: outsideErrors ? 1 : 0, json: { ok: true, version, folder: made.folder, files: files.size, list: made.list, publisher } };
  },
};

/** What is published under a version must say that version of itself, everywhere. */
function refuseOtherVersion(root: string, config: Configuration | undefined, version: string): void {
  if (config === undefined || config.version === version) return;
  const file = [join(root, 'sushi-config.yaml'), join(root, 'sushi-config.yml')].find((path) => existsSync(path)) ?? ownImplementationGuide(root)?.path;
  // Of YAML, JSON or XML; what stands deeper is not the guide's own.
  const line = file === undefined ? 0 : readFileSync(file, 'utf8').split(/\r?\n/).findIndex((text) => /^(version\s*:| {0,4}"version"\s*:| {0,4}<version )/.test(text)) + 1;
  throw new KnownError('other-version', `${file ?? root}${line === 0 ? '' : `, line ${line}`}: the guide says it is version ${config.version ?? '(none)'}, not ${version}.`, `Write version: ${version} there, and in whatever else states it.`);
}

/** All that a version consists of, and in one line what changed since the last one; undefined for a project without a site. */
async function versionFiles(project: MadeProject, { report, site }: ProjectReport, to: string, published: PackageList | undefined): Promise<{ files: Map<string, FileContent>; changes: string | undefined } | undefined> {
  if (site === undefined) return undefined;
  const [{ qaHtml }, { diffSince }, { siteFiles }] = await Promise.all([import('../report/qa-html.js'), import('./publish/diff-since.js'), import('../site/site-files.js')]);
  const changes = await diffSince(to, published, project);
  const reports: Record<(typeof REPORT_FILES)[number], string> = { 'qa.html': qaHtml(report), 'qa.json': `${JSON.stringify(report, null, 2)}\n` };
  const others = new Map([...Object.entries(reports), ...(changes === undefined ? [] : [['changes-since-last.md', changes.markdown] as const])]);
  return { files: siteFiles({ ...site.source, rendered: site.rendered, others }), changes: changes?.summary };
}
