/** `scout validate`: files, folders, NDJSON, Bundles or standard input -> the official HL7 validator -> one line for each finding. */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { counted } from '../core/grammar';
import { countBySeverity, isError, SEVERITY_ORDER, type Finding } from '../core/finding';
import { MODEL_VERSIONS } from '../core/element-model';
import { fhirVersion, type FhirVersionName, type FhirVersionRecord } from '../core/fhir-version';
import type { IssueSeverity } from '../core/fhir';
import { KnownError } from '../core/known-error';
import type { Style } from '../core/style';
import type { GivenSet } from '../validate/read-resources';
import type { OpenedValidator } from '../validate/official/open-official-validator';
import type { SuppressedCount } from '../validate/suppressions';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';

export const validateCommand: CommandRecord = {
  name: 'validate',
  summary: 'Validate resources with the official HL7 validator, against FHIR, the guide and any other guide.',
  arguments: [{ name: '[path...]', description: "files (JSON, NDJSON, XML), folders, or - for standard input (default: the guide's examples)" }],
  options: [
    { flags: '--profile <urls>', description: 'profiles to check besides those that a resource claims, separated by commas' },
    { flags: '--ig <sources>', description: 'guides to load: folders, package.tgz files, name#version; separated by commas' },
    { flags: '--no-guide', description: "leave this program's own guide out" },
    { flags: '--tx <url>', description: 'terminology server to ask for codes (default: none is asked)' },
    { flags: '--level <severity>', description: 'the least severity that is shown', default: 'information', choices: ['error', 'warning', 'information'] },
    { flags: '--no-suppress', description: 'show the messages too that are known to mean nothing' },
    { flags: '--validator-jar <file>', description: 'validator_cli.jar to use (default: SCOUT_VALIDATOR_JAR, our cache, download, build)' },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--offline', description: 'use the package cache only', default: false },
    { flags: '--fhir <version>', description: 'FHIR version of the resources', default: 'R4' },
  ],
  examples: [
    { line: 'scout validate study.json patients/ export.ndjson', meaning: 'Check them together, so that references between them are followed.' },
    { line: 'curl -s https://server/fhir/ImagingStudy | scout validate -', meaning: 'Check every resource of a search answer, and the Bundle itself.' },
    { line: 'scout validate study.json --profile https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-study', meaning: 'List what a study lacks to conform to a profile that it does not claim.' },
    { line: 'scout validate data/ --ig hl7.fhir.us.core#6.1.0 --tx https://tx.fhir.org/r4', meaning: "Check against someone else's guide, and codes with a terminology server." },
  ],
  async run(context) {
    const { args, options } = context;
    const version = fhirVersion(String(options.fhir));
    const [{ readResources }, { suppress }] = await Promise.all([import('../validate/read-resources.js'), import('../validate/suppressions.js')]);
    const set = await readResources(args.length > 0 ? args : [await ownExamples(version, options.out)]);
    const { usable, others } = await ofVersion(set, version);
    // No package holds a draft or a ballot, so that HL7's validator cannot judge them: the program's own rules do.
    const run = usable.given.length === 0 ? undefined : version.corePackage === '' ? await judgeByRules(usable, version, context) : await validateGiven(context, usable);
    const all = inOrder(set.files, [...set.findings, ...others, ...(run?.findings ?? [])]);
    const { shown, suppressed } = options.suppress === false ? { shown: all, suppressed: [] } : suppress(all);
    const findings = shown.filter(({ severity }) => SEVERITY_ORDER.indexOf(severity) <= SEVERITY_ORDER.indexOf(options.level as IssueSeverity));
    return report(context, set, { ...run, shown, findings, suppressed });
  },
};

/** Data of another version than claimed is named as such, once, and not judged by rules that it was not made by. */
async function ofVersion(set: GivenSet, claimed: FhirVersionRecord): Promise<{ usable: GivenSet; others: Finding[] }> {
  const [{ recognise }, { locationOf }] = await Promise.all([import('../convert/recognise.js'), import('../validate/given-resource.js')]);
  const version = MODEL_VERSIONS.find((known) => known === claimed.mimeVersion);
  if (version === undefined) return { usable: set, others: [] };
  const others: Finding[] = [];
  const given = set.given.filter((one) => {
    const other = one.source?.format === 'xml' ? undefined : recognise(one.resource, version);
    if (other !== undefined) others.push({ severity: 'error', code: 'other-version', message: `${other.message} Validate it with --fhir ${fhirVersion(other.version).name}, or convert it with scout convert.`, location: locationOf(one), source: 'convert' });
    return other === undefined;
  });
  return { usable: { ...set, given }, others };
}

/** The rules of a version that no package defines: its element table and invariants. */
async function judgeByRules({ given }: GivenSet, { name, mimeVersion, draft }: FhirVersionRecord, { console }: CommandContext): Promise<ValidationRun> {
  const [{ checkInvariantsOf }, { locationOf }] = await Promise.all([import('../invariants/rules.js'), import('../validate/given-resource.js')]);
  if (draft === true) console.note(`FHIR ${name} is a draft: its rules may change until it is published.`);
  const begun = Date.now();
  const findings = given.flatMap((one) => checkInvariantsOf(mimeVersion, one.resource).map((finding) => ({ ...finding, location: { ...locationOf(one), ...finding.location } })));
  return { findings, guides: [], validator: { description: `the rules of FHIR ${name}${draft === true ? ', a draft' : ''} (ImagingStudy only)`, jar: '', origin: 'part of fhir-scout' }, seconds: { start: 0, validate: (Date.now() - begun) / 1000 } };
}

interface ValidationRun {
  readonly findings: Finding[];
  readonly guides: readonly string[];
  readonly validator: { description: string; jar: string; origin: string };
  readonly seconds: { start: number; validate: number };
}

async function validateGiven({ options, console, signal }: CommandContext, { given }: GivenSet): Promise<ValidationRun> {
  const [{ validateResources }, { checkGuide, chooseProfiles }, { ownGuideFor }, { openOfficialValidator }, { originText }, { VALIDATOR }, { textOf }, { ensurePackages }, { REQUIRED_PACKAGES }, { packageLabel }] = await Promise.all([
    import('../validate/validate-resources.js'),
    import('../validate/guides.js'),
    import('./own-guide.js'),
    import('../validate/official/open-official-validator.js'),
    import('../java/locate-tool.js'),
    import('../validate/official/validator-tool.js'),
    import('../validate/given-resource.js'),
    import('../packages/ensure-packages.js'),
    import('../packages/required-packages.js'),
    import('../packages/package-id.js'),
  ]);
  const version = fhirVersion(String(options.fhir));
  const { progress } = console;
  const packageCache = typeof options.cache === 'string' ? options.cache : undefined;
  const { notes } = await ensurePackages({
    fhirVersion: version.name as FhirVersionName,
    progress,
    signal,
    ...(packageCache !== undefined && { cache: packageCache }),
    ...(options.offline === true && { sources: ['cache'] }),
  });
  notes.forEach((note) => console.note(note));
  const { guide: own, note } = options.guide === false ? {} : ownGuideFor(version, options.out);
  if (note !== undefined) console.note(note);
  const named = listOf(options.ig);
  named.forEach((guide) => checkGuide(guide, packageCache));
  const guides = [...(own === undefined ? [] : [own]), ...named];
  const packages = REQUIRED_PACKAGES[version.name as FhirVersionName].map(packageLabel);
  const profiles = await chooseProfiles(listOf(options.profile), guides, packages, packageCache);
  for (const { url, type } of profiles) {
    if (!given.some(({ resource }) => resource.resourceType === type)) throw new KnownError('nothing-to-check', `The profile ${url} is one of ${type}, and none of the given resources is one.`);
  }
  const begun = Date.now();
  const validator: OpenedValidator = await openOfficialValidator({
    fhirVersion: version,
    guides,
    characters: given.reduce((sum, one) => sum + textOf(one).text.length, 0),
    progress,
    signal,
    note: (text) => console.note(text),
    ...(packageCache !== undefined && { packageCache }),
    ...(typeof options.tx === 'string' && { terminologyServer: options.tx }),
    ...(typeof options.validatorJar === 'string' && { validatorJar: options.validatorJar }),
  });
  try {
    const started = Date.now();
    const findings = await validateResources(validator, given, { profiles, progress, signal });
    const { description, located } = validator;
    const seconds = { start: (started - begun) / 1000, validate: (Date.now() - started) / 1000 };
    return { findings, guides, validator: { description, jar: located.jar, origin: originText(VALIDATOR, located.origin) }, seconds };
  } finally {
    await validator.close();
  }
}

/** By file in the order of reading, within a file by line; a Bundle's entries stand with their Bundle. */
function inOrder(files: readonly string[], findings: readonly Finding[]): Finding[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const rankOf = ({ location }: Finding) => rank.get(location?.file ?? '') ?? rank.get((location?.file ?? '').replace(/#entry\[\d+\]$/, '')) ?? files.length;
  return [...findings].sort((a, b) => rankOf(a) - rankOf(b) || (a.location?.line ?? 0) - (b.location?.line ?? 0));
}

type Reported = Partial<ValidationRun> & { shown: Finding[]; findings: Finding[]; suppressed: SuppressedCount[] };

function report({ console }: CommandContext, set: GivenSet, { validator, guides = [], seconds, shown, findings, suppressed }: Reported): CommandOutcome {
  const failed = shown.some(isError);
  for (const finding of findings) console.line(describeResourceFinding(finding, console.style), true);
  const summary = countBySeverity(shown);
  const errors = summary.fatal + summary.error;
  const counts = `${counted(errors, 'error')}, ${counted(summary.warning, 'warning')}, ${counted(summary.information, 'note')}`;
  for (const { id, count, reason } of suppressed) console.line(console.style.dim(`left out ${count} x ${id}: ${reason}`));
  if (validator !== undefined && seconds !== undefined) {
    console.line(console.style.dim(`${validator.description}, ${validator.origin}: started in ${seconds.start.toFixed(1)} s, validated in ${seconds.validate.toFixed(1)} s`));
  }
  const verdict = failed ? console.style.red('Not valid') : console.style.green('Valid');
  console.line(`${verdict}: ${counted(set.given.length, 'resource')} in ${counted(set.files.length, 'file')}; ${counts}`, failed);
  const json = { ok: !failed, files: set.files.length, resources: set.given.length, summary, suppressed, findings, guides, ...(validator && { validator, seconds }) };
  return { exitCode: failed ? 1 : 0, json };
}

const SEVERITY_PAINT = { fatal: 'red', error: 'red', warning: 'yellow', information: 'dim' } as const;

/** `file:line:column path severity rule message`, on one line. */
export function describeResourceFinding({ severity, code, message, location }: Finding, style: Style): string {
  const place = [location?.file ?? location?.resource, location?.line, location?.column].filter((part) => part !== undefined).join(':');
  const painted = style[SEVERITY_PAINT[severity]](severity);
  return [style.bold(place), location?.path, painted, code, message.replace(/\s+/g, ' ').trim()].filter((part) => part !== undefined && part !== '').join(' ');
}

function listOf(option: unknown): string[] {
  return typeof option === 'string' ? option.split(',').map((part) => part.trim()).filter((part) => part !== '') : [];
}

async function ownExamples(version: FhirVersionRecord, out: string): Promise<string> {
  const folder = (await import('./own-guide.js')).ownExamplesOf(version, out);
  if (!existsSync(folder)) throw new KnownError('nothing-to-validate', 'No path is given, and the guide has no examples yet.', 'Name files or folders, or make the examples with: scout generate');
  const short = relative('.', folder);
  return short.startsWith('..') ? folder : short;
}
