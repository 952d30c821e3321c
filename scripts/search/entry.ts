/** A resource with the values that searches have read from it so far. */
import type { Resource } from '../core/fhir';
import type { SortValue } from './sort-value';
import { readComposite, readValues } from './values';
import type { SearchDefinitions, SearchParameterDefinition } from './types';

export interface Entry {
  readonly resource: Resource;
  /** `Type/id`; empty for a contained resource. */
  readonly key: string;
  /** Rises in the order of insertion; a replaced resource keeps its place. */
  readonly ordinal: number;
  /** Searchable values by definition, read when first asked for; for composites the rows. */
  readonly values: Map<SearchParameterDefinition, readonly unknown[]>;
  /** What the resource is sorted by, by direction and parameter, read when first asked for. */
  readonly sortValues: Map<string, SortValue | undefined>;
}

export function createEntry(resource: Resource, key: string, ordinal: number): Entry {
  return { resource, key, ordinal, values: new Map(), sortValues: new Map() };
}

/** The values of a parameter (for a composite its rows), read once. */
export function valuesOf(entry: Entry, definition: SearchParameterDefinition, definitions: SearchDefinitions): readonly unknown[] {
  let values = entry.values.get(definition);
  if (values === undefined) {
    values = definition.type === 'composite' ? readComposite(entry.resource, definition, definitions) : readValues(entry.resource, definition, definitions);
    entry.values.set(definition, values);
  }
  return values;
}
