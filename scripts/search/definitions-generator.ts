/** The resources of a FHIR core package in, the text of `definitions/search-<version>.json` out: deterministic, one row a line. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import type { SearchParameterDefinition } from './types';

interface ElementDefinition {
  path: string;
  type?: { code: string }[];
  binding?: { strength: string; valueSet?: string };
}

/**
 * Parameters that HL7 publishes beside the specification's own: teaching examples, and drafts for extensions whose
 * expressions name extensions that do not exist. None of them is in the registry page, so no server has to know them.
 * https://hl7.org/fhir/R4/searchparameter-registry.html
 */
const NOT_IN_REGISTRY = /^(example|.*-extensions-.*|.*-genetic-.*)/;

/**
 * Expressions that a published definition lacks, by version and canonical URL. R5 made ImagingStudy.reason a CodeableReference and left its
 * search parameter (a token: "The reason for the study") without an expression; a token reads the concept of a CodeableReference:
 * https://hl7.org/fhir/R5/search.html#token
 */
const CORRECTIONS: Readonly<Record<string, Readonly<Record<string, Required<Pick<SearchParameterDefinition, 'expression' | 'supplied'>>>>>> = {
  '5.0.0': {
    'http://hl7.org/fhir/SearchParameter/ImagingStudy-reason': {
      expression: 'ImagingStudy.reason.concept',
      supplied: 'R5 publishes the parameter reason without an expression; by its description it reads the reason for the study.',
    },
  },
};

/**
 * Parameters whose expression is not what is searched, by version: `_in` gives Resource.id, which is looked for among the members of a CareTeam,
 * Group or List elsewhere. Without an expression, what they find is left to the server. https://hl7.org/fhir/R5/search.html#_in
 */
const LOOKED_UP_ELSEWHERE: Readonly<Record<string, readonly string[]>> = { '5.0.0': ['http://hl7.org/fhir/SearchParameter/Resource-in'] };

/** The file's text for all resources of a core package. */
export function searchDefinitionsText(resources: readonly Resource[], source: string, fhirVersion: string): string {
  const structures = resources.filter((r) => r.resourceType === 'StructureDefinition' && r.derivation !== 'constraint');
  const types = structures.filter((r) => r.kind === 'resource' && r.abstract === false).map((r) => r.type as string).sort(compare);
  const parameters = resources
    .filter((r) => r.resourceType === 'SearchParameter' && !NOT_IN_REGISTRY.test(r.id ?? ''))
    .map((r) => toDefinition(corrected(r, fhirVersion), types.length));
  parameters.sort((a, b) => compare(a.code, b.code) || compare(a.url, b.url));
  const systems = codeSystems(structures, resources);
  return [
    '{',
    `"fhirVersion": ${JSON.stringify(fhirVersion)},`,
    `"source": ${JSON.stringify(source)},`,
    `"resourceTypes": ${JSON.stringify(types)},`,
    '"parameters": [',
    parameters.map((row) => JSON.stringify(row)).join(',\n'),
    '],',
    '"codeSystems": {',
    systems.map(([path, system]) => `${JSON.stringify(path)}: ${JSON.stringify(system)}`).join(',\n'),
    '}',
    '}',
    '',
  ].join('\n');
}

function corrected(parameter: Resource, fhirVersion: string): Resource {
  if (LOOKED_UP_ELSEWHERE[fhirVersion]?.includes(String(parameter.url)) === true) return { ...parameter, expression: undefined };
  return parameter.expression === undefined ? { ...parameter, ...CORRECTIONS[fhirVersion]?.[String(parameter.url)] } : parameter;
}

/** A parameter that may point at every resource type (Parameters apart, which is never stored) gets an empty target list, which means the same. */
function toDefinition(resource: Resource, numberOfTypes: number): SearchParameterDefinition {
  const parameter = resource as Resource & SearchParameterDefinition;
  return {
    code: parameter.code,
    url: parameter.url,
    type: parameter.type,
    base: [...parameter.base],
    ...(parameter.expression === undefined ? {} : { expression: parameter.expression }),
    ...(parameter.supplied === undefined ? {} : { supplied: parameter.supplied }),
    target: (parameter.target ?? []).length >= numberOfTypes - 1 ? [] : [...(parameter.target ?? [])].sort(compare),
    ...(parameter.component === undefined ? {} : { component: parameter.component.map(({ definition, expression }) => ({ definition, expression })) }),
  };
}

/** Elements of type `code` with a required binding to a value set that draws on one code system: path and that system. */
function codeSystems(structures: readonly Resource[], resources: readonly Resource[]): [string, string][] {
  const valueSets = new Map(resources.filter((r) => r.resourceType === 'ValueSet').map((r) => [r.url as string, r]));
  const rows = new Map<string, string>();
  for (const structure of structures) {
    for (const element of elementsOf(structure)) {
      if (element.type?.length !== 1 || element.type[0]?.code !== 'code' || element.binding?.strength !== 'required') continue;
      const valueSet = valueSets.get((element.binding.valueSet ?? '').replace(/\|.*$/, ''));
      const include = (valueSet?.compose as { include?: { system?: string; valueSet?: unknown }[] } | undefined)?.include ?? [];
      const systems = new Set(include.map((part) => part.system));
      const [system] = systems;
      if (systems.size === 1 && system !== undefined && include.every((part) => part.valueSet === undefined)) rows.set(element.path, system);
    }
  }
  return [...rows].sort((a, b) => compare(a[0], b[0]));
}

function elementsOf(structure: Resource): ElementDefinition[] {
  return (structure.snapshot as { element?: ElementDefinition[] } | undefined)?.element ?? [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `tsx scripts/search/definitions-generator.ts PACKAGE_FOLDER OUTPUT_FILE`: run once for each FHIR version that is added. */
function main([packageFolder, outputFile]: string[]): void {
  if (packageFolder === undefined || outputFile === undefined) throw new Error('usage: definitions-generator PACKAGE_FOLDER OUTPUT_FILE');
  const read = (file: string) => JSON.parse(readFileSync(join(packageFolder, file), 'utf8')) as Resource;
  const { name, version } = read('package.json') as unknown as { name: string; version: string };
  const resources = readdirSync(packageFolder)
    .filter((file) => /^(SearchParameter|StructureDefinition|ValueSet)-.*\.json$/.test(file))
    .sort(compare)
    .map(read);
  writeFileSync(`${outputFile}.part`, searchDefinitionsText(resources, `${name}#${version}`, version));
  renameSync(`${outputFile}.part`, outputFile);
}

if (require.main === module) main(process.argv.slice(2));
