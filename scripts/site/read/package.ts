/** A built package in, the guide as the site wants it out: definitions, examples and groups; packages carry no narrative pages. */
import type { Finding } from '../../core/finding';
import type { Resource } from '../../core/fhir';
import type { Externals, SiteGuide, SiteTest } from '../guide';
import { guideFacts, siteArtifacts, type ImplementationGuide } from './assemble';
import { defaultMenu } from './menu';

/** What of a package's content the site shows. */
export interface PackageResources {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly definitions: readonly Resource[];
  readonly examples: readonly Resource[];
}

export function packageGuide({ manifest, definitions, examples }: PackageResources, externals: Externals, tests: readonly SiteTest[] = [], found: readonly Finding[] = []): SiteGuide {
  const ig = definitions.find((resource): resource is ImplementationGuide => resource.resourceType === 'ImplementationGuide');
  const source = (resource: Resource, folder: string) => ({ file: `${folder}/${resource.resourceType}-${resource.id}.json` });
  const { artifacts, groups, findings } = siteArtifacts(ig, [
    ...definitions.map((resource) => ({ resource, example: false, source: source(resource, 'package') })),
    ...examples.map((resource) => ({ resource, example: true, source: source(resource, 'package/example') })),
  ]);
  const facts = guideFacts(ig, manifest);
  return {
    ...facts, published: `${facts.canonical}/`, groups, artifacts, pages: [], companions: new Map(), includes: new Map(), data: {}, files: new Map(), plantuml: new Map(), externals, tests,
    menu: defaultMenu([]), findings: [...found, ...findings],
  };
}
