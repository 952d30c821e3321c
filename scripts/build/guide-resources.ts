/** The generated folder and the project's ready-made resources in, the guide's resources told apart as definitions and examples out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isResource, localReference, type Resource } from '../core/fhir';
import type { GuideDefinitions } from './guide-definitions';

/** The part of an ImplementationGuide that says what belongs to the guide: https://hl7.org/fhir/R4/implementationguide.html */
export interface ImplementationGuide extends Resource {
  resourceType: 'ImplementationGuide';
  dependsOn?: { packageId?: string; version?: string }[];
  definition?: { resource?: { reference: { reference?: string }; exampleBoolean?: boolean; exampleCanonical?: string; /** R5's word for both. */ isExample?: boolean }[] };
}

export interface GuideResources {
  /** Absent where the project asks for definitions only (FSHOnly). */
  implementationGuide?: ImplementationGuide;
  definitions: Resource[];
  examples: Resource[];
}

/** A project's own files win over what FSH makes under the same type and id, as in SUSHI's ImplementationGuide. */
export function guideResources(generated: string, definitions: GuideDefinitions): GuideResources {
  const byReference = new Map<string, Resource>();
  for (const candidate of [...readGenerated(generated), ...(definitions.allPredefinedResources() as unknown[])]) {
    const reference = isResource(candidate) ? localReference(candidate) : undefined;
    if (reference !== undefined) byReference.set(reference, candidate as Resource);
  }
  const all = [...byReference.values()];
  const implementationGuide = all.find((resource): resource is ImplementationGuide => resource.resourceType === 'ImplementationGuide');
  if (implementationGuide === undefined) return { definitions: all, examples: [] };
  const listed = implementationGuide.definition?.resource ?? [];
  const pick = (example: boolean) =>
    listed
      .filter((entry) => (entry.exampleBoolean === true || entry.exampleCanonical !== undefined || entry.isExample === true) === example)
      .flatMap(({ reference }) => byReference.get(reference.reference ?? '') ?? []);
  return { implementationGuide, definitions: [implementationGuide, ...pick(false)], examples: pick(true) };
}

function readGenerated(generated: string): unknown[] {
  const folder = join(generated, 'resources');
  // SUSHI makes no such folder where there is nothing to put into it.
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
}
