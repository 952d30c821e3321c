/** A resource type in, the elements of its summary and those that every subset keeps out: read from `definitions/elements-*.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirVersionRecord } from '../../core/fhir-version';
import { packageRoot } from '../../core/package-root';

export interface ElementSummary {
  /** Paths below the type that belong to its summary: https://hl7.org/fhir/R4/search.html#summary */
  readonly summary: readonly string[];
  /** Mandatory and modifier elements at the top. */
  readonly kept: readonly string[];
}

const tables = new Map<string, Readonly<Record<string, ElementSummary>>>();

/** The row of a type; undefined for a type that the version does not have. */
export function elementSummary(version: FhirVersionRecord, type: string): ElementSummary | undefined {
  let table = tables.get(version.name);
  if (table === undefined) {
    const file = join(packageRoot(), 'definitions', `elements-${version.name.toLowerCase()}.json`);
    table = (JSON.parse(readFileSync(file, 'utf8')) as { types: Record<string, ElementSummary> }).types;
    tables.set(version.name, table);
  }
  return table[type];
}
