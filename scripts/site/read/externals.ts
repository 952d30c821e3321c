/** Names of packages in the FHIR package cache in, their definitions by canonical out, each with the address where people read it. */
import { readdirSync } from 'node:fs';
import type { Resource } from '../../core/fhir';
import { openPackage, type OpenPackage } from '../../packages/open-package';
import type { IndexEntry } from '../../packages/package-index';
import type { ExternalDefinition, Externals } from '../guide';

export interface WantedPackage {
  readonly name: string;
  readonly version: string;
}

export interface OpenExternals extends Externals {
  /** Packages that are not in the cache, and those of which another version was taken, in words. */
  readonly notes: readonly string[];
}

/** The first package that defines a canonical wins: FHIR itself should come first. */
export function openExternals(cache: string, wanted: readonly WantedPackage[]): OpenExternals {
  const notes: string[] = [];
  const byUrl = new Map<string, ExternalDefinition>();
  for (const { name, version } of wanted) {
    const there = cachedVersion(cache, name, version);
    if (there === undefined) {
      notes.push(`${name}#${version} is not in the FHIR package cache: what it defines is named but not linked.`);
      continue;
    }
    if (there !== version) notes.push(`${name}#${there} of the FHIR package cache stands in for ${version}.`);
    const opened = openPackage(cache, name, there);
    for (const entry of opened.list()) {
      if (entry.url !== undefined && entry.id !== undefined && !byUrl.has(entry.url)) byUrl.set(entry.url, definition(opened, entry, `${name}#${there}`));
    }
  }
  return { find: (canonical) => byUrl.get(canonical), notes };
}

/** The version asked for, else the newest one of the name. */
function cachedVersion(cache: string, name: string, version: string): string | undefined {
  const versions = folders(cache).filter((folder) => folder.startsWith(`${name}#`)).map((folder) => folder.slice(name.length + 1));
  if (versions.includes(version)) return version;
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

function folders(cache: string): string[] {
  try {
    return readdirSync(cache);
  } catch {
    return [];
  }
}

function definition(opened: OpenPackage, entry: IndexEntry, packageLabel: string): ExternalDefinition {
  let resource: Resource | undefined;
  const read = () => (resource ??= opened.read(entry));
  const url = entry.url!;
  return {
    resourceType: entry.resourceType, id: entry.id!, url, packageLabel, read,
    href: addressOf(entry, packageLabel),
    get title() {
      // A type is called by its name; reading its definition for a title would be slow and say the same.
      if (entry.resourceType === 'StructureDefinition' && entry.derivation !== 'constraint' && entry.type !== undefined) return entry.type;
      const { title, name } = read();
      return typeof title === 'string' ? title : typeof name === 'string' ? name : entry.id!;
    },
  };
}

const OWN_PAGES: Readonly<Record<string, string>> = {
  Reference: 'references.html#Reference', Extension: 'extensibility.html#Extension', Narrative: 'narrative.html#Narrative', Meta: 'resource.html#Meta', Dosage: 'dosage.html#Dosage',
  ElementDefinition: 'elementdefinition.html#ElementDefinition', Element: 'element.html', BackboneElement: 'backboneelement.html', xhtml: 'narrative.html#xhtml', BackboneType: 'types.html#BackboneType', CodeableReference: 'references.html#CodeableReference',
};
const METADATA = new Set(['ContactDetail', 'Contributor', 'DataRequirement', 'Expression', 'ParameterDefinition', 'RelatedArtifact', 'TriggerDefinition', 'UsageContext']);

/** FHIR's own pages are named by type; those of terminology.hl7.org and of guides by type and id. */
function addressOf({ url = '', id = '', resourceType, kind, type, derivation }: IndexEntry, packageLabel: string): string {
  const terminology = /^http:\/\/terminology\.hl7\.org\/(CodeSystem|ValueSet)\/(.+)$/.exec(url);
  if (terminology !== null) return `https://terminology.hl7.org/${terminology[1]}-${terminology[2]}.html`;
  const core = /^hl7\.fhir\.(r\w+)\.core#/.exec(packageLabel)?.[1];
  if (core !== undefined && url.startsWith('http://hl7.org/fhir/')) {
    const spec = `https://hl7.org/fhir/${core.toUpperCase()}/`;
    if (resourceType === 'StructureDefinition') {
      if (derivation === 'constraint') return `${spec}${type === 'Extension' ? `extension-${id.toLowerCase()}` : id.toLowerCase()}.html`;
      if (OWN_PAGES[id] !== undefined) return spec + OWN_PAGES[id];
      return kind === 'resource' ? `${spec}${id.toLowerCase()}.html` : METADATA.has(id) ? `${spec}metadatatypes.html#${id}` : `${spec}datatypes.html#${id}`;
    }
    if (resourceType === 'SearchParameter') return `${spec}searchparameter-registry.html#${id}`;
    return `${spec}${resourceType.toLowerCase()}-${id.toLowerCase()}.html`;
  }
  const own = /^(https?:\/\/.+)\/([A-Z][A-Za-z]+)\/([^/]+)$/.exec(url);
  return own === null ? url : `${own[1]}/${own[2]}-${own[3]}.html`;
}
