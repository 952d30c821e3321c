/** Resources seen in, those that are built as the server's FHIR version has them out: others are named once, by data.version, and judged by no rule of this one. */
import { recognise, type Recognised } from '../convert/recognise';
import { MODEL_VERSIONS } from '../core/element-model';
import type { FhirVersionRecord } from '../core/fhir-version';
import type { Resource } from '../core/fhir';

const found = new WeakMap<Resource, Map<string, Recognised | undefined>>();

/** The version that a resource fits better than the one it should be of; undefined where it fits, or no table holds the version. */
export function otherVersion(resource: Resource, { mimeVersion }: FhirVersionRecord): Recognised | undefined {
  const stated = MODEL_VERSIONS.find((known) => known === mimeVersion);
  if (stated === undefined) return undefined;
  const before = found.get(resource) ?? new Map<string, Recognised | undefined>();
  found.set(resource, before);
  if (!before.has(stated)) before.set(stated, recognise(resource, stated));
  return before.get(stated);
}

export function ofVersion(resources: readonly Resource[], version: FhirVersionRecord): Resource[] {
  return resources.filter((resource) => otherVersion(resource, version) === undefined);
}

/** What is said where all resources of a type are of another version. */
export function allOfOther(type: string, count: number): string {
  return `${count === 1 ? `The ${type} seen is` : `All ${count} ${type} resources seen are`} of another FHIR version, which data.version says.`;
}
