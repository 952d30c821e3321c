/** `scout generate`: scenarios and templates -> example resources, bad examples and bulk data. */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { codingsOf } from '../core/fhir';
import type { ModelVersion } from '../core/element-model';
import { fhirVersion } from '../core/fhir-version';
import { isError, type Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';
import type { GeneratedSet } from '../generate/generate-examples';
import type { WrittenExamples } from '../generate/write-examples';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';
import { guideFolder, R5_GUIDE } from './demo/guide-folder';
import { describeFinding } from './describe-finding';
import { DICOM_OPTIONS, fileSource, generateFromDicom } from './generate-dicom';
import { DICOMWEB_OPTIONS, dicomwebSource } from './generate-dicomweb';

export const generateCommand: CommandRecord = {
  name: 'generate',
  summary: 'Make example resources from YAML scenarios and templates, bulk data for load tests, or resources of DICOM files.',
  options: [
    { flags: '--scenarios <dir>', description: "folder with scenario files, templates/ and bad/ (default: this program's own guide)" },
    { flags: '--seed <number>', description: 'what DICOM UIDs and bulk data are derived from (default: the one in settings.yaml)' },
    { flags: '--examples <dir>', description: 'folder for the examples (default: examples beside input/scenarios, else examples in --out; of the program as installed: in its copy of the guide in --out)' },
    { flags: '--bulk <count>', description: 'instead of examples, write this many synthetic studies as NDJSON' },
    ...DICOM_OPTIONS,
    ...DICOMWEB_OPTIONS,
  ],
  writesOut: true,
  examples: [
    { line: 'scout generate', meaning: 'Write the examples of the guide, output/examples.ndjson, output/examples-bundle.json and output/bad-examples/.' },
    { line: 'scout generate --scenarios ../my-ig/input/scenarios --out ../my-ig/output', meaning: 'The same for another project.' },
    { line: 'scout generate --fhir R5', meaning: 'Write the R5 form of the same examples, for the guide ig-r5 and to output/r5/.' },
    { line: 'scout generate --bulk 10000 --seed 7', meaning: 'Write 10,000 studies with their patients and endpoints to output/bulk.ndjson.' },
    { line: 'scout generate --dicom ct-series/ old-cd.zip', meaning: 'Read the headers and write a transaction for each study to output/dicom/, all resources to output/dicom.ndjson.' },
    { line: 'scout generate --dicom /mnt/cd/DICOMDIR --endpoint https://pacs.hospital.example/dicom-web --timezone Europe/Vienna', meaning: 'The files of a CD, with the endpoint that serves them and times in the zone in which they were taken.' },
    { line: 'scout generate --dicomweb https://pacs.hospital.example/dicom-web --query StudyDate=20260101-', meaning: 'The studies of this year of an archive, by their metadata; the archive is their endpoint.' },
    { line: 'scout generate --dicom study/ --deidentify', meaning: 'The same without what identifies the patient.' },
  ],
  async run(context) {
    const { options } = context;
    assertConsistent(options);
    if (Array.isArray(options.dicom)) return generateFromDicom(context, fileSource(context, options.dicom as string[]));
    if (typeof options.dicomweb === 'string') return generateFromDicom(context, dicomwebSource(context, options.dicomweb));
    const scenarioDir = typeof options.scenarios === 'string' ? options.scenarios : shortPath(join(packageRoot(), 'input', 'scenarios'));
    const seed = wholeNumber(options.seed, '--seed');
    const count = wholeNumber(options.bulk, '--bulk');
    return count === undefined ? examples(context, scenarioDir, seed) : bulk(context, scenarioDir, count, seed);
  },
};

/** Whoever asks for more than one thing, or believes data de-identified that nothing is done to, is told. @throws KnownError `bad-option` */
function assertConsistent({ dicom, dicomweb, bulk, deidentify }: CommandContext['options']): void {
  const asked = [['--dicom', Array.isArray(dicom)], ['--dicomweb', typeof dicomweb === 'string'], ['--bulk', bulk !== undefined]].filter(([, given]) => given === true).map(([name]) => String(name));
  if (asked.length > 1) throw new KnownError('bad-option', `${asked.join(' and ')} ask for different things.`, 'Give one of them a run.');
  if (deidentify === true && asked.every((name) => name === '--bulk')) throw new KnownError('bad-option', '--deidentify does nothing without --dicom or --dicomweb.', 'The examples and the bulk data are of invented patients: leave it out.');
}

async function examples({ options, console }: CommandContext, scenarioDir: string, seed: number | undefined): Promise<CommandOutcome> {
  const [{ generateExamples }, { writeExamples }, { otherVersions }] = await Promise.all([
    import('../generate/generate-examples.js'),
    import('../generate/write-examples.js'),
    import('../generate/other-version.js'),
  ]);
  const drawn = generateExamples({ scenarioDir, ...(seed === undefined ? {} : { seed }) });
  const twin = twinOf(options.fhir);
  // Whoever writes templates for another version may mean to; but what is no R4 cannot be brought from R4 to another version.
  const others = otherVersions(drawn, '4.0', twin === undefined ? 'warning' : 'error');
  const made = { ...drawn, findings: [...drawn.findings, ...others] };
  // What our own twin has of its own fits our own scenarios alone.
  const isOurs = resolve(scenarioDir) === join(packageRoot(), 'input', 'scenarios');
  const set = twin === undefined || others.length > 0 ? made : await inTwin(made, twin, isOurs);
  const failed = set.findings.some(isError);
  const outDir = twin === undefined ? options.out : join(options.out, twin.folder);
  const examplesDir = typeof options.examples === 'string' ? options.examples
    // An installed program's own folder belongs to the package manager: its guide is built on a copy.
    : isOurs ? shortPath(join(guideFolder(outDir), twin?.guide ?? '', 'input', 'examples'))
    : twin === undefined ? besideScenarios(scenarioDir, options.out) : join(outDir, 'examples');
  const written = failed ? undefined : writeExamples(set, { examplesDir, outDir });
  const findings = [...set.findings, ...keptFindings(written)];
  for (const finding of findings) console.line(describeFinding(finding, console.style), true);
  for (const line of describeSet(set, written)) console.line(line, failed);
  const { byType, byModality, byStatus } = countsOf(set);
  const json = { ok: !failed, seed: set.seed, resources: set.resources.length, bad: set.bad.length, byType, byModality, byStatus, findings, ...(written === undefined ? {} : { written }) };
  return { exitCode: failed ? 1 : 0, json };
}

/** The guide of another version, with the folder of its output below --out. */
interface Twin {
  readonly version: ModelVersion;
  readonly guide: string;
  readonly folder: string;
}
const TWINS: readonly Twin[] = [{ version: '5.0', guide: R5_GUIDE, folder: 'r5' }];

/** @throws KnownError `bad-option` for a version that has no guide */
function twinOf(option: unknown): Twin | undefined {
  const text = typeof option === 'string' ? option : 'R4';
  const { mimeVersion } = fhirVersion(text);
  const twin = TWINS.find(({ version }) => version === mimeVersion);
  if (twin === undefined && mimeVersion !== fhirVersion('R4').mimeVersion) throw new KnownError('bad-option', `There is no guide for FHIR ${text}.`, 'Examples are made for R4 and R5.');
  return twin;
}

async function inTwin(set: GeneratedSet, { version, guide }: Twin, isOurs: boolean): Promise<GeneratedSet> {
  const [{ inVersion, readExpectations }, { examplesOnlyIn }] = await Promise.all([import('../generate/in-version.js'), import('../generate/only-in-version.js')]);
  return inVersion(set, version, !isOurs ? {} : { expectations: readExpectations(join(packageRoot(), guide, 'bad-expectations.yaml')), onlyHere: examplesOnlyIn(version) });
}

async function bulk({ options, console, signal }: CommandContext, scenarioDir: string, count: number, chosenSeed: number | undefined): Promise<CommandOutcome> {
  const [{ writeBulk }, { bulkSettings }] = await Promise.all([import('../generate/write-bulk.js'), import('../generate/bulk-settings.js')]);
  const { seed, profiles } = bulkSettings(scenarioDir);
  const before = process.hrtime.bigint();
  const cpuBefore = process.cpuUsage();
  const result = await writeBulk(join(options.out, 'bulk.ndjson'), { count, seed: chosenSeed ?? seed, profiles }, console.progress, signal);
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  const megabytes = result.bytes / 1e6;
  const speed = { megabytesPerSecond: Math.round(megabytes / seconds), megabytesPerCpuSecond: Math.round(megabytes / ((user + system) / 1e6)) };
  const rates = `${speed.megabytesPerSecond} MB/s, ${speed.megabytesPerCpuSecond} MB a second of CPU time`;
  console.line(`${count} studies in ${result.lines} resources, ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s (${rates}): ${result.file}`);
  return { exitCode: 0, json: { ...result, count, seed: chosenSeed ?? seed, seconds, ...speed } };
}

function wholeNumber(value: unknown, option: string): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new KnownError('bad-option', `${option} ${value} is not a whole number.`, `Give digits only: ${option} 42.`);
}

function besideScenarios(scenarioDir: string, out: string): string {
  const parent = dirname(scenarioDir);
  return basename(parent) === 'input' ? join(parent, 'examples') : join(out, 'examples');
}

function shortPath(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}

function keptFindings(written: WrittenExamples | undefined): Finding[] {
  if (written === undefined) return [];
  const kept = [...written.examples.kept.map((name) => join(written.files.examples, name)), ...written.bad.kept.map((name) => join(written.files.bad, name))];
  const message = 'Kept as it is: it was not written by scout, or was changed since. Delete it, or give the scenario record another id.';
  return kept.map((file) => ({ severity: 'warning', code: 'kept-file', message, location: { file }, source: 'generate' }));
}

interface Counts {
  byType: Record<string, number>;
  /** Studies by the modality codes of their series, or of the study where it lists no series. */
  byModality: Record<string, number>;
  byStatus: Record<string, number>;
}

function countsOf(set: GeneratedSet): Counts {
  const studies = set.resources.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'ImagingStudy');
  return {
    byType: tally(set.resources.map(({ resource }) => resource.resourceType)),
    byModality: tally(studies.flatMap((study) => [...new Set(modalitiesOf(study))])),
    byStatus: tally(studies.map((study) => String(study['status']))),
  };
}

function modalitiesOf(study: { [element: string]: unknown }): string[] {
  const series = (study['series'] ?? []) as { modality?: unknown }[];
  return codingsOf(series.length === 0 ? study['modality'] : series.map(({ modality }) => modality)).flatMap(({ code }) => code ?? []);
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function describeSet(set: GeneratedSet, written: WrittenExamples | undefined): string[] {
  const { byType, byModality, byStatus } = countsOf(set);
  const row = (counts: Record<string, number>) => Object.entries(counts).sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`).join(', ');
  if (written === undefined) return [`Nothing was written: ${set.findings.filter(isError).length} mistakes in the scenarios.`];
  const { examples: { written: changed, removed }, files } = written;
  return [
    `${set.resources.length} examples and ${set.bad.length} bad ones, seed ${set.seed}`,
    `  types       ${row(byType)}`,
    `  modalities  ${row(byModality)}`,
    `  status      ${row(byStatus)}`,
    `  written     ${files.examples} (${changed.length} changed, ${removed.length} removed), ${files.ndjson}, ${files.bundle}, ${files.bad}`,
  ];
}
