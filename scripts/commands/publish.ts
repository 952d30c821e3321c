/** `scout publish`: a version of a guide, whole and checked, in a folder of its own beside `current`. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isError, type Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import type { Resource } from '../core/fhir';
import type { ResourceFormat } from '../publish/guide-zips';
import type { CommandContext, CommandRecord } from './command';
import { describeFinding } from './describe-finding';
import { guideFolder } from './demo/guide-folder';
import { reportOn } from './qa';
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
    { flags: '--publisher-jar <file>', description: 'publisher.jar to use (default: SCOUT_PUBLISHER_JAR, input-cache/publisher.jar, our cache, download)' },
    { flags: '--no-validator', description: 'leave the official HL7 validator out of the quality report' },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use' },
    ...PROJECT_OPTIONS,
  ],
  examples: [
    { line: 'scout publish --version 0.1.0 --desc "First release"', meaning: 'Write output/publish/0.1.0, output/publish/current, package-list.json and history.html.' },
    { line: 'scout publish --version 1.0.0 --ig-root ../my-ig --to ../my-ig-releases --publisher', meaning: "Publish any other FSH project, and run HL7's IG Publisher on it." },
  ],
  async run(context) {
    const { options, console, signal } = context;
    const root = typeof options.igRoot === 'string' ? options.igRoot : guideFolder(options.out);
    const to = typeof options.to === 'string' ? options.to : join(options.out, 'publish');
    if (typeof options.version !== 'string') throw new KnownError('no-version', 'It is not said which version is to be published.', 'Name it: scout publish --version 1.0.0');
    const version = options.version;
    const { publishVersion, publishedVersions, refuseOverwriting } = await import('../publish/publish-version.js');
    refuseOverwriting(to, version);
    const project = await makeProject(root, context);
    refuseOtherVersion(project, version);
    const report = await reportOn(project, context);
    const findings = report.sections.flatMap((section) => section.findings);
    const publisher = options.publisher === true ? await (await import('./publish/publisher.js')).runHl7Publisher(root, context) : undefined;
    const site = report.ok ? await siteOf(project, context, byResource(findings)) : undefined;
    const faults = [...findings, ...(site?.findings ?? [])].filter(isError);
    for (const fault of faults) console.line(describeFinding(fault, console.style), true);
    if (publisher !== undefined) console.line(`IG Publisher: ${publisher.errors} errors, ${publisher.warnings} warnings, ${publisher.hints} hints; ${publisher.report}`, true);
    if (site === undefined || faults.length > 0) {
      console.line(`${console.style.red('Not published')}: ${faults.length} errors; nothing was changed in ${to}`, true);
      return { exitCode: 1, json: { ok: false, version, findings: faults, publisher } };
    }
    signal.throwIfAborted();
    const [{ qaHtml }, { diffSince }] = await Promise.all([import('../report/qa-html.js'), import('./publish/diff-since.js')]);
    const changes = await diffSince(to, publishedVersions(to), project);
    const { config } = project;
    const made = publishVersion(to, {
      files: new Map<string, string | Uint8Array>([
        ...site.files,
        ['qa.html', qaHtml(report)],
        ['qa.json', `${JSON.stringify(report, null, 2)}\n`],
        ...(changes === undefined ? [] : ([['changes-since-last.md', changes.markdown]] as const)),
      ]),
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
    if (changes !== undefined) console.line(changes.summary);
    console.line(`${console.style.green('Published')}: ${made.folder}, ${site.files.size} files, ${made.list.list.length} version${made.list.list.length === 1 ? '' : 's'} in all`, true);
    const outsideErrors = (publisher?.errors ?? 0) > 0;
    return { exitCode: outsideErrors ? 1 : 0, json: { ok: true, version, folder: made.folder, files: site.files.size, list: made.list, publisher } };
  },
};

/** What is published under a version must say that version of itself, everywhere. */
function refuseOtherVersion({ config, root }: MadeProject, version: string): void {
  if (config === undefined || config.version === version) return;
  const file = [join(root, 'sushi-config.yaml'), join(root, 'sushi-config.yml')].find((path) => existsSync(path)) ?? root;
  const line = readFileSync(file, 'utf8').split(/\r?\n/).findIndex((text) => /^version\s*:/.test(text)) + 1;
  throw new KnownError('other-version', `${file}${line === 0 ? '' : `, line ${line}`}: the guide says it is version ${config.version ?? '(none)'}, not ${version}.`, `Write version: ${version} there, and in whatever else states it.`);
}

function byResource(findings: readonly Finding[]): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { source, location } = finding;
    if (source === 'hl7-validator' && location?.resource !== undefined) map.set(location.resource, [...(map.get(location.resource) ?? []), finding]);
  }
  return map;
}

/** All files of the site, with the package and the archives that it offers for download. */
async function siteOf({ root, built, config }: MadeProject, { options, console }: CommandContext, validation: ReadonlyMap<string, readonly Finding[]>): Promise<{ files: Map<string, string | Uint8Array>; findings: readonly Finding[] } | undefined> {
  if (built.package === undefined || built.resources === undefined || config === undefined) return undefined;
  const [{ createRebuilder }, { defaultCacheDir }, { guideZips, JSON_FORMAT }, { siteFormats }, { buildableFhirVersion }] = await Promise.all([
    import('./watch/rebuild.js'),
    import('../packages/cache-folder.js'),
    import('../publish/guide-zips.js'),
    import('./site/site-formats.js'),
    import('../build/configuration.js'),
  ]);
  const scratch = mkdtempSync(join(tmpdir(), 'scout-publish-'));
  try {
    console.progress.start('Rendering the site');
    const rebuilder = await createRebuilder({ root, scratch, cache: typeof options.cache === 'string' ? options.cache : defaultCacheDir(), offline: options.offline === true, note: (text) => console.note(text) });
    const { site, problems } = await rebuilder.rebuild({ generate: false, compile: true }, validation);
    console.progress.end();
    if (site === undefined) return { files: new Map(), findings: problems.map(({ finding }) => finding) };
    const formats: ResourceFormat[] = [JSON_FORMAT];
    for (const [extension, write] of Object.entries(siteFormats(buildableFhirVersion(config).version))) formats.push({ extension, write: (resource: Resource) => textOf(write(resource)) });
    const files = new Map<string, string | Uint8Array>(site.rendered.files);
    for (const [path, from] of site.files) if (existsSync(from)) files.set(path, readFileSync(from));
    files.set('package.tgz', readFileSync(built.package.file));
    for (const { name, bytes } of guideZips(built.resources, formats)) files.set(name, bytes);
    return { files, findings: site.rendered.findings };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function textOf(written: { text: string } | { why: string }): string | undefined {
  return 'text' in written ? `${written.text}\n` : undefined;
}
