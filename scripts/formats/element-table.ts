/** A FHIR version in, what its types are made of out: the elements in their order, summaries, compartments; read from `definitions/elements-*.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirVersionRecord } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';

export interface TypeElements {
  /** The type is normative in this version: https://hl7.org/fhir/R4/http.html#capabilities (mode=normative) */
  normative: boolean;
  /** Paths below the type that belong to its summary: https://hl7.org/fhir/R4/search.html#summary */
  summary: readonly string[];
  /** Mandatory and modifier elements at the top: https://hl7.org/fhir/R4/search.html#elements */
  kept: readonly string[];
}

export interface ElementTable {
  fhirVersion: string;
  /** Resource types that can be instantiated. */
  types: Readonly<Record<string, TypeElements>>;
  /** Names of elements of a uri type (never of a canonical or a code): links a transaction rewrites. */
  uriElements: readonly string[];
  /** Compartment code -> resource type -> search parameters that make a resource a member: https://hl7.org/fhir/R4/compartmentdefinition.html */
  compartments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  primitives: readonly string[];
  /** Type, or path of a backbone element -> its own elements, in the notation of structures.ts. */
  structures: Readonly<Record<string, string>>;
}

const tables = new Map<string, ElementTable>();

/**
 * The table of one FHIR version, read once.
 * @throws KnownError `no-element-table` when the program was installed without its definitions.
 */
export function loadElementTable(version: Pick<FhirVersionRecord, 'name'>): ElementTable {
  const known = tables.get(version.name);
  if (known !== undefined) return known;
  const file = fileOf(version);
  try {
    const table = JSON.parse(readFileSync(file, 'utf8')) as ElementTable;
    tables.set(version.name, table);
    return table;
  } catch (cause) {
    throw new KnownError('no-element-table', `The element table of FHIR ${version.name} cannot be read: ${file}.`, 'Install fhir-scout again.', { cause });
  }
}

/** True where the program has a table of the version: drafts and early ballots have none. */
export function hasElementTable(version: Pick<FhirVersionRecord, 'name'>): boolean {
  return tables.has(version.name) || existsSync(fileOf(version));
}

function fileOf({ name }: Pick<FhirVersionRecord, 'name'>): string {
  return join(packageRoot(), 'definitions', `elements-${name.toLowerCase()}.json`);
}
