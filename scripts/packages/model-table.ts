/** The resources of a FHIR core package in, the text of `definitions/model-<version>.json` out: deterministic, one element a line. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementModel, ModelElement } from '../core/element-model';
import type { Resource } from '../core/fhir';

/** What the guide's scenarios and the tester's data are made of. */
const TYPES = [
  'Appointment', 'BodyStructure', 'CarePlan', 'CareTeam', 'Condition', 'Device', 'DiagnosticReport', 'Encounter', 'Endpoint', 'Group', 'ImagingStudy', 'List', 'Location', 'Observation',
  'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'Procedure', 'RelatedPerson', 'RiskAssessment', 'ServiceRequest', 'Specimen', 'Task', 'ValueSet',
];

interface ElementDefinition {
  path: string;
  min?: number;
  max?: string;
  type?: { code: string; targetProfile?: string[] }[];
  binding?: { strength: string; valueSet?: string };
}

interface Concept {
  code: string;
  concept?: Concept[];
}

/** Elements that every type inherits are left out: they are the same everywhere. */
const INHERITED = new Set(['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension']);
const CORE = 'http://hl7.org/fhir/StructureDefinition/';

export function modelTable(fhirVersion: string, source: string, resources: readonly Resource[]): ElementModel {
  const codesOf = codeLists(resources);
  const types = TYPES.flatMap((type) => {
    const definition = resources.find((resource) => resource.resourceType === 'StructureDefinition' && resource.url === `${CORE}${type}`);
    const elements = (definition?.snapshot as { element: ElementDefinition[] } | undefined)?.element ?? [];
    const rows = elements.flatMap((element): [string, ModelElement][] => {
      const path = element.path.slice(type.length + 1);
      if (path === '' || INHERITED.has(path.split('.').at(-1) ?? '') || element.type === undefined) return [];
      return [[path, row(element, codesOf)]];
    });
    return definition === undefined ? [] : [[type, Object.fromEntries(rows)] as const];
  });
  return { fhirVersion, source, types: Object.fromEntries(types) };
}

function row({ min = 0, max = '1', type = [], binding }: ElementDefinition, codesOf: (valueSet: string) => readonly string[] | undefined): ModelElement {
  const targets = [...new Set(type.flatMap(({ targetProfile = [] }) => targetProfile.map((url) => url.replace(CORE, ''))))];
  const isCode = type.length === 1 && type[0]?.code === 'code' && binding?.strength === 'required';
  const codes = isCode ? codesOf((binding.valueSet ?? '').replace(/\|.*$/, '')) : undefined;
  return {
    min,
    max,
    types: type.map(({ code }) => code),
    ...(targets.length === 0 || targets.includes('Resource') ? {} : { targets }),
    ...(codes === undefined ? {} : { codes }),
  };
}

/** The codes of a value set that draws whole code systems, or lists codes; undefined where more than that is needed. */
function codeLists(resources: readonly Resource[]): (valueSet: string) => readonly string[] | undefined {
  const byUrl = new Map(resources.map((resource) => [String(resource.url), resource]));
  const all = (concepts: readonly Concept[]): string[] => concepts.flatMap(({ code, concept }) => [code, ...all(concept ?? [])]);
  return (url) => {
    const compose = byUrl.get(url)?.compose as { include?: { system?: string; concept?: Concept[]; filter?: unknown; valueSet?: unknown }[]; exclude?: unknown } | undefined;
    if (compose?.include === undefined || compose.exclude !== undefined) return undefined;
    const codes = compose.include.map(({ system, concept, filter, valueSet }) => {
      if (filter !== undefined || valueSet !== undefined || system === undefined) return undefined;
      if (concept !== undefined) return all(concept);
      const codeSystem = [...byUrl.values()].find((resource) => resource.resourceType === 'CodeSystem' && resource.url === system);
      return codeSystem?.content === 'complete' ? all((codeSystem.concept as Concept[] | undefined) ?? []) : undefined;
    });
    return codes.includes(undefined) ? undefined : codes.flatMap((list) => list ?? []);
  };
}

/** The table as text: one element a line, so that a change can be read. */
export function modelText({ fhirVersion, source, types }: ElementModel): string {
  const lines = Object.entries(types).map(([type, elements]) => {
    const rows = Object.entries(elements).map(([path, element]) => `      ${JSON.stringify(path)}: ${JSON.stringify(element)}`);
    return `    ${JSON.stringify(type)}: {\n${rows.join(',\n')}\n    }`;
  });
  return `{\n  "fhirVersion": ${JSON.stringify(fhirVersion)},\n  "source": ${JSON.stringify(source)},\n  "types": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** `tsx scripts/packages/model-table.ts PACKAGE_FOLDER OUTPUT_FILE`: run once for each FHIR version that is added. */
function main([folder, output]: string[]): void {
  if (folder === undefined || output === undefined) throw new Error('usage: model-table PACKAGE_FOLDER OUTPUT_FILE');
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Resource;
  const { name, version } = read('package.json') as unknown as { name: string; version: string };
  const files = readdirSync(folder).filter((file) => /^(StructureDefinition|ValueSet|CodeSystem)-.*\.json$/.test(file)).sort();
  writeFileSync(output, modelText(modelTable(version, `${name}#${version}`, files.map(read))));
}

if (require.main === module) main(process.argv.slice(2));
