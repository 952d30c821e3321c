/** Facts about a machine in, one row for each thing the main job needs out: whether it is there, and what mends it. */
import { packageLabel } from '../../packages/package-id';
import type { PackageReport } from '../../packages/package-report';
import type { Lack, Machine, Reach } from './machine';

export const CHECK_STATES = {
  ok: 'is there',
  later: 'is not there yet, and is brought at first use',
  unneeded: 'is not there, and not needed as things are',
  missing: 'is needed and not there',
} as const;

export type CheckState = keyof typeof CHECK_STATES;

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  readonly detail: string;
  /** The one line that mends it, unless all is well. */
  readonly mend?: string;
}

/** The checks in the order in which they build upon each other. */
export function diagnose(machine: Machine): Check[] {
  const packagesComplete = 'complete' in machine.packages && machine.packages.complete;
  const packagesToBeHad = packagesComplete || anyRegistry(machine);
  const validatorThere = 'jar' in machine.validator;
  return [
    node(machine),
    tool('java', 'Java', machine.java, false),
    packages(machine, packagesComplete),
    validator(machine),
    tool('maven', 'Maven', machine.maven, validatorThere || machine.validatorDownload.answers),
    ...machine.fhirRegistries.map((reach, index) => registry(`fhir-registry-${index + 1}`, 'FHIR registry', reach, packagesToBeHad)),
    registry('npm-registry', 'npm registry', machine.npmRegistry, packagesToBeHad),
    ...(machine.mavenRepository ? [repository(machine.mavenRepository, validatorThere || machine.validatorDownload.answers)] : []),
    ...(validatorThere ? [] : [download(machine)]),
  ];
}

/** Whether the main job can run fully: what is not there comes by itself. */
export function isAble(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state !== 'missing');
}

function node({ node: { version, wanted } }: Machine): Check {
  const least = wanted.replace(/^>=\s*/, '');
  const there = compareVersions(version, least) >= 0;
  return { id: 'node', title: 'Node.js', state: there ? 'ok' : 'missing', detail: `${version}, needs ${least}`, ...(!there && { mend: `Install Node.js ${least} or newer: https://nodejs.org` }) };
}

function tool(id: string, title: string, found: { readonly version: string } | Lack, spare: boolean): Check {
  if ('version' in found) return { id, title, state: 'ok', detail: found.version };
  return { id, title, state: spare ? 'unneeded' : 'missing', detail: found.problem, mend: found.mend };
}

function packages(machine: Machine, complete: boolean): Check {
  const common = { id: 'packages', title: 'FHIR packages' };
  const found = machine.packages;
  if (!('complete' in found)) return { ...common, state: 'missing', detail: found.problem, mend: found.mend };
  if (complete) return { ...common, state: 'ok', detail: `${found.packages.length} in ${found.cache}` };
  const reachable = anyRegistry(machine);
  return { ...common, state: reachable ? 'later' : 'missing', detail: `${lacking(found).join(', ')} in ${found.cache}`, mend: reachable ? 'scout packages' : 'scout packages --registry URL' };
}

function anyRegistry({ npmRegistry, fhirRegistries }: Machine): boolean {
  return npmRegistry.answers || fhirRegistries.some(({ answers }) => answers);
}

function lacking(report: PackageReport): string[] {
  return report.packages.flatMap((outcome) => {
    if (outcome.status === 'missing') return [`${packageLabel(outcome)} is missing`];
    if (outcome.status === 'damaged') return [`${packageLabel(outcome)} is damaged (${outcome.damage})`];
    return outcome.repinned.length > 0 ? [`${packageLabel(outcome)} has to be re-pinned`] : [];
  });
}

function validator({ validator: found, validatorDownload, java, maven, mavenRepository }: Machine): Check {
  const common = { id: 'validator', title: 'HL7 validator' };
  if ('jar' in found) return { ...common, state: 'ok', detail: `${found.jar}, ${found.origin}` };
  if (validatorDownload.answers) return { ...common, state: 'later', detail: 'not in our cache; it will be downloaded', mend: 'scout validate FILE (downloads it first)' };
  if ('version' in java && canBuild({ maven, mavenRepository })) {
    return { ...common, state: 'later', detail: 'not in our cache; Maven will build it, which takes some minutes once', mend: 'scout validate FILE (builds it first)' };
  }
  return { ...common, state: 'missing', detail: found.problem, mend: 'Get validator_cli.jar on another machine and name it: export SCOUT_VALIDATOR_JAR=FILE' };
}

function registry(id: string, title: string, reach: Reach, spare: boolean): Check {
  return reached(id, title, reach, spare, id === 'npm-registry' ? 'npm config set registry URL' : 'Behind a proxy: export HTTPS_PROXY=URL; with a mirror: export FPL_REGISTRY=URL');
}

function repository(reach: Reach, spare: boolean): Check {
  return reached('maven-repository', 'Maven repository', reach, spare, 'Name a mirror or a proxy in ~/.m2/settings.xml: https://maven.apache.org/guides/mini/guide-mirror-settings.html');
}

/** Maven and what it builds from; a repository that a busy machine did not name in time is believed in. */
function canBuild({ maven, mavenRepository }: { maven: Machine['maven']; mavenRepository: Machine['mavenRepository'] }): boolean {
  return 'version' in maven && mavenRepository?.answers !== false;
}

function download({ validatorDownload, maven, mavenRepository }: Machine): Check {
  return reached('validator-download', 'Validator download', validatorDownload, canBuild({ maven, mavenRepository }), 'Name a validator_cli.jar that you have: export SCOUT_VALIDATOR_JAR=FILE');
}

function reached(id: string, title: string, { url, answers, why }: Reach, spare: boolean, mend: string): Check {
  if (answers) return { id, title, state: 'ok', detail: `${url} answers` };
  return { id, title, state: spare ? 'unneeded' : 'missing', detail: `${url}: ${why ?? 'no answer'}`, mend };
}

/** Compares dotted numbers: negative, zero or positive as for sorting. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0)) as [number[], number[]];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
