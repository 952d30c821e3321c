/** A project in (FSH, or ready-made resources with an ig.ini); fsh-generated/, package.tgz and findings out. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { localReference } from '../core/fhir';
import { isError, type Finding } from '../core/finding';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import { SILENT, type Progress } from '../core/progress';
import { makeStage, replaceFolder } from '../core/replace-folder';
import { resourceFileName } from '../core/resource-file-name';
import { nextTurn } from '../core/turn';
import { compile, type ArtifactCounts } from './compile';
import { readConfiguration, type Configuration } from './configuration';
import { createDefinitionStore, type DefinitionStore } from './definition-store';
import { writeGuidePackage, type GuidePackage } from './guide-package';
import { isReadyMade, readyMadeResources } from './ready-made';
import { guideResources, type GuideResources } from './guide-resources';

export interface BuildOptions {
  /** The project: the folder of sushi-config.yaml. */
  root: string;
  /** Folder for package.tgz. */
  out: string;
  /** Folder in which fsh-generated/ is made; default `root`, where the IG Publisher looks for it. */
  generatedIn?: string | undefined;
  /** FHIR package cache; default `~/.fhir/packages`. Not used where `definitions` is given. */
  cacheDir?: string | undefined;
  /** Loaded definitions to build with and to keep for the next build; without it they are loaded for this build alone. */
  definitions?: DefinitionStore | undefined;
  /** Whether StructureDefinitions carry a snapshot; validators that do not make their own need it. Default true. */
  snapshots?: boolean | undefined;
  progress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

export interface BuildResult {
  /** Whether there is no error among the findings. */
  ok: boolean;
  findings: Finding[];
  /** What the FSH defines; absent where the configuration could not be read. */
  counts?: ArtifactCounts;
  /** The folder of what was produced: `resources/*.json`, `includes/`, `fsh-index.txt`. */
  generated: string;
  /** All resources of the guide as compiled; absent where the configuration could not be read. */
  resources?: GuideResources;
  /** Absent where there were errors: a package that its author's own compiler refuses must not get anywhere. */
  package?: GuidePackage;
}

const STEPS = ['definitions', 'FSH', 'package'] as const;

/** SUSHI keeps its logger and counters in module variables, so builds of one process wait for each other. */
let lastBuild: Promise<unknown> = Promise.resolve();

/**
 * Builds a guide in this process.
 * @throws KnownError `no-guide`, `missing-package`, `cannot-write`; faults of the project itself are findings
 */
export function buildGuide(options: BuildOptions): Promise<BuildResult> {
  const build = lastBuild.then(() => buildAlone(options));
  lastBuild = build.catch(() => undefined);
  return build;
}

async function buildAlone({ root, out, generatedIn = root, cacheDir, definitions: store, snapshots = true, progress = SILENT, signal }: BuildOptions): Promise<BuildResult> {
  const generated = join(generatedIn, 'fsh-generated');
  const archive = join(out, 'package.tgz');
  progress.start('Building the guide', STEPS.length);
  const at = async (step: (typeof STEPS)[number]) => {
    await nextTurn(signal);
    progress.step(STEPS.indexOf(step), step);
  };

  const { config, findings: configFindings } = await readConfiguration(root);
  if (config === undefined) {
    removed(archive);
    progress.end('no configuration');
    return { ok: false, findings: configFindings, generated };
  }
  if (isReadyMade(root)) {
    await at('package');
    const { resources, findings: found } = readyMadeResources(root);
    const findings = [...configFindings, ...found, ...badIds(resources)];
    const ok = !findings.some(isError);
    const guidePackage = ok ? pack(archive, out, config, resources) : removed(archive);
    progress.end(counted(findings.length, 'finding'));
    return { ok, findings, generated, resources, ...(guidePackage === undefined ? {} : { package: guidePackage }) };
  }
  await at('definitions');
  const { definitions, findings: loadFindings } = await (store ?? createDefinitionStore(cacheDir)).load(config, root);
  await at('FSH');
  const stage = openStage(generatedIn);
  try {
    const { counts, findings: compileFindings } = await compile({ root, config, definitions, outDir: stage, snapshots, signal });
    const findings = [...configFindings, ...loadFindings, ...compileFindings];
    await at('package');
    // Read before it is in place, where another run may replace it.
    const resources = guideResources(join(stage, 'fsh-generated'), definitions);
    orCannotWrite(generated, () => replaceFolder(join(stage, 'fsh-generated'), generated));
    // SUSHI writes the home page itself where the configuration holds its text (indexPageContent).
    if (existsSync(join(stage, 'input'))) cpSync(join(stage, 'input'), join(root, 'input'), { recursive: true });
    findings.push(...badIds(resources));
    const ok = !findings.some(isError);
    const guidePackage = ok ? pack(archive, out, config, resources) : removed(archive);
    progress.end(counted(findings.length, 'finding'));
    return { ok, findings, counts, generated, resources, ...(guidePackage === undefined ? {} : { package: guidePackage }) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Resources become files by type and id: what is none could be written anywhere. */
function badIds({ definitions, examples }: GuideResources): Finding[] {
  return [...definitions, ...examples].filter((resource) => resourceFileName(resource) === undefined).map((resource): Finding => {
    const reference = localReference(resource) ?? resource.resourceType;
    return { severity: 'error', code: 'bad-id', message: `"${reference}" has characters that no resource type or id may have.`, location: { resource: reference }, source: 'site' };
  });
}

function pack(archive: string, out: string, config: Configuration, resources: GuideResources): GuidePackage {
  return orCannotWrite(archive, () => writeGuidePackage(out, config, resources));
}

function removed(file: string): undefined {
  rmSync(file, { force: true });
}

/** On the same disk as its destination, so that it can be renamed into place. */
function openStage(generatedIn: string): string {
  return orCannotWrite(generatedIn, () => {
    mkdirSync(generatedIn, { recursive: true });
    return makeStage(generatedIn, '.fsh-generated-');
  });
}

function orCannotWrite<T>(place: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOENT', 'ENOTDIR', 'EEXIST'].includes(code)) throw error;
    throw new KnownError('cannot-write', `${place} cannot be written: ${message}`, 'Name another folder, or make it writable.', { cause: error });
  }
}
