/** `scout generate --dicom`: files, folders, ZIP files, DICOMDIRs -> a transaction a study, and what was found on the way. */
import { fhirVersion } from '../core/fhir-version';
import type { Resource } from '../core/fhir';
import { isError, type Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { nextTurn } from '../core/turn';
import type { MappedStudy } from '../dicom/mapping';
import type { MappingOptions } from '../dicom/mapping-context';
import type { StudySet } from '../dicom/study-model';
import type { StudyFile, WrittenStudies } from '../generate/write-studies';
import type { CommandContext, CommandOutcome, OptionRecord } from './command';
import { describeFinding } from './describe-finding';

export const DICOM_OPTIONS: readonly OptionRecord[] = [
  { flags: '--dicom <paths...>', description: 'instead of examples, make resources of DICOM files: files, folders, ZIP files, a DICOMDIR' },
  { flags: '--endpoint <urls...>', description: 'DICOM data: where the studies are served; a WADO-RS base URL, or TYPE=URL with dicom-wado-uri or ihe-iid' },
  { flags: '--timezone <zone>', description: 'DICOM data: zone of data that state none, as Europe/Vienna or +01:00 (default: none, the date stands alone)' },
  { flags: '--patient-system <uri>', description: 'DICOM data: namespace of patient ids whose issuer the data do not name' },
  { flags: '--accession-system <uri>', description: 'DICOM data: namespace of accession numbers, likewise' },
  { flags: '--counts <source>', description: 'DICOM data: numbers of series and instances as the archive states them, where it does, or as present', choices: ['archive', 'present'], default: 'archive' },
  { flags: '--claim-profile', description: "DICOM data: claim the guide's profiles where the resources fulfil them" },
  { flags: '--deidentify', description: 'DICOM data: remove what identifies a person (PS3.15 basic profile); UIDs are replaced' },
  { flags: '--deidentify-key <text>', description: 'with --deidentify: the same replacements as in other runs with this key (default: a new one each time)' },
  { flags: '--fhir <version>', description: 'R4 or R5; the examples of R5 are converted from the same scenarios and go to ig-r5/', default: 'R4' },
];

/** Fills a set of studies; says in a few words what was read, for the summary. */
export interface StudySource {
  read(set: StudySet, prepare: ReturnType<typeof import('../dicom/deidentify').deidentifier> | undefined): Promise<{ readonly from: string; readonly json: Record<string, unknown> }>;
  /** Endpoints that the source itself knows. */
  readonly endpoints?: readonly string[];
}

/** The source that `--dicom` names. */
export function fileSource({ console, signal }: CommandContext, paths: readonly string[]): StudySource {
  return {
    async read(set, prepare) {
      const [{ findSources }, { readFiles }] = await Promise.all([import('../dicom/find-sources.js'), import('../dicom/read-files.js')]);
      const { sources, findings } = findSources(paths);
      set.findings.push(...findings);
      const summary = await readFiles(sources, set, { progress: console.progress, signal, ...(prepare !== undefined && { prepare }) });
      const others = [summary.passedOver > 0 && `${summary.passedOver} no DICOM`, summary.broken > 0 && `${summary.broken} broken`].filter((part) => part !== false);
      return { from: `${count(sources.length, 'file')}${others.length === 0 ? '' : ` (${others.join(', ')})`}`, json: { files: { given: sources.length, ...summary } } };
    },
  };
}

/** Reads a source and writes its studies; the same for files and for a DICOMweb service. */
export async function generateFromDicom(context: CommandContext, source: StudySource): Promise<CommandOutcome> {
  const { options, console, signal } = context;
  const [{ emptyStudySet, findingsOf }, { deidentifier, PSEUDONYMIZED }, { mapStudy }, { writeStudies }] = await Promise.all([
    import('../dicom/study-model.js'),
    import('../dicom/deidentify.js'),
    import('../dicom/mapping.js'),
    import('../generate/write-studies.js'),
  ]);
  if (typeof options.deidentifyKey === 'string' && options.deidentify !== true) throw new KnownError('bad-option', '--deidentify-key is given without --deidentify.');
  const mapping = await mappingOptions(context, source.endpoints ?? []);
  const prepare = options.deidentify === true ? deidentifier(...(typeof options.deidentifyKey === 'string' ? [options.deidentifyKey] : [])) : undefined;
  const finish = await finisher(context);
  const set = emptyStudySet();
  const { from, json } = await source.read(set, prepare);
  const findings = findingsOf(set);
  const studies: StudySummary[] = [];
  const related = new Map<string, Resource>();
  const mapOptions: MappingOptions = { ...mapping, ...(prepare !== undefined && { security: [PSEUDONYMIZED] }) };
  const written: WrittenStudies | undefined =
    set.studies.size === 0
      ? undefined
      : await writeStudies(options.out, (async function* (): AsyncGenerator<StudyFile> {
          console.progress.start('Writing studies', set.studies.size);
          for (const study of [...set.studies.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1))) {
            await nextTurn(signal);
            const mapped = mapStudy(study, set, mapOptions);
            findings.push(...mapped.findings);
            const resources = finish([...agreeing(mapped, related, findings), mapped.study, ...mapped.selections], findings);
            studies.push(summaryOf(mapped));
            console.progress.step(studies.length);
            yield { name: study.uid, resources };
          }
          console.progress.end();
        })());
  const failed = findings.some(isError) || written === undefined;
  for (const line of findingLines(findings, context)) console.line(line, true);
  for (const line of summaryLines(studies, related, from, written)) console.line(line, failed);
  return { exitCode: failed ? 1 : 0, json: { ok: !failed, ...json, studies, findings, ...(written !== undefined && { written }) } };
}

async function mappingOptions({ options }: CommandContext, known: readonly string[]): Promise<MappingOptions> {
  const [{ NO_ZONE, parseZone }, { endpointResource }, { checkInvariants }] = await Promise.all([import('../dicom/date-time.js'), import('../dicom/endpoint-resource.js'), import('../invariants/rules.js')]);
  const given = Array.isArray(options.endpoint) ? (options.endpoint as string[]) : [];
  const endpoints = [...new Set([...given, ...known])].map(endpointResource);
  for (const endpoint of endpoints) {
    const [broken] = checkInvariants(endpoint);
    if (broken !== undefined) throw new KnownError('bad-endpoint', broken.message, 'Give the base URL of the service alone.');
  }
  return {
    zone: typeof options.timezone === 'string' ? parseZone(options.timezone) : NO_ZONE,
    endpoints,
    counts: options.counts === 'present' ? 'present' : 'archive',
    forR5: fhirVersion(String(options.fhir)).name === 'R5',
    ...(typeof options.patientSystem === 'string' && { patientSystem: options.patientSystem }),
    ...(typeof options.accessionSystem === 'string' && { accessionSystem: options.accessionSystem }),
  };
}

/** What is done to the resources of a study before they are written: claims, and another FHIR version. */
async function finisher({ options }: CommandContext): Promise<(resources: readonly Resource[], findings: Finding[]) => readonly Resource[]> {
  const version = fhirVersion(String(options.fhir));
  if (version.name !== 'R4' && version.name !== 'R5') throw new KnownError('bad-option', `Resources of DICOM data are made in R4 or R5, not in ${version.name}.`);
  const [{ claimed }, { convert }] = await Promise.all([import('./claim-profiles.js'), import('../convert/convert.js')]);
  const claim = options.claimProfile === true ? claimed : (resource: Resource) => resource;
  if (version.name === 'R4') return (resources) => resources.map(claim);
  if (options.claimProfile === true) throw new KnownError('bad-option', "--claim-profile goes with R4: the guide's profiles are R4 profiles.");
  return (resources, findings) => {
    const converted = convert(resources, '4.0', '5.0');
    findings.push(...converted.findings);
    return converted.resources;
  };
}

/** What a study refers to, as it was first met: one patient is not written in two ways. */
function agreeing({ related, study }: MappedStudy, known: Map<string, Resource>, findings: Finding[]): Resource[] {
  return related.map((resource) => {
    const reference = `${resource.resourceType}/${resource.id}`;
    const first = known.get(reference);
    if (first === undefined) {
      known.set(reference, resource);
      return resource;
    }
    if (resource.resourceType === 'Patient' && JSON.stringify(first) !== JSON.stringify(resource)) {
      const message = `Its patient has the id of another study's patient, and another name, sex or birth date; the first one met was taken (${reference}).`;
      findings.push({ severity: 'warning', code: 'conflicting-patient', message, location: { resource: `ImagingStudy/${study.id}` }, source: 'dicom' });
    }
    return first;
  });
}

interface StudySummary {
  readonly id: string;
  readonly modality: readonly string[];
  readonly started?: string;
  readonly series: number;
  readonly instances: number;
  readonly keyObjectSelections: number;
}

function summaryOf({ study, selections }: MappedStudy): StudySummary {
  const series = (study['series'] ?? []) as { instance?: unknown[] }[];
  return {
    id: study.id ?? '',
    modality: ((study['modality'] ?? []) as { code?: string }[]).map(({ code = '' }) => code),
    ...(typeof study['started'] === 'string' && { started: study['started'] }),
    series: series.length,
    instances: series.reduce((sum, { instance = [] }) => sum + instance.length, 0),
    keyObjectSelections: selections.length,
  };
}

/** So many findings of one kind are shown; the rest are counted, and all of them are in --json. */
const SHOWN = 10;

function findingLines(findings: readonly Finding[], { console }: CommandContext): string[] {
  const byCode = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = byCode.get(finding.code);
    if (group === undefined) byCode.set(finding.code, [finding]);
    else group.push(finding);
  }
  return [...byCode.values()].flatMap((group) => {
    // Of what is skipped each is named, however many there are.
    const shown = group.filter((finding, i) => i < SHOWN || isError(finding));
    const lines = shown.map((finding) => describeFinding(withPlace(finding), console.style));
    const left = group.length - shown.length;
    return left > 0 ? [...lines, console.style.dim(`  ... and ${left} more of this kind (${group[0]?.code}); --json lists all of them`)] : lines;
  });
}

/** Lines begin with a place; for what is about a study and no file that is the study. */
function withPlace(finding: Finding): Finding {
  const { file, resource } = finding.location ?? {};
  return file !== undefined || resource === undefined ? finding : { ...finding, location: { ...finding.location, file: resource } };
}

function summaryLines(studies: readonly StudySummary[], related: ReadonlyMap<string, Resource>, from: string, written: WrittenStudies | undefined): string[] {
  if (written === undefined) return [`No study was found in ${from}; nothing was written.`];
  const total = (of: 'series' | 'instances' | 'keyObjectSelections') => studies.reduce((sum, study) => sum + study[of], 0);
  const modalities = new Map<string, number>();
  for (const { modality } of studies) for (const code of modality) modalities.set(code, (modalities.get(code) ?? 0) + 1);
  const patients = [...related.values()].filter(({ resourceType }) => resourceType === 'Patient').length;
  const selections = total('keyObjectSelections');
  return [
    `${count(studies.length, 'study', 'studies')} of ${count(patients, 'patient')}: ${count(total('instances'), 'instance')} in ${total('series')} series, from ${from}`,
    `  modalities  ${[...modalities].sort(([, a], [, b]) => b - a).map(([code, number]) => `${code} ${number}`).join(', ') || 'none stated'}`,
    ...(selections > 0 ? [`  key objects ${count(selections, 'selection')}, each an ImagingStudy of its own`] : []),
    `  written     ${written.folder} (${count(written.files, 'transaction')}), ${written.ndjson} (${written.resources} resources)`,
  ];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
