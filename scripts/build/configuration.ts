/** A project folder in, its configuration (SUSHI's, or what its ImplementationGuide says) out, or findings that say why it has none. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fshtypes, utils } from 'fsh-sushi';
import { load, YAMLException } from 'js-yaml';
import { KnownError } from '../core/known-error';
import type { Finding, FindingLocation } from '../core/finding';
import { isReadyMade, readyMadeConfiguration } from './ready-made';
import { collectingSushiLog, OTHER_MESSAGE } from './sushi-log';

export type Configuration = fshtypes.Configuration;

/** The two names that SUSHI takes. */
const CONFIG_FILES = ['sushi-config.yaml', 'sushi-config.yml'];

/**
 * Reads sushi-config.yaml, or the ImplementationGuide of a project that has only an ig.ini.
 * @returns no configuration, and at least one error, where SUSHI refuses it
 * @throws KnownError `no-guide` where there is none
 */
export async function readConfiguration(root: string): Promise<{ config?: Configuration; findings: Finding[] }> {
  if (isReadyMade(root)) return readyMadeConfiguration(root);
  const file = configurationFile(root);
  const { value, findings } = await collectingSushiLog(root, () => attempt(() => utils.readConfig(root)));
  const placed = findings.map((finding) => ({
    ...finding,
    code: finding.code === OTHER_MESSAGE ? 'bad-configuration' : finding.code,
    location: { ...faultPlace(file), ...finding.location },
  }));
  if ('result' in value) return { config: value.result, findings: placed };
  return { findings: placed.length > 0 ? placed : [{ severity: 'error', code: 'bad-configuration', message: String(value.fault), location: { file }, source: 'sushi' }] };
}

/** @throws KnownError `no-guide` for a folder that is no project */
export function assertProject(root: string): void {
  if (!isReadyMade(root)) configurationFile(root);
}

function configurationFile(root: string): string {
  const file = CONFIG_FILES.map((name) => join(root, name)).find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new KnownError('no-guide', `${resolve(root)} holds no ${CONFIG_FILES[0]} and no ig.ini.`, 'Name the folder of a FSH project with --ig-root DIR.');
  }
  return file;
}

/** SUSHI logs what is wrong and then throws something that says less. */
function attempt<T>(work: () => T): { result: T } | { fault: unknown } {
  try {
    return { result: work() };
  } catch (fault) {
    return { fault };
  }
}

/** SUSHI names no line of a file that is not YAML; another reader does. */
function faultPlace(file: string): FindingLocation {
  try {
    load(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLException && error.mark) return { file, line: error.mark.line + 1, column: error.mark.column + 1 };
  }
  return { file };
}

/** The first FHIR version of a project that SUSHI can build, with the package that defines it. */
export function buildableFhirVersion(config: Configuration): { packageId: string; version: string } {
  const version = config.fhirVersion.find((candidate) => utils.isSupportedFHIRVersion(candidate)) ?? config.fhirVersion[0] ?? '';
  return utils.getFHIRVersionInfo(version);
}
