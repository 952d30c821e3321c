/** A project folder and FHIR definitions in, the generated folder (as SUSHI's command line makes it) and findings out. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sushiExport, sushiImport, utils } from 'fsh-sushi';
import { IGExporter } from 'fsh-sushi/dist/ig';
import type { Finding } from '../core/finding';
import { nextTurn } from '../core/turn';
import type { Configuration } from './configuration';
import type { GuideDefinitions } from './guide-definitions';
import { sharedFsh } from './shared-fsh';
import { collectingSushiLog } from './sushi-log';

/** How many of each kind of artifact a project defines in FSH. */
export interface ArtifactCounts {
  profiles: number;
  extensions: number;
  logicals: number;
  resources: number;
  valueSets: number;
  codeSystems: number;
  instances: number;
}

export interface CompileOptions {
  /** The project's folder as the user gave it. */
  root: string;
  config: Configuration;
  definitions: GuideDefinitions;
  /** `fsh-generated/` is made in it. */
  outDir: string;
  snapshots: boolean;
  /** Looked at between SUSHI's steps. */
  signal?: AbortSignal | undefined;
}

/**
 * Compiles all FSH of a project: the steps of SUSHI's own `build`, without its console and its process.exit.
 * A fault in one definition is a finding; the others are still written.
 */
export async function compile({ root, config, definitions, outDir, snapshots, signal }: CompileOptions): Promise<{ counts: ArtifactCounts; findings: Finding[] }> {
  ignoreAsTold(root);
  const fshFolder = resolve(root, 'input', 'fsh');
  const { value: counts, findings } = await collectingSushiLog(root, async () => {
    const own = existsSync(fshFolder) ? utils.getRawFSHes(fshFolder) : [];
    const tank = utils.fillTank([...sharedFsh(root).flatMap((path) => rawFsh(path)), ...own], config);
    tank.checkDuplicateNameEntities();
    await nextTurn(signal);
    await definitions.loadProject(root, config.parameters);
    await nextTurn(signal);
    const artifacts = sushiExport.exportFHIR(tank, definitions);
    await nextTurn(signal);
    const { skippedResources } = utils.writeFHIRResources(outDir, artifacts, definitions, snapshots);
    utils.writeFSHIndex(outDir, artifacts, fshFolder, skippedResources);
    await nextTurn(signal);
    if (config.FSHOnly !== true) new IGExporter(artifacts, definitions, resolve(root)).export(outDir);
    return {
      profiles: artifacts.profiles.length,
      extensions: artifacts.extensions.length,
      logicals: artifacts.logicals.length,
      resources: artifacts.resources.length,
      valueSets: artifacts.valueSets.length,
      codeSystems: artifacts.codeSystems.length,
      instances: artifacts.instances.length,
    };
  });
  return { counts, findings };
}

/** The FSH of a folder, or of a single file. */
function rawFsh(path: string): ReturnType<typeof utils.getRawFSHes> {
  return statSync(path).isDirectory() ? utils.getRawFSHes(path) : [new sushiImport.RawFSH(readFileSync(path, 'utf8'), path)];
}

/** Tells SUSHI which messages the project suppresses, and that it suppresses none where it does not say. */
function ignoreAsTold(root: string): void {
  utils.setIgnoredWarnings(ignoreFile(root, 'sushi-ignoreWarnings.txt'));
  utils.setIgnoredErrors(ignoreFile(root, 'sushi-ignoreErrors.txt'));
}

function ignoreFile(root: string, name: string): string {
  const file = [join(root, name), join(root, 'input', name)].find((candidate) => existsSync(candidate));
  return file === undefined ? '' : readFileSync(file, 'utf8');
}
