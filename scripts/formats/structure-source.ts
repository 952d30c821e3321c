/** A StructureDefinition of a FHIR core package in, the lines of the element table that describe it out: one for it, one for each backbone element. */
import type { Resource } from '../core/fhir';

export interface ElementDefinition {
  path: string;
  min?: number;
  max?: string;
  isSummary?: boolean;
  isModifier?: boolean;
  representation?: string[];
  contentReference?: string;
  type?: { code: string; extension?: { url: string; valueUrl?: string; valueUri?: string }[] }[];
}

/** What stands beside a type of FHIRPath's own (`http://hl7.org/fhirpath/System.String`), and says which type of FHIR is meant. */
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';

/** What a backbone element inherits; R5's BackboneType is for those of data types. */
const BACKBONES: Readonly<Record<string, readonly string[]>> = {
  Element: ['id', 'extension'],
  BackboneElement: ['id', 'extension', 'modifierExtension'],
  BackboneType: ['id', 'extension', 'modifierExtension'],
};

/** Lines by type or path, in the notation of structures.ts. The base's elements come first in every snapshot, so that they are left out. */
export function elementLines(definition: Resource, elements: readonly ElementDefinition[]): Record<string, string> {
  const type = String(definition.type);
  const base = typeof definition.baseDefinition === 'string' ? (definition.baseDefinition.split('/').pop() ?? '') : '';
  const children = new Map<string, ElementDefinition[]>();
  for (const element of elements) {
    const parent = element.path.slice(0, Math.max(0, element.path.lastIndexOf('.')));
    if (parent !== '') children.set(parent, [...(children.get(parent) ?? []), element]);
  }
  const lines: Record<string, string> = {};
  // R5's Base has no elements; nothing is to be read there.
  const inherited = new Set(elements.filter(({ path, ...element }) => path.split('.').length === 2 && isInherited(type, element)).map(({ path }) => path));
  lines[type] = [base === '' ? '-' : base, ...(children.get(type) ?? []).filter(({ path }) => !inherited.has(path)).map((element) => word(element, children))].join(' ');
  for (const element of elements) {
    const kind = element.type?.[0]?.code ?? '';
    const own = children.get(element.path);
    if (own === undefined || element.path === type) continue;
    const known = BACKBONES[kind] ?? [];
    lines[element.path] = [kind, ...own.filter(({ path }) => !known.includes(path.split('.').at(-1) ?? '')).map((child) => word(child, children))].join(' ');
  }
  return lines;
}

/** `base.path` says where an element was first defined. */
function isInherited(type: string, element: object): boolean {
  const first = (element as { base?: { path: string } }).base?.path;
  return first !== undefined && first.split('.')[0] !== type;
}

function word(element: ElementDefinition, children: ReadonlyMap<string, unknown>): string {
  const name = (element.path.split('.').at(-1) ?? '').replace(/\[x\]$/, '[x]');
  const at = element.representation?.includes('xmlAttr') === true ? '@' : '';
  const many = element.max !== undefined && element.max !== '0' && element.max !== '1' ? '*' : '';
  return `${at}${name}${many}:${typesOf(element, children)}`;
}

function typesOf(element: ElementDefinition, children: ReadonlyMap<string, unknown>): string {
  if (element.contentReference !== undefined) return element.contentReference.replace(/^.*#/, '');
  if (children.has(element.path)) return element.path;
  const codes = (element.type ?? []).map(({ code, extension }) => {
    const stated = extension?.find(({ url }) => url === FHIR_TYPE);
    return code.startsWith('http:') ? (stated?.valueUrl ?? stated?.valueUri ?? 'string') : code;
  });
  return [...new Set(codes)].join('|');
}
