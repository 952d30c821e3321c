/** A guide in, a view of it out that remembers what a page has read: a page needs to be made anew only where one of these changed. */
import { createHash } from 'node:crypto';
import type { Finding } from '../core/finding';
import { bareCanonical, canonicalOf, pageOf } from './file-names';
import type { ExternalDefinition, SiteArtifact, SiteGuide, SitePage, SourceText } from './guide';
import type { Places } from './places';
import { relations, type Relation } from './relations';

/** An artifact's line in lists and links. */
export type Headline = Pick<SiteArtifact, 'reference' | 'title' | 'description' | 'example' | 'exampleOf' | 'group'> & {
  readonly resourceType: string;
  readonly url?: string;
  /** What lists sort by, beyond the type: profile, extension, logical model ... */
  readonly kind: string;
};

/** What pages read of the guide, each reading remembered under a key. */
export interface SiteReader {
  /** Facts that stand on every page; a change of them changes all pages. */
  readonly guide: SiteGuide;
  artifact(reference: string): SiteArtifact | undefined;
  headline(reference: string): Headline | undefined;
  byCanonical(canonical: string): Headline | undefined;
  headlines(): readonly Headline[];
  /** Who points to an artifact. */
  usedBy(reference: string): readonly Relation[];
  external(canonical: string): ExternalDefinition | undefined;
  include(name: string): SourceText | undefined;
  companion(name: string): SourceText | undefined;
  page(name: string): SitePage | undefined;
  /** What stands inside the resource of the page at hand. */
  readonly here?: Places;
  /** Notes something wrong with the page's sources. */
  report(finding: Finding): void;
}

/** The guide with the look-ups that all pages share. */
export interface SiteIndex {
  readonly guide: SiteGuide;
  readonly byReference: ReadonlyMap<string, SiteArtifact>;
  readonly byUrl: ReadonlyMap<string, string>;
  readonly headlines: ReadonlyMap<string, Headline>;
  readonly users: ReadonlyMap<string, readonly Relation[]>;
}

export function indexGuide(guide: SiteGuide): SiteIndex {
  const byReference = new Map(guide.artifacts.map((artifact) => [artifact.reference, artifact]));
  const byUrl = new Map<string, string>();
  for (const { reference, resource, example } of guide.artifacts) {
    const url = canonicalOf(resource);
    if (url !== undefined && !(example && byUrl.has(url))) byUrl.set(url, reference);
  }
  const headlines = new Map(guide.artifacts.map((artifact) => [artifact.reference, headlineOf(artifact)]));
  return { guide, byReference, byUrl, headlines, users: relations(guide, byReference, byUrl) };
}

function headlineOf({ reference, title, description, example, exampleOf, group, resource }: SiteArtifact): Headline {
  const url = canonicalOf(resource);
  return {
    reference, title, example, exampleOf, resourceType: resource.resourceType, kind: kindOf(resource, example),
    ...(url === undefined ? {} : { url }), ...(description === undefined ? {} : { description }), ...(group === undefined ? {} : { group }),
  };
}

/** The kinds of artifacts in the order in which people look for them. */
export const KINDS = {
  capability: 'Capability statements',
  actor: 'Actors and requirements',
  profile: 'Profiles',
  dataTypeProfile: 'Data type profiles',
  customResource: 'Resources of its own',
  extension: 'Extensions',
  logical: 'Logical models',
  operation: 'Operation definitions',
  searchParameter: 'Search parameters',
  valueSet: 'Value sets',
  codeSystem: 'Code systems',
  naming: 'Naming systems',
  map: 'Maps',
  other: 'Other definitions',
  example: 'Examples',
} as const;
export type Kind = keyof typeof KINDS;

function kindOf(resource: { resourceType: string; [name: string]: unknown }, example: boolean): Kind {
  if (example) return 'example';
  switch (resource.resourceType) {
    case 'StructureDefinition':
      if (resource.type === 'Extension') return 'extension';
      if (resource.kind === 'logical') return 'logical';
      if (resource.kind === 'resource' && resource.derivation === 'specialization') return 'customResource';
      return resource.kind === 'resource' ? 'profile' : 'dataTypeProfile';
    case 'CapabilityStatement': return 'capability';
    case 'ActorDefinition': case 'Requirements': return 'actor';
    case 'OperationDefinition': return 'operation';
    case 'SearchParameter': return 'searchParameter';
    case 'ValueSet': return 'valueSet';
    case 'CodeSystem': return 'codeSystem';
    case 'NamingSystem': return 'naming';
    case 'ConceptMap': case 'StructureMap': return 'map';
    default: return 'other';
  }
}

export interface Recording {
  readonly reader: SiteReader;
  /** Keys read so far. */
  readonly inputs: Set<string>;
  readonly findings: Finding[];
}

export function recordReading(index: SiteIndex): Recording {
  const { guide } = index;
  const inputs = new Set<string>(['frame']);
  const findings: Finding[] = [];
  const noted = <T>(key: string, value: T): T => {
    inputs.add(key);
    return value;
  };
  const reader: SiteReader = {
    guide,
    artifact: (reference) => noted(`artifact ${reference}`, index.byReference.get(reference)),
    headline: (reference) => noted(`headline ${reference}`, index.headlines.get(reference)),
    byCanonical: (canonical) => {
      const url = bareCanonical(canonical);
      return noted(`canonical ${url}`, index.headlines.get(index.byUrl.get(url) ?? ''));
    },
    headlines: () => noted('headlines', [...index.headlines.values()]),
    usedBy: (reference) => noted(`users ${reference}`, index.users.get(reference) ?? []),
    external: (canonical) => guide.externals.find(bareCanonical(canonical)),
    include: (name) => noted(`include ${name}`, guide.includes.get(name)),
    companion: (name) => noted(`companion ${name}`, guide.companions.get(name)),
    page: (name) => noted(`page ${name}`, guide.pages.find((page) => page.name === name)),
    report: (finding) => void findings.push(finding),
  };
  return { reader, inputs, findings };
}

/** What each key stood for, as a hash: equal hashes, equal pages. */
export function fingerprinter(index: SiteIndex): (key: string) => string {
  const { guide } = index;
  const known = new Map<string, string>();
  const valueOf = (key: string): unknown => {
    const space = key.indexOf(' ');
    const [kind, name] = space < 0 ? [key, ''] : [key.slice(0, space), key.slice(space + 1)];
    switch (kind) {
      case 'artifact': return [index.byReference.get(name), guide.validation?.get(name)];
      case 'headline': return index.headlines.get(name);
      case 'canonical': return index.headlines.get(index.byUrl.get(name) ?? '');
      case 'users': return index.users.get(name);
      case 'include': return guide.includes.get(name);
      case 'companion': return guide.companions.get(name);
      case 'page': return guide.pages.find((page) => page.name === name);
      case 'headlines': return [...index.headlines.values()];
      default: return frameFacts(guide);
    }
  };
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = createHash('sha256').update(JSON.stringify(valueOf(key)) ?? '').digest('base64');
    known.set(key, made);
    return made;
  };
}

/** What stands on every page or is read by any narrative page. */
function frameFacts({ artifacts: _artifacts, includes: _includes, companions: _companions, findings, pages, tests, files, validation: _validation, externals: _externals, plantuml, ...facts }: SiteGuide) {
  return {
    ...facts,
    plantuml: [...plantuml],
    files: [...files.keys()],
    tests: tests.length,
    pages: pages.map(({ name, title, depth }) => ({ name, title, depth })),
    incomplete: findings.some(({ severity }) => severity === 'error' || severity === 'fatal'),
  };
}

/** The address of an artifact's page, for those who know that it exists. */
export const hrefOf = (headline: Pick<Headline, 'reference'>): string => pageOf(headline.reference);
