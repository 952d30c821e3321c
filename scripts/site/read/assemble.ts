/** A guide's resources and its ImplementationGuide in, facts, groups and artifacts of the site out. */
import type { CodeableConcept, Resource } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { localReference } from '../../core/fhir';
import { resourceFileName } from '../../core/resource-file-name';
import type { Dependency, SiteArtifact, SiteGroup, SiteGuide, SourcePlace } from '../guide';
import { extensionValue, type Extension } from '../structure';

/** https://hl7.org/fhir/R4/implementationguide.html */
export interface ImplementationGuide extends Resource {
  resourceType: 'ImplementationGuide';
  dependsOn?: { packageId?: string; version?: string; uri?: string; extension?: Extension[] }[];
  definition?: {
    extension?: Extension[];
    grouping?: { id?: string; name: string; description?: string }[];
    resource?: ListedResource[];
    page?: GuidePage;
    parameter?: { code: unknown; value: string }[];
  };
}

interface ListedResource {
  reference: { reference?: string };
  name?: string;
  description?: string;
  exampleBoolean?: boolean;
  exampleCanonical?: string;
  isExample?: boolean;
  profile?: string[];
  groupingId?: string;
}

export interface GuidePage {
  nameUrl?: string;
  sourceUrl?: string;
  name?: string;
  title?: string;
  generation?: string;
  page?: GuidePage[];
}

/** A resource with where it is written. */
export interface ReadResource {
  readonly resource: Resource;
  readonly example: boolean;
  readonly source?: SourcePlace | undefined;
  readonly tooLarge?: number | undefined;
}

export type GuideFacts = Pick<SiteGuide, 'packageId' | 'version' | 'name' | 'title' | 'description' | 'canonical' | 'fhirVersion' | 'status' | 'date' | 'publisher' | 'license' | 'jurisdiction' | 'releaseLabel' | 'dependencies'>;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** What package.json says stands in where there is no ImplementationGuide. */
export function guideFacts(ig: ImplementationGuide | undefined, manifest: Readonly<Record<string, unknown>>): GuideFacts {
  const canonical = text(ig?.url)?.replace(/\/ImplementationGuide\/.*$/, '') ?? text(manifest.canonical) ?? text(manifest.url) ?? '';
  const name = text(ig?.name) ?? text(manifest.name) ?? 'Guide';
  const jurisdiction = (ig?.jurisdiction as CodeableConcept[] | undefined)?.map((concept) => concept.text ?? concept.coding?.[0]?.display ?? concept.coding?.[0]?.code).filter((word) => word !== undefined).join(', ');
  const releaseLabel = parameter(ig, 'releaselabel');
  const optional = { date: text(ig?.date), publisher: text(ig?.publisher) ?? text(manifest.author), license: text(ig?.license) ?? text(manifest.license), jurisdiction: text(jurisdiction), releaseLabel };
  return {
    packageId: text(ig?.packageId) ?? text(manifest.name) ?? 'unnamed',
    version: text(ig?.version) ?? text(manifest.version) ?? '',
    name,
    title: text(ig?.title) ?? text(manifest.title) ?? name,
    description: text(ig?.description) ?? text(manifest.description) ?? '',
    canonical,
    fhirVersion: (ig?.fhirVersion as string[] | undefined)?.[0] ?? (manifest.fhirVersions as string[] | undefined)?.[0] ?? (manifest['fhir-version-list'] as string[] | undefined)?.[0] ?? '4.0.1',
    status: text(ig?.status) ?? 'unknown',
    dependencies: dependencies(ig, manifest),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function parameter(ig: ImplementationGuide | undefined, wanted: string): string | undefined {
  const stated = ig?.definition?.parameter?.find(({ code }) => code === wanted || (code as { code?: string } | null)?.code === wanted)?.value;
  if (stated !== undefined) return stated;
  for (const extension of ig?.definition?.extension ?? []) {
    if (extension.url.endsWith('/ig-parameter') && extensionValue(extension, 'code') === wanted) return text(extensionValue(extension, 'value'));
  }
  return undefined;
}

function dependencies(ig: ImplementationGuide | undefined, manifest: Readonly<Record<string, unknown>>): Dependency[] {
  if (ig?.dependsOn !== undefined) {
    return ig.dependsOn.map(({ packageId, version, uri, extension }) => {
      const reason = extension?.find(({ url }) => url.endsWith('dependsOn.reason') || url.endsWith('implementationguide-dependency-comment'))?.valueMarkdown;
      return { packageId: packageId ?? uri ?? '', version: version ?? '', ...(uri === undefined ? {} : { uri }), ...(typeof reason === 'string' ? { reason } : {}) };
    });
  }
  return Object.entries((manifest.dependencies as Record<string, string> | undefined) ?? {}).filter(([name]) => !/^hl7\.fhir\.r\w+\.core$/.test(name)).map(([packageId, version]) => ({ packageId, version }));
}

/** The artifacts in the order in which the ImplementationGuide lists them, then the others; of two with one id the first, and a finding. */
export function siteArtifacts(ig: ImplementationGuide | undefined, resources: readonly ReadResource[]): { artifacts: SiteArtifact[]; groups: SiteGroup[]; findings: Finding[] } {
  const listed = new Map((ig?.definition?.resource ?? []).map((row, at) => [row.reference.reference ?? '', { row, at }]));
  const findings: Finding[] = [];
  const byReference = new Map<string, ReadResource>();
  for (const read of resources) {
    const reference = localReference(read.resource);
    if (reference === undefined) {
      findings.push({ severity: 'error', code: 'no-id', message: `A ${read.resource.resourceType} has no id, so that it cannot have a page.`, location: { ...read.source }, source: 'site' });
      continue;
    }
    if (resourceFileName(read.resource) === undefined) {
      findings.push({ severity: 'error', code: 'bad-id', message: `"${reference}" has characters that no resource type or id may have, so that it has no page.`, location: { ...read.source }, source: 'site' });
      continue;
    }
    const earlier = byReference.get(reference);
    if (earlier === undefined) byReference.set(reference, read);
    else findings.push({ severity: 'error', code: 'duplicate-id', message: `Two artifacts are ${reference}: the other one is in ${earlier.source?.file ?? 'the guide'}${earlier.source?.line === undefined ? '' : `, line ${earlier.source.line}`}; only that one has a page.`, location: { ...read.source, resource: reference }, source: 'site' });
  }
  const rank = (reference: string) => listed.get(reference)?.at ?? Number.MAX_SAFE_INTEGER;
  const artifacts = [...byReference].sort(([a], [b]) => rank(a) - rank(b)).map(([reference, read]) => artifactOf(reference, read, listed.get(reference)?.row));
  const groups = (ig?.definition?.grouping ?? []).map(({ id, name, description }) => ({ id: id ?? name, name, ...(description === undefined ? {} : { description }) }));
  return { artifacts, groups, findings };
}

function artifactOf(reference: string, { resource, example: inExamples, source, tooLarge }: ReadResource, row: ListedResource | undefined): SiteArtifact {
  const example = row === undefined ? inExamples : row.exampleBoolean === true || row.exampleCanonical !== undefined || row.isExample === true;
  const profiles = [...(row?.exampleCanonical === undefined ? [] : [row.exampleCanonical]), ...(row?.profile ?? []), ...(example ? (resource.meta?.profile ?? []) : [])];
  const name = row?.name !== undefined && row.name !== resource.id ? row.name : undefined;
  const title = (example ? name : undefined) ?? text(resource.title) ?? name ?? (example ? undefined : text(resource.name)) ?? resource.id ?? reference;
  const description = row?.description ?? (example ? undefined : text(resource.description));
  return {
    reference, resource, example, title, exampleOf: [...new Set(profiles)],
    ...(description === undefined ? {} : { description }), ...(row?.groupingId === undefined ? {} : { group: row.groupingId }),
    ...(source === undefined ? {} : { source }), ...(tooLarge === undefined ? {} : { tooLarge }),
  };
}
