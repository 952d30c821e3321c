/** A JSON value in, the same without what FHIR JSON does not have out. */
import { isObject } from '../core/json';

/** Drops null, and the arrays and objects that are empty then: FHIR JSON has none of them (https://hl7.org/fhir/R4/json.html). */
export function prune(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(prune).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value ?? undefined;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const kept = prune(inner);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
