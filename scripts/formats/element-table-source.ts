/** StructureDefinitions and CompartmentDefinitions of a FHIR core package in, the compact table that ships with the program out. */
import type { Resource } from '../core/fhir';
import type { ElementTable, TypeElements } from './element-table';
import { elementLines, type ElementDefinition } from './structure-source';
import { choiceName } from './structures';

const URI_TYPES = new Set(['uri', 'url', 'oid', 'uuid']);
/** How a StructureDefinition types what no FHIR type describes: Extension.url and ids. */
const FHIRPATH_TYPE = 'http://hl7.org/fhirpath/';
const STANDARDS_STATUS = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status';

/** Builds the table that `definitions/elements-*.json` holds; run by `npx tsx scripts/formats/write-element-table.ts PACKAGE_FOLDER`. */
export function elementTableFrom(fhirVersion: string, resources: readonly Resource[]): ElementTable {
  const types: Record<string, TypeElements> = {};
  const compartments: Record<string, Record<string, string[]>> = {};
  const typesOfName = new Map<string, Map<string, number>>();
  const primitives: string[] = [];
  const structures: Record<string, string> = {};
  for (const resource of resources) {
    if (resource.resourceType === 'CompartmentDefinition' && String(resource.url).startsWith('http://hl7.org/fhir/CompartmentDefinition/')) {
      compartments[String(resource.code)] = membership(resource.resource as { code: string; param?: string[] }[]);
    }
    if (resource.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue;
    const elements = (resource.snapshot as { element: ElementDefinition[] } | undefined)?.element ?? [];
    if (resource.kind === 'primitive-type') primitives.push(String(resource.type));
    if (resource.kind === 'resource' || resource.kind === 'complex-type') {
      noteNames(elements, typesOfName);
      Object.assign(structures, elementLines(resource, elements));
    }
    if (resource.kind === 'resource' && resource.abstract !== true) types[String(resource.type)] = typeElements(resource, elements);
  }
  const uriElements = [...typesOfName].filter(([, codes]) => isLinkName(codes)).map(([name]) => name);
  return { fhirVersion, types: sorted(types), uriElements: uriElements.sort(), compartments: sorted(compartments), primitives: primitives.sort(), structures: sorted(structures) };
}

/** Mostly a uri, at most rarely a canonical, never a code: what a transaction may rewrite, https://hl7.org/fhir/R4/http.html#trules */
function isLinkName(uses: ReadonlyMap<string, number>): boolean {
  const uris = [...uses].reduce((sum, [code, count]) => sum + (URI_TYPES.has(code) ? count : 0), 0);
  return uris > (uses.get('canonical') ?? 0) && !uses.has('code');
}

function typeElements(definition: Resource, elements: readonly ElementDefinition[]): TypeElements {
  const type = String(definition.type);
  const status = (definition.extension as { url: string; valueCode?: string }[] | undefined)?.find((extension) => extension.url === STANDARDS_STATUS);
  const relative = (path: string) => path.slice(type.length + 1);
  const own = elements.filter((element) => element.path.startsWith(`${type}.`));
  const top = own.filter((element) => !relative(element.path).includes('.'));
  return {
    normative: status?.valueCode === 'normative',
    summary: own.filter((element) => element.isSummary === true).flatMap((element) => spellings(relative(element.path), element)),
    kept: top.filter((element) => (element.min ?? 0) > 0 || element.isModifier === true).flatMap((element) => spellings(relative(element.path), element)),
  };
}

/** `value[x]` is spelled with its type in JSON: https://hl7.org/fhir/R4/json.html#choice */
function spellings(path: string, element: ElementDefinition): string[] {
  if (!path.endsWith('[x]')) return [path];
  return (element.type ?? []).map(({ code }) => choiceName(path.slice(0, -'[x]'.length), code));
}

function noteNames(elements: readonly ElementDefinition[], typesOfName: Map<string, Map<string, number>>): void {
  for (const element of elements) {
    const codes = (element.type ?? []).map(({ code }) => code);
    const parts = element.path.split('.');
    if (parts.length < 2) continue;
    for (const name of spellings(parts[parts.length - 1] ?? '', element)) {
      const known = typesOfName.get(name) ?? new Map<string, number>();
      typesOfName.set(name, known);
      const chosen = element.path.endsWith('[x]') ? codes.filter((code) => name.toLowerCase().endsWith(code.toLowerCase())) : codes;
      for (const code of chosen) if (!code.startsWith(FHIRPATH_TYPE)) known.set(code, (known.get(code) ?? 0) + 1);
    }
  }
}

function membership(rows: readonly { code: string; param?: string[] }[]): Record<string, string[]> {
  return sorted(Object.fromEntries(rows.flatMap((row) => (row.param === undefined ? [] : [[row.code, row.param]]))));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
