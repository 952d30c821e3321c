/** What the types of an imaging guide consist of in each FHIR version: a version in, its elements out; read from `definitions/model-*.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root';

export interface ModelElement {
  readonly min: number;
  /** `*` for any number. */
  readonly max: string;
  /** FHIR type names; several for a choice; `BackboneElement` for elements with children of their own. */
  readonly types: readonly string[];
  /** Types that a Reference may point at; absent where it may be any. */
  readonly targets?: readonly string[];
  /** Codes of the required binding of an element of type code. */
  readonly codes?: readonly string[];
}

export interface ElementModel {
  /** The version as StructureDefinitions state it. */
  readonly fhirVersion: string;
  /** Where the table is from: a package, or the page that was read. */
  readonly source: string;
  /** Type -> path below the type (`series.modality`, `value[x]`) -> element, in the order of the definition. */
  readonly types: Readonly<Record<string, Readonly<Record<string, ModelElement>>>>;
}

/** The tables there are, by the media type version: two of them were written by hand, from pages of versions that no package holds. */
export const MODEL_VERSIONS = ['0.5', '4.0', '4.3', '5.0', '6.0'] as const;
export type ModelVersion = (typeof MODEL_VERSIONS)[number];

const models = new Map<ModelVersion, ElementModel>();

/** The table of a version, read once. */
export function elementModel(version: ModelVersion): ElementModel {
  let model = models.get(version);
  if (model === undefined) {
    model = JSON.parse(readFileSync(join(packageRoot(), 'definitions', `model-${version}.json`), 'utf8')) as ElementModel;
    models.set(version, model);
  }
  return model;
}

/** The elements of a type in a version; empty for a type that the table does not hold. */
export function elementsOf(version: ModelVersion, type: string): Readonly<Record<string, ModelElement>> {
  return elementModel(version).types[type] ?? {};
}
