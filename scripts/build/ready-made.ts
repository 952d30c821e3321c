/** A project without FSH in, as authors write them for the IG Publisher (ig.ini, resources as JSON or XML); its configuration and resources out. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localReference, type Resource } from '../core/fhir';
import type { Finding } from '../core/finding';
import { FHIR_VERSIONS } from '../core/fhir-version';
import { hasElementTable, loadElementTable, type ElementTable } from '../formats/element-table';
import { IG_INI, namedImplementationGuide, ownImplementationGuide } from '../formats/ig-ini';
import { readResourceFile, readyMadeFiles } from '../formats/resource-files';
import type { Configuration } from './configuration';
import type { GuideResources, ImplementationGuide } from './guide-resources';

/** True for a folder with an ig.ini and no configuration of SUSHI. */
export function isReadyMade(root: string): boolean {
  return existsSync(join(root, IG_INI)) && !['sushi-config.yaml', 'sushi-config.yml'].some((name) => existsSync(join(root, name)));
}

/** What the ImplementationGuide that ig.ini names says, in the words of a configuration; no configuration, and an error, where it says too little. */
export function readyMadeConfiguration(root: string): { config?: Configuration; findings: Finding[] } {
  const { guide, findings, file, line } = readGuide(root);
  if (guide === undefined) return { findings };
  const { id, url, version, name, title, status, date, publisher, description, license, jurisdiction, packageId, fhirVersion, dependsOn, definition } = guide as ImplementationGuide & Record<string, unknown>;
  const missing = Object.entries({ id, url, name, fhirVersion }).filter(([, value]) => value === undefined).map(([element]) => element);
  if (missing.length > 0) return { findings: [...findings, fault(`The ImplementationGuide in ${file} has no ${missing.join(', no ')}.`, file, line)] };
  return {
    findings,
    config: {
      FSHOnly: false, applyExtensionMetadataToRoot: false,
      id, packageId: packageId ?? id, canonical: String(url).replace(/\/ImplementationGuide\/.*$/, ''), name, title, status, version, date, publisher, description, license, jurisdiction,
      fhirVersion: [fhirVersion].flat(), dependencies: dependsOn ?? [],
      parameters: ((definition as { parameter?: { code: unknown; value: string }[] } | undefined)?.parameter ?? []).map(({ code, value }) => ({ code: typeof code === 'string' ? code : (code as { code?: string } | null)?.code, value })),
    } as unknown as Configuration,
  };
}

/** All resources as they are written; those that the ImplementationGuide does not list are added to it, as the IG Publisher does. */
export function readyMadeResources(root: string): { resources: GuideResources; findings: Finding[] } {
  const { guide, findings, table } = readGuide(root);
  const own = ownImplementationGuide(root);
  const byReference = new Map<string, { resource: Resource; example: boolean; file: string }>();
  const rows = new Map((guide?.definition?.resource ?? []).map((row) => [row.reference.reference ?? '', row]));
  for (const { resource, file, inExamples, tooLarge } of readyMadeFiles(root, table, findings)) {
    const reference = localReference(resource);
    if (file.path === own?.path || resource.resourceType === 'ImplementationGuide' || tooLarge !== undefined) continue;
    const earlier = reference === undefined ? undefined : byReference.get(reference);
    if (reference === undefined) findings.push({ ...fault(`The ${resource.resourceType} in ${file.shown} has no id.`, file.shown, 1), code: 'no-id' });
    else if (earlier !== undefined) findings.push({ ...fault(`${file.shown} and ${earlier.file} are both ${reference}; the first one counts.`, file.shown, 1), code: 'duplicate-id' });
    else {
      const row = rows.get(reference);
      const example = row === undefined ? inExamples || typeof resource.url !== 'string' : row.exampleBoolean === true || row.exampleCanonical !== undefined || row.isExample === true;
      byReference.set(reference, { resource, example, file: file.shown });
      if (resource.resourceType === 'StructureDefinition' && resource.snapshot === undefined) findings.push({ severity: 'warning', code: 'no-snapshot', message: `${reference} has no snapshot: tools that make none themselves, as SUSHI, cannot use it.`, location: { file: file.shown, line: 1, resource: reference }, source: 'sushi' });
    }
  }
  for (const [reference] of rows) if (!byReference.has(reference) && /^[A-Z]\w+\/[\w.-]+$/.test(reference)) findings.push({ ...fault(`The ImplementationGuide lists ${reference}, and no file of the project holds it.`, own?.shown ?? IG_INI, 1), code: 'missing-resource' });
  const all = [...byReference.values()];
  const definitions = all.filter(({ example }) => !example).map(({ resource }) => resource);
  const examples = all.filter(({ example }) => example).map(({ resource }) => resource);
  if (guide === undefined) return { resources: { definitions, examples }, findings };
  const unlisted = all.filter(({ resource }) => !rows.has(localReference(resource) ?? ''));
  const added = unlisted.map(({ resource, example }) => ({ reference: { reference: localReference(resource)! }, ...(example ? (isR5(guide) ? { isExample: true } : { exampleBoolean: true }) : isR5(guide) ? { isExample: false } : { exampleBoolean: false }) }));
  const whole: ImplementationGuide = { ...guide, definition: { ...guide.definition, resource: [...(guide.definition?.resource ?? []), ...added] } };
  return { resources: { implementationGuide: whole, definitions: [whole, ...definitions], examples }, findings };
}

const isR5 = ({ fhirVersion }: ImplementationGuide & { fhirVersion?: string[] }): boolean => fhirVersion?.[0]?.startsWith('5') === true;

function readGuide(root: string): { guide?: ImplementationGuide; findings: Finding[]; file: string; line: number; table: ElementTable | undefined } {
  const findings: Finding[] = [];
  const own = ownImplementationGuide(root);
  const line = readFileSync(join(root, IG_INI), 'utf8').split('\n').findIndex((text) => /^\s*ig\s*=/.test(text)) + 1;
  const at = { file: IG_INI, line: Math.max(line, 1) };
  if (own === undefined) {
    const named = namedImplementationGuide(root);
    return { findings: [fault(named === undefined ? 'ig.ini names no ImplementationGuide: it has no line "ig = ...".' : `ig.ini names ${named}, and there is no such file in the project.`, at.file, at.line)], ...at, table: undefined };
  }
  const table = tableFor(readFileSync(own.path, 'utf8'));
  const [read] = readResourceFile(own, { file: own.shown, line: 1 }, table, findings);
  if (read?.resource.resourceType === 'ImplementationGuide') return { guide: read.resource as ImplementationGuide, findings, file: own.shown, line: 1, table };
  return { findings: findings.length > 0 ? findings : [fault(`${own.shown}, which ig.ini names, is no ImplementationGuide.`, at.file, at.line)], ...at, table };
}

/** Of the version that the guide states, before it can be read. */
function tableFor(text: string): ElementTable | undefined {
  const stated = /fhirVersion(?:"\s*:\s*\[\s*"|\s+value=")(\d[^"]*)"/.exec(text)?.[1];
  const row = Object.values(FHIR_VERSIONS).find(({ version }) => version === stated) ?? FHIR_VERSIONS.R4;
  return hasElementTable(row) ? loadElementTable(row) : undefined;
}

function fault(message: string, file: string, line: number): Finding {
  return { severity: 'error', code: 'bad-configuration', message, location: { file, line }, source: 'sushi' };
}
