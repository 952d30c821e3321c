/** The shapes of the conformance resources as far as pages show them: https://hl7.org/fhir/R4/structuredefinition.html */
import type { Coding, Resource } from '../core/fhir';

export interface Extension {
  url: string;
  extension?: Extension[];
  [value: string]: unknown;
}

export interface ElementType {
  code: string;
  profile?: string[];
  targetProfile?: string[];
  aggregation?: string[];
  extension?: Extension[];
}

export interface Constraint {
  key: string;
  severity?: string;
  human?: string;
  expression?: string;
  source?: string;
  requirements?: string;
}

export interface ElementDefinition {
  id?: string;
  path: string;
  sliceName?: string;
  min?: number;
  max?: string;
  base?: { path: string; min: number; max: string };
  type?: ElementType[];
  contentReference?: string;
  short?: string;
  definition?: string;
  comment?: string;
  requirements?: string;
  alias?: string[];
  meaningWhenMissing?: string;
  orderMeaning?: string;
  isModifierReason?: string;
  mustSupport?: boolean;
  isModifier?: boolean;
  isSummary?: boolean;
  maxLength?: number;
  condition?: string[];
  constraint?: Constraint[];
  slicing?: { discriminator?: { type: string; path: string }[]; rules?: string; ordered?: boolean; description?: string };
  binding?: { strength: string; valueSet?: string; description?: string; extension?: Extension[] };
  mapping?: { identity: string; map: string; comment?: string; language?: string }[];
  example?: { label: string; [value: string]: unknown }[];
  extension?: Extension[];
  [element: string]: unknown;
}

export interface StructureDefinition extends Resource {
  resourceType: 'StructureDefinition';
  url: string;
  name?: string;
  title?: string;
  kind: string;
  type: string;
  abstract?: boolean;
  derivation?: string;
  baseDefinition?: string;
  description?: string;
  context?: { type: string; expression: string }[];
  mapping?: { identity: string; uri?: string; name?: string; comment?: string }[];
  snapshot?: { element: ElementDefinition[] };
  differential?: { element: ElementDefinition[] };
}

export interface Concept {
  code: string;
  display?: string;
  definition?: string;
  concept?: Concept[];
  property?: ({ code: string } & Record<string, unknown>)[];
  designation?: { language?: string; use?: Coding; value: string }[];
}

export interface CodeSystem extends Resource {
  resourceType: 'CodeSystem';
  url: string;
  content?: string;
  caseSensitive?: boolean;
  hierarchyMeaning?: string;
  concept?: Concept[];
  property?: { code: string; uri?: string; description?: string; type: string }[];
}

export interface ConceptSet {
  system?: string;
  version?: string;
  concept?: { code: string; display?: string; designation?: Concept['designation'] }[];
  filter?: { property: string; op: string; value: string }[];
  valueSet?: string[];
}

export interface ValueSet extends Resource {
  resourceType: 'ValueSet';
  url: string;
  compose?: { include?: ConceptSet[]; exclude?: ConceptSet[]; lockedDate?: string; inactive?: boolean };
  expansion?: { total?: number; contains?: ExpansionEntry[] };
}

export interface ExpansionEntry {
  system?: string;
  code?: string;
  display?: string;
  abstract?: boolean;
  contains?: ExpansionEntry[];
}

/** The value of an extension by its address, whichever type it has. */
export function extensionValue(holder: { extension?: unknown } | undefined, url: string): unknown {
  const found = (holder?.extension as Extension[] | undefined)?.find((extension) => extension.url === url);
  if (found === undefined) return undefined;
  return Object.entries(found).find(([name]) => name.startsWith('value'))?.[1];
}

/** The element that a choice of types makes of `name[x]`: its name and value. */
export function choice(holder: Readonly<Record<string, unknown>>, name: string): { name: string; type: string; value: unknown } | undefined {
  for (const [key, value] of Object.entries(holder)) {
    if (key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length))) return { name: key, type: key.slice(name.length), value };
  }
  return undefined;
}
